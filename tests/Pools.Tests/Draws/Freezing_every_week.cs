using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>Draws that are frozen while their pools stay open, and entries that are keyed in meanwhile.</summary>
[Collection(DrawServerCollection.Name)]
public sealed class Freezing_every_week(PoolServer server)
{
    private const int Pools = 3;

    [Theory]
    [InlineData(4711)]
    [InlineData(271828)]
    public async Task puts_each_entry_into_exactly_one_weeks_list(int seed)
    {
        await using var host = await server.StartHostAsync();
        var (weekly, random) = (await WeeklyCampaign.AddAsync(host, Pools), new Random(seed));
        var (numbers, frozen, refused) = (new Dictionary<Guid, long>[WeeklyCampaign.Weeks], 0, 0);
        for (var now = PoolHost.Opens; frozen < WeeklyCampaign.Weeks; now += WeeklyCampaign.Week * random.NextDouble() / 6)
        {
            await Task.WhenAll(Enumerable.Range(0, random.Next(1, 12)).Select(async i =>
            {
                var (pool, keyed) = (random.Next(Pools), random.Next(3) == 0);
                var past = PoolHost.Opens + ((now - PoolHost.Opens) * random.NextDouble());
                // A site's entry is on its way for up to some seconds, past a freeze that is not due yet by the real clock.
                var receivedAt = keyed ? past : PoolHost.Opens + ((now - PoolHost.Opens) * (1 - (random.NextDouble() / 1_000_000)));
                var before = frozen;
                var code = await weekly.EnterAsync(pool, $"key-{now.Ticks}-{i}", $"person{random.Next(40)}", receivedAt, keyed);
                Expected(keyed, receivedAt, before).ShouldBe(code, $"seed {seed}, {receivedAt:o}");
                refused += code is null ? 0 : 1;
            }));
            if (now >= PoolHost.Closes)
            {
                await weekly.CloseAsync();
            }

            // Entries are left out while a draw is frozen: before it or not at all.
            var (all, excluding) = (weekly.All.ToArray(), new List<Task<string?>>());
            for (var i = random.Next(4); i > 0 && all.Length > 0; i--)
            {
                excluding.Add(weekly.ExcludeAsync(all[random.Next(all.Length)]));
            }

            if (now >= WeeklyCampaign.StartOf(frozen + 1) && random.Next(2) == 0)
            {
                numbers[frozen] = await weekly.FreezeAsync(frozen);
                frozen++;
            }

            (await Task.WhenAll(excluding)).ShouldAllBe(code => code == null || code == "entry.draw_frozen");
        }

        refused.ShouldBeGreaterThan(0);
        weekly.All.Count.ShouldBeGreaterThan(50);
        await weekly.HoldsAsync(numbers);
        (await host.Pool(weekly.Campaign).SealAsync(new SealPool(Actor.System))).Value.ShouldBeTrue("nothing can come any more");
    }

    private static string? Expected(bool keyed, DateTimeOffset receivedAt, int frozen) => keyed switch
    {
        true when frozen > 0 && receivedAt < WeeklyCampaign.StartOf(frozen) => "entry.draw_frozen",
        _ when receivedAt >= PoolHost.Closes => "campaign.has_closed",
        _ => null,
    };

    [Fact]
    public async Task counts_alike_whichever_activation_froze_and_died()
    {
        await using var host = await server.StartHostAsync();
        var weekly = await WeeklyCampaign.AddAsync(host, 1);
        var pool = host.Pool(weekly.Campaign);
        var numbers = new Dictionary<Guid, long>[WeeklyCampaign.Weeks];
        for (var week = 0; week < WeeklyCampaign.Weeks; week++)
        {
            var (middle, end) = (WeeklyCampaign.StartOf(week).AddDays(1), WeeklyCampaign.StartOf(week + 1));
            await Task.WhenAll(Enumerable.Range(0, 20).Select(i => weekly.EnterAsync(0, $"key-{week}-{i}", $"person{i}", middle, keyed: i % 4 == 0)));
            // One activation freezes with entries around it, and is gone before anybody stores what it said; storage fails another's.
            var entering = Task.WhenAll(Enumerable.Range(0, 20).Select(i => weekly.EnterAsync(0, $"late-{week}-{i}", $"late{i}", end.AddSeconds(-1), keyed: i % 2 == 0)));
            await Task.WhenAll(entering, pool.FreezeAsync(new FreezePool(Actor.System, end)));
            var stale = host.ForceSecondActivation(pool);
            await using (var database = await host.OpenAsync(weekly.Campaign))
            {
                await database.RunAsync("create or replace function fail() returns trigger language plpgsql as 'begin raise exception ''out of order''; end'");
                await database.RunAsync("create trigger fail before update on pool for each row when (new.ended_at is not null) execute function fail()");
                await Record.ExceptionAsync(() => pool.CloseAsync(new ClosePool(Actor.System, PoolHost.Closes)));
                await database.RunAsync("drop trigger fail on pool");
            }

            (await Record.ExceptionAsync(() => stale.CloseAsync(new ClosePool(Actor.System, end)))).ShouldNotBeNull("it holds the pool no more");
            (await weekly.EnterAsync(0, $"posted-{week}", "posted", end.AddSeconds(-1), keyed: true)).ShouldBe("entry.draw_frozen");
            numbers[week] = await weekly.FreezeAsync(week);
        }

        await weekly.CloseAsync();
        await weekly.HoldsAsync(numbers);
    }

    [Fact]
    public async Task keeps_the_pool_open_for_the_post_until_the_last_draw_is_frozen()
    {
        await using var host = await server.StartHostAsync();
        var weekly = await WeeklyCampaign.AddAsync(host, 1);
        var (last, numbers) = (WeeklyCampaign.Weeks - 1, new Dictionary<Guid, long>[WeeklyCampaign.Weeks]);
        for (var week = 0; week < last; week++)
        {
            numbers[week] = await weekly.FreezeAsync(week);
        }

        await weekly.CloseAsync();
        (await weekly.EnterAsync(0, "key-of-site", "alice", PoolHost.Closes.AddSeconds(-1), keyed: false)).ShouldBe("campaign.has_closed");
        (await weekly.EnterAsync(0, "key-by-post", "bob", PoolHost.Closes.AddSeconds(-1), keyed: true)).ShouldBeNull();
        (await host.Pool(weekly.Campaign).SealAsync(new SealPool(Actor.System))).Value.ShouldBeFalse();
        numbers[last] = await weekly.FreezeAsync(last);
        (await weekly.EnterAsync(0, "key-too-late", "carol", PoolHost.Closes.AddSeconds(-1), keyed: true)).ShouldBe("entry.draw_frozen");
        (await host.Pool(weekly.Campaign).SealAsync(new SealPool(Actor.System))).Value.ShouldBeTrue();
        await weekly.HoldsAsync(numbers);
        await using var database = await host.OpenAsync(weekly.Campaign);
        (await database.ScalarAsync<bool>("select closed_at = $1 from pool", PoolHost.Closes)).ShouldBeTrue("closed is when entries ended");
    }
}
