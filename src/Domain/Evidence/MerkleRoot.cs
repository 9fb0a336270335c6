using System;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// The RFC 6962 root of leaves that arrive one by one: one hash per level is kept, so that millions of leaves need no memory.
/// Over the roots of consecutive pieces of 2^k leaves each (the last may have fewer) it gives the root of all leaves, because the RFC splits
/// at powers of two: pieces can be hashed side by side. Not thread-safe.
/// </summary>
public sealed class MerkleRoot
{
    // complete[i] is the root of a full subtree of 2^i leaves; it is in use if and only if bit i of count is set.
    private readonly Bytes32[] complete = new Bytes32[63];

    /// <summary>How many leaves were appended.</summary>
    public long Count { get; private set; }

    /// <summary>Appends a leaf's data (not its hash).</summary>
    public void Append(ReadOnlySpan<byte> leaf) => AppendHash(MerkleTree.LeafHash(leaf));

    /// <summary>Appends a leaf by its hash.</summary>
    public void AppendHash(Bytes32 node)
    {
        var level = 0;
        for (; (Count >> level & 1) == 1; level++) node = MerkleTree.NodeHash(complete[level], node);
        complete[level] = node;
        Count++;
    }

    /// <summary>The root of what was appended so far; more may follow. Without leaves it is H("").</summary>
    public Bytes32 Root()
    {
        Bytes32? root = null;
        for (var level = 0; level < complete.Length; level++)
        {
            if ((Count >> level & 1) == 0) continue;
            root = root is { } right ? MerkleTree.NodeHash(complete[level], right) : complete[level];
        }
        return root ?? MerkleTree.EmptyRoot;
    }
}
