using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>What a batch adds to the pool's counters, the refusals since the last write included.</summary>
internal static class EntryCounts
{
    public static IReadOnlyDictionary<string, long> Of(IReadOnlyList<AcceptedEntry> accepted, IReadOnlyDictionary<string, long> refused)
    {
        var added = new SortedDictionary<string, long>(refused.ToDictionary()) { ["entries"] = accepted.Count };
        foreach (var entry in accepted)
        {
            var outcome = $"outcome:{entry.Outcome}";
            added[outcome] = added.GetValueOrDefault(outcome) + 1;
            if (entry.IsNewEntrant)
            {
                added["entrants"] = added.GetValueOrDefault("entrants") + 1;
            }
        }

        return added;
    }
}
