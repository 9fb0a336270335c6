using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Storage.Campaign.Draws.Lists;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Draws;

public sealed class Partitioned_files : IDisposable
{
    private const int Size = 24, Records = 300_000;
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task hold_what_several_writers_put_into_each_part(bool closed)
    {
        using var file = closed ? PartitionedFile.CreatePrivate(folder["file"], Size) : PartitionedFile.Create(folder["file"], Size);
        await WriteAsync(file);
        RequireAll(file);
        File.Exists(folder["file"]).ShouldBe(!closed || OperatingSystem.IsWindows());
    }

    [Fact]
    public async Task are_found_again_by_their_index()
    {
        using (var file = PartitionedFile.Create(folder["file"], Size))
        {
            await WriteAsync(file);
            await using var index = new BinaryWriter(File.Create(folder["index"]));
            file.Save(index);
        }

        using (var index = new BinaryReader(File.OpenRead(folder["index"])))
        using (var again = PartitionedFile.Open(folder["file"], Size, index))
        {
            RequireAll(again);
        }
    }

    [Fact]
    public async Task are_refused_when_one_bit_is_another()
    {
        await are_found_again_by_their_index();
        await using (var stream = File.Open(folder["file"], FileMode.Open))
        {
            stream.Position = stream.Length / 3;
            var old = stream.ReadByte();
            stream.Position--;
            stream.WriteByte((byte)(old ^ 0x10));
        }

        using var index = new BinaryReader(File.OpenRead(folder["index"]));
        Should.Throw<InvalidDataException>(() => PartitionedFile.Open(folder["file"], Size, index));
    }

    private static Task WriteAsync(PartitionedFile file) => Task.WhenAll(Enumerable.Range(0, 3).Select(worker => Task.Run(() =>
    {
        using var writer = file.NewWriter();
        for (var i = worker; i < Records; i += 3)
        {
            // Parts of very different sizes, one of them empty.
            var record = writer.Next(PartOf(i));
            record.Clear();
            BitConverter.TryWriteBytes(record, i);
        }

        writer.Complete();
    })));

    private static int PartOf(int i) => i % 2 == 0 ? 7 : i % 255;

    private static void RequireAll(PartitionedFile file)
    {
        foreach (var part in Enumerable.Range(0, PartitionedFile.Parts))
        {
            var content = new byte[file.Count(part) * Size];
            file.Read(part, content);
            var found = content.Chunk(Size).Select(record => BitConverter.ToInt32(record)).Order();
            found.SequenceEqual(Enumerable.Range(0, Records).Where(i => PartOf(i) == part)).ShouldBeTrue($"part {part}");
        }
    }
}
