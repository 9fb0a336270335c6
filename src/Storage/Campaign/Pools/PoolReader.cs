using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Codes;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>Loads a pool as its activation takes it: one round trip, one transaction.</summary>
internal sealed class PoolReader(PoolAddress address, MomentSeal seal, SecretBox box)
{
    private readonly Dictionary<CodeBatchId, CouponSupply> supplies = [];

    /// <param name="batch">The statements of <see cref="AddTo"/>.</param>
    /// <param name="unclaimed">The moments, where they are known; then they are not opened again.</param>
    /// <param name="ct">Ends the wait for storage.</param>
    public async Task<TakenPool?> ReadAsync(NpgsqlBatch batch, IReadOnlyList<WinningMoment>? unclaimed, CancellationToken ct)
    {
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            return null;
        }

        var pool = ReadRow(reader);
        var key = KeyOf(reader.GetFieldValue<byte[]>(16), reader.GetInt64(20), reader.BytesOrNull(21));
        var (lastNumber, lastEnteredAt) = (reader.GetInt64(10), reader.TimeOrNull(11) ?? DateTimeOffset.MinValue);
        await reader.NextResultAsync(ct);
        var prizes = await ListAsync(reader, ReadPrize, ct);
        await ListAsync(reader, ReadCoupon, ct);
        var lines = await ListAsync(reader, static row => row.GetString(0), ct);
        var terms = await ListAsync(reader, static row => (Version: row.GetInt32(0), Hash: row.GetFieldValue<byte[]>(1)), ct);
        unclaimed ??= await ListAsync(reader, ReadMoment, ct);
        return pool with
        {
            Rules = pool.Rules with { LastRules = lines.Count > 0 ? lines[0] : null },
            TermsHashes = new Dictionary<int, byte[]>(terms.ConvertAll(static t => KeyValuePair.Create(t.Version, t.Hash))),
            Unclaimed = unclaimed,
            State = new PoolState(address.PoolId, key, prizes, unclaimed, lastNumber, lastEnteredAt),
        };
    }

    public void AddTo(NpgsqlBatch batch, bool withMoments)
    {
        var (campaign, pool) = (address.Campaign.Value, address.Pool.Value);
        batch.Add(PoolSql.Take, campaign, pool);
        batch.Add(PoolSql.Prizes, campaign, pool);
        batch.Add(PoolSql.HeldCoupons, campaign, pool);
        batch.Add(PoolSql.LastRules, campaign, pool);
        batch.Add(PoolSql.TermsHashes, campaign);
        if (withMoments)
        {
            batch.Add(PoolSql.UnclaimedMoments, campaign, pool);
        }
    }

    /// <summary>None while the round that was committed to has not come.</summary>
    private byte[]? KeyOf(byte[] secret, long round, byte[]? randomness) =>
        round > 0 && randomness is null ? null : InstantWinKey.Derive(box.Open(secret, "pool", address.PoolId), round, randomness);

    private static async Task<List<T>> ListAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(read(reader));
        }

        await reader.NextResultAsync(ct);
        return rows;
    }

    private static TakenPool ReadRow(NpgsqlDataReader row) => new()
    {
        Epoch = row.GetInt64(0),
        Published = row.GetBoolean(1),
        Paused = row.GetBoolean(2),
        Held = row.GetBoolean(3),
        ClosedAt = row.TimeOrNull(4),
        EndedAt = row.TimeOrNull(17),
        FrozenUntil = row.TimeOrNull(18),
        Tickets = row.GetInt32(19),
        AwaitsRound = row.GetInt64(20) > 0 && row.IsDBNull(22),
        Settings = row.TextOrNull(5),
        Name = row.GetString(6),
        Modes = row.GetFieldValue<string[]>(7),
        EntryCode = row.GetString(8),
        FreeRoute = row.GetString(9),
        Batch = row.GetInt64(12),
        Head = row.BytesOrNull(13),
        Rules = new RulesChain(row.GetInt64(14), row.BytesOrNull(15), null),
        TermsHashes = new Dictionary<int, byte[]>(),
        Unclaimed = [],
        State = null!,
    };

    private PrizeState ReadPrize(NpgsqlDataReader row)
    {
        var id = new PrizeId(row.GetGuid(0));
        CodeBatchId? coupons = row.UuidOrNull(14) is { } batch ? new CodeBatchId(batch) : null;
        var terms = new PrizeTerms
        {
            Id = id,
            PublicId = Ids.Format(Ids.Prize, id.Value),
            Name = row.GetString(1),
            Kind = PrizeNames.Kind(row.GetString(2)),
            Mode = PrizeNames.Mode(row.GetString(3)),
            Stock = row.LongOrNull(4),
            DailyCap = row.IntegerOrNull(5),
            HourlyCap = row.IntegerOrNull(6),
            PerEntrantMax = row.IntegerOrNull(7),
            Odds = row.LongOrNull(8) is { } win ? new Odds(win, row.GetInt64(9)) : null,
            EveryNth = row.IntegerOrNull(10),
            LowStockAt = row.IsDBNull(11) && row.IsDBNull(12) ? null : new LowStock(row.LongOrNull(11), row.IntegerOrNull(12)),
            Paused = row.GetBoolean(13),
            CouponBatch = coupons,
        };
        var prize = new PrizeState(terms, coupons is { } b ? SupplyOf(b, row.TimeOrNull(15)) : null);
        prize.Restore(
            row.GetInt64(16), row.IsDBNull(18) ? default : row.GetFieldValue<DateOnly>(18), row.IntegerOrNull(19) ?? 0,
            row.TimeOrNull(20) ?? default, row.IntegerOrNull(21) ?? 0, (StockAlertLevel)row.GetInt16(17));
        return prize;
    }

    private CouponSupply SupplyOf(CodeBatchId batch, DateTimeOffset? expiresAt)
    {
        if (!supplies.TryGetValue(batch, out var supply))
        {
            supplies.Add(batch, supply = new CouponSupply(batch, expiresAt));
        }

        return supply;
    }

    private bool ReadCoupon(NpgsqlDataReader row)
    {
        var batch = new CodeBatchId(row.GetGuid(0));
        // A prize keeps its batch for good, so that a range without a prize is left from before the pool was configured anew.
        if (supplies.TryGetValue(batch, out var supply))
        {
            supply.Add(new CouponCode(batch, row.GetInt64(1), CodePattern.Display(row.GetString(2), row.TextOrNull(3), row.GetString(4))));
        }

        return supply is not null;
    }

    private WinningMoment ReadMoment(NpgsqlDataReader row)
    {
        var id = new MomentId(row.GetGuid(0));
        return new WinningMoment(id, new PrizeId(row.GetGuid(1)), seal.Open(id, row.GetFieldValue<byte[]>(2)).At);
    }
}

/// <summary>Stored names of what prizes are.</summary>
public static class PrizeNames
{
    public static string Of(PrizeKind kind) => kind == PrizeKind.Gift ? "gift" : "prize";

    public static PrizeKind Kind(string name) => name == "gift" ? PrizeKind.Gift : PrizeKind.Prize;

    public static string Of(AllocationMode mode) => mode switch
    {
        AllocationMode.Guaranteed => "guaranteed",
        AllocationMode.Moments => "moments",
        AllocationMode.Probability => "probability",
        AllocationMode.Consolation => "consolation",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Not a mode of allocation."),
    };

    public static AllocationMode Mode(string name) => name switch
    {
        "guaranteed" => AllocationMode.Guaranteed,
        "moments" => AllocationMode.Moments,
        "probability" => AllocationMode.Probability,
        "consolation" => AllocationMode.Consolation,
        _ => throw new ArgumentException($"'{name}' is no mode of allocation.", nameof(name)),
    };
}
