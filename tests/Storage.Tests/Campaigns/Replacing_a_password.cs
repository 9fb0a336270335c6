using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Campaigns;

/// <summary>A campaign's password is another one from one moment to the next; who connects then knows both.</summary>
[Collection(CentralCollection.Name)]
public sealed class Replacing_a_password(CentralFixture fixture)
{
    private readonly ISecrets _secrets = fixture.Get<ISecrets>();

    [Fact]
    public async Task fails_no_statement_of_a_busy_campaign()
    {
        var (tenant, campaign, role) = await NewAsync();
        await using var superuser = await fixture.OpenSuperuserAsync();
        await using var connections = new CampaignConnections(_secrets, new CampaignConnectionOptions { WaitMax = TimeSpan.FromMinutes(2) });
        using var ending = new CancellationTokenSource();
        var done = 0;
        var busy = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            while (!ending.IsCancellationRequested)
            {
                await using (var lease = await connections.RequireAsync(Ids.Format(Ids.Tenant, tenant), campaign, default))
                {
                    await lease.Connection.ScalarAsync<int>("select 1", [], default);
                }

                if (Interlocked.Increment(ref done) % 15 == 0)
                {
                    // Sessions are made anew all the time.
                    await connections.ForgetAsync(Ids.Format(Ids.Tenant, tenant), campaign);
                }
            }
        })).ToArray();

        for (var turn = 0; turn < 8; turn++)
        {
            await ReplaceAsync(superuser, tenant, campaign, role, $"password-{turn}", isKept: turn % 2 == 0);
            var goal = Volatile.Read(ref done) + 20;
            while (Volatile.Read(ref done) < goal && busy.All(b => !b.IsCompleted))
            {
                await Task.Delay(5);
            }
        }

        await ending.CancelAsync();
        await Task.WhenAll(busy).WaitAsync(TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData("old")]
    [InlineData("new")]
    public async Task that_was_cut_short_leaves_the_one_that_holds_known(string holding)
    {
        var (tenant, campaign, role) = await NewAsync();
        await using var superuser = await fixture.OpenSuperuserAsync();
        await _secrets.PutAsync(tenant, campaign, SecretNames.NextDatabasePassword, "new", default);
        if (holding == "new")
        {
            await superuser.RunAsync($"alter role {role} password 'new'", [], default);
        }

        await using var connections = new CampaignConnections(_secrets, new CampaignConnectionOptions());
        await using (await connections.RequireAsync(Ids.Format(Ids.Tenant, tenant), campaign, default))
        {
        }

        // And one that nobody knows is still refused.
        await superuser.RunAsync($"alter role {role} password 'a third one'", [], default);
        await using var others = new CampaignConnections(_secrets, new CampaignConnectionOptions());
        var refusal = await Polling.UntilAsync(
            () => Should.ThrowAsync<NpgsqlException>(() => others.OpenAsync(Ids.Format(Ids.Tenant, tenant), campaign, default)),
            e => e is PostgresException, TimeSpan.FromMinutes(3)); // On a busy machine it may not be answered in time.
        refusal.SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
    }

    /// <summary>As a rotation does it: stored, told to the server, put in use, forgotten; or given back at the end.</summary>
    private async Task ReplaceAsync(NpgsqlConnection superuser, Guid tenant, string campaign, string role, string next, bool isKept)
    {
        var old = (await _secrets.GetAsync(tenant, campaign, SecretNames.Database, default))!;
        await _secrets.PutAsync(tenant, campaign, SecretNames.NextDatabasePassword, next, default);
        await superuser.RunAsync($"alter role {role} password '{next}'", [], default);
        if (!isKept)
        {
            await superuser.RunAsync($"alter role {role} password '{new NpgsqlConnectionStringBuilder(old).Password}'", [], default);
        }

        await using var work = await fixture.Central.BeginAsync(tenant, default);
        if (isKept)
        {
            var address = new NpgsqlConnectionStringBuilder(old) { Password = next };
            await _secrets.PutAsync(work, tenant, campaign, SecretNames.Database, address.ConnectionString, default);
        }

        await _secrets.DeleteAsync(work, tenant, campaign, SecretNames.NextDatabasePassword, default);
        await work.CommitAsync(default);
    }

    private async Task<(Guid Tenant, string Campaign, string Role)> NewAsync()
    {
        var (tenant, campaign) = (await fixture.AddTenantAsync(), Ids.Format(Ids.Campaign, fixture.NewId()));
        return (tenant, campaign, (await fixture.AddCampaignDatabaseAsync(tenant, campaign)).Role);
    }
}
