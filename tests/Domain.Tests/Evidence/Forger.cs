using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Tests.Evidence;

/// <summary>A platform that lies consistently: whatever hangs together by hashes and signatures alone is made anew around the lie.</summary>
internal static class Forger
{
    /// <summary>Chain of rules, roots, journal and its signatures, and the count of lines, made to fit what the lines now say.</summary>
    public static List<string> Resigned(IReadOnlyList<string> lines, ECDsa key)
    {
        var forged = new List<string>();
        var (rules, journal) = (new List<(long From, Bytes32 Head)>(), JournalRecord.Genesis);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = JsonNode.Parse(lines[i])!;
            switch (line["type"]!.GetValue<string>())
            {
                case "change":
                    var head = EventChain.Next(rules.Count > 0 ? rules[^1].Head : PoolChangeLine.Genesis, CanonicalJson.ToUtf8(line["line"]));
                    rules.Add((line["line"]!["from"]!.GetValue<long>(), head));
                    (line["ordinal"], line["head"]) = (rules.Count, head.ToString());
                    break;
                case "batch":
                    var record = JournalRecord.Parse(CanonicalJson.ToUtf8(line["record"]));
                    record = record with
                    {
                        PreviousHead = journal, Rules = rules.FindLast(r => r.From <= record.FirstNumber).Head, Root = RootOf(lines, i + 1, record.Count),
                    };
                    journal = record.Head();
                    (line["record"], line["head"], line["signature"]) = (JsonNode.Parse(record.ToCanonical()), journal.ToString(), Sign(key, journal));
                    break;
                case "end":
                    line["lines"] = forged.Count;
                    break;
            }

            forged.Add(Encoding.UTF8.GetString(CanonicalJson.ToUtf8(line)));
        }

        return forged;
    }

    /// <summary>The pool's line with another commitment, signed.</summary>
    public static string Committed(string line, ECDsa key, Func<InstantCommitment, InstantCommitment> change)
    {
        var pool = JsonNode.Parse(line)!;
        var commitment = change(InstantCommitment.Parse(CanonicalJson.ToUtf8(pool["commitment"])));
        (pool["commitment"], pool["signature"]) = (JsonNode.Parse(commitment.ToCanonical()), Sign(key, commitment.Hash()));
        return Encoding.UTF8.GetString(CanonicalJson.ToUtf8(pool));
    }

    private static Bytes32 RootOf(IReadOnlyList<string> lines, int first, int count)
    {
        var root = new MerkleRoot();
        for (var i = first; i < first + count; i++)
        {
            var entry = InstantLines.ReadEntry(JsonDocument.Parse(lines[i]).RootElement);
            root.Append(new ReceiptLeaf(entry.EntryRef!, entry.PersonRef!, entry.Pool, entry.Number, entry.OutcomeHash, Bytes32.Zero).ToCanonical());
        }

        return root.Root();
    }

    private static string Sign(ECDsa key, Bytes32 hash) => Convert.ToHexStringLower(
        key.SignData(hash.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
}
