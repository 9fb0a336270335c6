using System;
using System.Collections.Generic;

namespace PrizeDraw.Domain.Codes;

/// <summary>What a batch of codes may be.</summary>
public static class CodeBatchRules
{
    public const string Coupon = "coupon", Entry = "entry";

    public const string Generated = "generated", Imported = "imported";

    /// <summary>Codes of one batch, at the most.</summary>
    public const long CountMax = 10_000_000;

    public const int NameLengthMax = 200;

    /// <summary>Null when all is well.</summary>
    public static CodeBatchIsInvalid? Judge(CodeBatchProposal batch, DateTimeOffset now)
    {
        List<FieldError> errors = [];
        Check(errors, !string.IsNullOrWhiteSpace(batch.Name) && batch.Name.Length <= NameLengthMax && !batch.Name.Contains('\0'),
            "name", $"Give a name of 1 to {NameLengthMax} characters.");
        var prefixed = CodePrefix.TryCanonical(batch.Prefix, out _);
        Check(errors, prefixed, "prefix", $"Use {CodePrefix.LengthMin} to {CodePrefix.LengthMax} letters and digits.");
        Check(errors, batch.ExpiresAt is null || batch.ExpiresAt > now, "expiresAt", "Codes expire in the future, or never.");
        if (batch.Source == Imported)
        {
            Check(errors, batch.Count == 0, "count", "An import has as many codes as its file: leave count out.");
            Check(errors, batch.Pattern is null, "pattern", "Imported codes are shown as they stand in the file: leave the pattern out.");
        }
        else
        {
            Check(errors, batch.Count is >= 1 and <= CountMax, "count", $"Generate 1 to {CountMax} codes.");
            Check(errors, !prefixed || CodePattern.For(batch.Prefix, batch.Pattern) is not null, "pattern",
                $"Write the prefix, then {CodePattern.RandomMin + 1} to {CodePattern.RandomMax + 1} times # (the last one checks the others), with blanks, hyphens, dots, slashes or underscores between.");
        }

        return errors.Count == 0 ? null : new CodeBatchIsInvalid(errors);
    }

    /// <summary>The pattern that is stored with a batch that has passed <see cref="Judge"/>.</summary>
    public static string PatternOf(CodeBatchProposal batch) =>
        batch.Source == Imported ? CodePattern.OfImport(batch.Prefix) : CodePattern.For(batch.Prefix, batch.Pattern)!;

    /// <summary>
    /// How many codes of an expired batch can be neither handed out nor used any more: coupons that were not redeemed, entry codes that
    /// were not consumed.
    /// </summary>
    public static long ExpiredOf(string kind, long generated, long assigned, long redeemed) =>
        generated - (kind == Coupon ? redeemed : assigned);

    private static void Check(List<FieldError> errors, bool holds, string field, string message)
    {
        if (!holds)
        {
            errors.Add(new FieldError(field, message));
        }
    }
}

/// <summary>A batch as somebody asks for it.</summary>
public sealed record CodeBatchProposal(string Source, string Name, long Count, string Prefix, string? Pattern, DateTimeOffset? ExpiresAt);
