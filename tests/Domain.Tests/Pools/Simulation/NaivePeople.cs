using System;
using System.Collections.Generic;
using System.Linq;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>Whom the recount takes for one person, from what was typed.</summary>
public sealed class NaivePeople(bool foldPlusTags)
{
    private readonly Dictionary<string, string> known = [];

    public string ByEmail(string typed) => Known(typed, () =>
    {
        var parts = typed.Trim().ToLowerInvariant().Split('@');
        return parts[1] is "gmail.com" or "googlemail.com" ? parts[0].Split('+')[0].Replace(".", "", StringComparison.Ordinal) + "@gmail"
            : foldPlusTags ? parts[0].Split('+')[0] + "@" + parts[1]
            : parts[0] + "@" + parts[1];
    });

    public string ByPhone(string typed) => Known(typed, () =>
    {
        var digits = new string([.. typed.Where(char.IsDigit)]);
        return digits.StartsWith("0044", StringComparison.Ordinal) ? digits[4..] : digits.StartsWith("44", StringComparison.Ordinal) ? digits[2..] : digits[1..];
    });

    private string Known(string typed, Func<string> make) => known.TryGetValue(typed, out var name) ? name : known[typed] = make();
}
