using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Modes;

[Collection(PoolServerCollection.Name)]
public sealed class Changing_under_load(PoolServer server)
{
    private static CampaignSettings Mugs(CampaignSettings s) => s with
    {
        Pools =
        [
            new PoolSettings { Name = "Mugs", Modes = ["consolation"], Prizes = [new PrizeSettings { Name = "mug", Kind = "gift", Stock = 1_000_000 }] },
        ],
    };

    [Fact]
    public async Task is_in_force_from_the_number_that_is_answered_and_for_every_later_entry()
    {
        await using var host = await server.StartHostAsync(o => o.BatchMax = 10);
        var campaign = await host.AddCampaignAsync(Mugs);
        var pool = campaign.Settings.Pools[0];
        var paused = pool with { Prizes = [pool.Prizes[0] with { Paused = true }] };
        var told = new ConcurrentDictionary<string, EntryAnswer>();
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 16).Select(c => Task.Run(() => EnterAsync(host, campaign, told, c, stop.Token))).ToArray();

        // Each change takes hold while entries are on their way: (from this number on, whether mugs are given).
        var phases = new List<(long From, bool Gives)> { (1, true) };
        for (var i = 0; i < 6; i++)
        {
            await UntilAsync(() => told.Count >= (i + 1) * 60, clients);
            var next = i % 2 == 0 ? paused : pool;
            phases.Add(((await host.Pool(campaign).ChangeAsync(new ChangePool(PoolHost.Manager, next))).Value, i % 2 != 0));
        }

        await UntilAsync(() => told.Count >= 500, clients);
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        phases.Select(p => p.From).ShouldBeInOrder();
        phases[^1].From.ShouldBeGreaterThan(1);
        foreach (var answer in told.Values)
        {
            (answer.Outcome.Kind == "gift").ShouldBe(phases.Last(p => p.From <= answer.Number).Gives, $"number {answer.Number} of {string.Join(' ', phases)}");
        }

