using System;
using System.Security.Cryptography;

namespace PrizeDraw.Domain.Evidence;

/// <summary>What is wrong with a receipt.</summary>
public enum ReceiptFault
{
    /// <summary>Nothing: it proves its entry.</summary>
    None,

    /// <summary>The signature is not the key holder's over the batch head.</summary>
    SignatureIsWrong,

    /// <summary>The journal record does not hash to the batch head.</summary>
    RecordIsAnother,

    /// <summary>The record is of another pool, or its numbers leave the entry out.</summary>
    EntryIsNotInTheBatch,

    /// <summary>The path does not lead from the entry to the record's root.</summary>
    PathLeadsElsewhere,
}

/// <summary>Checks receipts against the public journal record of their batch.</summary>
public static class ReceiptProof
{
    /// <summary>Whether the platform's key signed this batch head.</summary>
    public static bool SignatureIsRight(Bytes32 batchHead, ReadOnlySpan<byte> signature, ECDsa publicKey)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        Span<byte> head = stackalloc byte[Bytes32.Size];
        batchHead.CopyTo(head);
        return publicKey.VerifyData(
            head, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>The first fault of the receipt, in the order of the enum; the index in the tree is number − first number.</summary>
    public static ReceiptFault Verify(Receipt receipt, JournalRecord record, ECDsa publicKey)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(record);
        if (!SignatureIsRight(receipt.BatchHead, receipt.Signature, publicKey)) return ReceiptFault.SignatureIsWrong;
        if (record.Head() != receipt.BatchHead) return ReceiptFault.RecordIsAnother;
        var index = receipt.Number - record.FirstNumber;
        if (record.Pool != receipt.Pool || index < 0 || index >= record.Count) return ReceiptFault.EntryIsNotInTheBatch;
        return MerkleTree.Verify(receipt.Leaf.ToCanonical(), index, record.Count, receipt.Path, record.Root)
            ? ReceiptFault.None
            : ReceiptFault.PathLeadsElsewhere;
    }
}
