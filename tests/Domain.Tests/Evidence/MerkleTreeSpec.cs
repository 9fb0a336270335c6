using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Evidence;

public sealed class A_merkle_tree
{
    // The leaves and roots that certificate-transparency implementations of RFC 6962 share.
    private static readonly byte[][] KnownLeaves = [.. new[]
    {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    }.Select(Convert.FromHexString)];

    public static TheoryData<int, string> KnownRoots => new()
    {
        { 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { 1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
        { 2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
        { 3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
        { 4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
        { 5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
        { 6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
        { 7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
        { 8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
    };

    [Theory, MemberData(nameof(KnownRoots))]
    public void has_the_known_root_kept_whole_and_streamed(int count, string root)
    {
        MerkleTree.Of(KnownLeaves[..count]).Root.ToString().ShouldBe(root);
        Streamed(KnownLeaves[..count]).ToString().ShouldBe(root);
    }

    [Fact] public void agrees_with_the_recursive_definition_at_every_size()
    {
        for (var count = 0; count <= 130; count++)
        {
            var leaves = Leaves(count);
            var expected = ByDefinition(leaves);
            MerkleTree.Of(leaves).Root.ShouldBe(expected, $"{count} leaves");
            Streamed(leaves).ShouldBe(expected, $"{count} leaves");
        }
    }

    [Fact] public void proves_every_leaf_at_every_size_and_nothing_else()
    {
        for (var count = 1; count <= 40; count++)
        {
            var leaves = Leaves(count);
            var tree = MerkleTree.Of(leaves);
            for (var i = 0; i < count; i++)
            {
                var path = tree.Path(i);
                MerkleTree.Verify(leaves[i], i, count, path, tree.Root).ShouldBeTrue($"{i} of {count}");
                MerkleTree.Verify([.. leaves[i], 1], i, count, path, tree.Root).ShouldBeFalse($"another leaf, {i} of {count}");
                MerkleTree.Verify(leaves[i], i, count, path, MerkleTree.EmptyRoot).ShouldBeFalse($"another root, {i} of {count}");
                MerkleTree.Verify(leaves[i], i, count, [.. path, Bytes32.Zero], tree.Root).ShouldBeFalse($"long, {i} of {count}");
                if (count > 1)
                {
                    MerkleTree.Verify(leaves[i], i, count, [.. path.SkipLast(1)], tree.Root).ShouldBeFalse($"short, {i} of {count}");
                    MerkleTree.Verify(leaves[i], (i + 1) % count, count, path, tree.Root).ShouldBeFalse($"index, {i} of {count}");
                }
            }
        }
    }

    [Fact] public void notices_every_changed_bit_of_a_path()
    {
        var leaves = Leaves(11);
        var tree = MerkleTree.Of(leaves);
        var path = tree.Path(10);
        for (var bit = 0; bit < path.Count * 256; bit++)
        {
            var bytes = path[bit / 256].ToArray();
            bytes[bit % 256 / 8] ^= (byte)(1 << bit % 8);
            Bytes32[] changed = [.. path];
            changed[bit / 256] = new Bytes32(bytes);
            MerkleTree.Verify(leaves[10], 10, 11, changed, tree.Root).ShouldBeFalse($"bit {bit}");
        }
    }

    [Fact] public void refuses_an_index_outside_of_it()
    {
        var tree = MerkleTree.Of(Leaves(3));
        Should.Throw<ArgumentOutOfRangeException>(() => tree.Path(3));
        Should.Throw<ArgumentOutOfRangeException>(() => tree.Path(-1));
        MerkleTree.Verify([], 3, 3, [], tree.Root).ShouldBeFalse();
        MerkleTree.Verify([], -1, 3, [], tree.Root).ShouldBeFalse();
    }

    [Fact] public void hashes_a_leaf_of_any_length_alike()
    {
        foreach (var length in (int[])[0, 1, 510, 511, 512, 513, 5000])
        {
            var leaf = new byte[length];
            MerkleTree.LeafHash(leaf).ShouldBe(Bytes32.HashOf([0, .. leaf]), $"{length} bytes");
        }
    }

    private static byte[][] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => BitConverter.GetBytes(i * 7919))];

    private static Bytes32 Streamed(IEnumerable<byte[]> leaves)
    {
        var root = new MerkleRoot();
        foreach (var leaf in leaves) root.Append(leaf);
        return root.Root();
    }

    /// <summary>RFC 6962 section 2.1, word for word.</summary>
    private static Bytes32 ByDefinition(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 0) return Bytes32.HashOf([]);
        if (leaves.Length == 1) return Bytes32.HashOf([0, .. leaves[0]]);
        var k = 1;
        while (2 * k < leaves.Length) k *= 2;
        return Bytes32.HashOf([1, .. ByDefinition(leaves[..k]).ToArray(), .. ByDefinition(leaves[k..]).ToArray()]);
    }
}
