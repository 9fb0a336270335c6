using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Backups;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Diagnosis;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.Storage.Tests.Campaigns;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Backups;

/// <summary>Campaigns come, are archived and go while a backup is made: what the copied centre knows of is in it, or is named as missing.</summary>
public sealed class Backing_up_meanwhile(CentralFixture fixture) : IClassFixture<CentralFixture>, IDisposable
{
    private readonly TempFolder folder = new();

    private SecretBox Box => new(fixture.MasterKey);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task has_a_campaign_that_is_archived_after_it_was_copied()
    {
        var (tenant, campaign, _) = await CampaignAsync();
        var manifest = await BackUpAsync(said => said.StartsWith("cmp_", StringComparison.Ordinal) ? ArchiveAsync(tenant, campaign) : Task.CompletedTask);
        manifest.Databases.Single(d => d.CampaignId == campaign).IsSuperseded.ShouldBeFalse();
        (await NamesAsync(campaign)).ShouldBe([SecretNames.DatabaseAtRest]);

        // And in the next one, which finds it archived.
        (await BackUpAsync(_ => Task.CompletedTask)).Databases.Single(d => d.CampaignId == campaign).IsSuperseded.ShouldBeFalse();
    }

    [Fact]
    public async Task has_the_files_of_a_campaign_that_is_made_meanwhile()
    {
        await CampaignAsync();
        Write("repositories/early.git/HEAD", "early");
        Write("sites/early/index.html", "early");
        var made = "";
        var manifest = await BackUpAsync(async said =>
        {
            if (made == "" && said.StartsWith("cmp_", StringComparison.Ordinal))
            {
                (_, made, _) = await CampaignAsync();
                Write("repositories/late.git/HEAD", "late");
                Write("sites/late/index.html", "late");
                Write("sites/early/later.html", "another state than what was copied");
                Write("repositories/.building/HEAD", "half");
            }
        });
        manifest.Databases.ShouldContain(d => d.CampaignId == made);
        manifest.Files.Select(f => f.Path).Order(StringComparer.Ordinal).ShouldBe(
            ["repositories/early.git/HEAD", "repositories/late.git/HEAD", "sites/early/index.html", "sites/late/index.html"]);
    }

    [Fact]
    public async Task names_whose_server_has_no_address_and_calls_none_sealed_anew_or_reached()
    {
        var (tenant, campaign, _) = await CampaignAsync();
        var secrets = fixture.Get<ISecrets>();
        var own = new NpgsqlConnectionStringBuilder((await secrets.GetAsync(tenant, campaign, SecretNames.Database, default))!) { Host = "nowhere.invalid" };
        await secrets.PutAsync(tenant, campaign, SecretNames.Database, own.ConnectionString, default);
        await secrets.PutAsync(
            tenant, campaign, SecretNames.DatabaseOwner, System.Text.Json.JsonSerializer.Serialize(new CampaignDatabaseAccess(own.ConnectionString, own.Username!)), default);

        // Two passwords, of which each is tried.
        await secrets.PutAsync(tenant, campaign, SecretNames.NextDatabaseOwnerPassword, "next", default);
        (await BackUpAsync(_ => Task.CompletedTask)).Missing.Select(m => m.CampaignId).ShouldBe([campaign]);
        (await new Resealing(Connections, Box, fixture.MasterKey).RunAsync(_ => { }, default)).Unreached.ShouldBe([campaign]);
        var diagnosis = new CentralDiagnosis(Connections, Box, fixture.Time);
        (await diagnosis.LookAsync([], default)).Unreached.ShouldBe([campaign]);

        // One that rests at a provider is not to answer, and is in no backup; its secrets are not sealed anew all the same.
        await ArchiveAsync(tenant, campaign);
        (await BackUpAsync(_ => Task.CompletedTask)).Missing.Single().Reason.ShouldContain("archived");
        (await new Resealing(Connections, Box, fixture.MasterKey).RunAsync(_ => { }, default)).Unreached.ShouldBe([campaign]);
        (await diagnosis.LookAsync([], default)).Unreached.ShouldBeEmpty();
        await secrets.DeleteAllAsync(tenant, campaign, default);
    }

    [Fact]
    public async Task new_passwords_of_archived_campaigns_stay_where_nobody_finds_them()
    {
        var (tenant, campaign, _) = await CampaignAsync();
        await ArchiveAsync(tenant, campaign);
        var before = await fixture.Get<ISecrets>().GetAsync(tenant, campaign, SecretNames.DatabaseAtRest, default);
        var maker = new Maker();
        (await new DatabasePasswords(Connections, Box, maker, fixture.Time).RotateAsync(_ => { }, default)).ShouldBeGreaterThan(0);
        (await NamesAsync(campaign)).ShouldBe([SecretNames.DatabaseAtRest, SecretNames.DatabasePassword]);
        var after = await fixture.Get<ISecrets>().GetAsync(tenant, campaign, SecretNames.DatabaseAtRest, default);
        after.ShouldNotBe(before);
        maker.Made.ShouldContain(after!);
    }

    private CentralConnections Connections => fixture.Get<CentralConnections>();

    private async Task<(Guid Tenant, string Campaign, Guid Id)> CampaignAsync()
    {
        var tenant = await fixture.AddTenantAsync();
        var id = await SampleCampaigns.AddAsync(fixture, tenant, "completed");
        var campaign = Ids.Format(Ids.Campaign, id);
        await fixture.AddCampaignDatabaseAsync(tenant, campaign);
        return (tenant, campaign, id);
    }

    /// <summary>As the archiving's step does it.</summary>
    private async Task ArchiveAsync(Guid tenant, string campaign)
    {
        var secrets = fixture.Get<ISecrets>();
        if (await secrets.GetAsync(tenant, campaign, SecretNames.Database, default) is { } address)
        {
            await secrets.PutAsync(tenant, campaign, SecretNames.DatabaseAtRest, address, default);
            await secrets.DeleteAsync(tenant, campaign, SecretNames.Database, default);
        }
    }

    private async Task<string[]> NamesAsync(string campaign)
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        return [.. await superuser.ListAsync("select name from secret where scope = $1 order by 1", [campaign], row => row.GetString(0), default)];
    }

    private async Task<BackupManifest> BackUpAsync(Func<string, Task> told) =>
        await new BackupWriter(Connections, Box, fixture.MasterKey, fixture.Time).RunAsync(
            folder[$"{fixture.NewId():n}.zip"], folder["data"], said => told(said).GetAwaiter().GetResult(), default);

    private void Write(string path, string content)
    {
        var file = Path.Combine(folder["data"], path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    private sealed class Maker : ICampaignDatabaseMaker
    {
        public List<string> Made { get; } = [];

        public Task<string> MakeAsync(string name, string nonce, string password, System.Threading.CancellationToken ct)
        {
            Made.Add(new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Database = name, Username = name, Password = password }.ConnectionString);
            return Task.FromResult(Made[^1]);
        }

        public Task DeleteAsync(string name, string nonce, System.Threading.CancellationToken ct) => Task.CompletedTask;
    }
}
