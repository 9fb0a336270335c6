using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace PrizeDraw.Walk.Codes;

/// <summary>A million codes, generated while platform and database are killed at random points: exactly as many, each once.</summary>
public sealed class Killed_while_generating(TestPostgres postgres, TempFolder folder, ITestOutputHelper told)
    : IClassFixture<TestPostgres>, IClassFixture<TempFolder>
{
    private const long Count = 1_000_000;

    private PlatformProcessOptions Options => new()
    {
        DataFolder = folder["data"],
        TemplateFolder = folder["template"],
        Database = postgres.SuperuserConnectionString,
    };

    [Fact]
    public async Task A_million_codes_come_out_exact()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        told.WriteLine($"seed {seed}");
        TinyTemplate.Write(Options.TemplateFolder);
        var platform = await PlatformProcess.StartAsync(Options);
        try
        {
            var (campaign, path) = await BeginAsync(platform);
            foreach (var kill in new[] { "platform", "database", "platform" })
            {
                // Anywhere in a chunk, or between two.
                var before = await GeneratedAsync(platform, path);
                await WaitAsync(platform, path, batch => batch.Generated > before + random.Next(200_000) || batch.State == "ready");
                if (kill == "database")
                {
                    await postgres.KillAsync();
                    await postgres.StartAsync();
                    continue;
                }

                await platform.KillAsync();
                await platform.DisposeAsync();
                platform = await PlatformProcess.StartAsync(Options, platform.Port);
                told.WriteLine($"killed after {before}, goes on from {await GeneratedAsync(platform, path)}");
            }

            var done = await WaitAsync(platform, path, batch => batch.State is "ready" or "failed");
            done.ShouldBe(("ready", Count));
            await ItIsExactAsync(campaign);
        }
        finally
        {
            await platform.DisposeAsync();
        }
    }

    private static async Task<(string Slug, string Path)> BeginAsync(PlatformProcess platform)
    {
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        var now = TimeProvider.System.GetUtcNow();
        var ready = await ReadyCampaign.PublishedAsync(
            admin, "million-codes", tenant => SampleCampaign.Of(tenant, "million-codes", now.AddMinutes(-1), now.AddDays(1)));
        var created = await admin.PostAsync($"/v1/campaigns/{ready.Id}/coupon-batches", new JsonObject
        {
            ["name"] = "A million", ["count"] = Count, ["prefix"] = "MIL",
        });
        created.Status.ShouldBe(202, created.Body?.ToJsonString());
        return (ready.Slug, $"/v1/campaigns/{ready.Id}/coupon-batches/{created["id"]}");
    }

    private static async Task<long> GeneratedAsync(PlatformProcess platform, string path) =>
        (await WaitAsync(platform, path, _ => true)).Generated;

    /// <summary>Reads the batch until it is as asked, for a quarter of an hour at most. A database that is away is asked again.</summary>
    private static async Task<(string State, long Generated)> WaitAsync(
        PlatformProcess platform, string path, Func<(string State, long Generated), bool> asked)
    {
        using var client = new PlatformClient(platform.Address);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var signedIn = false;
        while (await poll.WaitForNextTickAsync(limit.Token))
        {
            if (!signedIn)
            {
                try
                {
                    await client.LoginAsync();
                    signedIn = true;
                }
                catch (InvalidOperationException)
                {
                    continue;
                }
            }

            if (await client.GetAsync(path) is { Status: 200 } batch && asked(((string)batch["state"]!, (long)batch["generated"]!)))
            {
                return ((string)batch["state"]!, (long)batch["generated"]!);
            }
        }

        throw new TimeoutException("The batch did not become what was asked.");
    }

    private async Task ItIsExactAsync(string slug)
    {
        var database = (await CampaignTables.DatabasesAsync(postgres.SuperuserConnectionString))
            .Single(name => name.StartsWith("cmp_" + slug.Replace('-', '_'), StringComparison.Ordinal));
        var connection = CampaignTables.In(postgres.SuperuserConnectionString, database);
        foreach (var what in new[] { "count(*)", "count(distinct code)", "count(distinct seq)", "max(seq)" })
        {
            (await CampaignTables.ColumnAsync<long>(connection, $"select {what} from code")).ShouldHaveSingleItem().ShouldBe(Count, what);
        }

        (await CampaignTables.ColumnAsync<long>(connection, "select generated from code_batch")).ShouldHaveSingleItem().ShouldBe(Count);
        (await CampaignTables.ColumnAsync<long>(connection, "select count(*) from code where code not like 'M11%' or length(code) <> 17"))
            .ShouldHaveSingleItem().ShouldBe(0);
    }
}
