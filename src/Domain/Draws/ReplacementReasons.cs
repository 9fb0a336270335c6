using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>Why a winner is replaced: stable codes that stand on the certificate.</summary>
public static class ReplacementReasons
{
    /// <summary>The time to claim ended. The platform's alone to give.</summary>
    public const string ClaimLapsed = "claim-lapsed";

    private static readonly string[] ByCriterion =
        ["breach-of-terms", "duplicate-person", "ineligible-region", "ineligible-staff", "previous-winner", "under-age"];

    private static readonly string[] ByFact = ["declined", "unreachable"];

    /// <summary>Those that people give, in ordinal order.</summary>
    public static IReadOnlyList<string> OfPeople { get; } = [.. ByCriterion.Concat(ByFact).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Whether the winner is disqualified for failing a criterion: then the clause that states it and evidence are needed, and the entrant is
    /// told (CAP Code 8.27).
    /// </summary>
    public static bool Disqualifies(string code) => ByCriterion.Contains(code, StringComparer.Ordinal);
}

/// <summary>What an event was decided on, kept away from everything public.</summary>
/// <param name="Salt">32 random bytes, so that a guess at the text can't be tried against its hash.</param>
/// <param name="Evidence">The text; may hold personal data.</param>
public sealed record DrawCase(Bytes32 Salt, string Evidence)
{
    /// <summary>SHA-256 of salt ‖ evidence in UTF-8: what the event holds.</summary>
    public Bytes32 Hash() => new(SHA256.HashData([.. Salt.ToArray(), .. Encoding.UTF8.GetBytes(Evidence)]));
}
