using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>What a batch adds to the pool's counters, the refusals since the last write included.</summary>
internal static class EntryCounts
{
    public static AddedCounts Of(IReadOnlyList<AcceptedEntry> accepted, IReadOnlyDictionary<string, long> refused)
    {
        var (all, byHour) = (new Dictionary<string, long>(refused), new Dictionary<(DateTimeOffset, string), long>());
        foreach (var entry in accepted)
        {
            Count(entry, "entries");
            Count(entry, OutcomeOf(entry));
            if (entry.IsNewEntrant)
            {
                Count(entry, "entrants");
            }
        }

        return new AddedCounts(all, byHour);

        void Count(AcceptedEntry entry, string what)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(all, what, out _)++;
            CollectionsMarshal.GetValueRefOrAddDefault(byHour, (entry.Time.Hour, what), out _)++;
        }
    }

    private static string OutcomeOf(AcceptedEntry entry) => entry.Prize?.Kind switch
    {
        null => "outcome:none",
        PrizeKind.Gift => "outcome:gift",
        _ => "outcome:prize",
    };
}
