using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers;

/// <summary>Collects a provider's checks.</summary>
/// <param name="askedFor">How long one check may take.</param>
public sealed class PreflightAsking(string provider, TimeSpan askedFor, TimeProvider clock)
{
    private readonly ImmutableArray<PreflightCheck>.Builder _checks = ImmutableArray.CreateBuilder<PreflightCheck>();
    private bool _isMute;

    public ImmutableArray<PreflightCheck> Checks => _checks.ToImmutable();

    /// <summary>
    /// Asks, and notes what came of it; answers whether it passed. A provider that did not answer is asked nothing more: the whole must not
    /// take many times as long.
    /// </summary>
    /// <param name="ask">What it found, as a sentence; throws <see cref="ProviderException"/> for what is in the way.</param>
    public Task<bool> AskAsync(string name, Func<CancellationToken, Task<string>> ask, CancellationToken ct) =>
        AskAsync(name, async token => (PreflightState.Passed, await ask(token)), ct);

    /// <summary>As above, of what may be answered and still not be known.</summary>
    public async Task<bool> AskAsync(string name, Func<CancellationToken, Task<(PreflightState State, string Says)>> ask, CancellationToken ct)
    {
        if (_isMute)
        {
            return false;
        }

        using var limit = new CancellationTokenSource(askedFor, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            var (state, says) = await ask(either.Token);
            Note(name, state, says);
            return state == PreflightState.Passed;
        }
        catch (ProviderException e)
        {
            Note(name, e.Fault == ProviderFault.Transient ? PreflightState.Unknown : PreflightState.Failed, e.Message, e.Fault, e.LimitedUntil);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            Note(name, PreflightState.Unknown, $"There was no answer within {askedFor.TotalSeconds:0} seconds. Try again later.", ProviderFault.Transient);
        }

        return false;
    }

    /// <summary>Notes what was found otherwise.</summary>
    public void Note(string name, PreflightState state, string message, ProviderFault? fault = null, DateTimeOffset? limitedUntil = null)
    {
        _isMute |= fault == ProviderFault.Transient;
        _checks.Add(new PreflightCheck(provider, name, state, message) { Fault = fault, LimitedUntil = limitedUntil });
    }
}