        await PoolFacts.HoldAsync(host, campaign, 0, told);
        await using var database = await host.OpenAsync(campaign);
        (await database.ListAsync("select from_number from pool_change order by ordinal", r => r.GetInt64(0))).ShouldBe(phases.Select(p => p.From));
        (await database.ListAsync("select (after ->> 'from')::bigint from audit where action = 'pool.changed' order by event_id", r => r.GetInt64(0)))
            .ShouldBe(phases.Skip(1).Select(p => p.From));
    }

    [Fact]
    public async Task changes_nothing_when_it_is_sent_again_and_never_takes_away_what_was_given()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(Mugs);
        var pool = campaign.Settings.Pools[0];
        var told = new Dictionary<string, EntryAnswer>();
        await EnterAsync(host, campaign, told, 3, "mug");
        var fewer = pool with { Prizes = [pool.Prizes[0] with { Stock = 2 }] };
        (await ChangeAsync(host, campaign, fewer)).Refusal.ShouldNotBeNull().Code.ShouldBe("prize.stock_below_allocated");
        (await ChangeAsync(host, campaign, pool with { Prizes = [pool.Prizes[0] with { Name = "cup" }] })).Refusal!.Code.ShouldBe("pool.not_changeable");
        var last = pool with
        {
            Prizes =
            [
                pool.Prizes[0] with { Stock = 3 },
                new PrizeSettings { Id = Ids.New(Ids.Prize, PoolHost.Noon), Name = "pen", Kind = "gift", HourlyCap = 2 },
            ],
        };
        (await ChangeAsync(host, campaign, last)).Value.ShouldBe(4);
        (await ChangeAsync(host, campaign, last)).Value.ShouldBe(4);
        await EnterAsync(host, campaign, told, 2, "pen");
        await EnterAsync(host, campaign, told, 1, null);
        (await ChangeAsync(host, campaign, last)).Value.ShouldBe(7);
        (await ChangeAsync(host, campaign, last with { Paused = true })).Value.ShouldBe(7);
        (await host.Pool(campaign).SubmitAsync(Sent.Entry("key-paused", "p"))).Refusal.ShouldNotBeNull().Code.ShouldBe("campaign.paused");

        await using var next = await server.StartHostAsync();
        (await next.Pool(campaign).SubmitAsync(Sent.Entry("key-paused", "p"))).Refusal.ShouldNotBeNull().Code.ShouldBe("campaign.paused");
        (await ChangeAsync(next, campaign, last with { Prizes = last.Prizes.SetItem(1, last.Prizes[1] with { HourlyCap = 3 }) })).Value.ShouldBe(7);
        await EnterAsync(next, campaign, told, 1, "pen");
        await PoolFacts.HoldAsync(next, campaign, 0, told);
        await using var database = await next.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select count(*) from pool_change")).ShouldBe(4, "publication, new terms, pause, and its end with more pens");
        (await next.Pool(campaign).CloseAsync(new ClosePool(PoolHost.Manager, PoolHost.Noon))).Value.ShouldBe(7);
        (await ChangeAsync(next, campaign, pool)).Refusal.ShouldNotBeNull().Code.ShouldBe("pool.has_closed");
    }

    [Fact]
    public async Task tells_of_a_low_stock_once_per_crossing_over_restarts_and_again_when_it_was_raised()
    {
        var told = new Dictionary<string, EntryAnswer>();
        TestCampaign campaign;
        PoolSettings pool;
        await using (var host = await server.StartHostAsync())
        {
            campaign = await host.AddCampaignAsync(s => s with
            {
                Pools = [new PoolSettings { Name = "Mugs", Modes = ["consolation"], Prizes = [new PrizeSettings { Name = "mug", Kind = "gift", Stock = 10, LowStockAt = "30%" }] }],
            });
            pool = campaign.Settings.Pools[0];
            await EnterAsync(host, campaign, told, 6, "mug");
            (await host.NoticesAsync(campaign)).ShouldBeEmpty();
            await EnterAsync(host, campaign, told, 2, "mug");
        }

        await using var next = await server.StartHostAsync();
        await EnterAsync(next, campaign, told, 2, "mug");
        await EnterAsync(next, campaign, told, 3, null);
        var first = new[] { "stock.low mug 3 at 7", "stock.out mug 0 at 10" };
        (await next.NoticesAsync(campaign)).ShouldBe(first);

        // Twenty more: the alert is armed anew, and told anew.
        (await ChangeAsync(next, campaign, pool with { Prizes = [pool.Prizes[0] with { Stock = 30 }] })).Value.ShouldBe(14);
        await EnterAsync(next, campaign, told, 10, "mug");
        (await next.NoticesAsync(campaign)).ShouldBe(first);
        await EnterAsync(next, campaign, told, 2, "mug");
        (await next.NoticesAsync(campaign)).ShouldBe([.. first, "stock.low mug 9 at 24"]);
        await PoolFacts.HoldAsync(next, campaign, 0, told);
    }

    private static Task<Result<long>> ChangeAsync(PoolHost host, TestCampaign campaign, PoolSettings pool) =>
        host.Pool(campaign).ChangeAsync(new ChangePool(PoolHost.Manager, pool));

    private static async Task EnterAsync(PoolHost host, TestCampaign campaign, Dictionary<string, EntryAnswer> told, int count, string? prize)
    {
        for (var i = 0; i < count; i++)
        {
            var key = $"change-key-{told.Count}";
            told[key] = (await host.Pool(campaign).SubmitAsync(Sent.Entry(key, $"person-{told.Count}"))).Value.ShouldNotBeNull();
            told[key].Outcome.Prize?.Name.ShouldBe(prize, $"number {told[key].Number}");
            (told[key].Outcome.Prize is null).ShouldBe(prize is null);
        }
    }

    private static async Task EnterAsync(PoolHost host, TestCampaign campaign, ConcurrentDictionary<string, EntryAnswer> told, int client, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var key = $"load-key-{client}-{i}";
            told[key] = (await host.Pool(campaign).SubmitAsync(Sent.Entry(key, $"person-{client}-{i}"))).Value.ShouldNotBeNull();
        }
    }

    private static async Task UntilAsync(Func<bool> reached, Task[] clients)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(300));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!reached())
        {
            clients.FirstOrDefault(c => c.IsFaulted)?.GetAwaiter().GetResult();
            await poll.WaitForNextTickAsync(limit.Token);
        }
    }
}
