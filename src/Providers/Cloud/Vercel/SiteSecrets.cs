using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Providers.Hosting;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>
/// The values of a site's secret variables, to be taken out of what the provider writes: builds print their environment, refusals what
/// they refuse.
/// </summary>
internal sealed class SiteSecrets
{
    /// <summary>Shorter values stand in ordinary words.</summary>
    private const int LengthMin = 6;

    private readonly ImmutableArray<string> _values;

    private SiteSecrets(ImmutableArray<string> values) => _values = values;

    /// <summary>Of calls that have nothing to do with variables.</summary>
    public static SiteSecrets None { get; } = new([]);

    public static SiteSecrets Of(IEnumerable<SiteVariable> variables) => new(
    [
        .. variables.Where(v => v.IsSecret && v.Value.Length >= LengthMin).SelectMany(v => v.Value.Split('\n', StringSplitOptions.TrimEntries).Append(v.Value))
            .Where(v => v.Length >= LengthMin).Distinct().OrderByDescending(v => v.Length),
    ]);

    /// <summary>Longer ones first: one may hold another.</summary>
    public ImmutableArray<string> Values => _values;

    public string Hide(string text) => _values.Aggregate(text, (hidden, value) => hidden.Replace(value, "•••", StringComparison.Ordinal));
}
