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
/// <param name="Epoch">What the pool's row must still say.</param>
/// <param name="Batch">Number of the batch before.</param>
/// <param name="Head">The journal's head; null before the first batch.</param>
/// <param name="RulesHead">The head of the rules in force.</param>
internal sealed record JournalPlace(long Epoch, long Batch, byte[]? Head, byte[]? RulesHead);

/// <summary>A batch ready to be written, and what each of its entries is told once it is.</summary>
internal sealed record ProvenBatch(BatchWrite Write, EntryAnswer[] Answers);

/// <summary>
/// Makes a decided batch ready to be written (journal record, one signature, a path for each entry), with the answers; and answers from
/// what was written, so that an answer and its replay are the same.
/// </summary>
internal sealed class EntryAnswers(PoolAddress address, SigningKeys keys)
{
    public async Task<ProvenBatch> ProveAsync(
        EntryBatch batch, JournalPlace place, IReadOnlyDictionary<int, byte[]> termsHashes, PoolRules rules, DateTimeOffset now, AddedCounts counts,
        IReadOnlyList<CampaignEvent> audit)
    {
        var (accepted, outcomes) = (batch.Accepted, new OutcomeTexts());
        var termsHash = new Bytes32(TermsHash(termsHashes, rules.TermsVersion));
        var (leaves, told, data) = (new ReceiptLeaf[accepted.Count], new OutcomeText[accepted.Count], new byte[accepted.Count][]);
        for (var i = 0; i < leaves.Length; i++)
        {
            told[i] = outcomes.Of(accepted[i]);
            leaves[i] = LeafOf(accepted[i], told[i].Hash, termsHash);
            data[i] = leaves[i].ToCanonical();
        }

        var tree = MerkleTree.Of(data);
        var record = RecordOf(batch, place, tree.Root, now);
        var head = record.Head();
        var signature = await keys.SignAsync(head.ToArray(), CancellationToken.None);
        var (rows, answers) = (new EntryRow[leaves.Length], new EntryAnswer[leaves.Length]);
        var shared = new SharedProof(tree, termsHash.ToString(), head.ToString(), Convert.ToHexStringLower(signature.Bytes));
        for (var i = 0; i < rows.Length; i++)
        {
            var drawsAt = rules.DrawsAt(accepted[i].CountsAt);
            var path = tree.Path(i);
            rows[i] = new EntryRow(accepted[i], Convert.FromHexString(leaves[i].PersonRef), told[i].Text, drawsAt, Flatten(path));
            answers[i] = AnswerOf(accepted[i], leaves[i], told[i], drawsAt, shared, i, path);
        }

        return new ProvenBatch(WriteOf(batch, place.Epoch, record, signature, rows, counts) with { Audit = audit }, answers);
    }

    /// <summary>The answer to an entry that was written before.</summary>
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

    private BatchWrite WriteOf(
        EntryBatch batch, long epoch, JournalRecord record, Signature signature, EntryRow[] rows, AddedCounts counts) => new()
    {
        Epoch = epoch,
        Batch = record.Batch,
        Entries = rows,
        PreviousHead = record.PreviousHead.ToArray(),
        Root = record.Root.ToArray(),
        Head = record.Head().ToArray(),
        Record = Encoding.UTF8.GetString(record.ToCanonical()),
        Signature = signature.Bytes,
        KeyId = signature.KeyId,
        At = record.At,
        Counts = counts,
        Alerts = batch.Alerts,
        Notices = [.. batch.Alerts.Select(a => StockNotice.Of(address, a, record.At))],
    };

    private JournalRecord RecordOf(EntryBatch batch, JournalPlace place, Bytes32 root, DateTimeOffset now) => new()
    {
        Campaign = address.CampaignId,
        Pool = address.ProofName,
        Batch = place.Batch + 1,
        PreviousHead = place.Head is null ? JournalRecord.Genesis : new Bytes32(place.Head),
        Root = root,
        FirstNumber = batch.Accepted[0].Number,
        Count = batch.Accepted.Count,
        At = now,
        Rules = place.RulesHead is null ? null : new Bytes32(place.RulesHead),
    };

    private static EntryAnswer AnswerOf(
        AcceptedEntry entry, ReceiptLeaf leaf, OutcomeText told, DateTimeOffset? drawsAt, SharedProof proof, int index, IReadOnlyList<Bytes32> path) => new(
        Ids.Format(Ids.Entry, entry.Id.Value), entry.Number, entry.EnteredAt, told.Outcome, new EntryDraw(drawsAt is not null, drawsAt),
        new EntryReceipt(
            leaf.EntryRef, leaf.PersonRef, leaf.Pool, leaf.Number, told.HashText, proof.TermsHash, proof.PathOf(index, path), proof.Head, proof.Signature));

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

    /// <summary>What the receipts of a batch have in common, written out once: its upper nodes stand in every path.</summary>
    private sealed class SharedProof(MerkleTree tree, string termsHash, string head, string signature)
    {
        private readonly Dictionary<(int Level, int Node), string> nodes = new(2 * tree.Count);

        public string TermsHash => termsHash;

        public string Head => head;

        public string Signature => signature;

        public ImmutableArray<string> PathOf(int index, IReadOnlyList<Bytes32> path)
        {
            var hex = ImmutableArray.CreateBuilder<string>(path.Count);
            for (var (level, width) = (0, tree.Count); width > 1; (level, width, index) = (level + 1, (width + 1) / 2, index / 2))
            {
                // A last node without a partner goes up unchanged and has no sibling on this level.
                if ((index ^ 1) < width)
                {
                    hex.Add(TextOf((level, index ^ 1), path[hex.Count]));
                }
            }

            return hex.MoveToImmutable();
        }

        private string TextOf((int Level, int Node) node, Bytes32 hash)
        {
            if (!nodes.TryGetValue(node, out var text))
            {
                nodes.Add(node, text = hash.ToString());
            }

            return text;
        }
    }
}
