using System;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace PrizeDraw.Walk.Chaos;

/// <summary>
/// Thirty thousand entries (<c>PLATFORM_CHAOS_ENTRIES</c> asks for another number, such as 100000) over HTTP at one pool with every mode, cap
/// and limit, while the platform and the database are killed at random. Afterwards everything is recomputed from the rows, by SQL that
/// shares nothing with the code.
/// </summary>
public sealed class EntriesUnderKills(TestPostgres postgres, TempFolder folder, ITestOutputHelper told)
    : IClassFixture<TestPostgres>, IClassFixture<TempFolder>, IAsyncLifetime
{
    private const int Clients = 192, PlatformKills = 6, DatabaseKills = 3;
    private const string Slug = "under-kills";

    // Stocks and caps follow from the number of entries, so that each of them is met whatever it is.
    private static readonly int Entries = Given("PLATFORM_CHAOS_ENTRIES") ?? 30_000;
    private PlatformProcess platform = null!;

    private PlatformProcessOptions Options => new()
    {
        DataFolder = folder["data"],
        TemplateFolder = folder["template"],
        Database = postgres.SuperuserConnectionString,
    };

    public async Task InitializeAsync()
    {
        TinyTemplate.Write(Options.TemplateFolder);
        platform = await PlatformProcess.StartAsync(Options);
    }

    public async Task DisposeAsync() => await platform.DisposeAsync();

    [Fact]
    public async Task entries_under_random_kills_break_no_promise()
    {
        var seed = Given("PLATFORM_TEST_SEED") ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        told.WriteLine($"PLATFORM_TEST_SEED={seed}");
        var campaign = await OpenAsync();
        using var entrants = new Entrants(platform.Address, campaign.Slug, campaign.SiteKey, comeTwice: 20);
        using (var load = new Load(entrants, Clients))
        {
            await KillAtRandomAsync(load, new Random(seed));
            await load.AnsweredAsync(Entries, TimeSpan.FromMinutes(10) + TimeSpan.FromMilliseconds(20 * Entries));
            await load.EndAsync();
        }

        told.WriteLine($"{entrants.Told.Count} acknowledged, {entrants.Refused.Count} refused, {entrants.Retries} retries, {entrants.Unavailable} times unavailable");
        entrants.Wrong.ShouldBeEmpty();
        entrants.Refused.Distinct().ShouldBe(["entry.limit_reached"], "people who came twice are told so, and nobody else is refused");
        (await entrants.ChangedAnswersAsync(Entries / 20)).ShouldBeEmpty();
        await TheRowsKeepEveryPromiseAsync(entrants);
    }

    private async Task KillAtRandomAsync(Load load, Random random)
    {
        var kills = Enumerable.Repeat(true, PlatformKills).Concat(Enumerable.Repeat(false, DatabaseKills)).ToArray();
        random.Shuffle(kills);
        foreach (var isPlatform in kills)
        {
            await load.AnsweredMoreAsync(random.Next(500, Entries / (kills.Length + 1)));
            if (isPlatform)
            {
                await platform.KillAsync();
                await platform.DisposeAsync();
                platform = await PlatformProcess.StartAsync(Options, platform.Port);
            }
            else
            {
                await postgres.KillAsync();
                await postgres.StartAsync();
            }
        }
    }

    private async Task TheRowsKeepEveryPromiseAsync(Entrants entrants)
    {
        var database = (await CampaignTables.DatabasesAsync(postgres.SuperuserConnectionString))
            .Single(name => name.StartsWith("cmp_" + Slug.Replace('-', '_'), StringComparison.Ordinal));
        var connection = CampaignTables.In(postgres.SuperuserConnectionString, database);
        (await CampaignTables.BreachesAsync(connection)).ShouldBeEmpty();
        var stored = (await CampaignTables.ColumnAsync<string>(connection, "select idempotency_key from entry")).ToHashSet();
        entrants.Told.Keys.Where(key => !stored.Contains(key)).ShouldBeEmpty("an acknowledged entry is lost");
        var kept = (await CampaignTables.ColumnAsync<string>(connection, "select idempotency_key || told from entry")).ToHashSet();
        entrants.Told.Where(t => !kept.Contains(t.Key + Canonical(JsonNode.Parse(t.Value)!["outcome"]!)))
            .Select(t => t.Key).ShouldBeEmpty("what was told is not what is stored");
        var outcomes = await CampaignTables.ColumnAsync<string>(connection, "select p.name || ' ' || count(*) from entry e join prize p using (campaign_id, prize_id) group by p.name order by 1");
        told.WriteLine(string.Join(", ", outcomes));
        outcomes.Length.ShouldBe(4, "each mode gave something");
    }

    /// <summary>As the platform hashes it: names in order, absent values as null.</summary>
    private static string Canonical(JsonNode outcome) => outcome switch
    {
        JsonObject fields => "{" + string.Join(',', fields.OrderBy(f => f.Key, StringComparer.Ordinal)
            .Select(f => $"\"{f.Key}\":{(f.Value is null ? "null" : Canonical(f.Value))}")) + "}",
        _ => outcome.ToJsonString(),
    };

    private async Task<ReadyCampaign> OpenAsync()
    {
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        var now = TimeProvider.System.GetUtcNow();
        return await ReadyCampaign.PublishedAsync(
            admin, Slug, tenant => OfEveryMode(tenant, now), async id =>
            {
                var batch = await admin.PostAsync(
                    $"/v1/campaigns/{id}/coupon-batches", new JsonObject { ["name"] = "Vouchers", ["count"] = Entries * 3 / 10, ["prefix"] = "VCH" });
                batch.Status.ShouldBeInRange(200, 202, batch.Body?.ToJsonString());
                await ReadyAsync(admin, $"/v1/campaigns/{id}/coupon-batches/{(string)batch["id"]!}");
                var pools = await admin.GetAsync($"/v1/campaigns/{id}/pools");
                var voucher = pools["items"][0]!["prizes"]!.AsArray().Single(p => (string?)p!["name"] == "Voucher")!;
                var patched = await admin.SendAsync(
                    HttpMethod.Patch, $"/v1/prizes/{(string)voucher["id"]!}", new JsonObject { ["couponBatchId"] = (string)batch["id"]! });
                patched.Status.ShouldBe(200, patched.Body?.ToJsonString());
            });
    }

    private static async Task ReadyAsync(PlatformClient admin, string batch)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while ((string?)(await admin.GetAsync(batch)).Body?["state"] != "ready")
        {
            await poll.WaitForNextTickAsync(limit.Token);
        }
    }

    private static JsonObject OfEveryMode(string tenant, DateTimeOffset now)
    {
        var campaign = SampleCampaign.Of(tenant, Slug, now.AddHours(-3), now.AddDays(1), mugs: 300, dailyCap: 200);
        var pool = campaign["pools"]![0]!;
        pool["modes"] = new JsonArray("guaranteed", "moments", "probability", "consolation");
        var prizes = pool["prizes"]!.AsArray();
        prizes.RemoveAt(1);
        prizes.Add(new JsonObject
        {
            ["name"] = "Scarf", ["kind"] = "prize", ["mode"] = "guaranteed", ["everyNth"] = 100, ["stock"] = Entries * 6 / 1000, ["lowStockAt"] = 50, ["fulfilment"] = "delivery",
        });
        prizes.Add(new JsonObject
        {
            ["name"] = "Cup", ["kind"] = "prize", ["odds"] = new JsonObject { ["win"] = 1, ["outOf"] = 40 }, ["stock"] = Entries / 50, ["hourlyCap"] = Entries * 9 / 1000,
            ["lowStockAt"] = "10%", ["fulfilment"] = "delivery",
        });
        prizes.Add(new JsonObject
        {
            ["name"] = "Voucher", ["kind"] = "gift", ["mode"] = "consolation", ["stock"] = Entries / 4, ["fulfilment"] = "coupon",
        });
        return campaign;
    }

    private static int? Given(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
