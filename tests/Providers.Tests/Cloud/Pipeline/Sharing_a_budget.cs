using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.TestKit.Cloud;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Pipeline;

public sealed class Sharing_a_budget : PipelineSpec
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task two_clients_of_one_account_take_from_the_same()
    {
        Budget = Limited(("github", 3));
        Http.Then(200).Then(200).Then(200).Then(200);
        var (one, other) = (Client(), Client());
        await one.SendAsync(Read, default);
        await other.SendAsync(Read, default);
        await one.SendAsync(Read, default);
        Clock.GetUtcNow().ShouldBe(Noon);
        await other.SendAsync(Read, default);
        Clock.GetUtcNow().ShouldBe(Noon + Minute);
    }

    [Fact]
    public async Task each_account_has_its_own()
    {
        Budget = Limited(("github", 1));
        Http.Then(200).Then(200);
        await Client().SendAsync(Read, default);
        await Client(CloudAccount.Of("github", "another0recognisable0token")).SendAsync(Read, default);
        Clock.GetUtcNow().ShouldBe(Noon);
    }

    [Fact]
    public async Task a_family_takes_from_the_provider_too_but_not_from_another_family()
    {
        Budget = Limited(("github", 10), ("github.content", 2));
        for (var i = 0; i < 3; i++)
        {
            Http.Then(201);
            await SendAsync(Write with { Bucket = "content" });
        }

        Clock.GetUtcNow().ShouldBe(Noon + Minute);
        Http.Then(200).Then(200);
        await SendAsync(Read with { Points = 9 });
        Clock.GetUtcNow().ShouldBe(Noon + Minute);
        await SendAsync(Read);
        Clock.GetUtcNow().ShouldBe(Noon + 2 * Minute);
    }

    [Fact]
    public async Task each_family_without_limits_of_its_own_has_those_of_each()
    {
        Budget = Limited(("github.*", 1), ("github.content", 2));
        Http.Then(200).Then(200).Then(201).Then(201).Then(200);
        await SendAsync(Read with { Bucket = "one" });
        await SendAsync(Read with { Bucket = "another" });
        await SendAsync(Write with { Bucket = "content" });
        await SendAsync(Write with { Bucket = "content" });
        Clock.GetUtcNow().ShouldBe(Noon);
        await SendAsync(Read with { Bucket = "one" });
        Clock.GetUtcNow().ShouldBe(Noon + Minute);
    }

    [Fact]
    public async Task as_published_writes_at_GitHub_are_a_second_apart_for_all_who_share_it()
    {
        Budget = new RequestBudget(BudgetRules.Published, Clock);
        Http.Then(201).Then(201).Then(200);
        var write = Write with { Bucket = "content", Points = 5 };
        await Client().SendAsync(write, default);
        await Client().SendAsync(write, default);
        await Client().SendAsync(Read, default);
        Clock.GetUtcNow().ShouldBe(Noon.AddSeconds(1));
    }

    [Fact]
    public async Task what_is_there_at_once_is_taken_without_any_patience()
    {
        Budget = Limited(("github", 2));
        Http.Then(200).Then(200);
        var impatient = Client(options: Options with { WaitMax = TimeSpan.Zero });
        await impatient.SendAsync(Read, default);
        await impatient.SendAsync(Read, default);
        (await Should.ThrowAsync<ProviderException>(() => impatient.SendAsync(Read, default))).Fault.ShouldBe(ProviderFault.Transient);
        Http.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task every_attempt_is_paid_for()
    {
        Budget = Limited(("github", 2));
        Http.Then(500).Then(500).Then(200);
        await SendAsync(Read);
        Clock.GetUtcNow().ShouldBe(Noon + Minute);
    }

    [Fact]
    public async Task a_call_that_costs_more_than_all_is_made_when_nothing_else_stands_against_it()
    {
        Budget = Limited(("github", 5));
        Http.Then(200).Then(200);
        await SendAsync(Read with { Points = 2 });
        await SendAsync(Read with { Points = 50 });
        Clock.GetUtcNow().ShouldBe(Noon + Minute);
    }

    [Fact]
    public async Task no_window_ever_holds_more_than_the_rule_however_many_ask()
    {
        const int AllowedMax = 7;
        var clock = new SteppedClock(Noon);
        var budget = Limited(clock, ("github", AllowedMax));
        using var taken = new SemaphoreSlim(0);
        var all = Enumerable.Range(0, 40).Select(_ => Task.Run(async () =>
        {
            await budget.TakeAsync("account", "github", 1, default);
            taken.Release();
        })).ToList();
        for (var left = 40; left > 0; left -= AllowedMax)
        {
            for (var i = 0; i < Math.Min(left, AllowedMax); i++)
            {
                (await taken.WaitAsync(TimeSpan.FromSeconds(120))).ShouldBeTrue();
            }

            await clock.WaitUntilTimersAreAsync(left > AllowedMax ? 1 : 0);
            clock.Move(Minute - TimeSpan.FromTicks(1));
            taken.CurrentCount.ShouldBe(0);
            clock.Move(TimeSpan.FromTicks(1));
        }

        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task a_block_is_never_shortened()
    {
        await Budget.BlockAsync("account", "github", Noon.AddMinutes(5), default);
        await Budget.BlockAsync("account", "github", Noon.AddMinutes(1), default);
        await Budget.TakeAsync("account", "github.content", 1, default);
        Clock.GetUtcNow().ShouldBe(Noon.AddMinutes(5));
    }

    [Fact]
    public async Task who_leaves_while_waiting_takes_nothing_and_holds_nobody_up()
    {
        var clock = new SteppedClock(Noon);
        var budget = Limited(clock, ("github", 1));
        using var leaving = new CancellationTokenSource();
        await budget.TakeAsync("account", "github", 1, default);
        var gone = budget.TakeAsync("account", "github", 1, leaving.Token).AsTask();
        var stays = budget.TakeAsync("account", "github", 1, default).AsTask();
        await clock.WaitUntilTimersAreAsync(1);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => gone);
        await clock.WaitUntilTimersAreAsync(1);
        clock.Move(Minute);
        await stays.WaitAsync(TimeSpan.FromSeconds(120));
    }

    private RequestBudget Limited(params (string Bucket, int Points)[] rules) => Limited(Clock, rules);

    private static RequestBudget Limited(TimeProvider clock, params (string Bucket, int Points)[] rules) => new(
        new BudgetRules(rules.Select(rule => KeyValuePair.Create(rule.Bucket, ImmutableArray.Create(new BudgetRule(rule.Points, Minute))))), clock);
}
