using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Net.Http;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Providers.Postgres;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Silo;
using PrizeDraw.Storage.Backups;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Upkeep;

/// <summary>The drill: a backup of a platform on one server becomes a platform on another.</summary>
[UnsupportedOSPlatform("windows"), Collection(BackedUpFixture.Shared)]
public sealed class Backup_and_restore(BackedUpFixture done)
{
    // What a restore writes itself, and what the platform may have changed while the backup went on.
    private static readonly string[] Different = ["installation", "audit_event", "secret", "deployment_step"];

    [Fact]
    public async Task a_backup_becomes_the_same_installation_on_another_server()
    {
        using var folder = new TempFolder();
        var options = await RestoredAsync(folder);
        await IsTheSameAsync(folder, options);
        await ReplacesTheSuperusersPasswordAsync(folder, options);
        await using (var platform = await PlatformProcess.StartAsync(new PlatformProcessOptions { DataFolder = folder["data"], TemplateFolder = done.Folder["template"] }))
        {
            await GoesOnAsync(platform, folder);
            await IsRefusedWhileItRunsAsync(folder, options);
        }

        await ServerEndsAsync(folder);
    }

    /// <summary>By what the server has, not by what the platform says that there is: a campaign it forgot is forgotten in both of its backups.</summary>
    [Fact]
    public async Task a_backup_has_every_table_of_every_campaigns_database_that_the_server_has()
    {
        var copied = Manifest(done.Backup)["databases"]!.AsArray().Where(d => d!["campaignId"] is not null).ToDictionary(d => (string)d!["name"]!, d => d!);
        var there = await done.ListAsync("postgres", "select datname::text from pg_database where datname like 'cmp\\_%' order by 1");
        there.Length.ShouldBe(2);
        copied.Keys.Order(StringComparer.Ordinal).ShouldBe(there);
        foreach (var database in there)
        {
            ((bool)copied[database]["isSuperseded"]!).ShouldBeFalse(database);
            var tables = copied[database]["tables"]!.AsArray().ToDictionary(t => (string)t!["name"]!, t => (long)t!["rows"]!);
            var real = await done.ListAsync(database, "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'schema_migration' order by 1");
            tables.Keys.Order(StringComparer.Ordinal).ShouldBe(real.Order(StringComparer.Ordinal), database);
            foreach (var table in (string[])["entry", "pool", "moment", "winner"])
            {
                tables[table].ShouldBe(long.Parse((await done.ListAsync(database, $"select count(*)::text from {table}"))[0], null), $"{database}.{table}");
            }
        }
    }

