using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Linq;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Api.Codes;

/// <summary>A new batch of codes. With a count they are generated; without one they come from a file.</summary>
[Example("""{"name":"Free coffee","count":10000,"prefix":"CAFE","pattern":"CAFE-####-#####-#####","expiresAt":"2027-03-31T22:59:59Z"}""")]
public sealed record CodeBatchFields
{
    /// <summary>Shown in lists and to whoever redeems a coupon.</summary>
    [StringLength(200, MinimumLength = 1)] public required string Name { get; init; }

    /// <summary>How many codes to generate; null or 0 for a batch that takes its codes from a file.</summary>
    [Range(0L, 10_000_000L)] public long? Count { get; init; }

    /// <summary>
    /// What every code begins with: letters and digits. It leads codes to their batch, so none of a client's begins another; O is read as
    /// 0, I and L as 1, U as V.
    /// </summary>
    [StringLength(12, MinimumLength = 2), RegularExpression("^[A-Za-z0-9]+$", ErrorMessage = "must be of letters and digits.")]
    public required string Prefix { get; init; }

    /// <summary>
    /// How codes are shown: the prefix, then 14 to 19 times # (random characters, the last one checks the others), with blanks, hyphens,
    /// dots, slashes or underscores between. Null is the prefix and ####-#####-##### after it. Not for codes from a file.
    /// </summary>
    [StringLength(64)] public string? Pattern { get; init; }

    /// <summary>From when on codes are neither handed out nor redeemed; null is never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A batch of codes with its counts, which are exact.</summary>
/// <param name="Id">The batch's id.</param>
/// <param name="Name">Shown in lists.</param>
/// <param name="Source">generated or imported.</param>
/// <param name="Prefix">What every code begins with.</param>
/// <param name="Pattern">How codes are shown; null for imported ones.</param>
/// <param name="State">generating, importing (waits for its file), ready, failed (see resume) or expired.</param>
/// <param name="Count">How many codes there are to be.</param>
/// <param name="Generated">How many there are.</param>
/// <param name="Assigned">Coupons in entrants' hands, or entry codes that entries have used; redeemed ones included.</param>
/// <param name="Redeemed">Coupons that were redeemed.</param>
/// <param name="Expired">Codes that ended with the batch: neither redeemed coupons nor used entry codes.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="ExpiresAt">When it ends; null is never.</param>
[Example("""
    {"id":"cpn_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","name":"Free coffee","source":"generated","prefix":"CAFE","pattern":"CAFE-####-#####-#####",
     "state":"ready","count":10000,"generated":10000,"assigned":120,"redeemed":17,"expired":0,"createdAt":"2026-11-20T09:00:00Z",
     "expiresAt":"2027-03-31T22:59:59Z"}
    """)]
public sealed record CodeBatchAnswer(
    string Id, string Name, string Source, string Prefix, string? Pattern, string State, long Count, long Generated, long Assigned, long Redeemed,
    long Expired, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    internal static CodeBatchAnswer From(CodeBatchView view) => new(
        view.Id, view.Name, view.Source, view.Prefix, view.Pattern, view.State, view.Count, view.Generated, view.Assigned, view.Redeemed,
        view.Expired, view.CreatedAt, view.ExpiresAt);
}

/// <summary>What an import has come to.</summary>
/// <param name="Id">The import's id.</param>
/// <param name="Lines">Number of the file's last line.</param>
/// <param name="Accepted">Codes that were taken.</param>
/// <param name="Rejected">Lines that were refused.</param>
/// <param name="Rejects">The first 1,000 of them.</param>
[Example("""{"id":"imp_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","lines":3,"accepted":2,"rejected":1,"rejects":[{"line":3,"reason":"duplicate"}]}""")]
public sealed record CodeImportAnswer(string Id, long Lines, long Accepted, long Rejected, IReadOnlyList<CodeReject> Rejects)
{
    internal static CodeImportAnswer From(CodeImportView view) => new(
        view.Id, view.Lines, view.Accepted, view.Rejected, [.. view.Rejects.Select(reject => new CodeReject(reject.Line, reject.Reason))]);
}

/// <summary>A line that was refused.</summary>
/// <param name="Line">Its number in the file, from 1.</param>
/// <param name="Reason">malformed, prefix or duplicate.</param>
public sealed record CodeReject(long Line, string Reason);
