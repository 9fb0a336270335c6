using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;

namespace PrizeDraw.Domain.Evidence;

/// <summary>One thing in the published lines that does not follow from the others.</summary>
/// <param name="Pool">The pool's id; null where it is about the whole file.</param>
/// <param name="Number">The entry's number, where it is about one.</param>
/// <param name="What">What is wrong, in a sentence.</param>
public sealed record RecountDifference(string? Pool, long? Number, string What);

/// <summary>The totals of one prize, as the lines have them.</summary>
public sealed record RecountedPrize(string Pool, string Prize, long Awarded)
{
    /// <summary>Units of the stock that no winning moment before the closing made available: nobody could have won them (CAP Code 8.25).</summary>
    public long NeverAvailable { get; init; }
}

/// <summary>What came out of a recount.</summary>
/// <param name="Entries">Entries whose outcome was recomputed.</param>
/// <param name="Differences">How many differences there are in all.</param>
/// <param name="First">The first of them, at most <see cref="InstantRecount.DifferencesKept"/>.</param>
/// <param name="Unbound">Entries of erased people: their outcomes are recomputed, but no receipt leads to their lines any more.</param>
public sealed record RecountResult(
    long Entries, long Unbound, long Lines, long Differences, ImmutableArray<RecountDifference> First, ImmutableArray<RecountedPrize> Prizes)
{
    /// <summary>Whether every outcome follows from what was committed and revealed.</summary>
    public bool Holds => Differences == 0;
}

/// <summary>
/// Recomputes every instant win of a closed campaign from its published lines alone: that what was revealed is what was committed, that
/// the list is the one in the signed receipts, and that each outcome is the one that the rules in force give. Lines are fed as they
/// come; memory grows with the winning moments and, where limits per person are set, with the people, not with the entries.
/// Shares nothing with the code that allocates prizes. For one file; not thread-safe.
/// </summary>
public sealed class InstantRecount : IDisposable
{
    /// <summary>How many differences are told one by one.</summary>
    public const int DifferencesKept = 100;

    /// <summary>The longest line that is read, in bytes: a line of rules with 200 prizes is far below it.</summary>
    private const int LineMax = 4 * 1024 * 1024;

    private readonly List<RecountDifference> first = [];
    private readonly List<RecountedPrize> prizes = [];
    private readonly Dictionary<string, ECDsa> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Bytes32> terms = [];
    private readonly bool keysAreTrusted;
    private byte[] rest = new byte[64 * 1024];
    private int restLength;
    private long lines, entries, unbound, differences;
    private Queue<string>? expectedPools;
    private string? campaign;
    private PoolRecount? pool;
    private DateTimeOffset closedAt;
    private bool ended, broken;

    /// <param name="trusted">The platform's public keys (SubjectPublicKeyInfo) by id; empty takes those that the file names.</param>
    public InstantRecount(IEnumerable<KeyValuePair<string, byte[]>>? trusted = null)
    {
        foreach (var (id, spki) in trusted ?? [])
        {
            keys[id] = Import(spki);
            keysAreTrusted = true;
        }
    }

    /// <summary>Reads on. Lines end with a line feed and may be cut anywhere between two calls.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!broken && bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            if (restLength == 0)
            {
                Line(bytes[..end]);
            }
            else
            {
                Keep(bytes[..end]);
                Line(rest.AsSpan(0, restLength));
                restLength = 0;
            }

