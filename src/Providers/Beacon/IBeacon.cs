using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Beacon;

/// <summary>Public randomness that nobody of ours can foresee or choose, by rounds of one chain.</summary>
public interface IBeacon
{
    /// <summary>Whether relays are named at all. Without them no draw can be at a level that needs a beacon.</summary>
    bool IsConfigured { get; }

    /// <summary>The chain whose rounds this gives.</summary>
    BeaconChain Chain { get; }

    /// <summary>
    /// Asks every relay for the round once (a second time where that may help) and takes an answer that two relays agree on. A round
    /// stays retrievable for ever: whoever is told to wait asks again later, for the same round. What relays do wrong is part of the
    /// answer; the only exceptions are <see cref="System.OperationCanceledException"/> when <paramref name="ct"/> says so, and
    /// <see cref="System.ArgumentOutOfRangeException"/> for a round below 1.
    /// </summary>
    Task<BeaconAnswer> RoundAsync(long round, CancellationToken ct);
}
