using System;
using System.Threading.Tasks;
using PrizeDraw.Providers.Cloud;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Pipeline;

/// <summary>Who works under a time limit is told when a call waits for its turn, and until when a limit holds: neither is a failure.</summary>
public sealed class Telling_of_waits : PipelineSpec
{
    private TimeSpan _waited;
    private int _open;

    [Fact]
    public async Task tells_of_the_wait_that_a_limit_asks_for()
    {
        Http.Then(429, "{}", ("Retry-After", "97")).Then(200);
        await ListeningAsync(() => SendAsync(Read));
        _waited.ShouldBe(TimeSpan.FromSeconds(97));
    }

    [Fact]
    public async Task tells_of_the_wait_for_the_shared_budget()
    {
        await Budget.BlockAsync(Account.Id, "github", Noon.AddSeconds(45), default);
        Http.Then(200);
        await ListeningAsync(() => SendAsync(Read));
        _waited.ShouldBe(TimeSpan.FromSeconds(45));
    }

    [Fact]
    public async Task tells_of_the_wait_behind_other_writes()
    {
        Http.Then(201).Then(201);
        var client = Client(options: Options with { SerialWrites = true, WriteGap = TimeSpan.FromSeconds(9) });
        await ListeningAsync(() => client.SendAsync(Write, default));
        _waited.ShouldBe(TimeSpan.Zero);
        await ListeningAsync(() => client.SendAsync(Write, default));
        _waited.ShouldBe(TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task tells_of_no_wait_where_a_provider_fails_and_is_asked_again()
    {
        Http.Then(500).Then(503).Then(200);
        await ListeningAsync(() => SendAsync(Read));
        Clock.GetUtcNow().ShouldBeGreaterThan(Noon);
        _waited.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task says_until_when_a_limit_holds_that_is_longer_than_a_call_waits()
    {
        Http.Then(429, "{}", ("Retry-After", "3600"));
        (await RefusedAsync(Write, ProviderFault.Transient)).LimitedUntil.ShouldBe(Noon.AddHours(1));
        (await RefusedAsync(Read, ProviderFault.Transient)).LimitedUntil.ShouldNotBeNull("the whole account is blocked meanwhile");
    }

    [Fact]
    public async Task says_that_a_budget_which_is_used_up_for_longer_is_no_failure()
    {
        await Budget.BlockAsync(Account.Id, "github", Noon.AddHours(2), default);
        (await RefusedAsync(Read, ProviderFault.Transient)).LimitedUntil.ShouldBe(Clock.GetUtcNow() + Options.LimitDelay);
    }

    [Fact]
    public async Task says_nothing_of_limits_where_the_provider_fails()
    {
        Http.Then(500);
        (await Should.ThrowAsync<ProviderException>(() => Client(options: Options with { RepeatsMax = 0 }).SendAsync(Read, default))).LimitedUntil.ShouldBeNull();
    }

    private async Task ListeningAsync(Func<Task> what)
    {
        using var listening = TurnWaits.To(() =>
        {
            _open++;
            return new Wait(this, Clock.GetUtcNow());
        });
        await what();
        _open.ShouldBe(0, "every wait has its end");
    }

    private sealed class Wait(Telling_of_waits spec, DateTimeOffset began) : IDisposable
    {
        public void Dispose()
        {
            spec._open--;
            spec._waited += spec.Clock.GetUtcNow() - began;
        }
    }
}
