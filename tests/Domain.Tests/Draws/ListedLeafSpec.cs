using System;
using System.Linq;
using System.Text;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Draws;

public sealed class The_leaves_of_a_long_list
{
    private static readonly Bytes32 Entry = Bytes32.HashOf("e"u8), Person = Bytes32.HashOf("p"u8);

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(long.MaxValue)]
    public void are_those_of_every_list(long tickets) =>
        ListedLeaf.HashEligible(Entry.ToArray(), Person.ToArray(), tickets)
            .ShouldBe(MerkleTree.LeafHash(DrawLeaves.Leaf(new DrawEntry(Entry.ToString(), Person.ToString(), tickets))));

    [Theory]
    [InlineData("duplicate")]
    [InlineData("x")]
    public void of_excluded_entries_too(string reason)
    {
        ListedLeaf.HashExcluded(Entry.ToArray(), Person.ToArray(), Encoding.ASCII.GetBytes(reason))
            .ShouldBe(MerkleTree.LeafHash(DrawLeaves.Leaf(new ExcludedEntry(Entry.ToString(), Person.ToString(), reason))));
        var longest = new string('r', ListedLeaf.ReasonMax);
        ListedLeaf.HashExcluded(Entry.ToArray(), Person.ToArray(), Encoding.ASCII.GetBytes(longest))
            .ShouldBe(MerkleTree.LeafHash(DrawLeaves.Leaf(new ExcludedEntry(Entry.ToString(), Person.ToString(), longest))));
    }

    [Fact]
    public void refuse_what_is_no_leaf()
    {
        Should.Throw<ArgumentException>(() => ListedLeaf.HashEligible(Entry.ToArray(), Person.ToArray(), 0));
        Should.Throw<ArgumentException>(() => ListedLeaf.HashEligible(Entry.ToArray().AsSpan(1), Person.ToArray(), 1));
        foreach (var reason in new[] { "", "a b", "é", "a\u001fb", new string('r', ListedLeaf.ReasonMax + 1) })
        {
            Should.Throw<ArgumentException>(() => ListedLeaf.HashExcluded(Entry.ToArray(), Person.ToArray(), Encoding.UTF8.GetBytes(reason)), reason);
        }
    }

    [Fact]
    public void have_one_root_whether_they_are_hashed_one_by_one_or_piece_by_piece()
    {
        const int piece = 8;
        for (var count = 0; count <= 5 * piece; count++)
        {
            var leaves = Enumerable.Range(0, count).Select(i => Bytes32.HashOf(BitConverter.GetBytes(i))).ToArray();
            var (whole, pieces) = (new MerkleRoot(), new MerkleRoot());
            Array.ForEach(leaves, whole.AppendHash);
            foreach (var part in leaves.Chunk(piece))
            {
                var node = new MerkleRoot();
                Array.ForEach(part, node.AppendHash);
                pieces.AppendHash(node.Root());
            }
            pieces.Root().ShouldBe(whole.Root(), $"{count} leaves");
        }
    }
}

public sealed class The_references_of_a_long_list
{
    private static readonly byte[] Key = Bytes32.HashOf("key"u8).ToArray();
    private static readonly Guid Id = Guid.Parse("01900000-0000-7000-8000-0123456789ab");

    [Fact]
    public void are_those_of_receipts()
    {
        Made(d => ListedRefs.EntryRef(Key, Id.ToByteArray(bigEndian: true), d)).ShouldBe(PersonRefs.EntryRef(Key, $"ent_{Id:n}"));
        Made(d => ListedRefs.PersonRef(Key, d)).ShouldBe(PersonRefs.PersonRef(Key));
        Should.Throw<ArgumentException>(() => ListedRefs.PersonRef(Key.AsSpan(1), new byte[32]));
    }

    [Fact]
    public void of_people_who_were_erased_are_made_without_a_key()
    {
        Made(d => ListedRefs.ErasedEntryRef(Id.ToByteArray(bigEndian: true), d))
            .ShouldBe(Bytes32.HashOf(Encoding.ASCII.GetBytes($"pdv1/erased-entry\0ent_{Id:n}")).ToString());
        Made(d => ListedRefs.ErasedPersonRef(Id.ToByteArray(bigEndian: true), d))
            .ShouldBe(Bytes32.HashOf(Encoding.ASCII.GetBytes($"pdv1/erased-person\0{Id:n}")).ToString());
    }

    private static string Made(Action<byte[]> make)
    {
        var made = new byte[Bytes32.Size];
        make(made);
        return new Bytes32(made).ToString();
    }
}
