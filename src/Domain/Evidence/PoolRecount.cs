using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Time;

namespace PrizeDraw.Domain.Evidence;

/// <summary>The recount of one pool: its evidence in the order in which it stands in the file, then its entries one by one.</summary>
internal sealed class PoolRecount(
    string campaign, string pool, DateTimeOffset closedAt, IReadOnlyDictionary<string, ECDsa> keys, IReadOnlyDictionary<int, Bytes32> terms,
    Action<string?, long?, string> differ)
{
    private readonly List<(PoolChangeLine Line, Bytes32 Head)> changes = [];
    private readonly List<InstantMoment> moments = [];
    private readonly MerkleRoot momentsRoot = new();
    private SignedInstantCommitment? commitment;
    private SealedMoment? lastMoment;
    private InstantOpening? opening;
    private byte[]? key;
    private byte[] randomness = [];
    private OutcomeRecount? outcomes;
    private JournalRecord? batch;
    private MerkleRoot batchRoot = new();
    private Bytes32 journalHead = JournalRecord.Genesis;
    private long lastNumber, lastBatch;
    private int inForce;
    private DateTimeOffset lastEnteredAt = DateTimeOffset.MinValue;

    public string Id => pool;

    /// <summary>Entries that no receipt binds any more, because the person has been erased.</summary>
    public long Unbound { get; private set; }

    public void Committed(JsonElement line)
    {
        if (line.GetProperty("commitment") is { ValueKind: JsonValueKind.Null })
        {
            Differ("Nothing was committed of this pool before its first entry.");
            return;
        }

        commitment = new SignedInstantCommitment(
            InstantCommitment.Parse(CanonicalJson.ToUtf8(line.GetProperty("commitment"))), Convert.FromHexString(line.RequiredText("signature")),
            line.RequiredText("keyId"));
        if (commitment.Commitment.Campaign != campaign || commitment.Commitment.Pool != pool) Differ("The commitment is of another pool.");
        if (!keys.TryGetValue(commitment.KeyId, out var signer) || !commitment.IsSignedBy(signer))
        {
            Differ("The commitment's signature is not the platform's.");
        }
    }

    public void Reveal(JsonElement line)
    {
        if (key is not null) throw new JsonException("The secret is revealed twice.");
        var secret = Convert.FromHexString(line.RequiredText("secret"));
        randomness = Convert.FromHexString(line.RequiredText("randomness"));
        var round = line.GetProperty("round").GetInt64();
        var level = commitment?.Commitment.Level ?? EvidenceLevel.Committed;
        if (commitment is { Commitment: var told })
        {
            if (Bytes32.HashOf(secret) != told.SecretHash) Differ("The revealed secret is not the one that was committed.");
            if (round != told.Round) Differ("The round is not the one that was committed.");
            if (line.TryGetProperty("chain", out _) ? line.Hash("chain") != told.Chain : told.Chain is not null)
            {
                Differ("The beacon's chain is not the one that was committed.");
            }
        }

        CheckBeacon(line, level);
        key = InstantWinKey.Derive(level, secret, round, randomness);
    }

    /// <summary>The round's own signature over its number is checked by whoever knows the chain's key: here it is the hash alone.</summary>
    private void CheckBeacon(JsonElement line, EvidenceLevel level)
    {
        if (level is EvidenceLevel.Observed) Differ("The observer's statement is not in the file, so that their randomness can't be checked.");
        var signature = line.TryGetProperty("signature", out var beacon) ? Convert.FromHexString(beacon.GetString() ?? "") : [];
        if (level.UsesBeacon() && !Bytes32.HashOf(signature).ToArray().AsSpan().SequenceEqual(randomness))
        {
            Differ("The randomness is not the hash of the beacon's signature.");
        }

        if (!level.UsesBeacon() && signature.Length > 0) Differ("There is a beacon's signature, and no beacon was committed to.");
    }

    public void Opened(JsonElement line)
    {
        if (key is null || opening is not null) throw new JsonException("An opening stands after the secret, once.");
        var signed = new SignedInstantOpening(
            InstantOpening.Parse(CanonicalJson.ToUtf8(line.GetProperty("opening"))), Convert.FromHexString(line.RequiredText("signature")),
            line.RequiredText("keyId"));
        opening = signed.Opening;
        if (!keys.TryGetValue(signed.KeyId, out var signer) || !signed.IsSignedBy(signer)) Differ("The opening's signature is not the platform's.");
        if (opening.Campaign != campaign || opening.Pool != pool || opening.Commitment != commitment?.Commitment.Hash())
        {
            Differ("The opening is of another pool or commitment.");
        }

        if (opening.Round != commitment?.Commitment.Round || !opening.Randomness.ToArray().AsSpan().SequenceEqual(randomness))
        {
            Differ("The opening is of another round or randomness than what was revealed.");
        }
    }

    public void Change(JsonElement element)
    {
        if (outcomes is not null) throw new JsonException("Rules stand before the batches.");
        var text = CanonicalJson.ToUtf8(element.GetProperty("line"));
        var line = PoolChangeLine.Parse(text);
        var before = changes.Count > 0 ? changes[^1] : (Line: null!, Head: PoolChangeLine.Genesis);
        if (line.Pool != pool) Differ("A line of rules is of another pool.");
        if (element.GetProperty("ordinal").GetInt64() != changes.Count + 1) Differ("The lines of rules are not numbered without gaps.");
        if (changes.Count == 0 && line is not PoolRulesLine) throw new JsonException("The first line of rules must be the complete rules.");
        // A pool from before there were lines has them from some number on; what was decided before can't be recomputed.
        if (changes.Count == 0 && line.From > 1) Differ($"The rules before number {line.From} were not written down.");
        if (changes.Count > 0 && line.From < before.Line.From) Differ("A later line of rules is in force from an earlier number.");
        var head = EventChain.Next(before.Head, text);
        if (element.Hash("head") != head) Differ($"The chain of rules is broken at line {changes.Count + 1}.");
        changes.Add((line, head));
    }

    public void Moment(InstantMoment moment)
    {
        if (outcomes is not null) throw new JsonException("Moments stand before the batches.");
        var leaf = new SealedMoment(moment.AtMs, moment.Prize, moment.Salt);
        if (lastMoment is { } last && Compare(last, leaf) > 0) Differ("The moments are not in order.");
        lastMoment = leaf;
        momentsRoot.Append(WinningMoments.Leaf(leaf));
        moments.Add(moment);
    }

    public void Batch(JsonElement line)
    {
        Begin();
        CloseBatch();
        var text = CanonicalJson.ToUtf8(line.GetProperty("record"));
        var (record, head) = (JournalRecord.Parse(text), Bytes32.HashOf(text));
        if (record.Campaign != campaign || record.Pool != pool) Differ("A journal record is of another pool.");
        if (lastBatch == 0 && record.At < opening?.At) Differ("The first entries were taken before the opening was made.");
        if (record.Batch != lastBatch + 1 || record.PreviousHead != journalHead) Differ($"The journal's chain is broken before batch {record.Batch}.");
        if (record.FirstNumber != lastNumber + 1) Differ($"Batch {record.Batch} does not go on where the one before ended.");
        if (line.Hash("head") != head) Differ($"The head of batch {record.Batch} is not the hash of its record.");
        if (!keys.TryGetValue(line.RequiredText("keyId"), out var signer)
            || !ReceiptProof.SignatureIsRight(head, Convert.FromHexString(line.RequiredText("signature")), signer))
        {
            Differ($"The signature of batch {record.Batch} is not the platform's.");
        }

        if (record.Rules is { } named ? named != HeadAt(record.FirstNumber) || named != HeadAt(record.LastNumber) : record.LastNumber >= changes[0].Line.From)
        {
            Differ($"Batch {record.Batch} was judged by other rules than those published.");
        }

        (batch, batchRoot, journalHead, lastBatch, lastNumber) = (record, new MerkleRoot(), head, record.Batch, record.FirstNumber - 1);
    }

    public void Entry(InstantEntry entry)
    {
        if (batch is null || outcomes is null) throw new JsonException("An entry stands before the first batch.");
        if (entry.Number != lastNumber + 1) differ(pool, entry.Number, $"The number before it is {lastNumber}: entries are missing or out of order.");
        if (entry.Number > batch.LastNumber) differ(pool, entry.Number, "The entry is beyond its batch.");
        if (entry.EnteredAt < lastEnteredAt) differ(pool, entry.Number, "It was entered before the entry before it.");
        if (lastEnteredAt == DateTimeOffset.MinValue && entry.EnteredAt < commitment?.Commitment.At)
        {
            differ(pool, entry.Number, "It was entered before the commitment was made.");
        }

        lastNumber = entry.Number;
        lastEnteredAt = entry.EnteredAt;
        batchRoot.AppendHash(LeafOf(entry));
        outcomes.Take(entry);
    }

    public void Finish(List<RecountedPrize> prizes)
    {
        Begin();
        CloseBatch();
        outcomes!.Finish();
        prizes.AddRange(outcomes.Prizes(closedAt));
    }

    /// <summary>Everything that was committed has been read: compares it, and makes ready for the entries.</summary>
    private void Begin()
    {
        if (outcomes is not null) return;
        if (key is null) throw new JsonException("The pool's secret is not revealed.");
        if (changes.Count == 0) throw new JsonException("The pool has no rules.");
        PoolChangeLine[] lines = [.. changes.Select(c => c.Line)];
        if (commitment is { Commitment: var told })
        {
            var at = CommittedRules.Find(lines, told.RulesHash);
            if (at < 0) Differ("The rules from number 1 are not those that were committed.");
            else foreach (var what in CommittedRules.Broken(lines, at)) Differ(what);
            // What came before the committed line was never in force, and its clocks decided nothing.
            CheckMoments(told, ((PoolRulesLine)lines[Math.Max(0, at)]).Rules.TimeZone);
        }

        outcomes = new OutcomeRecount(pool, key, lines, moments, differ);
    }

    private void CheckMoments(InstantCommitment told, string timeZone)
    {
        if (told.Level.UsesBeacon())
        {
            if (opening is null) Differ("Nothing was published of what the round brought forth before the first entry.");
            else if (momentsRoot.Root() != opening.MomentsRoot) Differ("The moments are not those of the opening.");
        }

        if ((told.Level.UsesBeacon() ? ChosenRoot() : momentsRoot.Root()) != told.MomentsRoot) Differ("The moments are not those that were committed.");
        var chosen = moments.Count(m => m.Chosen);
        if (moments.Count != told.Moments || chosen != told.Chosen) Differ("There are other moments than were committed.");
        var generated = new Dictionary<SealedMoment, int>();
        var calendar = new CampaignCalendar(TimeZoneInfo.FindSystemTimeZoneById(timeZone));
        foreach (var moment in GeneratedMoments.Follow(told.Generated, key!, pool, calendar))
        {
            generated[moment] = generated.GetValueOrDefault(moment) + 1;
        }

        foreach (var moment in moments.Where(m => !m.Chosen))
        {
            var leaf = new SealedMoment(moment.AtMs, moment.Prize, moment.Salt);
            if (generated.GetValueOrDefault(leaf) == 0) Differ($"A moment of {moment.Prize} does not follow from the secret.");
            else generated[leaf]--;
        }

        if (generated.Values.Any(left => left > 0)) Differ("Moments that follow from the secret are missing.");
    }

    private Bytes32 ChosenRoot()
    {
        var root = new MerkleRoot();
        foreach (var moment in moments.Where(m => m.Chosen)) root.Append(WinningMoments.Leaf(new SealedMoment(moment.AtMs, moment.Prize, moment.Salt)));
        return root.Root();
    }

    private void CloseBatch()
    {
        if (batch is null) return;
        if (lastNumber != batch.LastNumber) Differ($"Batch {batch.Batch} ends at number {batch.LastNumber}, its entries at {lastNumber}.");
        if (batchRoot.Root() != batch.Root) Differ($"The entries of batch {batch.Batch} are not those of its receipts.");
        lastNumber = batch.LastNumber;
        batch = null;
    }

    /// <summary>The head of the rules in force at this number; numbers only go up.</summary>
    private Bytes32 HeadAt(long number)
    {
        while (inForce < changes.Count && changes[inForce].Line.From <= number) inForce++;
        return inForce == 0 ? PoolChangeLine.Genesis : changes[inForce - 1].Head;
    }

    private static int Compare(SealedMoment a, SealedMoment b)
    {
        if (a.AtMs != b.AtMs) return a.AtMs.CompareTo(b.AtMs);
        var byPrize = string.CompareOrdinal(a.PrizeId, b.PrizeId);
        return byPrize != 0 ? byPrize : a.Salt.CompareTo(b.Salt);
    }

    private Bytes32 LeafOf(InstantEntry entry)
    {
        if (entry.Leaf is { } leaf)
        {
            if (entry.EntryRef is not null && entry.PersonRef is not null)
            {
                differ(pool, entry.Number, "It has a leaf of its own though nobody was erased.");
            }

            Unbound++;
            return leaf;
        }

        if (entry.EntryRef is null || entry.PersonRef is null) throw new JsonException($"Entry {entry.Number} has neither references nor a leaf.");
        return MerkleTree.LeafHash(new ReceiptLeaf(
            entry.EntryRef, entry.PersonRef, pool, entry.Number, entry.OutcomeHash,
            terms.TryGetValue(entry.Terms, out var hash) ? hash : Bytes32.HashOf([])).ToCanonical());
    }

    private void Differ(string what) => differ(pool, null, what);
}
