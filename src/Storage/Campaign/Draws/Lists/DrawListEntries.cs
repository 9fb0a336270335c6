using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using NpgsqlTypes;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>
/// The way back from references to entries: entry ids in the campaign's database, in the order and the pieces of the list. Gone with that
/// database, or when it is forgotten; nothing else leads there.
/// </summary>
public sealed class DrawListEntries(CampaignConnections connections, Central.DrawLists.DrawLists lists)
{
    private const string Insert =
        "insert into draw_list_entries (campaign_id, draw_id, build, ordinal, entry_ids) values ($1, $2, $3, $4, $5) on conflict do nothing";

    private const int IdSize = ListSpill.IdSize;

    /// <summary>Entry ids by reference; one that the list has not, or whose way back is gone, is not among them.</summary>
    public async Task<IReadOnlyDictionary<string, Guid>> EntryIdsAsync(
        SealedDrawList list, IReadOnlyCollection<string> entryRefs, CancellationToken ct)
    {
        var places = await lists.LocateAsync(list, entryRefs.Distinct(), ct);
        await using var lease = await connections.RequireAsync(list.Address.TenantId, list.Address.CampaignId, ct);
        var found = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var (entryRef, (ordinal, place)) in places)
        {
            var id = await lease.Connection.ScalarAsync<byte[]>(
                """
                select substring(entry_ids from $5 for $6) from draw_list_entries
                where campaign_id = $1 and draw_id = $2 and build = $3 and ordinal = $4
                """, [list.Address.Campaign, list.Address.Draw, list.Build, ordinal, (place * IdSize) + 1, IdSize], ct);
            if (id is { Length: IdSize })
            {
                found[entryRef] = new Guid(id, bigEndian: true);
            }
        }

        return found;
    }

    /// <summary>Drops the way back from the draw's references, all builds' alike. Done already is done.</summary>
    public Task ForgetAsync(DrawListAddress address, CancellationToken ct) => ForgetOthersAsync(address, Guid.Empty, ct);

    /// <summary>Drops what other builds left.</summary>
    internal async Task ForgetOthersAsync(DrawListAddress address, Guid build, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        await lease.Connection.RunAsync(
            "delete from draw_list_entries where campaign_id = $1 and draw_id = $2 and build <> $3", [address.Campaign, address.Draw, build], ct);
    }

    /// <summary>Stores pieces; again is as good as once.</summary>
    internal async Task StoreAsync(DrawListAddress address, Guid build, IEnumerable<NewDrawListChunk> chunks, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        await using var batch = new NpgsqlBatch(lease.Connection);
        foreach (var (chunk, _, _, ids) in chunks)
        {
            batch.Add(
                Insert, address.Campaign, address.Draw, build, chunk.Ordinal,
                new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Bytea });
        }

        await batch.ExecuteNonQueryAsync(ct);
    }
}
