using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Providers.Hosting;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>Takes the values of secret variables out of text that a provider wrote, such as a build that prints its environment.</summary>
internal sealed class SiteSecrets
{
    /// <summary>Shorter values stand in ordinary words.</summary>
    private const int LengthMin = 6;

    private readonly ImmutableArray<string> _values;

    private SiteSecrets(ImmutableArray<string> values) => _values = values;

    public static SiteSecrets Of(IEnumerable<SiteVariable> variables) => new(
    [
        .. variables.Where(v => v.IsSecret && v.Value.Length >= LengthMin).SelectMany(v => v.Value.Split('\n', StringSplitOptions.TrimEntries).Append(v.Value))
            .Where(v => v.Length >= LengthMin).Distinct().OrderByDescending(v => v.Length),
    ]);

    public string Hide(string text) => _values.Aggregate(text, (hidden, value) => hidden.Replace(value, "•••", StringComparison.Ordinal));
}
