using System;
using System.Collections.Immutable;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Grains.Abstractions.Evidence;

/// <summary>A file that is published for ever.</summary>
/// <param name="Bytes">Of the content as it is read.</param>
/// <param name="Sha256">Of the content as it is read, lower-case hex.</param>
public sealed record PublicFile(
    string TenantId, string CampaignId, string Name, string ContentType, long Bytes, string Sha256, int Chunks, DateTimeOffset At);

/// <summary>Reads what is published for ever.</summary>
public interface IPublicFiles
{
    /// <summary>Null when there is no such file, or it is not finished.</summary>
    Task<PublicFile?> FindAsync(string tenantId, string campaignId, string name, CancellationToken ct);

    /// <summary>Writes the content, as a gzip stream if asked for, without holding all of it.</summary>
    Task CopyAsync(PublicFile file, Stream destination, bool compressed, CancellationToken ct);
}

/// <summary>The names of a campaign's public files.</summary>
public static class PublicFileNames
{
    /// <summary>Every entry and outcome of a closed campaign, with what is needed to recompute them.</summary>
    public const string Instant = "instant.jsonl";

    /// <summary>What the platform's own recount of them came to.</summary>
    public const string InstantCheck = "instant-check.json";

    /// <summary>Names of commitments begin like this.</summary>
    public const string CommitmentPrefix = "commitment/";

    /// <summary>What was committed of a pool's instant wins before its first entry.</summary>
    public static string Commitment(string poolId) => CommitmentPrefix + poolId;

    /// <summary>Names of draws' plans begin like this.</summary>
    public const string PlanPrefix = "plan/";

    /// <summary>What was published of a draw before the first entry that it covers.</summary>
    public static string Plan(string drawId) => PlanPrefix + drawId;

    /// <summary>What the round that a pool committed to brought forth, before its first entry.</summary>
    public static string Opening(string poolId) => "opening/" + poolId;
}

/// <summary>One of the keys that the platform signs with.</summary>
/// <param name="PublicKey">SubjectPublicKeyInfo (DER), base64.</param>
public sealed record SigningKeyView(string KeyId, string PublicKey, DateTimeOffset NotBefore, DateTimeOffset? RetiredAt);

/// <summary>The platform's public keys.</summary>
public interface ISigningKeys
{
    /// <summary>Every key there ever was, oldest first.</summary>
    Task<ImmutableArray<SigningKeyView>> ListAsync(CancellationToken ct);
}

/// <summary>What became of the instant wins of a campaign, read from its own database.</summary>
public interface ICloseOutQueries
{
    /// <summary>Null before the campaign has a database.</summary>
    Task<CloseOutView?> ReadAsync(string tenantId, string campaignId, CancellationToken ct);
}

/// <summary>The facts of a close-out statement (CAP Code 8.25).</summary>
public sealed record CloseOutView(
    ImmutableArray<CloseOutPool> Pools, ImmutableArray<CloseOutPrize> Prizes, ImmutableArray<StockChange> StockChanges,
    ImmutableArray<UnsealEvent> Unsealings);

/// <param name="ClosedAt">Null while entries are taken.</param>
public sealed record CloseOutPool(
    string Id, string Name, DateTimeOffset? ClosedAt, long Entries, long Moments, long MomentsClaimed, string? Commitment, DateTimeOffset? CommittedAt)
{
    /// <summary>The level of evidence that was committed to; null without a commitment.</summary>
    public string? Level { get; init; }

    /// <summary>The beacon's round that was committed to; 0 without one.</summary>
    public long Round { get; init; }
}

/// <param name="Offered">The stock in the end; null is without limit.</param>
/// <param name="Moments">Winning moments that fell before the pool closed, or are to while it takes entries.</param>
public sealed record CloseOutPrize(string Id, string PoolId, string Name, string Kind, string Mode, long? Offered, long Awarded, long Moments, long MomentsClaimed);

/// <summary>A stock that was set while entries were taken.</summary>
/// <param name="From">The first entry number that it was in force for.</param>
public sealed record StockChange(string PoolId, string PrizeId, string Name, long From, DateTimeOffset At, long? Before, long? After);

/// <summary>Somebody looked at winning moments that were still to come.</summary>
public sealed record UnsealEvent(string PoolId, DateTimeOffset At, string Actor, string Reason, long Moments);
