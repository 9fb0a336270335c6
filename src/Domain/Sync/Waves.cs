using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;

namespace PrizeDraw.Domain.Sync;

/// <summary>Whom a wave takes.</summary>
/// <param name="Chosen">These campaigns; empty where <paramref name="Percent"/> says how many.</param>
/// <param name="Percent">So many percent of all sites have had their turn after this wave, 1 to 100; null with chosen campaigns.</param>
public sealed record WaveShare(ImmutableArray<Guid> Chosen, int? Percent);

/// <summary>Deals the sites of a release to its waves. The same release deals the same sites alike, however often and wherever it is worked out.</summary>
public static class Waves
{
    /// <summary>The number of each site's wave, from 1. A chosen campaign goes to the wave that names it, and to no earlier one.</summary>
    public static ImmutableDictionary<Guid, int> Deal(Guid release, IReadOnlyCollection<Guid> sites, IReadOnlyList<WaveShare> waves)
    {
        var dealt = ImmutableDictionary.CreateBuilder<Guid, int>();
        var there = sites.ToHashSet();
        for (var i = 0; i < waves.Count; i++)
        {
            foreach (var chosen in waves[i].Chosen.Where(there.Contains))
            {
                dealt.TryAdd(chosen, i + 1);
            }
        }

        var rest = new Queue<Guid>(there.Where(site => !dealt.ContainsKey(site)).OrderBy(site => Rank(release, site)).ThenBy(site => site));
        var hadTurn = 0;
        for (var i = 0; i < waves.Count; i++)
        {
            hadTurn += waves[i].Chosen.Count(chosen => dealt.GetValueOrDefault(chosen) == i + 1);
            var goal = i == waves.Count - 1 ? int.MaxValue : waves[i].Percent is { } percent ? Share(percent, there.Count) : 0;
            while (hadTurn < goal && rest.TryDequeue(out var next))
            {
                dealt[next] = i + 1;
                hadTurn++;
            }
        }

        return dealt.ToImmutable();
    }

    /// <summary>A canary of one percent is one site at least.</summary>
    private static int Share(int percent, int sites) => (int)(((long)percent * sites + 99) / 100);

    private static ulong Rank(Guid release, Guid site)
    {
        Span<byte> both = stackalloc byte[32];
        release.TryWriteBytes(both, bigEndian: true, out _);
        site.TryWriteBytes(both[16..], bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(both, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
