using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Storage.Backups;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>A campaign's project at Supabase is gone; what the backup has of it comes back as a database of the installation's own server.</summary>
public sealed class Bringing_back_a_lost_database(CloudStage stage) : IClassFixture<CloudStage>
{
    [Fact]
    public async Task puts_the_copy_into_a_database_of_our_own_that_the_campaign_uses_and_takes_along_when_it_goes()
    {
        using var folder = new TempFolder();
        var (id, slug) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready");
        var project = stage.Supabase.Projects.Single(p => p.Name.Contains(slug.Replace('-', '_'), StringComparison.Ordinal));
        await SqlAsync("project_" + project.Ref, $"insert into prizedraw.outbox (campaign_id, event_id, kind, body, created_at) values ('{Ids.Parse(Ids.Campaign, id)}', gen_random_uuid(), 'planted', '{{}}', now())");
        await stage.StopHostAsync();

        var key = new MasterKey(Convert.FromBase64String(stage.Orders.MasterKey));
        await using var connections = new CentralConnections(new CentralOptions { AdminConnectionString = stage.Superuser, MasterKey = key });
        var (box, clock) = (new SecretBox(key), TimeProvider.System);
        await new BackupWriter(connections, box, key, clock).RunAsync(folder["backup.zip"], folder["data"], _ => { }, default);
        using var backup = await BackupArchive.OpenAsync(folder["backup.zip"], key, _ => { }, default);
        var maker = new Maker(new LocalDatabaseProvider(connections.ProvisionerConnectionString));
        var restore = new CampaignRestore(connections, new CampaignDatabaseMigrator(clock), box, maker, clock);
        (await Should.ThrowAsync<BackupException>(() => restore.RunAsync(backup, id, _ => { }, default))).Message.ShouldContain("answers at its provider");
        (await Should.ThrowAsync<BackupException>(() => restore.RunAsync(backup, Ids.New(Ids.Campaign, clock.GetUtcNow()), _ => { }, default))).Message.ShouldContain("no copy");

        await stage.Supabase.RemoveAsync(project);
        await restore.RunAsync(backup, id, _ => { }, default);
        (await Should.ThrowAsync<BackupException>(() => restore.RunAsync(backup, id, _ => { }, default))).Message.ShouldContain("own server already");
        stage.Also = services => services.AddSingleton<IDatabaseProvider>(
            p => new LocalDatabaseProvider(p.GetRequiredService<CentralConnections>().ProvisionerConnectionString));
        await stage.StartHostAsync();
        await IsThereAsync(id);
        await GoesAsync(id, slug);
    }

    private async Task IsThereAsync(string id)
    {
        (await stage.FindAsync(id)).Settings.Providers!.Database.ShouldBe("local");
        (await stage.Get<IIncarnation>().GetAsync(default)).ConfirmedAt.ShouldBeNull("the campaign was set back to an older state");
        (await stage.AuditAsync(id, "campaign.database_restored")).Count.ShouldBe(1);
        await using var lease = await stage.Get<CampaignConnections>().RequireAsync(stage.TenantId, id, default);
        await using var count = new NpgsqlCommand("select count(*) from outbox where kind = 'planted'", lease.Connection);
        (await count.ExecuteScalarAsync()).ShouldBe(1L);
        await using var delete = new NpgsqlCommand("delete from outbox where kind = 'planted'", lease.Connection);
        await delete.ExecuteNonQueryAsync();
    }

    private async Task GoesAsync(string id, string slug)
    {
        await stage.CentralAsync("update installation set confirmed_at = now() returning $1::text", "confirmed");
        (await stage.Campaign(id).DecommissionAsync(new DecommissionCampaign(CloudStage.Admin, "In the cloud"))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        (await stage.CentralAsync("select datname::text from pg_database where starts_with(datname, $1)", "cmp_" + slug.Replace('-', '_'))).ShouldBeEmpty();
    }

    private async Task SqlAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(stage.Superuser) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Maker(LocalDatabaseProvider databases) : ICampaignDatabaseMaker
    {
        public async Task<string> MakeAsync(string name, string nonce, string password, CancellationToken ct) =>
            databases.CampaignConnectionString(await databases.CreateAsync(new DatabaseRequest(name, nonce, password), ct), password);

        public Task DeleteAsync(string name, string nonce, CancellationToken ct) => databases.DeleteIfOwnedAsync(new DatabaseRequest(name, nonce, ""), ct);
    }
}
