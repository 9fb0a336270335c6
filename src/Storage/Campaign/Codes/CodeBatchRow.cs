using System;
using Npgsql;
using PrizeDraw.Domain.Codes;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Storage.Campaign.Codes;

/// <summary>Where a batch of codes is.</summary>
public sealed record CodeBatchAddress(string TenantId, string CampaignId, string BatchId, Guid Tenant, Guid Campaign, Guid Batch)
{
    /// <summary>From a grain's key. Throws <see cref="FormatException"/> when it is not one.</summary>
    public static CodeBatchAddress Of(string key)
    {
        var parts = GrainKeys.Split(key);
        return new CodeBatchAddress(
            parts[0], parts[1], parts[2], Ids.Parse(Ids.Tenant, parts[0]), Ids.Parse(Ids.Campaign, parts[1]), Ids.Parse(Ids.CodeBatch, parts[2]));
    }
}

/// <summary>States of a batch as they are stored.</summary>
public static class CodeBatchStates
{
    public const string Generating = "generating", Importing = "importing", Ready = "ready", Failed = "failed", Expired = "expired";
}

/// <summary>A batch's row.</summary>
/// <param name="Prefix">In its canonical spelling; how it is shown stands in the pattern.</param>
public sealed record CodeBatchRow(
    Guid Id, string Kind, string Source, string Name, string Prefix, string Pattern, string State, long Count, long Generated, long Assigned,
    long Redeemed, long Epoch, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    internal const string Columns =
        "batch_id, kind, source, name, prefix, pattern, state, count, generated, assigned, redeemed, epoch, created_at, expires_at";

    internal static CodeBatchRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6),
        row.GetInt64(7), row.GetInt64(8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11), row.Time(12), row.TimeOrNull(13));

    /// <summary>The batch as it is told at <paramref name="now"/>: one past its date has expired, even if its reminder hasn't come yet.</summary>
    public CodeBatchView ViewAt(DateTimeOffset now)
    {
        var expired = State == CodeBatchStates.Expired || now >= ExpiresAt;
        return new CodeBatchView(
            Ids.Format(Ids.CodeBatch, Id), Kind, Source, Name, CodePattern.PrefixOf(Pattern), Source == CodeBatchRules.Imported ? null : Pattern,
            expired ? CodeBatchStates.Expired : State, Count, Generated, Assigned, Redeemed,
            expired ? CodeBatchRules.ExpiredOf(Kind, Generated, Assigned, Redeemed) : 0, CreatedAt, ExpiresAt);
    }
}
