using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Linq;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Api.Evidence;

/// <summary>A public key of the platform: ECDSA P-256, signatures with SHA-256 in 64 bytes (IEEE P1363).</summary>
/// <param name="KeyId">As signatures name it.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo (DER), base64.</param>
/// <param name="NotBefore">It signed nothing earlier.</param>
/// <param name="RetiredAt">It signed nothing later; null for a key in use.</param>
[Example("""{"keyId":"5f0c1d2e3a4b5c6d","publicKey":"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE…","notBefore":"2026-11-20T09:00:00Z","retiredAt":null}""")]
public sealed record KeyAnswer(string KeyId, string PublicKey, DateTimeOffset NotBefore, DateTimeOffset? RetiredAt)
{
    internal static KeyAnswer From(SigningKeyView key) => new(key.KeyId, key.PublicKey, key.NotBefore, key.RetiredAt);
}

/// <summary>A commitment to a pool's instant wins. The signature is over the 32 bytes of SHA-256 of the commitment's canonical JSON (RFC 8785).</summary>
/// <param name="Commitment">What was committed.</param>
/// <param name="KeyId">Which of the platform's keys signed it.</param>
/// <param name="Signature">64 bytes, lower-case hex.</param>
/// <param name="TimestampToken">An RFC 3161 token over that hash, base64; only at level beacon.</param>
public sealed record CommitmentAnswer(CommittedAnswer Commitment, string KeyId, string Signature, string? TimestampToken = null);

/// <summary>What a pool's round brought forth. The signature is over the 32 bytes of SHA-256 of the opening's canonical JSON (RFC 8785).</summary>
/// <param name="KeyId">Which of the platform's keys signed it.</param>
/// <param name="Opening">What was fixed with the round, before the first entry.</param>
/// <param name="Signature">64 bytes, lower-case hex.</param>
public sealed record OpeningAnswer(string KeyId, OpenedAnswer Opening, string Signature);

/// <summary>With the commitment it fixes every hidden choice of the pool.</summary>
/// <param name="At">When it was made.</param>
/// <param name="Campaign">The campaign's id.</param>
/// <param name="Commitment">SHA-256 of the commitment's canonical JSON.</param>
/// <param name="MomentsRoot">RFC 6962 root over all winning moments.</param>
/// <param name="Pool">The pool's id.</param>
/// <param name="Protocol">pdv1.</param>
/// <param name="Randomness">SHA-256 of the beacon's signature.</param>
/// <param name="Round">The beacon's round.</param>
/// <param name="Signature">The beacon's signature of the round.</param>
/// <param name="Type">instant-opening.</param>
public sealed record OpenedAnswer(
    DateTimeOffset At, string Campaign, string Commitment, string MomentsRoot, string Pool, string Protocol, string Randomness, long Round,
    string Signature, string Type);

/// <summary>What is fixed of a pool's instant wins before its first entry.</summary>
/// <param name="At">When it was made.</param>
/// <param name="Campaign">The campaign's id.</param>
/// <param name="Level">beacon, beacon-unwitnessed, observed or committed.</param>
/// <param name="Moments">How many winning moments there are, and how they came about.</param>
/// <param name="MomentsRoot">RFC 6962 root over all of them; missing where some follow from a beacon's round, and stand in the opening.</param>
/// <param name="Pool">The pool's id.</param>
/// <param name="Protocol">pdv1.</param>
/// <param name="Round">The beacon's round; 0 without one.</param>
/// <param name="RulesHash">SHA-256 of the first line of the pool's rules.</param>
/// <param name="SecretHash">SHA-256 of the secret that is revealed after closing.</param>
/// <param name="Type">instant-commitment.</param>
/// <param name="Chain">The beacon's chain, by its hash; missing without a round.</param>
/// <param name="ChosenRoot">RFC 6962 root over the moments that the promoter chose; missing without a round.</param>
/// <param name="Replaces">SHA-256 of a commitment before it, of a publishing that was cut short.</param>
public sealed record CommittedAnswer(
    DateTimeOffset At, string Campaign, string Level, CommittedMoments Moments, string? MomentsRoot, string Pool, string Protocol, long Round,
    string RulesHash, string SecretHash, string Type, string? Chain = null, string? ChosenRoot = null, string? Replaces = null);

