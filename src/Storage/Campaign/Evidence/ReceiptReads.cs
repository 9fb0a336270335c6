using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Storage.Central.DrawLists;
using PrizeDraw.Storage.Central.Draws;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Campaign.Evidence;

/// <inheritdoc cref="IReceiptQueries"/>
internal sealed class ReceiptReads(CampaignConnections connections, SigningKeys keys, DrawFiles files, DrawLists lists) : IReceiptQueries
{
    private static readonly ReceiptView False = new(false, null, null, []);

    private const string Batch =
        """
        select record, key_id from journal
        where campaign_id = $1 and pool_id = $2 and first_number <= $3 and last_number >= $3 order by first_number desc limit 1
        """;

    private const string Entry = "select entry_id, entered_at from entry where campaign_id = $1 and pool_id = $2 and number = $3";

    private const string Draws = "select draw_id, name, level, state from draw where campaign_id = $1 order by draw_id";

    private sealed record JournalRow(string Record, string KeyId);

    private sealed record EntryRow(Guid Id, DateTimeOffset At);

    private sealed record DrawRow(string Id, string Name, string Level, string State);

    public async Task<ReceiptView?> CheckAsync(string tenantId, string campaignId, GivenReceipt given, CancellationToken ct)
    {
        var campaign = Ids.Parse(Ids.Campaign, campaignId);
        if (!Ids.TryParse(Ids.Pool, given.Pool, out var pool))
        {
            return null;
        }

        JournalRow? journal;
        EntryRow? entry;
        ImmutableArray<DrawRow> draws;
        await using (var lease = await connections.OpenAsync(tenantId, campaignId, ct))
        {
            if (lease is null || !await lease.Connection.ScalarAsync<bool>(
                "select exists (select from pool where campaign_id = $1 and pool_id = $2)", [campaign, pool], ct))
            {
                return null;
            }

            journal = await lease.Connection.FindAsync(Batch, [campaign, pool, given.Number], row => new JournalRow(row.GetString(0), row.GetString(1)), ct);
            entry = await lease.Connection.FindAsync(Entry, [campaign, pool, given.Number], row => new EntryRow(row.GetGuid(0), row.Time(1)), ct);
            draws = await lease.Connection.ListAsync(Draws, [campaign], ReadDraw, ct);
        }

        if (journal is null || entry is null || ReceiptOf(given) is not { } receipt || !await HoldsAsync(receipt, journal, campaignId, ct))
        {
            return False;
        }

        var listed = ImmutableArray.CreateBuilder<ListedReceipt>();
        foreach (var draw in draws)
        {
            listed.Add(await FindAsync(DrawListAddress.Parse(tenantId, campaignId, draw.Id), draw, pool, receipt, entry, ct));
        }

        return new ReceiptView(true, journal.Record, entry.At, listed.ToImmutable());
    }

    // The whole receipt is checked against the record of its number: what was signed elsewhere, or for another number, proves nothing here.
    private async Task<bool> HoldsAsync(Receipt receipt, JournalRow journal, string campaignId, CancellationToken ct)
    {
        var record = JournalRecord.Parse(Encoding.UTF8.GetBytes(journal.Record));
        if (record.Campaign != campaignId || (await keys.PublicKeysAsync(ct)).FirstOrDefault(key => key.KeyId == journal.KeyId) is not { } key)
        {
            return false;
        }

        using var publicKey = ECDsa.Create();
        publicKey.ImportSubjectPublicKeyInfo(key.Spki.AsSpan(), out _);
        return ReceiptProof.Verify(receipt, record, publicKey) == ReceiptFault.None;
    }

    private async Task<ListedReceipt> FindAsync(
        DrawListAddress address, DrawRow draw, Guid pool, Receipt receipt, EntryRow entry, CancellationToken ct)
    {
        ListedReceipt Told(ListedPlace place, ListedEntry? found = null) =>
            new(draw.Id, draw.Name, draw.Level, draw.State, place, found?.Excluded, found?.Index, found?.Excluded is null ? found?.Tickets : null);

        // What is not committed to yet may still change, and is nobody's to see.
        if (await files.CommitmentAsync(address.TenantId, address.CampaignId, draw.Id, ct) is null || await lists.FindAsync(address, ct) is not { } list)
        {
            return Told(ListedPlace.Waiting);
        }

        if (list.LastNumbers.GetValueOrDefault(pool) < receipt.Number)
        {
            return Told(ListedPlace.NotCovered);
        }

        // Someone who was erased before the freeze is on the list under a reference that no key leads to.
        var found = await lists.FindEntryAsync(list, Bytes32.Parse(receipt.EntryRef), ct) ?? await lists.FindEntryAsync(list, ErasedRef(entry.Id), ct);
        return found is null ? Told(ListedPlace.Missing) : Told(found.Excluded is null ? ListedPlace.Listed : ListedPlace.Excluded, found);
    }

    private static Bytes32 ErasedRef(Guid entry)
    {
        Span<byte> bytes = stackalloc byte[Bytes32.Size];
        ListedRefs.ErasedEntryRef(entry.ToByteArray(bigEndian: true), bytes);
        return new Bytes32(bytes);
    }

    private static Receipt? ReceiptOf(GivenReceipt given)
    {
        var path = new Bytes32[given.Path.Length];
        for (var i = 0; i < path.Length; i++)
        {
            if (!Bytes32.TryParse(given.Path[i], out path[i]))
            {
                return null;
            }
        }

        return Bytes32.TryParse(given.OutcomeHash, out var outcome) && Bytes32.TryParse(given.TermsHash, out var terms)
            && Bytes32.TryParse(given.BatchHead, out var head) && Bytes32.TryParse(given.EntryRef, out _) && Bytes32.TryParse(given.PersonRef, out _)
            ? new Receipt(given.EntryRef, given.PersonRef, given.Pool, given.Number, outcome, terms, path, head, Convert.FromHexString(given.Signature))
            : null;
    }

    private static DrawRow ReadDraw(NpgsqlDataReader row) =>
        new(Ids.Format(Ids.Draw, row.GetGuid(0)), row.GetString(1), row.GetString(2), row.GetString(3));
}
