using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Provisioning;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>
/// Bounds what people's questions cost an account: what is being asked already is not asked again, whoever asks gets its answer; and of a tenant's other questions a
/// few are asked at once, the rest when their turn comes. On each host, above the budget that all hosts share.
/// </summary>
internal sealed class ChecksUnderWay
{
    /// <summary>Different questions of one tenant, or of the platform, that are asked at once.</summary>
    internal const int AtOnceMax = 2;

    private readonly Lock gate = new();
    private readonly Dictionary<(string Owner, string Question), Asked> underWay = [];
    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);

    /// <summary>Callers who wait for an answer.</summary>
    internal int Waiting
    {
        get
        {
            lock (gate)
            {
                return underWay.Values.Sum(asked => asked.Waiting);
            }
        }
    }

    /// <summary>The answer to a question, asked by <paramref name="ask"/> unless somebody is asking the same. It is given up once everybody has left.</summary>
    public async Task<ImmutableArray<ProviderCheck>?> AskAsync(
        string owner, string question, Func<CancellationToken, Task<ImmutableArray<ProviderCheck>?>> ask, CancellationToken ct)
    {
        Asked? asked;
        lock (gate)
        {
            if (!underWay.TryGetValue((owner, question), out asked))
            {
                asked = underWay[(owner, question)] = new Asked();
                asked.Answer = Task.Run(() => InTurnAsync(owner, question, asked, ask), CancellationToken.None);
            }

            asked.Waiting++;
        }

        try
        {
            return await asked.Answer.WaitAsync(ct);
        }
        finally
        {
            Leave(owner, question, asked);
        }
    }

    private async Task<ImmutableArray<ProviderCheck>?> InTurnAsync(
        string owner, string question, Asked asked, Func<CancellationToken, Task<ImmutableArray<ProviderCheck>?>> ask)
    {
        var turn = turns.GetOrAdd(owner, _ => new SemaphoreSlim(AtOnceMax, AtOnceMax));
        var hasTurn = false;
        try
        {
            await turn.WaitAsync(asked.Left.Token);
            hasTurn = true;
            return await ask(asked.Left.Token);
        }
        finally
        {
            if (hasTurn)
            {
                turn.Release();
            }

            lock (gate)
            {
                Forget(owner, question, asked);
            }
        }
    }

    private void Leave(string owner, string question, Asked asked)
    {
        lock (gate)
        {
            if (--asked.Waiting > 0)
            {
                return;
            }

            // Whoever comes now asks anew, rather than waiting for what was given up.
            Forget(owner, question, asked);
        }

        asked.Left.Cancel();
    }

    private void Forget(string owner, string question, Asked asked)
    {
        if (underWay.TryGetValue((owner, question), out var known) && known == asked)
        {
            underWay.Remove((owner, question));
        }
    }

    private sealed class Asked
    {
        public Task<ImmutableArray<ProviderCheck>?> Answer { get; set; } = null!;

        public CancellationTokenSource Left { get; } = new();

        public int Waiting { get; set; }
    }
}
