using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>
/// The references of one build on disk, by the first byte of the entry ref: eligible entries, excluded ones, and the person refs of the eligible
/// ones by their own first byte. Once complete it has an index, and another process can go on from it.
/// </summary>
internal sealed class ListSpill : IDisposable
{
    /// <summary>Entry ref, person ref, entry id, and four bytes of tickets or reason.</summary>
    public const int RecordSize = RefsSize + IdSize + sizeof(int);

    public const int RefSize = 32, RefsSize = 2 * RefSize, IdSize = 16, NumberAt = RefsSize + IdSize;

    private const string Index = "index", Eligibles = "eligible", Excludeds = "excluded", People = "persons";
    private const int Version = 1;

    private readonly string _folder;

    private ListSpill(string folder, PartitionedFile eligible, PartitionedFile excluded, PartitionedFile persons) =>
        (_folder, Eligible, Excluded, Persons) = (folder, eligible, excluded, persons);

    public PartitionedFile Eligible { get; }

    public PartitionedFile Excluded { get; }

    public PartitionedFile Persons { get; }

    /// <summary>Reason codes in the order in which they were met; what an excluded entry's number counts from.</summary>
    public ImmutableArray<string> Reasons { get; private set; } = [];

    /// <summary>An empty one, for the platform's user alone.</summary>
    public static ListSpill Create(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new ListSpill(
            folder, PartitionedFile.Create(Path.Combine(folder, Eligibles), RecordSize), PartitionedFile.Create(Path.Combine(folder, Excludeds), RecordSize),
            PartitionedFile.Create(Path.Combine(folder, People), RefSize));
    }

    /// <summary>One that was completed; null when there is none, or it is damaged.</summary>
    public static ListSpill? Open(string folder)
    {
        var opened = new List<PartitionedFile>();
        try
        {
            using var index = new BinaryReader(File.OpenRead(Path.Combine(folder, Index)));
            if (index.ReadInt32() != Version)
            {
                return null;
            }

            ImmutableArray<string> reasons = [.. Enumerable.Range(0, index.ReadInt32()).Select(_ => index.ReadString())];
            foreach (var (name, size) in new[] { (Eligibles, RecordSize), (Excludeds, RecordSize), (People, RefSize) })
            {
                opened.Add(PartitionedFile.Open(Path.Combine(folder, name), size, index));
            }

            return new ListSpill(folder, opened[0], opened[1], opened[2]) { Reasons = reasons };
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            opened.ForEach(file => file.Dispose());
            return null;
        }
    }

    /// <summary>Says that everything is there. The index appears whole or not at all.</summary>
    public void Complete(IEnumerable<string> reasons)
    {
        Reasons = [.. reasons];
        var (path, draft) = (Path.Combine(_folder, Index), Path.Combine(_folder, Index + ".draft"));
        using (var index = new BinaryWriter(File.Create(draft)))
        {
            index.Write(Version);
            index.Write(Reasons.Length);
            foreach (var reason in Reasons)
            {
                index.Write(reason);
            }

            Eligible.Save(index);
            Excluded.Save(index);
            Persons.Save(index);
        }

        File.Move(draft, path, overwrite: true);
    }

    public void Dispose()
    {
        Eligible.Dispose();
        Excluded.Dispose();
        Persons.Dispose();
    }
}
