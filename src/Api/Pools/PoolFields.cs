using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using PrizeDraw.Api.Requests;

namespace PrizeDraw.Api.Pools;

/// <summary>A prize pool: takes entries and allocates its prizes.</summary>
[Example("""{"name":"Instant","modes":["moments","consolation"],"prizes":[{"name":"Mug","kind":"prize","stock":100,"fulfilment":"delivery"}]}""")]
public sealed record PoolFields
{
    /// <summary>The id of the pool that this is, when a campaign is changed; the platform gives new ones.</summary>
    [StringLength(40, MinimumLength = 1)] public string? Id { get; init; }

    /// <summary>Unique within the campaign.</summary>
    [StringLength(100, MinimumLength = 1)] public required string Name { get; init; }

    /// <summary>How prizes are allocated: moments, consolation.</summary>
    [MaxLength(4), ItemLength(1, 20)] public IReadOnlyList<string>? Modes { get; init; }

    /// <summary>The pool's prizes; names are unique within it.</summary>
    [MaxLength(200)] public IReadOnlyList<PrizeFields>? Prizes { get; init; }

    /// <summary>Winning moments to add; never read back.</summary>
    [MaxLength(10_000)] public IReadOnlyList<MomentFields>? Moments { get; init; }
}

/// <summary>A prize or a gift (what most entrants get is never called a prize: CAP Code 8.19).</summary>
[Example("""{"name":"Mug","kind":"prize","stock":100,"dailyCap":10,"perEntrantMax":1,"fulfilment":"delivery"}""")]
public sealed record PrizeFields
{
    /// <summary>The id of the prize that this is, when a campaign is changed; the platform gives new ones.</summary>
    [StringLength(40, MinimumLength = 1)] public string? Id { get; init; }

    /// <summary>Unique within the pool.</summary>
    [StringLength(200, MinimumLength = 1)] public required string Name { get; init; }

    /// <summary>prize or gift; default prize.</summary>
    [AllowedValues("prize", "gift")] public string? Kind { get; init; }

    /// <summary>moments or consolation; by default a gift is consolation, a prize falls at moments.</summary>
    [AllowedValues("moments", "consolation")] public string? Mode { get; init; }

    /// <summary>Units; null is without limit, for gifts alone.</summary>
    [Range(0L, 100_000_000L)] public long? Stock { get; init; }

    /// <summary>Units per day of the campaign's time zone; null is no cap.</summary>
    [Range(1, 100_000_000)] public int? DailyCap { get; init; }

    /// <summary>Units that one entrant can get; null is no cap.</summary>
    [Range(1, 1_000_000)] public int? PerEntrantMax { get; init; }

    /// <summary>How it reaches the winner: delivery or none; default none.</summary>
    [AllowedValues("delivery", "none")] public string? Fulfilment { get; init; }

    /// <summary>A paused prize is not awarded; its moments wait.</summary>
    public bool? Paused { get; init; }
}

/// <summary>Either one winning moment (at and prize) or an order to generate some (generate).</summary>
[Example("""{"at":"2026-12-05T10:00:00Z","prize":"Mug"}""")]
public sealed record MomentFields
{
    /// <summary>The instant at or after which the next eligible entry wins.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Name or id of the prize.</summary>
    [StringLength(200, MinimumLength = 1)] public string? Prize { get; init; }

    /// <summary>Moments at random.</summary>
    public GenerateFields? Generate { get; init; }
}

/// <summary>Winning moments at random, uniformly in [from, to); by default from opening to closing.</summary>
public sealed record GenerateFields
{
    /// <summary>Name or id of the prize.</summary>
    [StringLength(200, MinimumLength = 1)] public required string Prize { get; init; }

    /// <summary>How many.</summary>
    [Range(1, 1_000_000)] public required int Count { get; init; }

    /// <summary>The earliest instant; default opensAt.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The instant before which all of them fall; default closesAt.</summary>
    public DateTimeOffset? To { get; init; }
}

/// <summary>Winning moments to add to a pool.</summary>
[Example("""{"moments":[{"at":"2026-12-05T10:00:00Z","prize":"Mug"},{"generate":{"prize":"Mug","count":99}}]}""")]
public sealed record MomentsAddition
{
    /// <summary>Single moments and orders to generate some.</summary>
    [MinLength(1), MaxLength(10_000)] public required IReadOnlyList<MomentFields> Moments { get; init; }
}
