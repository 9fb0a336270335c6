using Npgsql;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>Appends to the chain of what a pool's entries are judged by, behind the fence of the same transaction.</summary>
internal static class RuleLines
{
    public static void AddLine(this NpgsqlBatch batch, PoolAddress address, AddedLine? added)
    {
        if (added is not { } line)
        {
            return;
        }

        var (campaign, pool) = (address.Campaign.Value, address.Pool.Value);
        batch.Add(PoolSql.InsertLine, campaign, pool, line.Ordinal, line.From, line.At, line.Line, line.Head);
        batch.Add(PoolSql.MoveRulesHead, campaign, pool, line.Ordinal, line.Head);
    }
}
