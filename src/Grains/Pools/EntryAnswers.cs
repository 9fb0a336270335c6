using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Pools;
using PrizeDraw.Storage.Secrets;
using EntryOutcome = PrizeDraw.Grains.Abstractions.Pools.EntryOutcome;
using ToldOutcome = PrizeDraw.Domain.Evidence.EntryOutcome;

namespace PrizeDraw.Grains.Pools;

/// <summary>What a batch is written on top of.</summary>
/// <param name="Batch">Number of the batch before.</param>
/// <param name="Head">The journal's head; null before the first batch.</param>
/// <param name="RulesHead">The head of the rules in force.</param>
internal sealed record JournalPlace(long Epoch, long Batch, byte[]? Head, byte[]? RulesHead);

/// <summary>
/// Makes a decided batch ready to be written (journal record, one signature, a path for each entry) and answers from what was
/// written, so that an answer and its replay are the same.
/// </summary>
internal sealed class EntryAnswers(PoolAddress address, SigningKeys keys)
{
    public async Task<BatchWrite> ProveAsync(
        EntryBatch batch, JournalPlace place, IReadOnlyDictionary<int, byte[]> termsHashes, PoolRules rules, DateTimeOffset now, AddedCounts counts,
        IReadOnlyList<CampaignEvent> audit)
    {
        var accepted = batch.Accepted;
        var told = accepted.Select(ToldOf).ToArray();
        var termsHash = new Bytes32(TermsHash(termsHashes, rules.TermsVersion));
        var leaves = accepted.Select((e, i) => LeafOf(e, told[i].Hash(), termsHash)).ToArray();
        var tree = MerkleTree.Of(Array.ConvertAll(leaves, static l => l.ToCanonical()));
        var record = new JournalRecord
        {
            Campaign = address.CampaignId,
            Pool = address.ProofName,
            Batch = place.Batch + 1,
            PreviousHead = place.Head is null ? JournalRecord.Genesis : new Bytes32(place.Head),
            Root = tree.Root,
            FirstNumber = accepted[0].Number,
            Count = accepted.Count,
            At = now,
            Rules = place.RulesHead is null ? null : new Bytes32(place.RulesHead),
        };
        var newHead = record.Head().ToArray();
        var signature = await keys.SignAsync(newHead, CancellationToken.None);
        return new BatchWrite
        {
            Epoch = place.Epoch,
            Batch = record.Batch,
            Entries = [.. accepted.Select((e, i) => new EntryRow(
                e, Convert.FromHexString(leaves[i].PersonRef), Encoding.UTF8.GetString(told[i].ToCanonical()), rules.Draw?.DrawsAt(e.EnteredAt),
                Flatten(tree.Path(i))))],
            PreviousHead = record.PreviousHead.ToArray(),
            Root = tree.Root.ToArray(),
            Head = newHead,
            Record = Encoding.UTF8.GetString(record.ToCanonical()),
            Signature = signature.Bytes,
            KeyId = signature.KeyId,
            At = now,
            Counts = counts,
            Alerts = batch.Alerts,
            Audit = audit,
            Notices = [.. batch.Alerts.Select(a => StockNotice.Of(address, a, now))],
        };
    }

    /// <summary>What stands of an entry once its batch is written.</summary>
    public StoredEntry Stored(EntryRow row, BatchWrite write) => new(
        new KnownEntry(row.Entry.Id, row.Entry.Entrant.PersonKey, row.Entry.Fingerprint), address.Pool, row.Entry.Number,
        row.Entry.EnteredAt, row.Entry.Command.TermsVersion ?? 0, row.Told, row.DrawsAt, row.Path, write.Head, write.Signature);

    public EntryAnswer Answer(StoredEntry entry, IReadOnlyDictionary<int, byte[]> termsHashes)
    {
        using var told = JsonDocument.Parse(entry.Told);
        var root = told.RootElement;
        var prize = root.GetProperty("prize");
        var outcome = new EntryOutcome(
            root.GetProperty("kind").GetString()!,
            prize.ValueKind == JsonValueKind.Null ? null : new WonPrize(prize.GetProperty("id").GetString()!, prize.GetProperty("name").GetString()!),
            root.GetProperty("coupon").GetString(),
            root.GetProperty("claimUrl").GetString());
        var entryId = Ids.Format(Ids.Entry, entry.Known.Id.Value);
        var personKey = entry.Known.PersonKey!;
        return new EntryAnswer(
            entryId, entry.Number, entry.EnteredAt, outcome, new EntryDraw(entry.DrawsAt is not null, entry.DrawsAt),
            new EntryReceipt(
                PersonRefs.EntryRef(personKey, entryId), PersonRefs.PersonRef(personKey), address.ProofNameOf(entry.Pool), entry.Number,
                ToldOutcome.HashOf(root).ToString(), Convert.ToHexStringLower(TermsHash(termsHashes, entry.TermsVersion)), PathOf(entry.Path),
                Convert.ToHexStringLower(entry.Head), Convert.ToHexStringLower(entry.Signature)));
    }

    private static ToldOutcome ToldOf(AcceptedEntry e) => e.Prize is null
        ? new ToldOutcome("none")
        : new ToldOutcome(e.Outcome, e.Prize.Terms.PublicId, e.Prize.Terms.Name, e.Coupon?.Text);

    private ReceiptLeaf LeafOf(AcceptedEntry e, Bytes32 outcomeHash, Bytes32 termsHash) => new(
        PersonRefs.EntryRef(e.Entrant.PersonKey, Ids.Format(Ids.Entry, e.Id.Value)), PersonRefs.PersonRef(e.Entrant.PersonKey),
        address.ProofName, e.Number, outcomeHash, termsHash);

    private static byte[] TermsHash(IReadOnlyDictionary<int, byte[]> hashes, int version) =>
        hashes.TryGetValue(version, out var hash) ? hash : Bytes32.HashOf([]).ToArray();

    private static byte[] Flatten(IReadOnlyList<Bytes32> path)
    {
        var bytes = new byte[path.Count * Bytes32.Size];
        for (var i = 0; i < path.Count; i++)
        {
            path[i].CopyTo(bytes.AsSpan(i * Bytes32.Size));
        }

        return bytes;
    }

    private static ImmutableArray<string> PathOf(byte[] path)
    {
        var hex = ImmutableArray.CreateBuilder<string>(path.Length / Bytes32.Size);
        for (var i = 0; i < path.Length; i += Bytes32.Size)
        {
            hex.Add(Convert.ToHexStringLower(path, i, Bytes32.Size));
        }

        return hex.MoveToImmutable();
    }
}
