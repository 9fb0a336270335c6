using System;
using System.Collections.Generic;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// Whether entrants were told what the lines say, as far as a hash shows it: codes and links are not published, so that an answer that
/// holds one can't be made again. What can be said of it is that it is not the answer of another outcome.
/// </summary>
internal sealed class ToldRecount
{
    private static readonly Bytes32 None = new EntryOutcome("none").Hash();
    private readonly Dictionary<string, Bytes32> plain = new(StringComparer.Ordinal);
    private readonly Dictionary<Bytes32, string> prizes = [];

    /// <summary>A prize's terms come into force.</summary>
    public void Know(RuledPrize terms)
    {
        var hash = new EntryOutcome(terms.Kind, terms.Id, terms.Name).Hash();
        if (plain.TryGetValue(terms.Id, out var before)) prizes.Remove(before);
        (plain[terms.Id], prizes[hash]) = (hash, terms.Id);
    }

    /// <summary>What the entrant was told instead of the line's outcome; null where nothing shows that it was anything else.</summary>
    /// <param name="hasCode">Whether what was won comes with a code: an answer without one is not the winner's.</param>
    public string? Other(InstantEntry entry, bool hasCode)
    {
        if (entry.Prize is null) return entry.OutcomeHash == None ? null : prizes.GetValueOrDefault(entry.OutcomeHash, "something else");
        if (entry.OutcomeHash == None) return "nothing";
        if (!prizes.TryGetValue(entry.OutcomeHash, out var told)) return null;
        return told != entry.Prize ? told : hasCode ? $"{told} without a code" : null;
    }
}
