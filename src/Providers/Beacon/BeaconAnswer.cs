using System;
using System.Collections.Immutable;
using System.Linq;

namespace PrizeDraw.Providers.Beacon;

/// <summary>What became of asking for a round: <see cref="BeaconAgreed"/> or <see cref="BeaconWaiting"/>.</summary>
/// <param name="Round">The round that was asked for.</param>
/// <param name="Relays">What each relay said, in the order of the options.</param>
public abstract record BeaconAnswer(long Round, ImmutableArray<RelayAnswer> Relays);

/// <summary>At least two relays gave the same signature, and none another one.</summary>
/// <param name="Signature">48 bytes in lower-case hex. Its BLS signature is not checked here: the verifier does that.</param>
/// <param name="Randomness">SHA-256 of the signature, in lower-case hex.</param>
public sealed record BeaconAgreed(long Round, ImmutableArray<RelayAnswer> Relays, string Signature, string Randomness) : BeaconAnswer(Round, Relays);

/// <summary>There is no randomness to use yet. Ask again later for the same round; never for another.</summary>
public sealed record BeaconWaiting(long Round, ImmutableArray<RelayAnswer> Relays, BeaconWait Reason) : BeaconAnswer(Round, Relays)
{
    /// <summary>One sentence for a log or an administrator: the reason, and what each relay said.</summary>
    public string Sentence
    {
        get
        {
            var why = Reason switch
            {
                BeaconWait.NotConfigured => "No relays are configured",
                BeaconWait.NotYet => "The round has not appeared yet",
                BeaconWait.NobodyAnswered => "No relay gave a usable answer",
                BeaconWait.OnlyOneAnswered => "Only one relay answered, and one alone is not believed",
                BeaconWait.Disagreement => "RELAYS DISAGREE about a round, so that one of them is wrong or lies, and nothing is drawn",
                _ => throw new InvalidOperationException($"{Reason} has no sentence."),
            };
            return Relays.IsEmpty ? $"{why}." : $"{why}: {string.Join("; ", Relays.Select(r => r.Sentence))}.";
        }
    }
}

/// <summary>Why there is no randomness to use yet.</summary>
public enum BeaconWait
{
    /// <summary>No relays are configured; somebody must do that before asking again helps.</summary>
    NotConfigured,

    /// <summary>Some relay says that the round has not appeared, and none gave it.</summary>
    NotYet,

    /// <summary>None gave a usable answer.</summary>
    NobodyAnswered,

    /// <summary>One gave it; a second one is waited for.</summary>
    OnlyOneAnswered,

    /// <summary>Two gave different signatures. Never settled by majority: an administrator must find out who is wrong.</summary>
    Disagreement,
}

/// <summary>What one relay said.</summary>
/// <param name="Relay">Its address.</param>
/// <param name="Signature">In lower-case hex, when <see cref="RelayOutcome.Answered"/>; else null.</param>
/// <param name="Detail">What was wrong, in words that hold nothing of a body; empty when it answered.</param>
public sealed record RelayAnswer(Uri Relay, RelayOutcome Outcome, string? Signature, string Detail)
{
    internal string Sentence => Signature is null ? $"{Relay} {Detail}" : $"{Relay} gave {Signature}";
}

/// <summary>How a relay dealt with a question.</summary>
public enum RelayOutcome
{
    /// <summary>It gave the round, and its answer is consistent in itself.</summary>
    Answered,

    /// <summary>404 or 425: it doesn't have the round yet (or doesn't know the chain).</summary>
    NotYet,

    /// <summary>It could not be reached, or the connection broke.</summary>
    Unreachable,

    /// <summary>It did not answer in time.</summary>
    TimedOut,

    /// <summary>It answered another status than 200.</summary>
    Failed,

    /// <summary>
    /// Its answer contradicts itself or the question: no JSON of the described form, too long, another round, a signature of the wrong
    /// length, or randomness that isn't the signature's hash. Counts as not having answered.
    /// </summary>
    Unusable,
}
