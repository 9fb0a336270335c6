using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Storage.Campaign.Draws;

namespace PrizeDraw.Grains.Draws;

/// <summary>Makes a draw's rules, and what decides beside them, from the campaign's settings. Pure.</summary>
internal static class DrawPlanning
{
    /// <summary>The rules as they are committed to before the first entry that the draw covers.</summary>
    public static DrawRules RulesOf(string drawId, DrawSettings draw) => new()
    {
        DrawId = drawId,
        Prizes = DrawRules.Expand(draw.Prizes.Select(p => (p.Name, p.Quantity))),
        Reserves = draw.Reserves,
        Rule = DrawRuleNames.TryParse(draw.Rule, out var rule) ? rule : throw new ArgumentException($"Unknown rule '{draw.Rule}'."),
        From = draw.From,
        Until = draw.Until,
    };

    /// <summary>What decides beside the rules.</summary>
    /// <param name="secret">The draw's, 32 bytes.</param>
    public static DrawConditions ConditionsOf(DrawSettings draw, IEnumerable<PoolTickets> tickets, ReadOnlySpan<byte> secret) => new()
    {
        Level = EvidenceLevels.TryParse(draw.Level, out var level) ? level : throw new ArgumentException($"Unknown level '{draw.Level}'."),
        ClaimDays = draw.ClaimDays,
        Tickets = tickets.ToDictionary(t => t.PoolId, t => t.Tickets),
        Exclude = draw.Exclude is { } exclude ? RuledOf(LeftOutBy(exclude), secret) : null,
    };

    /// <summary>Whom the settings leave out, spelled as people are compared with it.</summary>
    public static LeftOut LeftOutBy(DrawExclusions exclude) => new(
        [.. Given(exclude.StaffDomains).Select(d => d.Trim().TrimStart('@').ToLowerInvariant())],
        [.. Given(exclude.Postcodes).Select(p => p.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant())],
        exclude.PreviousWinners);

    private static RuledExclusions? RuledOf(LeftOut who, ReadOnlySpan<byte> secret) => RuledExclusions.Of(secret, who.Domains, who.Postcodes, who.PreviousWinners);

    private static IEnumerable<string> Given(ImmutableArray<string> texts) => texts.IsDefault ? [] : texts;
}
