using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Timestamps;

/// <summary>A witness of when something existed: an authority that dates hashes (RFC 3161).</summary>
public interface ITimestampAuthority
{
    /// <summary>Whether an authority is named at all. Without one, commitments have no witness.</summary>
    bool IsConfigured { get; }

    /// <summary>
    /// Has a hash dated, in one attempt. A token is handed on only when it covers this hash and answers this request, its signature and
    /// the signer's certificate are good, and (where trusted certificates are configured) the signer leads to one of them. Whether its
    /// time is plausible is for the caller to judge. Throws <see cref="ArgumentException"/> unless the hash has 32 bytes; what the
    /// authority does wrong is part of the answer.
    /// </summary>
    Task<TimestampResult> StampAsync(ReadOnlyMemory<byte> sha256, CancellationToken ct);
}

/// <summary>What became of a request: <see cref="Stamped"/> or <see cref="NotStamped"/>.</summary>
public abstract record TimestampResult;

/// <summary>The authority dated the hash.</summary>
/// <param name="Token">The TimeStampToken in DER, byte for byte as it came.</param>
/// <param name="GenTime">When the authority says the hash existed, in UTC.</param>
/// <param name="Policy">The authority's policy, a dotted object identifier.</param>
/// <param name="SignerSubject">Whom the signing certificate names.</param>
public sealed record Stamped(ImmutableArray<byte> Token, DateTimeOffset GenTime, string Policy, string SignerSubject) : TimestampResult;

/// <summary>There is no token.</summary>
/// <param name="Reason">One sentence for a log or an administrator.</param>
public sealed record NotStamped(TimestampFault Fault, string Reason) : TimestampResult;

/// <summary>Why there is no token.</summary>
public enum TimestampFault
{
    /// <summary>No authority is configured.</summary>
    NotConfigured,

    /// <summary>It could not be reached, broke off, took too long, or answered 408, 429 or 5xx. May work when tried again.</summary>
    Unreachable,

    /// <summary>It answered another status than 200, or an RFC 3161 rejection. Trying again as it is won't help.</summary>
    Refused,

    /// <summary>What it sent is no token for this request, or not validly signed by somebody whom we trust. It is not kept.</summary>
    Invalid,
}
