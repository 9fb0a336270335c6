using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign.Pools;
using PrizeDraw.Storage.Secrets;
using EntryOutcome = PrizeDraw.Grains.Abstractions.Pools.EntryOutcome;
using ToldOutcome = PrizeDraw.Domain.Evidence.EntryOutcome;

namespace PrizeDraw.Grains.Pools;

/// <summary>
/// Makes a decided batch ready to be written (journal record, one signature, a path for each entry) and answers from what was
/// written, so that an answer and its replay are the same.
/// </summary>
internal sealed class EntryAnswers(PoolAddress address, SigningKeys keys)
{
    public async Task<BatchWrite> ProveAsync(
        IReadOnlyList<AcceptedEntry> accepted, TakenPool pool, long batch, byte[]? head, PoolRules rules, DateTimeOffset now,
        IReadOnlyDictionary<string, long> counts)
    {
        var told = accepted.Select(ToldOf).ToArray();
        var termsHash = new Bytes32(TermsHash(pool, rules.TermsVersion));
        var leaves = accepted.Select((e, i) => LeafOf(e, told[i].Hash(), termsHash).ToCanonical()).ToArray();
        var tree = MerkleTree.Of(leaves);
        var record = new JournalRecord
        {
            Campaign = address.CampaignId,
            Pool = address.ProofName,
            Batch = batch,
            PreviousHead = head is null ? JournalRecord.Genesis : new Bytes32(head),
            Root = tree.Root,
            FirstNumber = accepted[0].Number,
            Count = accepted.Count,
            At = now,
        };
        var newHead = record.Head().ToArray();
        var signature = await keys.SignAsync(newHead, CancellationToken.None);
        var rows = accepted.Select((e, i) => new EntryRow(
            e, Encoding.UTF8.GetString(told[i].ToCanonical()), rules.Draw?.DrawsAt(e.EnteredAt), Flatten(tree.Path(i)))).ToArray();
        return new BatchWrite(
            pool.Epoch, batch, rows, record.PreviousHead.ToArray(), tree.Root.ToArray(), newHead, Encoding.UTF8.GetString(record.ToCanonical()),
            signature.Bytes, signature.KeyId, now, counts);
    }

    public EntryAnswer Answer(EntryRow row, BatchWrite write, TakenPool pool) => Answer(
        new StoredEntry(
            new KnownEntry(row.Entry.Id, row.Entry.Entrant.PersonKey, row.Entry.Fingerprint), address.Pool, row.Entry.Number,
            row.Entry.EnteredAt, row.Entry.Command.TermsVersion ?? 0, row.Told, row.DrawsAt, row.Path, write.Head, write.Signature),
        pool);

    public EntryAnswer Answer(StoredEntry entry, TakenPool pool)
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
                ToldOutcome.HashOf(root).ToString(), Convert.ToHexStringLower(TermsHash(pool, entry.TermsVersion)), PathOf(entry.Path),
                Convert.ToHexStringLower(entry.Head), Convert.ToHexStringLower(entry.Signature)));
    }

    private static ToldOutcome ToldOf(AcceptedEntry e) => e.Prize is null
        ? new ToldOutcome("none")
        : new ToldOutcome(e.Outcome, Ids.Format(Ids.Prize, e.Prize.Id.Value), e.Prize.Terms.Name);

    private ReceiptLeaf LeafOf(AcceptedEntry e, Bytes32 outcomeHash, Bytes32 termsHash) => new(
        PersonRefs.EntryRef(e.Entrant.PersonKey, Ids.Format(Ids.Entry, e.Id.Value)), PersonRefs.PersonRef(e.Entrant.PersonKey),
        address.ProofName, e.Number, outcomeHash, termsHash);

    private static byte[] TermsHash(TakenPool pool, int version) =>
        pool.TermsHashes.TryGetValue(version, out var hash) ? hash : Bytes32.HashOf([]).ToArray();

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
