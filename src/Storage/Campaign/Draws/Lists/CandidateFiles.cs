using System;
using System.IO;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>
/// Entries and people's keys as they were read, by the last byte of the entrant's id, so that both of one person lie in the same part. Encrypted
/// under keys that this process alone has: a person's key must not outlive the person's row.
/// </summary>
internal sealed class CandidateFiles(string folder) : IDisposable
{
    public const int IdSize = 16, HashSize = 32;

    /// <summary>A person: id, then key.</summary>
    public const int PersonSize = IdSize + HashSize;

    /// <summary>An entry: entrant's id, entry's id, number (tickets, or the place of the reason), flags, person ref.</summary>
    public const int EntrySize = (2 * IdSize) + sizeof(int) + 1 + HashSize;

    public const int NumberAt = 2 * IdSize, FlagsAt = NumberAt + sizeof(int), RefAt = FlagsAt + 1;

    public const byte HasPersonRef = 1, IsExcluded = 2;

    public PartitionedFile People { get; } = PartitionedFile.CreatePrivate(Path.Combine(folder, "people"), PersonSize);

    public PartitionedFile Entries { get; } = PartitionedFile.CreatePrivate(Path.Combine(folder, "entries"), EntrySize);

    /// <summary>Ids are random towards their end.</summary>
    public static int PartOf(ReadOnlySpan<byte> entrantId) => entrantId[IdSize - 1];

    public void Dispose()
    {
        People.Dispose();
        Entries.Dispose();
    }
}
