using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Storage.Central;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>An operator who changes the owner or the comment of a campaign's database has not removed it: what is in it is neither passed over nor lost.</summary>
public sealed class A_local_database_that_was_changed(CloudStage stage) : IClassFixture<CloudStage>
{
    [Theory]
    [InlineData("alter database {0} owner to postgres", "alter database {0} owner to {1}")]
    [InlineData("comment on database {0} is 'kept for the auditors'", "comment on database {0} is 'prizedraw:{2}'")]
    public async Task keeps_its_campaign_until_that_is_put_back(string change, string back)
    {
        var before = stage.Left;
        var (id, slug) = await CompletedAsync();
        var (left, database) = (stage.Left, (await DatabasesAsync(slug)).ShouldHaveSingleItem());
        var nonce = database[^16..];
        var owner = (await stage.CentralAsync("select rolname::text from pg_database d join pg_roles r on r.oid = d.datdba where datname = $1", database)).Single();
        await SqlAsync(change, database, owner, nonce);

        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        var deployment = await stage.RestsAsync(id, "quarantined");
        string.Join('\n', await stage.LogAsync(id)).ShouldContain("does not count as gone");
        stage.Left.ShouldBe(left);
        (await stage.FindAsync(id)).State.ShouldNotBe("decommissioned");

        await SqlAsync(back, database, owner, nonce);
        (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, deployment))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
        (await DatabasesAsync(slug)).ShouldBeEmpty();
    }

    [Fact]
    public async Task is_not_taken_for_gone_under_another_name()
    {
        var before = stage.Left;
        var (id, slug) = await CompletedAsync();
        var (left, database) = (stage.Left, (await DatabasesAsync(slug)).ShouldHaveSingleItem());
        await SqlAsync("alter database {0} rename to kept", database);
        var refusal = (await stage.RemoveAsync(id)).Refusal.ShouldNotBeNull();
        refusal.Code.ShouldBe("campaign.not_settled");
        refusal.Errors!["database"].ShouldHaveSingleItem().ShouldContain("is called kept now");
        stage.Left.ShouldBe(left);
        await SqlAsync("alter database kept rename to {0}", database);
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
        (await DatabasesAsync(slug)).ShouldBeEmpty();
    }

    private async Task<(string Id, string Slug)> CompletedAsync()
    {
        await stage.StopHostAsync();
        stage.Also = services => services.AddSingleton<IDatabaseProvider>(
            p => new LocalDatabaseProvider(p.GetRequiredService<CentralConnections>().ProvisionerConnectionString));
        await stage.StartHostAsync();
        var (id, slug) = (Ids.New(Ids.Campaign, System.TimeProvider.System.GetUtcNow()), stage.NextSlug());
        var settings = CloudStage.Settings(slug) with { Providers = new ProviderChoice(ProviderNames.Local, ProviderNames.GitHub, ProviderNames.Vercel) };
        (await stage.Campaign(id).CreateAsync(new CreateCampaign(CloudStage.Admin, settings, Provision: true))).Refusal.ShouldBeNull();
        (await stage.EndsAsync(id)).ShouldBe("ready", string.Join('\n', await stage.LogAsync(id)));
        await stage.CentralAsync("update campaign set state = 'completed', published_at = now() where campaign_id = $1 returning name", Ids.Parse(Ids.Campaign, id));
        await stage.StopHostAsync();
        await stage.StartHostAsync();
        await stage.SettleAsync(id);
        return (id, slug);
    }

    private Task<List<string>> DatabasesAsync(string slug) =>
        stage.CentralAsync("select datname::text from pg_database where starts_with(datname, $1)", "cmp_" + slug.Replace('-', '_'));

    /// <summary>As the server's own administrator, with nobody connected.</summary>
    private async Task SqlAsync(string sql, string database, string owner = "", string nonce = "")
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(stage.Superuser) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var others = new NpgsqlCommand("select count(pg_terminate_backend(pid, 2000)) from pg_stat_activity where datname = $1", connection)
        {
            Parameters = { new() { Value = database } },
        };
        await others.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand(string.Format(CultureInfo.InvariantCulture, sql, database, owner, nonce), connection);
        await command.ExecuteNonQueryAsync();
    }
}
