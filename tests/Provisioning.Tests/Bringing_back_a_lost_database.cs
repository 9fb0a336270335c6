using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
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

        await BackUpAsync(folder["backup.zip"]);
        (await RefusedAsync(folder["backup.zip"], id, isLost: true)).ShouldContain("answers at its provider");
        (await RefusedAsync(folder["backup.zip"], Ids.New(Ids.Campaign, TimeProvider.System.GetUtcNow()), isLost: true)).ShouldContain("no copy");

        await stage.Supabase.RemoveAsync(project);
        (await RefusedAsync(folder["backup.zip"], id, isLost: false)).ShouldContain("--lost");
        await RestoreAsync(folder["backup.zip"], id, isLost: true);
        (await RefusedAsync(folder["backup.zip"], id, isLost: true)).ShouldContain("own server already");
        await StartWithBothAsync();
        await IsThereAsync(id);
        (await stage.CentralAsync(
            "select s.name from deployment_step s join campaign using (tenant_id, deployment_id) where campaign_id = $1 and account_owner is not null order by ordinal",
            Ids.Parse(Ids.Campaign, id))).ShouldBe(["create-repository", "create-site"]);
        await GoesAsync(id, slug);
    }

    /// <summary>Whoever refuses us is there; and whether nobody is there at all is not told by silence.</summary>
    [Fact]
    public async Task never_takes_the_place_of_one_that_refuses_us_or_that_nobody_has_looked_for()
    {
        using var folder = new TempFolder();
        var (id, _) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready");
        await BackUpAsync(folder["backup.zip"]);
        var tenant = Ids.Parse(Ids.Tenant, stage.TenantId);
        var right = (await stage.Get<ISecrets>().GetAsync(tenant, id, SecretNames.DatabaseOwner, default))!;
        var access = JsonSerializer.Deserialize<CampaignDatabaseAccess>(right, JsonSerializerOptions.Web)!;
        async Task<string> WithAsync(bool isLost, Action<NpgsqlConnectionStringBuilder> change)
        {
            var owner = new NpgsqlConnectionStringBuilder(access.OwnerConnectionString);
            change(owner);
            var changed = JsonSerializer.Serialize(access with { OwnerConnectionString = owner.ConnectionString }, JsonSerializerOptions.Web);
            await stage.Get<ISecrets>().PutAsync(tenant, id, SecretNames.DatabaseOwner, changed, default);
            return await RefusedAsync(folder["backup.zip"], id, isLost);
        }

        (await WithAsync(true, owner => owner.Password = "one of before")).ShouldContain("it refuses us: 28P01");
        await File.WriteAllTextAsync(folder["other.pem"], OtherRoot());
        (await WithAsync(true, owner => owner.RootCertificate = folder["other.pem"])).ShouldContain("its certificate is not trusted");
        (await WithAsync(false, owner => owner.Port = 1)).ShouldContain("the network may be down");
        await stage.Get<ISecrets>().PutAsync(tenant, id, SecretNames.DatabaseOwner, right, default);
        (await stage.SecretsAsync(id)).ShouldContain(SecretNames.DatabaseOwnerPassword);
        (await stage.FindAsync(id)).Settings.Providers!.Database.ShouldBe("supabase");
    }

    [Fact]
    public async Task brings_an_archived_campaign_back_whose_project_can_not_be_woken_any_more()
    {
        using var folder = new TempFolder();
        var (id, slug) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready");
        var project = stage.Supabase.Projects.Single(p => p.Name.Contains(slug.Replace('-', '_'), StringComparison.Ordinal));
        await BackUpAsync(folder["before.zip"]);
        await ArchivedAsync(id);
        (await BackUpAsync(folder["after.zip"])).Missing.Single(m => m.CampaignId == id).Reason.ShouldContain("archived");
        (await RefusedAsync(folder["before.zip"], id, isLost: false)).ShouldContain("Bring the campaign back");

        await stage.Supabase.RemoveAsync(project);
        await stage.StopHostAsync();
        await RestoreAsync(folder["before.zip"], id, isLost: true);
        await StartWithBothAsync();
        await stage.CentralAsync("update installation set confirmed_at = now() returning $1::text", "confirmed");
        (await stage.FindAsync(id)).State.ShouldBe("archived");
        (await stage.SecretsAsync(id)).ShouldNotContain(SecretNames.Database);
        (await stage.Campaign(id).UnarchiveAsync(new CampaignCommand(CloudStage.Admin))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "completed");
        await using (await stage.Get<CampaignConnections>().RequireAsync(stage.TenantId, id, default))
        {
        }

        await GoesAsync(id, slug);
    }

    private async Task ArchivedAsync(string id)
    {
        await stage.CentralAsync("update campaign set state = 'completed', published_at = now() where campaign_id = $1 returning name", Ids.Parse(Ids.Campaign, id));
        await stage.StopHostAsync();
        await stage.StartHostAsync();
        await stage.CentralAsync("update installation set confirmed_at = now() returning $1::text", "confirmed");
        await stage.Get<PrizeDraw.Storage.Central.Evidence.PublicFiles>().PutAsync(
            Ids.Parse(Ids.Tenant, stage.TenantId), Ids.Parse(Ids.Campaign, id), "instant-check.json", "application/json", "{}"u8.ToArray(), default);
        (await stage.Campaign(id).ArchiveAsync(new CampaignCommand(CloudStage.Admin))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "archived");
    }

    private async Task<BackupManifest> BackUpAsync(string file)
    {
        var key = Key;
        await using var connections = Connections;
        return await new BackupWriter(connections, new SecretBox(key), key, TimeProvider.System).RunAsync(file, file + ".data", _ => { }, default);
    }

    private async Task RestoreAsync(string file, string id, bool isLost)
    {
        await using var connections = Connections;
        using var backup = await BackupArchive.OpenAsync(file, Key, _ => { }, default);
        var maker = new Maker(new LocalDatabaseProvider(connections.ProvisionerConnectionString));
        await new CampaignRestore(connections, new CampaignDatabaseMigrator(TimeProvider.System), new SecretBox(Key), maker, TimeProvider.System)
            .RunAsync(backup, id, isLost, _ => { }, default);
    }

    private async Task<string> RefusedAsync(string file, string id, bool isLost) =>
        (await Should.ThrowAsync<BackupException>(() => RestoreAsync(file, id, isLost))).Message;

    private MasterKey Key => new(Convert.FromBase64String(stage.Orders.MasterKey));

    private CentralConnections Connections => new(new CentralOptions { AdminConnectionString = stage.Superuser, MasterKey = Key });

    private static string OtherRoot()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var root = new CertificateRequest("CN=somebody else", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return root.ExportCertificatePem();
    }

    private async Task StartWithBothAsync()
    {
        stage.Also = services => services.AddSingleton<IDatabaseProvider>(
            p => new LocalDatabaseProvider(p.GetRequiredService<CentralConnections>().ProvisionerConnectionString));
        await stage.StartHostAsync();
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
