using System;
using System.IO;
using System.Runtime.Versioning;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Silo;
using PrizeDraw.Storage.Backups;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Upkeep;

/// <summary>A restore whose process is killed: nothing starts on the half of it, and the same command again comes to its end.</summary>
[UnsupportedOSPlatform("windows"), Collection(BackedUpFixture.Shared)]
public sealed class Restoring_again(BackedUpFixture done)
{
    [Fact]
    public async Task after_it_was_killed_takes_away_what_was_left_and_comes_to_its_end()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["data"]);
        await File.WriteAllTextAsync(Path.Combine(folder["data"], "master.key"), done.MasterKey);
        await KilledAsync(folder, null, "Checking the backup", "central database:", "cmp_");
        await RestoredAsync(folder, null);
    }

    [Fact]
    public async Task on_another_server_leaves_nothing_of_the_first_and_nothing_starts_before()
    {
        var postgres = new TestPostgres();
        await ((IAsyncLifetime)postgres).InitializeAsync();
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["data"]);
        await File.WriteAllTextAsync(Path.Combine(folder["data"], "master.key"), done.MasterKey);
        await KilledAsync(folder, postgres.SuperuserConnectionString, "central database:", "cmp_");
        await RestoredAsync(folder, postgres.SuperuserConnectionString);
        await ((IAsyncLifetime)postgres).DisposeAsync();
    }

    [Fact]
    public async Task after_its_server_was_lost_is_marked_until_that_is_back_and_all_was_taken_away()
    {
        var postgres = new TestPostgres();
        await ((IAsyncLifetime)postgres).InitializeAsync();
        using var folder = new TempFolder();
        var options = await OptionsAsync(folder, postgres);
        var isLost = false;
        void Lose(string said)
        {
            if (!isLost && said.StartsWith("cmp_", StringComparison.Ordinal))
            {
                isLost = true;
                postgres.KillAsync().GetAwaiter().GetResult();
            }
        }

        var told = await Should.ThrowAsync<Exception>(() => BackupCommands.RestoreAsync(options, done.Backup, Lose, TimeProvider.System, default));
        isLost.ShouldBeTrue();
        IsMarked(folder).ShouldBeTrue(told.Message);
        told.Message.ShouldContain("call the same command again");

        // The server is still away: nothing can be taken away.
        await Should.ThrowAsync<Exception>(() => BackupCommands.RestoreAsync(options, done.Backup, _ => { }, TimeProvider.System, default));
        IsMarked(folder).ShouldBeTrue();
        await postgres.StartAsync();
        await using (var platform = await StartAsync(folder, postgres.SuperuserConnectionString, null))
        {
            await platform.WaitForExitAsync();
            platform.Output.ShouldContain("restore the same file again");
        }

        await RestoredAsync(folder, postgres.SuperuserConnectionString);
        await ((IAsyncLifetime)postgres).DisposeAsync();
    }

    [Fact]
    public async Task after_it_was_cut_short_before_it_had_looked_takes_nothing_for_its_own()
    {
        var postgres = new TestPostgres();
        await ((IAsyncLifetime)postgres).InitializeAsync();
        using var other = new TempFolder();
        await BackupCommands.RestoreAsync(await OptionsAsync(other, postgres), done.Backup, _ => { }, TimeProvider.System, default);
        var databases = await DatabasesAsync(postgres, "drop database platform with (force)");
        databases.Length.ShouldBe(2);

        using var folder = new TempFolder();
        var options = await OptionsAsync(folder, postgres);
        await File.WriteAllTextAsync(Path.Combine(folder["data"], "restore.begun"), $"127.0.0.1:{postgres.Port}");
        (await Should.ThrowAsync<BackupException>(() => BackupCommands.RestoreAsync(options, done.Backup, _ => { }, TimeProvider.System, default)))
            .Message.ShouldContain($"the server has a database or role '{databases[0]}'");
        (await DatabasesAsync(postgres)).ShouldBe(databases);
        IsMarked(folder).ShouldBeFalse("it has made nothing");
        await ((IAsyncLifetime)postgres).DisposeAsync();
    }

    private static bool IsMarked(TempFolder folder) => File.Exists(Path.Combine(folder["data"], "restore.begun"));

    private async Task<PlatformOptions> OptionsAsync(TempFolder folder, TestPostgres postgres)
    {
        Directory.CreateDirectory(folder["data"]);
        await File.WriteAllTextAsync(Path.Combine(folder["data"], "master.key"), done.MasterKey);
        return new PlatformOptions { DataFolder = folder["data"], TemplateFolder = done.Folder["template"], Database = postgres.SuperuserConnectionString };
    }

    private static async Task<string[]> DatabasesAsync(TestPostgres postgres, string? before = null)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres.SuperuserConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        if (before is not null)
        {
            await using var first = new NpgsqlCommand(before, connection);
            await first.ExecuteNonQueryAsync();
        }

        await using var command = new NpgsqlCommand("select array_agg(datname::text order by datname) from pg_database where datname like 'cmp\\_%'", connection);
        return (string[])(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Killed where it says each of these; the platform does not start in between.</summary>
    private async Task KilledAsync(TempFolder folder, string? database, params string[] sayings)
    {
        foreach (var saying in sayings)
        {
            await using var restore = await StartAsync(folder, database, saying, "restore", done.Backup);
            await SaysAsync(restore, saying);
            await restore.KillAsync();
        }

        await using var platform = await StartAsync(folder, database, null);
        await platform.WaitForExitAsync();
        platform.Output.ShouldContain("restore the same file again");
    }

    private async Task RestoredAsync(TempFolder folder, string? database)
    {
        await using var restore = await StartAsync(folder, database, null, "restore", done.Backup);
        await restore.WaitForExitAsync();
        restore.Output.ShouldContain("Restored as it stood");
        File.Exists(Path.Combine(folder["data"], "restore.begun")).ShouldBeFalse();
        await using var platform = await StartAsync(folder, database, null);
        await platform.WaitUntilReadyAsync();
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        (await admin.GetAsync($"/v1/campaigns/{done.CampaignId}/stats")).Body!["entries"]!.ToJsonString().ShouldBe(done.Stats["entries"]!.ToJsonString());
    }

    /// <param name="holdsAt">What it stands still at having said it, so that nothing comes after.</param>
    private Task<PlatformProcess> StartAsync(TempFolder folder, string? database, string? holdsAt, params string[] further) => PlatformProcess.StartAsync(
        new PlatformProcessOptions
        {
            DataFolder = folder["data"], TemplateFolder = done.Folder["template"], Database = database, Further = further, HoldsOnceSaid = holdsAt,
        },
        waitUntilReady: false);

    private static async Task SaysAsync(PlatformProcess process, string saying)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!process.Output.Contains(saying, StringComparison.Ordinal))
        {
            process.HasExited.ShouldBeFalse(process.Output);
            await poll.WaitForNextTickAsync(limit.Token);
        }
    }
}
