using System;
using System.Collections.Generic;
using System.Text;

namespace PrizeDraw.Domain.Evidence;

/// <summary>What a receipt says of its entry, without the proof: its canonical JSON is a leaf of the batch's tree.</summary>
/// <param name="EntryRef">The entry's pseudonym in published lists.</param>
/// <param name="PersonRef">The entrant's pseudonym in published lists.</param>
/// <param name="Pool">The pool's id.</param>
/// <param name="Number">The entry's number in its pool, from 1.</param>
/// <param name="OutcomeHash">H(canonical outcome), see <see cref="EntryOutcome"/>.</param>
/// <param name="TermsHash">H(UTF-8 text of the accepted terms).</param>
public sealed record ReceiptLeaf(
    string EntryRef, string PersonRef, string Pool, long Number, Bytes32 OutcomeHash, Bytes32 TermsHash)
{
    /// <summary>The leaf's data.</summary>
    public byte[] ToCanonical() => IsPlain(EntryRef) && IsPlain(PersonRef) && IsPlain(Pool) && Number is >= 0 and <= CanonicalJsonWriter.IntegerMax
        ? Encoding.ASCII.GetBytes(
            $$"""{"entryRef":"{{EntryRef}}","number":{{Number}},"outcomeHash":"{{OutcomeHash}}","personRef":"{{PersonRef}}","pool":"{{Pool}}","termsHash":"{{TermsHash}}"}""")
        : Write();

    // References and ids are plain, and each entry has a leaf: what needs no escaping is written in one go.
    private static bool IsPlain(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '/'))
            {
                return false;
            }
        }

        return true;
    }

    private byte[] Write() => new CanonicalJsonWriter().StartObject()
        .Text("entryRef", EntryRef)
        .Number("number", Number)
        .Hex("outcomeHash", OutcomeHash)
        .Text("personRef", PersonRef)
        .Text("pool", Pool)
        .Hex("termsHash", TermsHash)
        .EndObject().ToArray();

    /// <summary>The finished receipt.</summary>
    public Receipt Prove(IReadOnlyList<Bytes32> path, Bytes32 batchHead, byte[] signature) =>
        new(EntryRef, PersonRef, Pool, Number, OutcomeHash, TermsHash, path, batchHead, signature);
}

/// <summary>
/// The receipt in the answer to an entry. In JSON the hashes, the path and the signature (64 bytes, IEEE P1363) are lower-case
/// hex; <see cref="ToCanonical"/> writes exactly that.
/// </summary>
/// <param name="Path">Sibling hashes from the leaf to the batch's root, the leaf's own sibling first.</param>
/// <param name="BatchHead">H(canonical <see cref="JournalRecord"/> of the batch).</param>
/// <param name="Signature">The platform's ECDSA P-256 SHA-256 signature over the 32 bytes of the batch head.</param>
public sealed record Receipt(
    string EntryRef, string PersonRef, string Pool, long Number, Bytes32 OutcomeHash, Bytes32 TermsHash,
    IReadOnlyList<Bytes32> Path, Bytes32 BatchHead, byte[] Signature)
{
    /// <summary>The leaf that the path starts from.</summary>
    public ReceiptLeaf Leaf => new(EntryRef, PersonRef, Pool, Number, OutcomeHash, TermsHash);

    /// <summary>The receipt as canonical JSON with the field names of the API.</summary>
    public byte[] ToCanonical()
    {
        var writer = new CanonicalJsonWriter().StartObject()
            .Hex("batchHead", BatchHead)
            .Text("entryRef", EntryRef)
            .Number("number", Number)
            .Hex("outcomeHash", OutcomeHash)
            .Name("path").StartArray();
        foreach (var node in Path) writer.Text(node.ToString());
        return writer.EndArray()
            .Text("personRef", PersonRef)
            .Text("pool", Pool)
            .Text("signature", Convert.ToHexStringLower(Signature))
            .Hex("termsHash", TermsHash)
            .EndObject().ToArray();
    }
}