    [Fact]
    public async Task a_changed_backup_is_refused_and_changes_nothing()
    {
        using var folder = new TempFolder();
        foreach (var (name, change) in Changes)
        {
            var file = folder[$"{name}.zip"];
            File.Copy(done.Backup, file);
            using (var archive = ZipFile.Open(file, ZipArchiveMode.Update))
            {
                change(archive);
            }

            var refused = await RefusedAsync(folder, file, done.MasterKey);
            refused.ShouldContain("changed or damaged", Case.Sensitive, name);
        }

        var cut = folder["cut.zip"];
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(done.Backup))[..^500]);
        (await RefusedAsync(folder, cut, done.MasterKey)).ShouldContain("damaged or was cut short");
    }

    [Fact]
    public async Task another_master_key_is_refused_with_what_to_do()
    {
        using var folder = new TempFolder();
        var refused = await RefusedAsync(folder, done.Backup, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        refused.ShouldContain("master.key");
        refused.ShouldContain("PLATFORM_MASTER_KEY");
        (await RefusedAsync(folder, done.Backup, null)).ShouldContain("holds no master key");
        using var archive = ZipFile.OpenRead(done.Backup);
        var key = Convert.FromBase64String(done.MasterKey.Trim());
        foreach (var entry in archive.Entries)
        {
            using var content = new MemoryStream();
            await using var stream = await entry.OpenAsync();
            await stream.CopyToAsync(content);
            content.ToArray().AsSpan().IndexOf(key).ShouldBe(-1, entry.FullName);
            Encoding.Latin1.GetString(content.ToArray()).ShouldNotContain(done.MasterKey.Trim());
        }
    }

    [Fact]
    public async Task what_is_not_empty_is_not_restored_into()
    {
        var refused = await Should.ThrowAsync<BackupException>(
            () => BackupCommands.RestoreAsync(done.Options, done.Backup, _ => { }, TimeProvider.System, default));
        refused.Message.ShouldContain("empty installation");
        await Should.ThrowAsync<BackupException>(() => BackupCommands.BackupAsync(done.Options, done.Backup, _ => { }, TimeProvider.System, default));
    }

    private static IEnumerable<(string Name, Action<ZipArchive> Change)> Changes =>
    [
        ("a row", archive => Edit(archive, archive.Entries.First(e => e.FullName.StartsWith("campaigns/", StringComparison.Ordinal) && e.FullName.EndsWith("/entry.copy", StringComparison.Ordinal)), text => text[..^2] + "X\n")),
        ("a row less", archive => Edit(archive, archive.GetEntry("central/audit_event.copy")!, text => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..])),
        ("its manifest", archive => Edit(archive, archive.GetEntry("manifest.json")!, text => text.Replace("\"rows\": 12", "\"rows\": 11", StringComparison.Ordinal))),
        ("a table less", archive => archive.GetEntry("central/campaign.copy")!.Delete()),
        ("a file more", archive => archive.CreateEntry("files/../../planted")),
    ];

    private static void Edit(ZipArchive archive, ZipArchiveEntry entry, Func<string, string> change)
    {
        using var reader = new StreamReader(entry.Open());
        var text = reader.ReadToEnd();
        reader.Dispose();
        var (name, changed) = (entry.FullName, change(text));
        changed.ShouldNotBe(text);
        entry.Delete();
        using var writer = new StreamWriter(archive.CreateEntry(name).Open());
        writer.Write(changed);
    }

    private static PlatformOptions OptionsIn(TempFolder folder) => new()
    {
        DataFolder = folder["data"], TemplateFolder = folder["template"], PostgresPort = PlatformProcess.FreePort(), Durable = false,
    };

    private static async Task<string> RefusedAsync(TempFolder folder, string file, string? key)
    {
        Directory.CreateDirectory(folder["data"]);
        File.Delete(Path.Combine(folder["data"], "master.key"));
        if (key is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder["data"], "master.key"), key);
        }

        var refused = await Should.ThrowAsync<BackupException>(
            () => BackupCommands.RestoreAsync(OptionsIn(folder), file, _ => { }, TimeProvider.System, default));
        Directory.GetFileSystemEntries(folder["data"]).Select(Path.GetFileName).ShouldBe(key is null ? [] : ["master.key"]);
        return refused.Message;
    }

    private async Task<PlatformOptions> RestoredAsync(TempFolder folder)
    {
        Directory.CreateDirectory(folder["data"]);
        await File.WriteAllTextAsync(Path.Combine(folder["data"], "master.key"), done.MasterKey);
        var options = OptionsIn(folder);
        await BackupCommands.RestoreAsync(options, done.Backup, _ => { }, TimeProvider.System, default);
        return options;
    }

    private async Task GoesOnAsync(PlatformProcess platform, TempFolder folder)
    {
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        var stats = (await admin.GetAsync($"/v1/campaigns/{done.CampaignId}/stats")).Body!;
        foreach (var counted in (string[])["entries", "entrants", "outcomes", "prizes"])
        {
            stats[counted]!.ToJsonString().ShouldBe(done.Stats[counted]!.ToJsonString());
        }

        using var anybody = PatientHandler.Client(platform.Address);
        foreach (var (path, content) in done.Public)
        {
            (await anybody.GetStringAsync(path)).ShouldBe(content, path);
        }

        await VerifyAsync(folder);
        var installation = (await admin.GetAsync("/v1/installation")).Body!;
        installation.ToJsonString().ShouldContain("\"confirmedAt\":null", Case.Sensitive, "a restored installation waits for somebody to look");
        var site = new Uri((string)(await admin.GetAsync($"/v1/campaigns/{done.CampaignId}")).Body!["siteUrl"]!);
        (await anybody.GetStringAsync(site)).ShouldContain(done.Slug);
        (await admin.PostAsync("/v1/installation/confirm", new JsonObject { ["incarnation"] = (string)installation["incarnation"]!["id"]! })).Status.ShouldBe(200);
        (await done.Archived.WakesWithAsync(admin)).ShouldBe(1, "what was archived comes back with its data");
    }

    /// <summary>The platform was killed: its server notices, and ends by itself. Until then its folder can't be deleted.</summary>
    private static async Task ServerEndsAsync(TempFolder folder)
    {
        var instance = Path.Combine(folder["data"], "postgres", "server", "cluster", "postmaster.pid");
        using var limit = new System.Threading.CancellationTokenSource(TimeSpan.FromMinutes(5));
        using var poll = new System.Threading.PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (File.Exists(instance))
        {
            await poll.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Of the server that comes with the platform; nobody else's is touched, nor that of a platform that runs.</summary>
    private async Task ReplacesTheSuperusersPasswordAsync(TempFolder folder, PlatformOptions options)
    {
        var before = await SuperusersPasswordAsync(folder);
        (await Should.ThrowAsync<StartException>(() => RotateCommand.SuperuserAsync(options with { Database = done.Superuser }, _ => { }, TimeProvider.System, default)))
            .Message.ShouldContain("not the platform's own");
        (await SuperusersPasswordAsync(folder)).ShouldBe(before);
        await RotateCommand.SuperuserAsync(options, _ => { }, TimeProvider.System, default);
        (await SuperusersPasswordAsync(folder)).ShouldNotBe(before);
    }

    private static async Task IsRefusedWhileItRunsAsync(TempFolder folder, PlatformOptions options)
    {
        var before = await SuperusersPasswordAsync(folder);
        (await Should.ThrowAsync<EmbeddedPostgresException>(() => RotateCommand.SuperuserAsync(options, _ => { }, TimeProvider.System, default)))
            .Message.ShouldContain("Another running platform");
        (await SuperusersPasswordAsync(folder)).ShouldBe(before);
        var server = Path.Combine(folder["data"], "postgres");
        var port = int.Parse((await File.ReadAllLinesAsync(Path.Combine(server, "server", "cluster", "postmaster.pid")))[3], CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(EmbeddedFiles.ConnectionStringOf(server, port)) { Database = "platform", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var audited = new NpgsqlCommand("select count(*) from audit_event where action = 'installation.superuser_password_replaced'", connection);
        (await audited.ExecuteScalarAsync()).ShouldBe(1L);
    }

    private static Task<string> SuperusersPasswordAsync(TempFolder folder) => File.ReadAllTextAsync(Path.Combine(folder["data"], "postgres", "superuser.password"));

    /// <summary>A backup of what was restored holds the same rows, table by table, and the same files.</summary>
    private async Task IsTheSameAsync(TempFolder folder, PlatformOptions options)
    {
        await BackupCommands.BackupAsync(options, folder["again.zip"], _ => { }, TimeProvider.System, default);
        var (before, after) = (Manifest(done.Backup), Manifest(folder["again.zip"]));
        Hashes(after).ShouldBe(Hashes(before));
        Hashes(before).Count(h => h.Contains("/entry ", StringComparison.Ordinal)).ShouldBe(2);
        ((string?)after["incarnation"]).ShouldNotBe((string?)before["incarnation"]);
        ((string?)after["installation"]).ShouldBe((string?)before["installation"]);
        after["files"]!.ToJsonString().ShouldBe(before["files"]!.ToJsonString());
        var entries = before["databases"]!.AsArray().Single(d => (string?)d!["campaignId"] == done.CampaignId)!["tables"]!.AsArray().Single(t => (string)t!["name"]! == "entry")!;
        ((long)entries["rows"]!).ShouldBe(BackedUpFixture.People);
        var repositories = Directory.GetDirectories(Path.Combine(folder["data"], "repositories"));
        repositories.Length.ShouldBe(2);
        foreach (var repository in repositories)
        {
            (await GitAsync(repository, "rev-parse", "main")).Trim().Length.ShouldBe(40);
            await GitAsync(repository, "fsck", "--strict");
        }
    }

    private static List<string> Hashes(JsonNode manifest) =>
    [
        .. manifest["databases"]!.AsArray().SelectMany(d => d!["tables"]!.AsArray().Where(t => d["campaignId"] is not null || !Different.Contains((string)t!["name"]!))
            .Select(t => $"{(string?)d["campaignId"]}/{(string)t!["name"]!} {(long)t["rows"]!} {(string)t["sha256"]!}")),
    ];

    private static JsonNode Manifest(string file)
    {
        using var archive = ZipFile.OpenRead(file);
        using var stream = archive.GetEntry("manifest.json")!.Open();
        return JsonNode.Parse(stream)!;
    }

    private async Task VerifyAsync(TempFolder folder)
    {
        if (!Verifier.IsExpected)
        {
            return;
        }

        var files = new List<string>();
        foreach (var (path, content) in done.Public.Where(p => p.Key.StartsWith("/v1/sites", StringComparison.Ordinal)))
        {
            files.Add(folder[Path.GetFileName(path)]);
            await File.WriteAllTextAsync(files[^1], content);
        }

        var (exit, said) = await Verifier.RunAsync(files);
        exit.ShouldBe(0, said);
    }

    private static async Task<string> GitAsync(string repository, params string[] arguments)
    {
        using var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", ["-C", repository, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var said = await git.StandardOutput.ReadToEndAsync() + await git.StandardError.ReadToEndAsync();
        await git.WaitForExitAsync();
        git.ExitCode.ShouldBe(0, said);
        return said;
    }
}
