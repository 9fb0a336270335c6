using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using PrizeDraw.Grains.Abstractions.Pools;

namespace PrizeDraw.Benchmarks.Servers;

/// <summary>
/// What the echo and the row lock answer: of the platform's own form and of the size that its answers were measured to have, so that
/// writing and sending it costs the same.
/// </summary>
internal sealed class SampleAnswer
{
    private static readonly string Hash = new('a', 64);
    private ImmutableArray<string> path = [.. Enumerable.Repeat(Hash, 7)];

    /// <summary>Chooses the path's length so that an answer has about so many bytes.</summary>
    public void Resize(int bytes)
    {
        path = [];
        var bare = JsonSerializer.SerializeToUtf8Bytes(Of(1_000_000, DateTimeOffset.UnixEpoch, null, null), JsonSerializerOptions.Web).Length;
        path = [.. Enumerable.Repeat(Hash, Math.Max(0, (int)Math.Round((bytes - bare) / (Hash.Length + 3.0))))];
    }

    public EntryAnswer Of(long number, DateTimeOffset at, string? kind, WonPrize? prize) => new(
        "ent_0193a5f2c0de7a10b1c2d3e4f5a6b7c8", number, at,
        prize is null ? new EntryOutcome("none", null, null, null) : new EntryOutcome(kind!, prize, null, null),
        new EntryDraw(true, at),
        new EntryReceipt(Hash, Hash, "pool_0193a5f2c0de7a10b1c2d3e4f5a6b7ca", number, Hash, Hash, path, Hash, Hash + Hash));
}
