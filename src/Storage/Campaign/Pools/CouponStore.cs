using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Codes;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>Codes that were set aside for a pool, none when the batch has none left.</summary>
/// <param name="IsFenced">Another activation holds the pool; nothing was written.</param>
/// <param name="Line">The line of the rules that tells of them.</param>
public sealed record ReservedCoupons(bool IsFenced, ImmutableArray<CouponCode> Codes, AddedLine? Line);

/// <summary>Sets coupon codes aside for a pool, ahead of the entries that are to get them.</summary>
public sealed class CouponStore(CampaignConnections connections)
{
    /// <summary>
    /// Reserves up to so many codes of a batch, in one transaction with the line that tells of them.
    /// </summary>
    /// <param name="address">The pool.</param>
    /// <param name="epoch">What its row must still say.</param>
    /// <param name="batch">The batch of codes.</param>
    /// <param name="units">How many at most, from 1.</param>
    /// <param name="firstHeld">The first code of the batch that the pool still holds; null when it holds none.</param>
    /// <param name="now">From its expiry on nothing of a batch is reserved.</param>
    /// <param name="lineOf">The line for a number of codes.</param>
    /// <param name="ct">Ends the wait for storage.</param>
    public async Task<ReservedCoupons> ReserveAsync(
        PoolAddress address, long epoch, CodeBatchId batch, long units, long? firstHeld, DateTimeOffset now, Func<long, AddedLine> lineOf,
        CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address, ct);
        var connection = lease.Connection;
        var (campaign, pool) = (address.Campaign.Value, address.Pool.Value);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await connection.RunAsync(PoolSql.FenceAlone, [campaign, pool, epoch], ct) != 1)
        {
            return new ReservedCoupons(true, [], null);
        }

        var range = await connection.FindAsync(
            PoolSql.ReserveCoupons, [campaign, batch.Value, units, now], row => (First: row.GetInt64(0), Last: row.GetInt64(1), Pattern: row.GetString(2)), ct);
        if (range.Pattern is null)
        {
            return new ReservedCoupons(false, [], null);
        }

        var codes = await connection.ListAsync(
            PoolSql.CodesBetween, [campaign, batch.Value, range.First, range.Last],
            row => new CouponCode(batch, row.GetInt64(0), CodePattern.Display(row.GetString(1), row.TextOrNull(2), range.Pattern)), ct);
        var line = lineOf(codes.Length);
        await using var commands = new NpgsqlBatch(connection, transaction);
        commands.Add(PoolSql.DropUsedReservations, campaign, pool, batch.Value, firstHeld ?? range.First);
        commands.Add(PoolSql.InsertReservation, campaign, pool, batch.Value, range.First, range.Last);
        commands.AddLine(address, line);
        await commands.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return new ReservedCoupons(false, codes, line);
    }
}
