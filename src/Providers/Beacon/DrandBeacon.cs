using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace PrizeDraw.Providers.Beacon;

/// <summary>
/// Rounds of a drand chain from several relays, all asked at once. All are waited for (each for its time-out at most) even when two agree
/// already: a third that says otherwise must be heard.
/// </summary>
public sealed partial class DrandBeacon : IBeacon, IDisposable
{
    /// <summary>Relays have a round some seconds after its instant; later than this, something is wrong with them or with the options.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(1);

    private readonly BeaconOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<DrandBeacon> _log;
    private readonly RelayClient _client;

    /// <summary>Throws <see cref="ArgumentException"/> for options that are not valid.</summary>
    public DrandBeacon(BeaconOptions options, TimeProvider time, ILogger<DrandBeacon> log)
    {
        options.Validate();
        (_options, _time, _log, _client) = (options, time, log, new RelayClient(options, time));
    }

    public bool IsConfigured => _options.IsConfigured;

    public BeaconChain Chain => _options.Chain;

    public async Task<BeaconAnswer> RoundAsync(long round, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(round, 1);
        ct.ThrowIfCancellationRequested();
        var answers = await Task.WhenAll(_options.Relays.Select(relay => _client.AskAsync(relay, round, ct)));
        var answer = Judge(round, [.. answers]);
        Report(answer);
        return answer;
    }

    public void Dispose() => _client.Dispose();

    private BeaconAnswer Judge(long round, ImmutableArray<RelayAnswer> relays)
    {
        var signatures = relays.Where(r => r.Outcome == RelayOutcome.Answered).Select(r => r.Signature!).ToList();
        BeaconWait? reason = signatures.Count switch
        {
            0 when !IsConfigured => BeaconWait.NotConfigured,
            0 when relays.Any(r => r.Outcome == RelayOutcome.NotYet) => BeaconWait.NotYet,
            0 => BeaconWait.NobodyAnswered,
            1 => BeaconWait.OnlyOneAnswered,
            _ when signatures.Distinct().Count() > 1 => BeaconWait.Disagreement,
            _ => null,
        };
        return reason is { } wait
            ? new BeaconWaiting(round, relays, wait)
            : new BeaconAgreed(round, relays, signatures[0], RelayReading.RandomnessOf(signatures[0]));
    }

    private void Report(BeaconAnswer answer)
    {
        if (answer is BeaconWaiting { Reason: BeaconWait.Disagreement } disagreement)
        {
            Disagreed(answer.Round, disagreement.Sentence);
        }
        else if (answer is BeaconWaiting { Reason: not BeaconWait.NotConfigured } waiting && IsOverdue(answer.Round))
        {
            IsLate(answer.Round, waiting.Sentence);
        }

        foreach (var relay in answer.Relays.Where(r => r.Outcome == RelayOutcome.Unusable))
        {
            WasUnusable(answer.Round, relay.Relay, relay.Detail);
        }
    }

    private bool IsOverdue(long round) => Chain.FirstRoundAtOrAfter(_time.GetUtcNow() - Overdue) > round;

    [LoggerMessage(1, LogLevel.Critical, "Beacon round {Round}: {Sentence}")]
    private partial void Disagreed(long round, string sentence);

    [LoggerMessage(2, LogLevel.Error, "Beacon round {Round}: the relay {Relay} is not believed: it {Detail}.")]
    private partial void WasUnusable(long round, Uri relay, string detail);

    [LoggerMessage(3, LogLevel.Warning, "Beacon round {Round} should be there by now. {Sentence}")]
    private partial void IsLate(long round, string sentence);
}
