using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Draws;

/// <summary>A prize draw after the campaign has closed.</summary>
[Example("""{"name":"Final","prizes":["Weekend in Paris",{"name":"Guide book","quantity":10,"fulfilment":"delivery"}],"reserves":2,"rule":"one-per-person"}""")]
public sealed record DrawFields
{
    /// <summary>The id of the draw that this is, when a campaign is changed; the platform gives new ones.</summary>
    [StringLength(40, MinimumLength = 1)] public string? Id { get; init; }

    /// <summary>Shown on the site.</summary>
    [StringLength(100, MinimumLength = 1)] public required string Name { get; init; }

    /// <summary>What is drawn, in order; expanded by quantity at most 10,000 units.</summary>
    [MinLength(1), MaxLength(1_000)] public required IReadOnlyList<DrawPrizeFields> Prizes { get; init; }

    /// <summary>How many backup winners are drawn; default 0.</summary>
    [Range(0, 10_000)] public int? Reserves { get; init; }

    /// <summary>Whether a person can win once or with each entry; default one-per-person.</summary>
    [AllowedValues("one-per-person", "unlimited")] public string? Rule { get; init; }

    /// <summary>The draw covers entries from this instant on; default all.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The draw covers entries before this instant; default all.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>When the list of entries is frozen; default fifteen minutes after until.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>
    /// What the randomness proves: beacon (a public one, and a witness of the commitment), beacon-unwitnessed, observed (an independent person
    /// supplies it) or committed, which is not evidence; default the strongest that the installation serves by itself.
    /// </summary>
    [AllowedValues("beacon", "beacon-unwitnessed", "observed", "committed")] public string? Level { get; init; }

    /// <summary>Days within which a winner claims, counted from being told; then a reserve moves up. Default: winners claim nothing here.</summary>
    [Range(1, 90)] public int? ClaimDays { get; init; }

    /// <summary>Id of the void draw of this campaign that this one takes the place of.</summary>
    [StringLength(40, MinimumLength = 1)] public string? Succeeds { get; init; }

    /// <summary>Who is left out of the draw, each entry listed as excluded with its reason; default nobody.</summary>
    public DrawExclusionFields? Exclude { get; init; }
}

/// <summary>Who is left out of a draw, judged when its list is frozen.</summary>
[Example("""{"staffDomains":["example.com"],"previousWinners":true,"postcodes":["BT"]}""")]
public sealed record DrawExclusionFields
{
    /// <summary>E-mail domains of the promoter's and the agency's people, without @, with what is below them (reason staff).</summary>
    [MaxLength(50), ItemLength(3, 253)] public IReadOnlyList<string>? StaffDomains { get; init; }

    /// <summary>Winners of the campaign's earlier draws (reason previous-winner); default false.</summary>
    public bool? PreviousWinners { get; init; }

    /// <summary>Beginnings of postcodes without spaces, such as BT for Northern Ireland (reason region).</summary>
    [MaxLength(200), ItemLength(1, 10)] public IReadOnlyList<string>? Postcodes { get; init; }

    internal DrawExclusions ToSettings() => new([.. StaffDomains ?? []], PreviousWinners ?? false, [.. Postcodes ?? []]);

    internal static DrawExclusionFields? From(DrawExclusions? exclude) => exclude is null ? null : new DrawExclusionFields
    {
        StaffDomains = exclude.StaffDomains.IsDefault ? [] : exclude.StaffDomains,
        PreviousWinners = exclude.PreviousWinners,
        Postcodes = exclude.Postcodes.IsDefault ? [] : exclude.Postcodes,
    };
}

/// <summary>A prize of a draw; a text alone stands for its name.</summary>
[Shorthand("name")]
public sealed record DrawPrizeFields
{
    /// <summary>What is won.</summary>
    [StringLength(200, MinimumLength = 1)] public required string Name { get; init; }

    /// <summary>How many of it; default 1.</summary>
    [Range(1, 10_000)] public int? Quantity { get; init; }

    /// <summary>How it reaches the winner: delivery or none; default delivery.</summary>
    [AllowedValues("delivery", "none")] public string? Fulfilment { get; init; }
}
