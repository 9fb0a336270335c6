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

    /// <summary>How prizes are allocated, in this precedence: guaranteed, moments, probability, consolation.</summary>
    [MaxLength(4), ItemLength(1, 20)] public IReadOnlyList<string>? Modes { get; init; }

    /// <summary>A paused pool takes no entries; default false.</summary>
    public bool? Paused { get; init; }

    /// <summary>Whether an entry needs a code of the campaign's code batches: none or required; default none.</summary>
    [AllowedValues("none", "required")] public string? EntryCode { get; init; }

    /// <summary>How one enters without a code where one is required: by post (keyed in) or online too; default post.</summary>
    [AllowedValues("post", "online")] public string? FreeRoute { get; init; }

    /// <summary>How many tickets an entry has in prize draws; default 1. Fixed once the campaign is published.</summary>
    [Range(1, 1_000)] public int? Tickets { get; init; }

    /// <summary>The pool's prizes; names are unique within it.</summary>
    [MaxLength(200)] public IReadOnlyList<PrizeFields>? Prizes { get; init; }

    /// <summary>Winning moments to add; never read back.</summary>
    [MaxLength(10_000)] public IReadOnlyList<MomentFields>? Moments { get; init; }
}

/// <summary>A prize or a gift (what most entrants get is never called a prize: CAP Code 8.19).</summary>
[Example("""{"name":"Mug","kind":"prize","mode":"probability","odds":{"win":1,"outOf":500},"stock":100,"dailyCap":10,"hourlyCap":3,"perEntrantMax":1,"lowStockAt":"10%","fulfilment":"delivery"}""")]
public sealed record PrizeFields : PrizeSet
{
    /// <summary>The id of the prize that this is, when a campaign is changed; the platform gives new ones.</summary>
    [StringLength(40, MinimumLength = 1)] public string? Id { get; init; }

    /// <summary>Unique within the pool.</summary>
    [StringLength(200, MinimumLength = 1)] public required string Name { get; init; }
}

/// <summary>What is decided about a prize beside its name.</summary>
public abstract record PrizeSet
{

    /// <summary>prize or gift; default prize.</summary>
    [AllowedValues("prize", "gift")] public string? Kind { get; init; }

    /// <summary>guaranteed, moments, probability or consolation; by default odds mean probability, a gift is consolation, else moments.</summary>
    [AllowedValues("guaranteed", "moments", "probability", "consolation")] public string? Mode { get; init; }

    /// <summary>Units; null is without limit, for gifts alone.</summary>
    [Range(0L, 100_000_000L)] public long? Stock { get; init; }

    /// <summary>Units per day of the campaign's time zone; null is no cap.</summary>
    [Range(1, 100_000_000)] public int? DailyCap { get; init; }

    /// <summary>Units that one entrant can get; null is no cap.</summary>
    [Range(1, 1_000_000)] public int? PerEntrantMax { get; init; }

    /// <summary>Units per hour of the campaign's time zone; null is no cap.</summary>
    [Range(1, 100_000_000)] public int? HourlyCap { get; init; }

    /// <summary>The chance of each entry, for probability alone and needed there.</summary>
    public OddsFields? Odds { get; init; }

    /// <summary>For guaranteed alone: one entry in each block of so many, at a hidden position; null is every entry.</summary>
    [Range(1, 1_000_000_000)] public int? EveryNth { get; init; }

    /// <summary>When the stock is low and an alert is sent: units (50) or percent of the stock ("10%"); null is no alert before it is out.</summary>
    public StockThreshold? LowStockAt { get; init; }

    /// <summary>How it reaches the winner: coupon, delivery or none; default none.</summary>
    [AllowedValues("coupon", "delivery", "none")] public string? Fulfilment { get; init; }

    /// <summary>The batch whose codes are handed out, with fulfilment coupon; needed there before publishing.</summary>
    [StringLength(40, MinimumLength = 1)] public string? CouponBatchId { get; init; }

    /// <summary>A paused prize is not awarded; its moments wait.</summary>
    public bool? Paused { get; init; }
}

/// <summary>A chance of win in outOf for each entry.</summary>
public sealed record OddsFields
{
    /// <summary>At least 1 and at most outOf.</summary>
    [Range(1L, 1_000_000_000L)] public required long Win { get; init; }

    /// <summary>Out of so many.</summary>
    [Range(1L, 1_000_000_000L)] public required long OutOf { get; init; }
}

/// <summary>
/// A merge patch (RFC 7396) of a pool: fields that are left out stay, null puts the default back, prizes are replaced whole. Once the campaign
/// is published, paused and the prizes' stock, caps, lowStockAt and paused change, and prizes are added at the end.
/// </summary>
[Example("""{"paused":true}""")]
public sealed record PoolChange
{
    /// <summary>Unique within the campaign.</summary>
    [StringLength(100, MinimumLength = 1), Stays] public string? Name { get; init; }

    /// <summary>How prizes are allocated, in this precedence: guaranteed, moments, probability, consolation.</summary>
    [MaxLength(4), ItemLength(1, 20)] public IReadOnlyList<string>? Modes { get; init; }

    /// <summary>A paused pool takes no entries.</summary>
    public bool? Paused { get; init; }

    /// <summary>Whether an entry needs a code of the campaign's code batches: none or required.</summary>
    [AllowedValues("none", "required")] public string? EntryCode { get; init; }

    /// <summary>How one enters without a code where one is required: by post (keyed in) or online too.</summary>
    [AllowedValues("post", "online")] public string? FreeRoute { get; init; }

    /// <summary>How many tickets an entry has in prize draws.</summary>
    [Range(1, 1_000)] public int? Tickets { get; init; }

    /// <summary>The pool's prizes, those that stay with their ids.</summary>
    [MaxLength(200)] public IReadOnlyList<PrizeFields>? Prizes { get; init; }
}

/// <summary>
/// A merge patch (RFC 7396) of a prize: fields that are left out stay, null puts the default back. Once the campaign is published stock, caps,
/// lowStockAt and paused change; the rest is fixed.
/// </summary>
[Example("""{"stock":150,"dailyCap":20}""")]
public sealed record PrizeChange : PrizeSet
{
    /// <summary>Unique within the pool.</summary>
    [StringLength(200, MinimumLength = 1), Stays] public string? Name { get; init; }
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

    /// <summary>Hours of each local day that they fall in, like 09:00-17:30; 00:00 as the end is midnight; default all day.</summary>
    [StringLength(11, MinimumLength = 11), RegularExpression("^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$", ErrorMessage = "must be local hours like 09:00-17:30.")]
    public string? Hours { get; init; }

    /// <summary>The most on one local day; null is no quota.</summary>
    [Range(1, 1_000_000)] public int? PerDay { get; init; }
}

/// <summary>Winning moments to add to a pool.</summary>
[Example("""{"moments":[{"at":"2026-12-05T10:00:00Z","prize":"Mug"},{"generate":{"prize":"Mug","count":99}}]}""")]
public sealed record MomentsAddition
{
    /// <summary>Single moments and orders to generate some.</summary>
    [MinLength(1), MaxLength(10_000)] public required IReadOnlyList<MomentFields> Moments { get; init; }
}
