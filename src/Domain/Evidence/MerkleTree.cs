using System;
using System.Buffers;
using System.Collections.Generic;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// A Merkle tree as in RFC 6962 section 2.1 (leaf prefix 0x00, node prefix 0x01), kept whole so that every inclusion path costs
/// O(log n). For a root alone <see cref="MerkleRoot"/> needs no memory.
/// </summary>
public sealed class MerkleTree
{
    private const int LeafOnStackMax = 512;

    // levels[0] holds the leaf hashes. A last node without a partner goes up unchanged, which gives the RFC's split at the
    // largest power of two.
    private readonly List<Bytes32[]> levels = [];

    private MerkleTree(Bytes32[] leafHashes)
    {
        levels.Add(leafHashes);
        for (var below = leafHashes; below.Length > 1;)
        {
            var level = new Bytes32[(below.Length + 1) / 2];
            for (var i = 0; i < level.Length; i++)
            {
                level[i] = 2 * i + 1 < below.Length ? NodeHash(below[2 * i], below[2 * i + 1]) : below[2 * i];
            }
            levels.Add(level);
            below = level;
        }
    }

    /// <summary>The root of no leaves: H("").</summary>
    public static Bytes32 EmptyRoot { get; } = Bytes32.HashOf([]);

    /// <summary>How many leaves there are.</summary>
    public int Count => levels[0].Length;

    /// <summary>The tree hash.</summary>
    public Bytes32 Root => Count == 0 ? EmptyRoot : levels[^1][0];

    /// <summary>The tree over these leaves' data, in this order.</summary>
    public static MerkleTree Of(IReadOnlyCollection<byte[]> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        var hashes = new Bytes32[leaves.Count];
        var i = 0;
        foreach (var leaf in leaves) hashes[i++] = LeafHash(leaf);
        return new MerkleTree(hashes);
    }

    /// <summary>The sibling hashes that lead from a leaf to the root, the leaf's own sibling first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public IReadOnlyList<Bytes32> Path(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var path = new List<Bytes32>(levels.Count);
        for (var level = 0; level < levels.Count - 1; level++, index >>= 1)
        {
            var sibling = index ^ 1;
            if (sibling < levels[level].Length) path.Add(levels[level][sibling]);
        }
        return path;
    }

    /// <summary>Whether the path leads from this leaf's data, at this index of a tree of this size, to the root.</summary>
    public static bool Verify(ReadOnlySpan<byte> leaf, long index, long count, IReadOnlyList<Bytes32> path, Bytes32 root)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (index < 0 || index >= count) return false;
        var hash = LeafHash(leaf);
        var (node, last) = (index, count - 1);
        foreach (var sibling in path)
        {
            if (last == 0) return false; // longer than the tree is high
            if ((node & 1) == 1 || node == last)
            {
                hash = NodeHash(sibling, hash);
                // A node without a partner went up unchanged: skip those levels.
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                hash = NodeHash(hash, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && hash == root;
    }

    /// <summary>H(0x00 ‖ data).</summary>
    public static Bytes32 LeafHash(ReadOnlySpan<byte> leaf)
    {
        byte[]? rented = null;
        var buffer = leaf.Length < LeafOnStackMax
            ? stackalloc byte[LeafOnStackMax]
            : rented = ArrayPool<byte>.Shared.Rent(leaf.Length + 1);
        buffer[0] = 0;
        leaf.CopyTo(buffer[1..]);
        var hash = Bytes32.HashOf(buffer[..(leaf.Length + 1)]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return hash;
    }

    /// <summary>H(0x01 ‖ left ‖ right).</summary>
    public static Bytes32 NodeHash(Bytes32 left, Bytes32 right)
    {
        var message = new MessageWriter(stackalloc byte[1 + 2 * Bytes32.Size]);
        message.Byte(1);
        message.Value(left);
        message.Value(right);
        return Bytes32.HashOf(message.Written);
    }
}