            bytes = bytes[(end + 1)..];
        }

        Keep(bytes);
    }

    /// <summary>What came out, once everything has been fed.</summary>
    public RecountResult Finish()
    {
        if (restLength > 0 && !broken)
        {
            Differ(null, null, "The last line does not end.");
        }

        if (!ended && !broken)
        {
            Differ(null, null, "The file ends before its end line.");
        }

        return new RecountResult(entries, unbound, lines, differences, [.. first], [.. prizes]);
    }

    public void Dispose()
    {
        foreach (var key in keys.Values) key.Dispose();
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (broken || bytes.IsEmpty) return;
        if (restLength + bytes.Length > LineMax)
        {
            broken = true;
            Differ(null, null, $"Line {lines + 1} is longer than any line can be.");
            return;
        }

        if (restLength + bytes.Length > rest.Length) Array.Resize(ref rest, Math.Max(rest.Length * 2, restLength + bytes.Length));
        bytes.CopyTo(rest.AsSpan(restLength));
        restLength += bytes.Length;
    }

    private void Line(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.BytesConsumed != text.Length) throw new JsonException("Something follows the line's object.");
            var line = document.RootElement;
            InstantEntry? entry = null;
            if (!text.SequenceEqual(EvidenceJson.Read(() => Spelt(line, out entry)))) throw new JsonException("It is not spelt as such a line is.");
            EvidenceJson.Read(() =>
            {
                Take(line, entry);
                return true;
            });
            lines++;
        }
        catch (Exception fault) when (fault is JsonException or CryptographicException or OverflowException or TimeZoneNotFoundException)
        {
            // What follows a line that can't be read can't be judged.
            broken = true;
            Differ(pool?.Id, null, $"Line {lines + 1} can't be read: {fault.Message}");
        }
    }

    /// <summary>The line as it should be written, without a member that nobody knows where much depends on it. Most lines are entries.</summary>
    private static byte[] Spelt(JsonElement line, out InstantEntry? entry)
    {
        var type = line.RequiredText("type");
        entry = type == InstantLines.EntryType ? InstantLines.ReadEntry(line) : null;
        return entry is not null ? InstantLines.Entry(entry)
            : type == InstantLines.MomentType ? InstantLines.Moment(InstantLines.ReadMoment(line))
            : CanonicalJson.ToUtf8(line);
    }

    private void Take(JsonElement line, InstantEntry? entry)
    {
        var type = line.RequiredText("type");
        if (ended || (campaign is null) != (type == InstantLines.HeaderType))
        {
            throw new JsonException($"A line of type '{type}' can't stand here.");
        }

        switch (type)
        {
            case InstantLines.HeaderType: Header(line); break;
            case InstantLines.PoolType: NextPool(line); break;
            case InstantLines.EndType: End(line); break;
            case InstantLines.EntryType: entries++; Current(line).Entry(entry!); break;
            case InstantLines.BatchType: Current(line).Batch(line); break;
            case InstantLines.MomentType: Current(line).Moment(InstantLines.ReadMoment(line)); break;
            case InstantLines.ChangeType: Current(line).Change(line); break;
            case InstantLines.RevealType: Current(line).Reveal(line); break;
            case InstantLines.OpeningType: Current(line).Opened(line); break;
            default: throw new JsonException($"There is no line of type '{type}'.");
        }
    }

    private PoolRecount Current(JsonElement line) =>
        pool is not null && line.RequiredText("pool") == pool.Id ? pool : throw new JsonException("The line belongs to another pool.");

    private void Header(JsonElement line)
    {
        if (line.RequiredText("protocol") != "pdv1") throw new JsonException("The protocol is another.");
        campaign = line.RequiredText("campaign");
        closedAt = line.Instant("closedAt");
        expectedPools = new Queue<string>(line.GetProperty("pools").EnumerateArray().Select(id => id.GetString()!));
        foreach (var version in InstantLines.ReadTerms(line)) terms[version.Version] = version.Hash;
        foreach (var key in InstantLines.ReadKeys(line))
        {
            if (!keysAreTrusted) keys[key.KeyId] = Import([.. key.Spki]);
            else if (!keys.ContainsKey(key.KeyId)) Differ(null, null, $"The file names a key {key.KeyId} that is not the platform's.");
        }
    }

    private void NextPool(JsonElement line)
    {
        ClosePool();
        var id = line.RequiredText("pool");
        if (expectedPools!.Count == 0 || expectedPools.Dequeue() != id) throw new JsonException("The header names other pools, or in another order.");
        pool = new PoolRecount(campaign!, id, closedAt, keys, terms, Differ);
        pool.Committed(line);
    }

    private void ClosePool()
    {
        pool?.Finish(prizes);
        unbound += pool?.Unbound ?? 0;
        pool = null;
    }

    private void End(JsonElement line)
    {
        ClosePool();
        ended = true;
        if (expectedPools!.Count > 0) Differ(null, null, "Pools that the header names are missing.");
        if (line.GetProperty("lines").GetInt64() != lines) Differ(null, null, "The end line counts other lines than there are.");
        if (line.GetProperty("entries").GetInt64() != entries) Differ(null, null, "The end line counts other entries than there are.");
    }

    private void Differ(string? of, long? number, string what)
    {
        differences++;
        if (first.Count < DifferencesKept) first.Add(new RecountDifference(of, number, what));
    }

    private static ECDsa Import(byte[] spki)
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(spki, out _);
        return key;
    }
}
