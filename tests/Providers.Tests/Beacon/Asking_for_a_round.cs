using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Beacon;

public sealed class Asking_for_a_round : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 5, 12, 0, 0, TimeSpan.Zero);

    private readonly SteppedClock _clock = new(Noon);
    private readonly StandInChain _chain = StandInChain.Beginning(Noon.AddMinutes(-10));
    private readonly Told _log = new();
    private readonly List<StandInRelay> _relays = [];

    public async Task InitializeAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            _relays.Add(await StandInRelay.StartAsync(_chain, _clock));
        }
    }

    public async Task DisposeAsync() => await Task.WhenAll(_relays.Select(r => r.DisposeAsync().AsTask()));

    [Theory]
    [InlineData(123, "fb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc")]
    [InlineData(657413, "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587")]
    public async Task gives_what_quicknet_gave(long round, string randomness)
    {
        using var beacon = Beacon(BeaconChain.Quicknet);
        var agreed = (await beacon.RoundAsync(round, default)).ShouldBeOfType<BeaconAgreed>();
        (agreed.Round, agreed.Randomness).ShouldBe((round, randomness));
        agreed.Relays.ShouldAllBe(r => r.Outcome == RelayOutcome.Answered && r.Signature == agreed.Signature);
    }

    [Fact]
    public async Task gives_a_round_once_its_time_has_come()
    {
        var round = _chain.Chain.FirstRoundAtOrAfter(Noon.AddMinutes(10));
        await WaitsAsync(round, BeaconWait.NotYet);
        _clock.Move(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        await WaitsAsync(round, BeaconWait.NotYet);
        _clock.Move(TimeSpan.FromTicks(1));
        var agreed = await AgreesAsync(round);
        agreed.Signature.ShouldBe(StandInChain.SignatureOf(round));
        agreed.Randomness.ShouldBe(StandInChain.RandomnessOf(agreed.Signature));
    }

    [Theory]
    [InlineData(RelayMood.Failing, RelayOutcome.Failed)]
    [InlineData(RelayMood.Redirecting, RelayOutcome.Failed)]
    [InlineData(RelayMood.Late, RelayOutcome.NotYet)]
    [InlineData(RelayMood.TooEarly, RelayOutcome.NotYet)]
    [InlineData(RelayMood.AnotherRound, RelayOutcome.Unusable)]
    [InlineData(RelayMood.Contradicting, RelayOutcome.Unusable)]
    [InlineData(RelayMood.ShortSignature, RelayOutcome.Unusable)]
    [InlineData(RelayMood.SayingTwoThings, RelayOutcome.Unusable)]
    [InlineData(RelayMood.Garbage, RelayOutcome.Unusable)]
    [InlineData(RelayMood.Endless, RelayOutcome.Unusable)]
    public async Task does_without_a_relay_that_gives_nothing_usable(RelayMood mood, RelayOutcome outcome)
    {
        // Of either version, and as long as two others agree.
        foreach (var bad in _relays.Take(2))
        {
            bad.Mood = mood;
            var agreed = await AgreesAsync(7);
            agreed.Signature.ShouldBe(StandInChain.SignatureOf(7));
            var named = agreed.Relays.Where(r => r.Outcome != RelayOutcome.Answered).ShouldHaveSingleItem();
            (named.Relay, named.Outcome, named.Signature).ShouldBe((bad.Address, outcome, null));
            named.Detail.ShouldNotBeEmpty();
            bad.Mood = RelayMood.Honest;
        }

        _log.Levels.Count(l => l == LogLevel.Error).ShouldBe(outcome == RelayOutcome.Unusable ? 2 : 0, "relays that contradict themselves are reported");
        _log.Levels.ShouldNotContain(LogLevel.Critical);
    }

    [Theory]
    [InlineData(RelayMood.Failing, BeaconWait.NobodyAnswered)]
    [InlineData(RelayMood.Contradicting, BeaconWait.NobodyAnswered)]
    [InlineData(RelayMood.Late, BeaconWait.NotYet)]
    public async Task waits_for_a_second_relay(RelayMood mood, BeaconWait withNone)
    {
        (_relays[1].Mood, _relays[2].Mood) = (mood, mood);
        var waiting = await WaitsAsync(7, BeaconWait.OnlyOneAnswered);
        waiting.Relays[0].Signature.ShouldBe(StandInChain.SignatureOf(7));
        waiting.Sentence.ShouldContain(StandInChain.SignatureOf(7));
        _relays[0].Mood = mood;
        await WaitsAsync(7, withNone);

        // Later, for the same round.
        (_relays[0].Mood, _relays[2].Mood) = (RelayMood.Honest, RelayMood.Honest);
        await AgreesAsync(7);
    }

    [Fact]
    public async Task is_never_settled_by_majority()
    {
        _relays[2].Mood = RelayMood.Lying;
        var waiting = await WaitsAsync(7, BeaconWait.Disagreement);
        waiting.Relays.Select(r => r.Outcome).ShouldAllBe(o => o == RelayOutcome.Answered);
        waiting.Relays.Select(r => r.Signature == StandInChain.SignatureOf(7)).ShouldBe([true, true, false]);
        var told = _log.Lines.ShouldHaveSingleItem();
        told.Level.ShouldBe(LogLevel.Critical);
        _relays.ShouldAllBe(r => told.Text.Contains(r.Address.ToString()));
        told.Text.ShouldContain(waiting.Relays[2].Signature!);
    }

    [Fact]
    public async Task says_when_a_round_should_be_there_by_now()
    {
        _relays.ForEach(r => r.Mood = RelayMood.Late);
        var round = _chain.Chain.FirstRoundAtOrAfter(Noon);
        _clock.Move(TimeSpan.FromMinutes(1));
        await WaitsAsync(round, BeaconWait.NotYet);
        _log.Lines.ShouldBeEmpty();
        _clock.Move(TimeSpan.FromTicks(1));
        await WaitsAsync(round, BeaconWait.NotYet);
        var told = _log.Lines.ShouldHaveSingleItem();
        (told.Level, told.Text.Contains($"round {round} should be there by now")).ShouldBe((LogLevel.Warning, true));
    }

    [Fact]
    public async Task asks_once_more_what_failed_and_no_more_often()
    {
        (_relays[0].Mood, _relays[1].Mood, _relays[2].Mood) = (RelayMood.FailingOnce, RelayMood.Failing, RelayMood.Garbage);
        await WaitsAsync(7, BeaconWait.OnlyOneAnswered);
        _relays.Select(r => r.Requests.Count).ShouldBe([2, 2, 1]);
    }

    [Theory]
    [InlineData(RelayMood.Hanging)]
    [InlineData(RelayMood.Stalling)]
    public async Task does_not_wait_for_ever_for_a_relay(RelayMood mood)
    {
        _relays[1].Mood = mood;
        using var beacon = Beacon(_chain.Chain);
        var asking = beacon.RoundAsync(7, default);
        await _relays[1].WaitUntilAskedAsync();
        await _clock.WaitUntilTimersAreAsync(1); // the others' answers are in
        _clock.Move(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        asking.IsCompleted.ShouldBeFalse("the others' agreement is not told before the third was heard or its time is over");
        _clock.Move(TimeSpan.FromTicks(1));
        var agreed = (await asking.WaitAsync(TimeSpan.FromSeconds(120))).ShouldBeOfType<BeaconAgreed>();
        agreed.Relays[1].Outcome.ShouldBe(RelayOutcome.TimedOut);
    }

    [Fact]
    public async Task can_be_given_up()
    {
        _relays[1].Mood = RelayMood.Hanging;
        using var beacon = Beacon(_chain.Chain);
        using var given = new CancellationTokenSource();
        var asking = beacon.RoundAsync(7, given.Token);
        await _relays[1].WaitUntilAskedAsync();
        await given.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asking.WaitAsync(TimeSpan.FromSeconds(120)));
    }

    [Fact]
    public async Task does_without_a_relay_that_is_gone()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0)); // bound, and not listening
        var gone = new BeaconRelay(new Uri($"http://127.0.0.1:{((System.Net.IPEndPoint)taken.LocalEndPoint!).Port}/"), RelayVersion.V1);
        using var beacon = Beacon(_chain.Chain, gone);
        (await beacon.RoundAsync(7, default)).ShouldBeOfType<BeaconAgreed>().Relays[^1].Outcome.ShouldBe(RelayOutcome.Unreachable);
    }

    [Fact]
    public async Task says_that_there_is_nobody_to_ask()
    {
        using var beacon = new DrandBeacon(new BeaconOptions(), _clock, _log);
        beacon.IsConfigured.ShouldBeFalse();
        (await beacon.RoundAsync(7, default)).ShouldBeOfType<BeaconWaiting>().Reason.ShouldBe(BeaconWait.NotConfigured);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => beacon.RoundAsync(0, default));
    }

    private async Task<BeaconAgreed> AgreesAsync(long round)
    {
        using var beacon = Beacon(_chain.Chain);
        return (await beacon.RoundAsync(round, default)).ShouldBeOfType<BeaconAgreed>();
    }

    private async Task<BeaconWaiting> WaitsAsync(long round, BeaconWait reason)
    {
        using var beacon = Beacon(_chain.Chain);
        var waiting = (await beacon.RoundAsync(round, default)).ShouldBeOfType<BeaconWaiting>();
        (waiting.Round, waiting.Reason, waiting.Relays.Length).ShouldBe((round, reason, _relays.Count));
        return waiting;
    }

    private DrandBeacon Beacon(BeaconChain chain, params IEnumerable<BeaconRelay> more) => new(
        new BeaconOptions
        {
            Chain = chain, RetryDelayMilliseconds = 0,
            Relays = [.. _relays.Select((r, i) => r.As(i == 1 ? RelayVersion.V2 : RelayVersion.V1)), .. more],
        }, _clock, _log);

    private sealed class Told : ILogger<DrandBeacon>
    {
        public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

        public IEnumerable<LogLevel> Levels => Lines.Select(l => l.Level);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format) =>
            Lines.Enqueue((level, format(state, exception)));
    }
}
