using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>How often one person may be drawn.</summary>
public enum DrawRule
{
    /// <summary>A person already chosen is skipped.</summary>
    OnePerPerson = 1,

    /// <summary>Nobody is skipped.</summary>
    Unlimited = 2,
}

/// <summary>The stored and published names of the rules.</summary>
public static class DrawRuleNames
{
    /// <summary>one-per-person or unlimited.</summary>
    public static string StoredName(this DrawRule rule) => rule switch
    {
        DrawRule.OnePerPerson => "one-per-person",
        DrawRule.Unlimited => "unlimited",
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Not a rule of a draw."),
    };

    /// <summary>Reads a stored name; exact spelling only.</summary>
    public static bool TryParse(string? name, out DrawRule rule)
    {
        rule = name switch
        {
            "one-per-person" => DrawRule.OnePerPerson,
            "unlimited" => DrawRule.Unlimited,
            _ => default,
        };
        return rule != default;
    }
}

/// <summary>The rules of a draw, published as a hash before the first entry that the draw covers.</summary>
public sealed record DrawRules
{
    /// <summary>The draw's id.</summary>
    public required string DrawId { get; init; }

    /// <summary>Prize names, expanded by quantity: position p (from 1) gets Prizes[p − 1]. At least one.</summary>
    public required IReadOnlyList<string> Prizes { get; init; }

    /// <summary>How many reserves are drawn after the winners (R), 0 or more.</summary>
    public required int Reserves { get; init; }

    /// <summary>How often one person may be drawn.</summary>
    public required DrawRule Rule { get; init; }

    /// <summary>The first instant whose entries are covered; null for no bound.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The first instant whose entries are covered no more; null for no bound.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>How many winners are drawn (W).</summary>
    public int Winners => Prizes.Count;

    /// <summary>Prize names by quantity, one after another. A quantity below 1 is an <see cref="ArgumentException"/>.</summary>
    public static string[] Expand(IEnumerable<(string Name, int Quantity)> prizes) =>
        [.. prizes.SelectMany(static p => p.Quantity >= 1
            ? Enumerable.Repeat(p.Name, p.Quantity)
            : throw new ArgumentException($"Prize '{p.Name}' has quantity {p.Quantity}."))];

    /// <summary>The canonical JSON {drawId, from, prizes, reserves, rule, until}; absent bounds are null.</summary>
    /// <exception cref="ArgumentException">There is no prize, the reserves are negative or the period is empty.</exception>
    public byte[] ToCanonical() => Write().ToArray();

    /// <summary>rules_hash = H(canonical rules).</summary>
    public Bytes32 Hash() => Write().Hash();

    private CanonicalJsonWriter Write()
    {
        if (Prizes.Count == 0) throw new ArgumentException("A draw without a prize has no rules.");
        if (Reserves < 0) throw new ArgumentException($"A draw can't have {Reserves} reserves.");
        if (From >= Until) throw new ArgumentException("The draw covers no instant.");
        var writer = new CanonicalJsonWriter().StartObject()
            .Text("drawId", DrawId)
            .Instant("from", From)
            .Name("prizes").StartArray();
        foreach (var prize in Prizes) writer.Text(prize);
        return writer.EndArray()
            .Number("reserves", Reserves)
            .Text("rule", Rule.StoredName())
            .Instant("until", Until)
            .EndObject();
    }
}
