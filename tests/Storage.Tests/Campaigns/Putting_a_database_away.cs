using System;
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

/// <summary>One host puts a campaign's database away and counts what is open in it; others have connections to it, or are making them.</summary>
[Collection(CentralCollection.Name)]
public sealed class Putting_a_database_away(CentralFixture fixture)
{
    private readonly ISecrets _secrets = fixture.Get<ISecrets>();

    [Fact]
    public async Task shuts_out_a_host_that_still_knows_where_it_is()
    {
        var (tenant, campaign) = await NewAsync();
        await using var elsewhere = new CampaignConnections(_secrets, new CampaignConnectionOptions());
        await using (await elsewhere.RequireAsync(Ids.Format(Ids.Tenant, tenant), campaign, default))
        {
        }

        await using var alone = await PutAwayAsync(tenant, campaign);

        (await DoesWorkAsync(elsewhere, tenant, campaign)).ShouldBeFalse();
        await NobodyElseAsync(alone);
    }

    [Fact]
    public async Task lets_the_same_host_in_again_when_it_is_brought_back()
    {
        var (tenant, campaign) = await NewAsync();
        await using var elsewhere = new CampaignConnections(_secrets, new CampaignConnectionOptions());
        await using (await elsewhere.RequireAsync(Ids.Format(Ids.Tenant, tenant), campaign, default))
        {
        }

        await (await PutAwayAsync(tenant, campaign)).DisposeAsync();
        await MoveAsync(tenant, campaign, SecretNames.DatabaseAtRest, SecretNames.Database);

        (await DoesWorkAsync(elsewhere, tenant, campaign)).ShouldBeTrue();
    }

    /// <summary>The address is read once for the pool and once for the session; after any of these somebody may put the database away.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task leaves_no_session_to_a_host_that_was_just_connecting(int read)
    {
        var (tenant, campaign) = await NewAsync();
        NpgsqlConnection? alone = null;
        var reads = 0;
        var secrets = new WatchedSecrets(_secrets, async () =>
        {
            if (++reads == read)
            {
                alone = await PutAwayAsync(tenant, campaign);
            }
        });
        await using var elsewhere = new CampaignConnections(secrets, new CampaignConnectionOptions());

        (await DoesWorkAsync(elsewhere, tenant, campaign)).ShouldBeFalse();
        await NobodyElseAsync(alone.ShouldNotBeNull());
        await alone.DisposeAsync();
    }

    /// <summary>That more sessions can't be had while the central database is away costs none of those that there are.</summary>
    [Fact]
    public async Task leaves_sessions_alone_when_the_central_database_is_away()
    {
        var (tenant, campaign) = await NewAsync();
        var isAway = false;
        var secrets = new WatchedSecrets(_secrets, () => isAway ? throw new NpgsqlException("The central database is away.", new TimeoutException()) : Task.CompletedTask);
        await using var connections = new CampaignConnections(secrets, new CampaignConnectionOptions());
        int session;
        await using (var lease = await connections.RequireAsync(Ids.Format(Ids.Tenant, tenant), campaign, default))
        {
            session = lease.Connection.ProcessID;
        }

        isAway = true;
        for (var turn = 0; turn < 3; turn++)
        {
            await using var busy = await connections.RequireAsync(Ids.Format(Ids.Tenant, tenant), campaign, default);
            busy.Connection.ProcessID.ShouldBe(session);
            await Should.ThrowAsync<StorageUnavailableException>(() => connections.RequireAsync(Ids.Format(Ids.Tenant, tenant), campaign, default));
        }
    }

    /// <summary>Whether a statement gets through. A pooled session that was ended is noticed when it is used, so each has its turn.</summary>
    private static async Task<bool> DoesWorkAsync(CampaignConnections connections, Guid tenant, string campaign)
    {
        for (var turn = 0; turn <= CampaignConnections.PerCampaign; turn++)
        {
            try
            {
                await using var lease = await connections.OpenAsync(Ids.Format(Ids.Tenant, tenant), campaign, default);
                return lease is not null && await lease.Connection.ScalarAsync<int>("select 1", [], default) == 1;
            }
            catch (NpgsqlException)
            {
                // Ended: the next one is made anew.
            }
        }

        return false;
    }

    /// <summary>A session that was shut out may take a moment to be gone from the server's list.</summary>
    private static Task NobodyElseAsync(NpgsqlConnection alone) => Polling.UntilAsync(async () => await alone.ScalarAsync<long>(
        "select count(*) from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()", [], default) == 0,
        TimeSpan.FromMinutes(2));

    private async Task<NpgsqlConnection> PutAwayAsync(Guid tenant, string campaign)
    {
        await MoveAsync(tenant, campaign, SecretNames.Database, SecretNames.DatabaseAtRest);
        return (await fixture.Get<PutAwayDatabase>().OpenAsync(Ids.Format(Ids.Tenant, tenant), campaign, default)).ShouldNotBeNull();
    }

    private async Task MoveAsync(Guid tenant, string campaign, string from, string to)
    {
        await _secrets.PutAsync(tenant, campaign, to, (await _secrets.GetAsync(tenant, campaign, from, default))!, default);
        await _secrets.DeleteAsync(tenant, campaign, from, default);
    }

    private async Task<(Guid Tenant, string Campaign)> NewAsync()
    {
        var tenant = await fixture.AddTenantAsync();
        var campaign = Ids.Format(Ids.Campaign, fixture.NewId());
        await fixture.AddCampaignDatabaseAsync(tenant, campaign);
        return (tenant, campaign);
    }
}

/// <summary>Secrets with something that happens between reading one and having it.</summary>
internal sealed class WatchedSecrets(ISecrets inner, Func<Task> afterReading) : ISecrets
{
    public async Task<string?> GetAsync(Guid tenantId, string scope, string name, CancellationToken ct)
    {
        var value = await inner.GetAsync(tenantId, scope, name, ct);
        await afterReading();
        return value;
    }

    public Task PutAsync(Guid tenantId, string scope, string name, string value, CancellationToken ct) => inner.PutAsync(tenantId, scope, name, value, ct);

    public Task PutAsync(CentralUnitOfWork work, Guid tenantId, string scope, string name, string value, CancellationToken ct) =>
        inner.PutAsync(work, tenantId, scope, name, value, ct);

    public Task AddAsync(CentralUnitOfWork work, Guid tenantId, string scope, string name, string value, CancellationToken ct) =>
        inner.AddAsync(work, tenantId, scope, name, value, ct);

    public Task<string?> HoldAsync(CentralUnitOfWork work, Guid tenantId, string scope, string name, CancellationToken ct) =>
        inner.HoldAsync(work, tenantId, scope, name, ct);

    public Task DeleteAsync(Guid tenantId, string scope, string name, CancellationToken ct) => inner.DeleteAsync(tenantId, scope, name, ct);

    public Task DeleteAsync(CentralUnitOfWork work, Guid tenantId, string scope, string name, CancellationToken ct) =>
        inner.DeleteAsync(work, tenantId, scope, name, ct);

    public Task DeleteAllAsync(Guid tenantId, string scope, CancellationToken ct) => inner.DeleteAllAsync(tenantId, scope, ct);
}
