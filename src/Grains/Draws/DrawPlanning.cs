using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Storage.Campaign.Draws;

namespace PrizeDraw.Grains.Draws;

/// <summary>Makes a draw's rules from the campaign's settings. Pure.</summary>
internal static class DrawPlanning
{
    /// <summary>All that decides who wins, as it is committed to before the first entry that the draw covers.</summary>
    public static DrawRules RulesOf(string drawId, SetDrawPlan command, ReadOnlySpan<byte> secret)
    {
        var draw = command.Draw;
        return new DrawRules
        {
            DrawId = drawId,
            Prizes = DrawRules.Expand(draw.Prizes.Select(p => (p.Name, p.Quantity))),
            Reserves = draw.Reserves,
            Rule = DrawRuleNames.TryParse(draw.Rule, out var rule) ? rule : throw new ArgumentException($"Unknown rule '{draw.Rule}'."),
            From = draw.From,
            Until = draw.Until,
            Conditions = new DrawConditions
            {
                Level = EvidenceLevels.TryParse(draw.Level, out var level) ? level : throw new ArgumentException($"Unknown level '{draw.Level}'."),
                ClaimDays = draw.ClaimDays,
                Tickets = command.Tickets.ToDictionary(t => t.PoolId, t => t.Tickets),
                Exclude = draw.Exclude is { } exclude ? RuledOf(LeftOutBy(exclude), secret) : null,
            },
        };
    }

    /// <summary>Whom the settings leave out, spelled as people are compared with it.</summary>
    public static LeftOut LeftOutBy(DrawExclusions exclude) => new(
        [.. Given(exclude.StaffDomains).Select(d => d.Trim().TrimStart('@').ToLowerInvariant())],
        [.. Given(exclude.Postcodes).Select(p => p.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant())],
        exclude.PreviousWinners);

    /// <summary>Whether the settings leave out those whom the committed rules name, and nobody else. Rules of an earlier version name nobody.</summary>
    public static bool AreCommittedTo(DrawExclusions? exclude, string rules, Func<byte[]> secret)
    {
        using var document = JsonDocument.Parse(rules);
        return !document.RootElement.TryGetProperty("exclude", out var committed) || CanonicalJson.ToUtf8(committed).AsSpan().SequenceEqual(
            RuledExclusions.ToCanonical(exclude is null ? null : RuledOf(LeftOutBy(exclude), secret())));
    }

    private static RuledExclusions? RuledOf(LeftOut who, ReadOnlySpan<byte> secret) => RuledExclusions.Of(secret, who.Domains, who.Postcodes, who.PreviousWinners);

    private static IEnumerable<string> Given(ImmutableArray<string> texts) => texts.IsDefault ? [] : texts;
}
