using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Storage.Campaign.Evidence;

namespace PrizeDraw.Grains.Evidence;

/// <summary>Puts entries, which come in order of their numbers, behind the records of their batches.</summary>
internal sealed class BatchLines(string pool, ImmutableArray<StoredBatch> batches, Action<byte[]> write)
{
    private readonly List<(InstantEntry Entry, byte[] Path)> held = [];
    private int batch;

    public long Lines { get; private set; }

    public long Entries { get; private set; }

    public void Add(InstantEntry entry, byte[] path)
    {
        while (entry.Number > batches[batch].Last)
        {
            WriteBatch();
        }

        held.Add((entry, path));
    }

    /// <summary>No more entries come.</summary>
    public void End()
    {
        while (batch < batches.Length)
        {
            WriteBatch();
        }
    }

    private void WriteBatch()
    {
        var stored = batches[batch++];
        write(InstantLines.Batch(pool, stored.Record, stored.Head, stored.Signature, stored.KeyId));
        for (var i = 0; i < held.Count; i++)
        {
            var entry = held[i].Entry;
            write(InstantLines.Entry(entry.EntryRef is null || entry.PersonRef is null ? entry with { Leaf = LeafOf(i, stored) } : entry));
        }

        Lines += 1 + held.Count;
        Entries += held.Count;
        held.Clear();
    }

    /// <summary>
    /// The hash of an erased person's leaf: it can't be made from the entry any more, but stands in the paths of the entries beside it.
    /// </summary>
    private Bytes32? LeafOf(int index, StoredBatch stored)
    {
        if (held.Count == 1)
        {
            return JournalRecord.Parse(System.Text.Encoding.UTF8.GetBytes(stored.Record)).Root;
        }

        // Up to the level at which the node has a neighbour; a node without one goes up unchanged.
        var (level, node, last) = (0, index, held.Count - 1);
        while ((node ^ 1) > last)
        {
            (level, node, last) = (level + 1, node >> 1, last >> 1);
        }

        // A neighbour on the left of a node that went up is a full subtree, whose paths skip no level.
        var path = held[(node ^ 1) << level].Path;
        return path.Length >= (level + 1) * Bytes32.Size ? new Bytes32(path.AsSpan(level * Bytes32.Size, Bytes32.Size)) : null;
    }
}