/// <summary>Winning moments as they were committed.</summary>
/// <param name="Chosen">How many the promoter chose.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Generated">The orders that the others follow from the secret by.</param>
public sealed record CommittedMoments(long Chosen, long Count, IReadOnlyList<CommittedOrder> Generated);

/// <summary>An order to generate moments.</summary>
/// <param name="Count">How many.</param>
/// <param name="From">Not before.</param>
/// <param name="Hours">Local hours of each day; null is all day.</param>
/// <param name="PerDay">The most on one local day; null is without limit.</param>
/// <param name="Prize">The prize's id.</param>
/// <param name="Until">Before.</param>
public sealed record CommittedOrder(int Count, DateTimeOffset From, string? Hours, int? PerDay, string Prize, DateTimeOffset Until);

/// <summary>What a recount of instant.jsonl came to.</summary>
/// <param name="At">When it was made.</param>
/// <param name="Differences">How many things do not follow from the others; 0 where all is right.</param>
/// <param name="Entries">Entries whose outcome was recomputed.</param>
/// <param name="First">The first differences, at most 100.</param>
/// <param name="Holds">Whether every outcome follows from what was committed and revealed.</param>
/// <param name="Lines">Lines of the file.</param>
/// <param name="Prizes">What was awarded, by prize.</param>
/// <param name="Unbound">Entries of erased people, whose lines no receipt leads to any more.</param>
public sealed record RecountAnswer(
    DateTimeOffset At, long Differences, long Entries, IReadOnlyList<RecountedDifference> First, bool Holds, long Lines,
    IReadOnlyList<RecountedAward> Prizes, long Unbound);

/// <summary>Something that does not follow from the rest.</summary>
/// <param name="Number">Number of the entry, where it is about one.</param>
/// <param name="Pool">The pool's id.</param>
/// <param name="What">What is wrong.</param>
public sealed record RecountedDifference(long? Number, string? Pool, string What);

/// <summary>What was awarded of a prize.</summary>
/// <param name="Awarded">Units.</param>
/// <param name="Pool">The pool's id.</param>
/// <param name="Prize">The prize's id.</param>
public sealed record RecountedAward(long Awarded, string Pool, string Prize);

/// <summary>Why somebody looks at winning moments that are still to come.</summary>
[Example("""{"reason":"Complaint 42: the regulator asks whether any moment was left for the weekend."}""")]
public sealed record Unsealing
{
    /// <summary>Printed on the close-out statement.</summary>
    [StringLength(500, MinimumLength = 10)] public required string Reason { get; init; }
}

/// <summary>Winning moments that are still to come.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="Moments">The first of them in order of time, at most 10,000.</param>
[Example("""{"total":1,"moments":[{"id":"mom_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","prizeId":"prz_0193a5f2c0de7a10b1c2d3e4f5a6b7c9","at":"2026-12-05T10:00:00Z"}]}""")]
public sealed record UnsealedAnswer(long Total, IReadOnlyList<UnsealedMomentAnswer> Moments)
{
    internal static UnsealedAnswer From(UnsealedMoments unsealed) =>
        new(unsealed.Total, [.. unsealed.Moments.Select(m => new UnsealedMomentAnswer(m.Id, m.PrizeId, m.At))]);
}

/// <summary>A winning moment that is still to come.</summary>
/// <param name="Id">The moment's id.</param>
/// <param name="PrizeId">The prize's id.</param>
/// <param name="At">From this instant on the next eligible entry wins.</param>
public sealed record UnsealedMomentAnswer(string Id, string PrizeId, DateTimeOffset At);
