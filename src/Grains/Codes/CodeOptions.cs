using System.ComponentModel.DataAnnotations;

namespace PrizeDraw.Grains.Codes;

/// <summary>How batches of codes are generated.</summary>
public sealed class CodeOptions
{
    /// <summary>Codes written in one transaction; 1 to 200,000, default 25,000. They are held in memory, about 100 bytes each.</summary>
    [Range(1, 200_000)] public int ChunkMax { get; set; } = 25_000;

    /// <summary>
    /// How often a chunk is tried in a row, with pauses that grow to half a minute, before the batch fails, or waits for its reminder
    /// while storage is away; 1 to 100, default 8.
    /// </summary>
    [Range(1, 100)] public int AttemptsMax { get; set; } = 8;
}
