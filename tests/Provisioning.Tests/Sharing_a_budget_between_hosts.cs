using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>Two hosts that have one central database and nothing else in common.</summary>
public sealed class Sharing_a_budget_between_hosts(CentralStage stage) : IClassFixture<CentralStage>
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(250), Long = TimeSpan.FromSeconds(1), Waiting = TimeSpan.FromMinutes(3);

    private static readonly BudgetRules Rules = new(new Dictionary<string, ImmutableArray<BudgetRule>>
    {
        ["github"] = [new(20, Short), new(60, Long)],
        ["github.content"] = [new(10, Short)],
    });

    [Fact]
    public async Task no_window_of_a_rule_ever_holds_more_than_it_allows()
    {
        // What was taken when, as the server itself saw it: what a client sees comes later by nobody knows how much.
        await stage.SqlAsync(
            """
            create table taken (account text, bucket text, window_ms integer, at timestamptz, points integer);
            create function note_taken() returns trigger language plpgsql security definer as $$ begin
              insert into taken select new.account, new.bucket, new.window_ms, new.updated_at,
                (select coalesce(sum(p), 0) from unnest(new.points) p) - (select coalesce(sum(p), 0) from unnest(old.ends, old.points) t (e, p) where e > new.updated_at);
              return null; end $$;
            create trigger note_taken after update on request_budget for each row when (new.window_ms > 0) execute function note_taken();
            """);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var hosts = new[] { stage.NewBudget(Rules), stage.NewBudget(Rules) };
        var asked = Enumerable.Range(0, 70).Select(i => (Host: hosts[i % 2], Bucket: i % 3 == 0 ? "github.content" : "github", Points: random.Next(1, 6))).ToList();
        await Task.WhenAll(asked.Select(a => Task.Run(async () => await a.Host.TakeAsync("many", a.Bucket, a.Points, default)))).WaitAsync(Waiting);
        var taken = (await stage.SqlAsync("select bucket, window_ms, (extract(epoch from at) * 1000000)::bigint, points from taken where account = 'many' order by at"))
            .Select(row => (Bucket: row[0], WindowMs: int.Parse(row[1], CultureInfo.InvariantCulture), At: long.Parse(row[2], CultureInfo.InvariantCulture),
                Points: int.Parse(row[3], CultureInfo.InvariantCulture))).ToList();
        foreach (var (bucket, rule) in new[] { ("github", Rules.Of("github")[0]), ("github", Rules.Of("github")[1]), ("github.content", Rules.Of("github.content")[0]) })
        {
            var all = taken.Where(t => t.Bucket == bucket && t.WindowMs == (int)rule.Window.TotalMilliseconds).ToList();
            all.Sum(t => t.Points).ShouldBe(asked.Where(a => a.Bucket.StartsWith(bucket, StringComparison.Ordinal)).Sum(a => a.Points), $"{bucket}, seed {seed}");
            foreach (var last in all)
            {
                var held = all.Where(t => t.At <= last.At && t.At > last.At - (rule.Window.Ticks / 10)).Sum(t => t.Points);
                held.ShouldBeLessThanOrEqualTo(rule.PointsMax, $"{bucket} within {rule.Window}, seed {seed}");
            }
        }
    }

    [Fact]
    public async Task a_family_without_limits_waits_for_those_of_its_provider()
    {
        var (one, other) = (stage.NewBudget(Rules), stage.NewBudget(Rules));
        await one.TakeAsync("family", "github", 20, default);
        var full = await TakenAtAsync("family", "github");
        await other.TakeAsync("family", "github.reads", 1, default);
        await other.TakeAsync("another", "github.reads", 1, default);
        (await TakenAtAsync("family", "github") - full).ShouldBeGreaterThanOrEqualTo(Short);
    }

    [Fact]
    public async Task what_costs_more_than_all_is_taken_once_nothing_else_counts()
    {
        var budget = stage.NewBudget(Rules);
        await budget.TakeAsync("dear", "github.content", 50, default);
        await budget.TakeAsync("dear", "github.content", 50, default).AsTask().WaitAsync(Waiting);
        (await stage.SqlAsync("select points[1] from request_budget where account = 'dear' and bucket = 'github.content' and window_ms > 0"))
            .ShouldHaveSingleItem()[0].ShouldBe("50");
    }

    [Fact]
    public async Task a_block_that_one_host_heard_of_holds_for_the_other_and_is_never_shortened()
    {
        var (one, other) = (stage.NewBudget(Rules), stage.NewBudget(Rules));
        var (account, until) = await BlockedAsync(one);
        await one.BlockAsync(account, "github", TimeProvider.System.GetUtcNow().AddMilliseconds(1), default);
        (await BlockedUntilAsync(account)).ShouldBe(until);
        await other.TakeAsync(account, "github.content", 1, default).AsTask().WaitAsync(Waiting);
        (await TakenAtAsync(account, "github.content")).ShouldBeGreaterThanOrEqualTo(until);
    }

    [Fact]
    public async Task what_waits_can_be_given_up_and_takes_nothing()
    {
        var budget = stage.NewBudget(Rules);
        await budget.BlockAsync("given-up", "github", TimeProvider.System.GetUtcNow().AddHours(1), default);
        using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Should.ThrowAsync<OperationCanceledException>(() => budget.TakeAsync("given-up", "github", 1, leaving.Token).AsTask());
        (await stage.SqlAsync("select 1 from request_budget where account = 'given-up' and cardinality(points) > 0")).ShouldBeEmpty();
    }

    [Fact]
    public async Task while_the_database_is_away_nothing_is_taken_and_a_block_is_kept_for_later()
    {
        var (budget, other) = (stage.NewBudget(Rules), stage.NewBudget(Rules));
        await stage.SqlAsync("create function refuse() returns trigger language plpgsql as $$ begin raise 'away'; end $$;"
            + "create trigger away before insert on request_budget for each row when (new.account = 'away') execute function refuse()");
        await budget.BlockAsync("away", "github", TimeProvider.System.GetUtcNow().AddHours(1), default);
        (await Should.ThrowAsync<ProviderException>(() => other.TakeAsync("away", "github", 1, default).AsTask())).Fault.ShouldBe(ProviderFault.Transient);
        await stage.SqlAsync("drop trigger away on request_budget");
        using var leaving = new CancellationTokenSource();
        var taking = budget.TakeAsync("away", "github", 1, leaving.Token).AsTask();
        await Polling.UntilAsync(() => BlockedUntilAsync("away"), until => until is not null, Waiting);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => taking);
        (await stage.SqlAsync("select 1 from request_budget where account = 'away' and cardinality(points) > 0")).ShouldBeEmpty();
    }

    [Fact]
    public async Task accounts_that_nobody_asks_for_are_forgotten()
    {
        var budget = stage.NewBudget(Rules);
        await budget.TakeAsync("old", "github", 1, default);
        await budget.TakeAsync("new", "github", 1, default);
        await stage.SqlAsync("update request_budget set updated_at = now() - interval '3 days' where account = 'old'");
        (await stage.NewStore().PruneAsync(default)).ShouldBe(3);
        (await stage.SqlAsync("select distinct account from request_budget where account in ('old', 'new')")).ShouldHaveSingleItem()[0].ShouldBe("new");
    }

    /// <summary>Blocks an account for a moment, which is longer where it was over before it could be stored.</summary>
    private async Task<(string Account, TimeSpan Until)> BlockedAsync(SharedRequestBudget host)
    {
        for (var time = TimeSpan.FromMilliseconds(700); ; time *= 8)
        {
            var account = $"blocked for {time}";
            await host.BlockAsync(account, "github", TimeProvider.System.GetUtcNow() + time, default);
            if (await BlockedUntilAsync(account) is { } until)
            {
                return (account, until);
            }
        }
    }

    private async Task<TimeSpan?> BlockedUntilAsync(string account) =>
        await AtAsync($"select {Micros("blocked_until")} from request_budget where account = '{account}' and bucket = 'github' and window_ms = 0 and blocked_until is not null");

    /// <summary>When something was last taken, by the server's clock: that of a client goes on before the answer comes.</summary>
    private async Task<TimeSpan> TakenAtAsync(string account, string bucket) =>
        (await AtAsync($"select {Micros("max(updated_at)")} from request_budget where account = '{account}' and bucket = '{bucket}' and window_ms = {Short.TotalMilliseconds}")).ShouldNotBeNull();

    private async Task<TimeSpan?> AtAsync(string sql) => await stage.SqlAsync(sql) is [[var micros, ..], ..] ? TimeSpan.FromMicroseconds(long.Parse(micros, CultureInfo.InvariantCulture)) : null;

    private static string Micros(string instant) => $"(extract(epoch from {instant}) * 1000000)::bigint";
}
