using System;
using System.IO;
using System.Runtime.Versioning;
using System.Threading;
using System.Threading.Tasks;
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

    /// <summary>Killed as soon as it says each of these; the platform does not start in between.</summary>
    private async Task KilledAsync(TempFolder folder, string? database, params string[] sayings)
    {
        foreach (var saying in sayings)
        {
            await using var restore = await StartAsync(folder, database, "restore", done.Backup);
            await SaysAsync(restore, saying);
            await restore.KillAsync();
        }

        await using var platform = await StartAsync(folder, database);
        await platform.WaitForExitAsync();
        platform.Output.ShouldContain("restore the same file again");
    }

    private async Task RestoredAsync(TempFolder folder, string? database)
    {
        await using var restore = await StartAsync(folder, database, "restore", done.Backup);
        await restore.WaitForExitAsync();
        restore.Output.ShouldContain("Restored as it stood");
        File.Exists(Path.Combine(folder["data"], "restore.begun")).ShouldBeFalse();
        await using var platform = await StartAsync(folder, database);
        await platform.WaitUntilReadyAsync();
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        (await admin.GetAsync($"/v1/campaigns/{done.CampaignId}/stats")).Body!["entries"]!.ToJsonString().ShouldBe(done.Stats["entries"]!.ToJsonString());
    }

    private Task<PlatformProcess> StartAsync(TempFolder folder, string? database, params string[] further) => PlatformProcess.StartAsync(
        new PlatformProcessOptions { DataFolder = folder["data"], TemplateFolder = done.Folder["template"], Database = database, Further = further },
        waitUntilReady: false);

    private static async Task SaysAsync(PlatformProcess process, string saying)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!process.Output.Contains(saying, StringComparison.Ordinal))
        {
            process.HasExited.ShouldBeFalse(process.Output);
            await poll.WaitForNextTickAsync(limit.Token);
        }
    }
}
