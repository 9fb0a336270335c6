using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Evidence;

public sealed class A_receipt : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 5, 12, 0, 0, TimeSpan.Zero);

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => key.Dispose();

    [Fact] public void proves_each_entry_of_its_batch()
    {
        var (record, receipts) = Batch(firstNumber: 41, count: 5);
        receipts.Select(r => ReceiptProof.Verify(r, record, key)).ShouldAllBe(fault => fault == ReceiptFault.None);
    }

    [Fact] public void proves_nothing_once_a_field_is_changed()
    {
        var (record, receipts) = Batch(firstNumber: 41, count: 5);
        var receipt = receipts[2];
        Receipt[] changed =
        [
            receipt with { EntryRef = "x" + receipt.EntryRef[1..] }, receipt with { PersonRef = "x" }, receipt with { Number = 44 },
            receipt with { OutcomeHash = Bytes32.Zero }, receipt with { TermsHash = Bytes32.HashOf([]) },
            receipt with { Path = [.. receipt.Path.Reverse()] },
        ];
        changed.Select(r => ReceiptProof.Verify(r, record, key)).ShouldAllBe(fault => fault == ReceiptFault.PathLeadsElsewhere);
        ReceiptProof.Verify(receipt with { Pool = "pool_2" }, record, key).ShouldBe(ReceiptFault.EntryIsNotInTheBatch);
        ReceiptProof.Verify(receipt with { Number = 40 }, record, key).ShouldBe(ReceiptFault.EntryIsNotInTheBatch);
        ReceiptProof.Verify(receipt with { Number = 46 }, record, key).ShouldBe(ReceiptFault.EntryIsNotInTheBatch);
        ReceiptProof.Verify(receipt with { BatchHead = Bytes32.Zero }, record, key).ShouldBe(ReceiptFault.SignatureIsWrong);
    }

    [Fact] public void proves_nothing_under_another_key()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (record, receipts) = Batch(firstNumber: 1, count: 1);
        ReceiptProof.Verify(receipts[0], record, other).ShouldBe(ReceiptFault.SignatureIsWrong);
        ReceiptProof.Verify(receipts[0] with { Signature = [] }, record, key).ShouldBe(ReceiptFault.SignatureIsWrong);
    }

    [Fact] public void proves_nothing_with_another_record()
    {
        var (record, receipts) = Batch(firstNumber: 1, count: 3);
        JournalRecord[] others =
        [
            record with { Campaign = "cmp_2" }, record with { Pool = "pool_2" }, record with { Batch = 8 },
            record with { PreviousHead = Bytes32.HashOf([]) }, record with { Root = Bytes32.Zero }, record with { FirstNumber = 2 },
            record with { Count = 4 }, record with { At = Noon.AddMicroseconds(1) }, record with { Rules = Bytes32.HashOf([]) },
            record with { Rules = null },
        ];
        others.Select(r => ReceiptProof.Verify(receipts[0], r, key)).ShouldAllBe(fault => fault == ReceiptFault.RecordIsAnother);
    }

    [Fact] public void is_canonical_json_with_the_fields_of_the_api()
    {
        var receipt = Batch(firstNumber: 1, count: 2).Receipts[1];
        using var document = JsonDocument.Parse(receipt.ToCanonical());
        CanonicalJson.ToUtf8(document.RootElement).ShouldBe(receipt.ToCanonical());
        document.RootElement.EnumerateObject().Select(p => p.Name).ShouldBe([
            "batchHead", "entryRef", "number", "outcomeHash", "path", "personRef", "pool", "signature", "termsHash"]);
        document.RootElement.GetProperty("path")[0].GetString().ShouldBe(receipt.Path[0].ToString());
        document.RootElement.GetProperty("signature").GetString()!.Length.ShouldBe(128);
    }

    [Fact] public void has_a_leaf_that_is_its_json_without_the_proof() =>
        Encoding.UTF8.GetString(Leaf(7).ToCanonical()).ShouldBe("""
            {"entryRef":"e7","number":7,"outcomeHash":"74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b",
            "personRef":"p7","pool":"pool_1","termsHash":"0000000000000000000000000000000000000000000000000000000000000000"}
            """.ReplaceLineEndings(""));

    [Fact] public void follows_from_a_journal_record_that_chains_to_the_one_before()
    {
        var (first, _) = Batch(firstNumber: 1, count: 1);
        Encoding.UTF8.GetString(first.ToCanonical()).ShouldBe($$"""
            {"at":"2026-12-05T12:00:00Z","batch":7,"campaign":"cmp_1","count":1,"first":1,"last":1,"pool":"pool_1",
            "previous":"{{new string('0', 64)}}","root":"{{first.Root}}","rules":"{{new string('0', 64)}}"}
            """.ReplaceLineEndings(""));
        var second = first with { Batch = 8, FirstNumber = 2, PreviousHead = first.Head() };
        second.Head().ShouldNotBe((second with { PreviousHead = JournalRecord.Genesis }).Head());
        Should.Throw<ArgumentOutOfRangeException>(() => (first with { Count = 0 }).Head());
    }

    [Fact] public void follows_from_a_record_without_rules_that_was_written_before_there_were_any()
    {
        var old = Batch(firstNumber: 1, count: 1).Record with { Rules = null };
        var text = Encoding.UTF8.GetString(old.ToCanonical());
        text.ShouldNotContain("rules");
        JournalRecord.Parse(old.ToCanonical()).ShouldBe(old);
    }

    [Fact] public void follows_from_a_record_that_is_read_back_as_it_was_written()
    {
        var record = Batch(firstNumber: 41, count: 5).Record;
        JournalRecord.Parse(record.ToCanonical()).ShouldBe(record);
        var text = Encoding.UTF8.GetString(record.ToCanonical());
        Should.Throw<JsonException>(() => JournalRecord.Parse(Encoding.UTF8.GetBytes(text.Replace("\"last\":45", "\"last\":46", StringComparison.Ordinal))));
        Should.Throw<JsonException>(() => JournalRecord.Parse(Encoding.UTF8.GetBytes(text.Replace("pool_1\"", "pool_1\",\"pooh\":1", StringComparison.Ordinal))));
    }

    [Fact] public void has_the_hash_of_the_outcome_as_the_answer_states_it()
    {
        var outcome = new EntryOutcome("prize", "prz_1", "Mug", ClaimUrl: "https://example.com/#t");
        using var answer = JsonDocument.Parse(
            """{"kind":"prize","prize":{"id":"prz_1","name":"Mug"},"coupon":null,"claimUrl":"https://example.com/#t"}""");
        outcome.Hash().ShouldBe(EntryOutcome.HashOf(answer.RootElement));
        using var none = JsonDocument.Parse("""{"kind":"none","prize":null,"coupon":null,"claimUrl":null}""");
        new EntryOutcome("none").Hash().ShouldBe(EntryOutcome.HashOf(none.RootElement));
    }

    private static ReceiptLeaf Leaf(long number) =>
        new($"e{number}", $"p{number}", "pool_1", number, Bytes32.HashOf("null"u8), Bytes32.Zero);

    private (JournalRecord Record, Receipt[] Receipts) Batch(long firstNumber, int count)
    {
        ReceiptLeaf[] leaves = [.. Enumerable.Range(0, count).Select(i => Leaf(firstNumber + i))];
        var tree = MerkleTree.Of([.. leaves.Select(l => l.ToCanonical())]);
        var record = new JournalRecord
        {
            Campaign = "cmp_1", Pool = "pool_1", Batch = 7, PreviousHead = JournalRecord.Genesis, Root = tree.Root,
            FirstNumber = firstNumber, Count = count, At = Noon, Rules = PoolChangeLine.Genesis,
        };
        var signature = key.SignData(
            record.Head().ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return (record, [.. leaves.Select((l, i) => l.Prove(tree.Path(i), record.Head(), signature))]);
    }
}
