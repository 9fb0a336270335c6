using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace PrizeDraw.Pools.Tests.Entries;

[Collection(PoolServerCollection.Name)]
public sealed class Entering_at_once(PoolServer server, ITestOutputHelper output)
{
    private const int Keys = 500, Tasks = 50, Times = 3, People = 120, PerPerson = 4, Cars = 20, Mugs = 150;

    private static CampaignSettings Crowded(CampaignSettings s) => s with
    {
        Limits = new Limits(EntriesPerEntrant: PerPerson, WinsPerEntrant: 1),
        // Finer than storage keeps instants: what is told must be what a replay tells.
        Draw = new DrawSettings { Id = Ids.New(Ids.Draw, PoolHost.Noon), Name = "Main", At = PoolHost.Closes.AddHours(1).AddTicks(1_234_567) },
        Pools =
        [
            new PoolSettings
            {
                Name = "Entries",
                Modes = ["moments", "consolation"],
                Prizes = [new PrizeSettings { Name = "car", Stock = Cars }, new PrizeSettings { Name = "mug", Kind = "gift", DailyCap = Mugs }],
                Moments = [.. Enumerable.Range(0, Cars + 10).Select(i => new MomentSettings(PoolHost.Opens.AddHours(i), "car"))],
            },
        ],
    };

    [Fact]
    public async Task gives_exact_counts_and_one_answer_per_key_for_ever()
    {
        var answers = new ConcurrentDictionary<string, ConcurrentBag<Result<EntryAnswer>>>();
        TestCampaign campaign;
        await using (var host = await server.StartHostAsync(o => o.BatchMax = 64))
        {
            campaign = await host.AddCampaignAsync(Crowded);
            var watch = Stopwatch.StartNew();
            await SubmitAllAsync(host.Pool(campaign), answers);
            output.WriteLine($"{Keys * Times} submissions of {Keys} entries in {watch.ElapsedMilliseconds} ms: {Keys * Times / watch.Elapsed.TotalSeconds:f0} a second.");
        }

        // Who has five keys among these people gets four entries; which of them is a matter of the race.
        var expected = Enumerable.Range(0, Keys).GroupBy(i => i % People).Sum(g => Math.Min(g.Count(), PerPerson));
        var refused = answers.Where(a => a.Value.Any(r => r.Refusal is not null)).ToArray();
        refused.SelectMany(a => a.Value).ShouldAllBe(r => r.Refusal != null && r.Refusal.Code == "entry.limit_reached");
        var acknowledged = answers.Except(refused).ToDictionary(a => a.Key, a => a.Value.Select(r => PoolFacts.Bytes(r.Value!)).Distinct().ShouldHaveSingleItem());
        acknowledged.Count.ShouldBe(expected);
        var told = answers.Except(refused).ToDictionary(a => a.Key, a => a.Value.First().Value!);
        told.Values.Select(a => a.Number).Order().ShouldBe(Enumerable.Range(1, expected).Select(n => (long)n));
        told.Values.CountBy(a => a.Outcome.Kind).ToDictionary()
            .ShouldBe(new Dictionary<string, int> { ["prize"] = Cars, ["gift"] = Mugs, ["none"] = expected - Cars - Mugs }, ignoreOrder: true);

        await using var next = await server.StartHostAsync();
        await PoolFacts.HoldAsync(next, campaign, 0, told);
        var replays = await Task.WhenAll(acknowledged.Keys.Select(async key => (key, Answer: await next.Pool(campaign).SubmitAsync(Entry(key)))));
        foreach (var (key, answer) in replays)
        {
            PoolFacts.Bytes(answer.Value.ShouldNotBeNull()).ShouldBe(acknowledged[key]);
        }

        await PoolFacts.HoldAsync(next, campaign, 0, told);
    }

    [Fact]
    public async Task refuses_a_key_with_another_content_and_text_that_no_database_holds_and_goes_on()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        var pool = host.Pool(campaign);
        var first = (await pool.SubmitAsync(Sent.Entry("first-key", "alice"))).Value.ShouldNotBeNull();
        var poison = Sent.Entry("poison-key", "bob");
        var answers = await Task.WhenAll(
            pool.SubmitAsync(Sent.Entry("first-key", "bob")),
            pool.SubmitAsync(poison with { Entrant = poison.Entrant with { LastName = "a\0b" } }),
            pool.SubmitAsync(poison with { Entrant = poison.Entrant with { County = "\ud800" } }),
            pool.SubmitAsync(Sent.Entry("other-key", "carol")));
        answers.Select(a => a.Refusal?.Code).ShouldBe(["idempotency.key_reused", "entry.invalid", "entry.invalid", null]);
        await PoolFacts.HoldAsync(host, campaign, 0, new Dictionary<string, EntryAnswer> { ["first-key"] = first, ["other-key"] = answers[3].Value! });
    }

    [Fact]
    public async Task answers_a_repeated_key_in_every_phase_and_others_as_the_phase_is()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        var pool = host.Pool(campaign);
        var first = PoolFacts.Bytes((await pool.SubmitAsync(Sent.Entry("first-key", "alice"))).Value!);

        async Task InThisPhaseAsync(string code)
        {
            (await pool.SubmitAsync(Sent.Entry($"key {code}", "bob"))).Refusal.ShouldNotBeNull().Code.ShouldBe(code);
            PoolFacts.Bytes((await pool.SubmitAsync(Sent.Entry("first-key", "alice"))).Value.ShouldNotBeNull()).ShouldBe(first);
        }

        await host.SetPhaseAsync(campaign, 0, published: true, paused: true);
        await InThisPhaseAsync("campaign.paused");
        await host.SetPhaseAsync(campaign, 0, published: false, paused: false);
        await InThisPhaseAsync("campaign.not_open");
        await host.SetPhaseAsync(campaign, 0, published: true, paused: false);
        (await pool.SubmitAsync(Sent.Entry("second-key", "bob"))).Value.ShouldNotBeNull().Number.ShouldBe(2);
        (await pool.CloseAsync(new ClosePool(PoolHost.Manager, PoolHost.Noon))).Value.ShouldBe(2);
        await InThisPhaseAsync("campaign.has_closed");
        (await pool.CloseAsync(new ClosePool(PoolHost.Manager, PoolHost.Noon.AddDays(1)))).Value.ShouldBe(2);
        (await pool.ConfigureAsync(new ConfigurePool(PoolHost.Manager, campaign.Settings.Pools[0], 0, campaign.Settings))).Refusal
            .ShouldNotBeNull().Code.ShouldBe("pool.has_entries");
    }

    private static SubmitEntry Entry(string key) => Sent.Entry(key, $"person-{int.Parse(key.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture) % People}");

    private static Task SubmitAllAsync(IPrizePoolGrain pool, ConcurrentDictionary<string, ConcurrentBag<Result<EntryAnswer>>> answers)
    {
        var work = Enumerable.Range(0, Times).SelectMany(_ => Enumerable.Range(0, Keys)).Select(i => $"key-{i}").ToArray();
        new Random(1).Shuffle(work);
        return Task.WhenAll(work.Chunk(work.Length / Tasks).Select(chunk => Task.Run(async () =>
        {
            foreach (var key in chunk)
            {
                answers.GetOrAdd(key, _ => []).Add(await pool.SubmitAsync(Entry(key)));
            }
        })));
    }
}
