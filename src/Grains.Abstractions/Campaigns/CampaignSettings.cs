using System;
using System.Collections.Immutable;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Campaigns;

/// <summary>Everything that a campaign manager decides about a campaign. Dates are instants; the time zone decides what a day is.</summary>
[GenerateSerializer, Alias("campaign-settings")]
public sealed record CampaignSettings
{
    /// <summary>1 to 200 characters.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>3 to 40 characters of a-z, 0-9 and hyphen, starting with a letter; unique in the installation. Needed to provision.</summary>
    [Id(1)] public string? Slug { get; init; }

    /// <summary>First instant at which an entry is taken. Needed to provision.</summary>
    [Id(2)] public DateTimeOffset? OpensAt { get; init; }

    /// <summary>First instant at which no entry is taken any more; after <see cref="OpensAt"/>. Needed to provision.</summary>
    [Id(3)] public DateTimeOffset? ClosesAt { get; init; }

    /// <summary>IANA name.</summary>
    [Id(4)] public string TimeZone { get; init; } = "Europe/London";

    [Id(5)] public ImmutableArray<string> Languages { get; init; } = ["en-GB"];

    /// <summary>Further origins whose pages may use the site's endpoints, as scheme://host[:port]; at most 20.</summary>
    [Id(6)] public ImmutableArray<string> AllowedOrigins { get; init; } = [];

    [Id(7)] public int? ForecastEntries { get; init; }

    [Id(8)] public Promoter? Promoter { get; init; }

    [Id(9)] public Terms? Terms { get; init; }

    [Id(10)] public Brand Brand { get; init; } = new();

    [Id(11)] public EntryForm Form { get; init; } = new();

    [Id(12)] public Limits Limits { get; init; } = new();

    /// <summary>Consents asked for beside the form, never a condition of entry; at most 10.</summary>
    [Id(13)] public ImmutableArray<ConsentText> Consents { get; init; } = [];

    /// <summary>At most 20. A campaign without any gets one pool without prizes when it is provisioned.</summary>
    [Id(14)] public ImmutableArray<PoolSettings> Pools { get; init; } = [];

    [Id(15)] public DrawSettings? Draw { get; init; }

    /// <summary>Beside <see cref="Draw"/>: weekly ones, one that was added later, the successor of a void one. At most 60.</summary>
    [Id(16)] public ImmutableArray<DrawSettings> FurtherDraws { get; init; } = [];

    /// <summary>Where the campaign's parts are; null in what is stored from before there was a choice: all here.</summary>
    [Id(17)] public ProviderChoice? Providers { get; init; }

    /// <summary>Every draw of the campaign, its own first.</summary>
    public ImmutableArray<DrawSettings> AllDraws() => Draw is { } draw ? [draw, .. FurtherDraws] : FurtherDraws;
}

/// <summary>Who provides a campaign's parts.</summary>
/// <param name="Database"><c>local</c> or <c>supabase</c>.</param>
/// <param name="Repository"><c>local</c> or <c>github</c>.</param>
/// <param name="Site"><c>local</c>, from a local repository, or <c>vercel</c>, from one at GitHub.</param>
[GenerateSerializer, Alias("provider-choice")]
public sealed record ProviderChoice(
    [property: Id(0)] string Database = ProviderNames.Local,
    [property: Id(1)] string Repository = ProviderNames.Local,
    [property: Id(2)] string Site = ProviderNames.Local);

/// <summary>The providers' names, as they are stored.</summary>
public static class ProviderNames
{
    public const string Local = "local", Supabase = "supabase", GitHub = "github", Vercel = "vercel";
}

/// <summary>CAP Code 8.17.9: the promoter's name and address stand in the conditions.</summary>
[GenerateSerializer, Alias("promoter")]
public sealed record Promoter([property: Id(0)] string Name, [property: Id(1)] string Address);

/// <summary>Terms as entered; the version counts up with each change of the text.</summary>
[GenerateSerializer, Alias("terms")]
public sealed record Terms([property: Id(0)] string Text, [property: Id(1)] string? FreeRoute = null, [property: Id(2)] int Version = 1);

[GenerateSerializer, Alias("brand")]
public sealed record Brand(
    [property: Id(0)] string? Headline = null,
    [property: Id(1)] string PrimaryColour = "#0b5fff",
    [property: Id(2)] string? LogoUrl = null);

[GenerateSerializer, Alias("entry-form")]
public sealed record EntryForm
{
    /// <summary>Whole years at the moment of entry, 0 to 99; 0 asks for no date of birth.</summary>
    [Id(0)] public int MinimumAge { get; init; } = 18;

    /// <summary>Questions beyond the entrant's own data; at most 30.</summary>
    [Id(1)] public ImmutableArray<FormField> Fields { get; init; } = [];
}

/// <summary>A question. <c>Type</c>: text email tel textarea select checkbox date number. <c>Options</c> for select only.</summary>
[GenerateSerializer, Alias("form-field")]
public sealed record FormField(
    [property: Id(0)] string Name,
    [property: Id(1)] string Label,
    [property: Id(2)] string Type = "text",
    [property: Id(3)] bool Required = false,
    [property: Id(4)] ImmutableArray<string>? Options = null);

/// <summary>
/// Limits apply within each pool. Null is no limit. A person is known by e-mail address and, where given, by phone.
/// <c>EmailIdentity</c> says which spellings are one address: <c>exact</c> (letter case alone is ignored), <c>gmail</c> (also dots and
/// plus-tags at Google) or <c>plus-tags</c> (also plus-tags everywhere).
/// </summary>
[GenerateSerializer, Alias("limits")]
public sealed record Limits(
    [property: Id(0)] int? EntriesPerEntrant = 1,
    [property: Id(1)] int? EntriesPerEntrantPerDay = null,
    [property: Id(2)] int? EntryIntervalSeconds = null,
    [property: Id(3)] int? WinsPerEntrant = 1,
    [property: Id(4)] string EmailIdentity = "gmail");

[GenerateSerializer, Alias("consent-text")]
public sealed record ConsentText([property: Id(0)] string Purpose, [property: Id(1)] string Text, [property: Id(2)] int Version = 1);

[GenerateSerializer, Alias("pool-settings")]
public sealed record PoolSettings
{
    /// <summary>Given by the platform.</summary>
    [Id(0)] public string? Id { get; init; }

    [Id(1)] public required string Name { get; init; }

    /// <summary>Of <c>guaranteed</c>, <c>moments</c>, <c>probability</c> and <c>consolation</c>, in any order: that is also their precedence.</summary>
    [Id(2)] public ImmutableArray<string> Modes { get; init; } = [];

    /// <summary>At most 200; names are unique within the pool.</summary>
    [Id(3)] public ImmutableArray<PrizeSettings> Prizes { get; init; } = [];

    /// <summary>At most 10,000 lines. Never read back: what is still to come is sealed.</summary>
    [Id(4)] public ImmutableArray<MomentSettings> Moments { get; init; } = [];

    /// <summary>A paused pool takes no entries; the other pools of its campaign go on.</summary>
    [Id(5)] public bool Paused { get; init; }

    /// <summary><c>none</c>, or <c>required</c>: an entry consumes one code of the campaign's code batches (on-pack promotions).</summary>
    [Id(6)] public string EntryCode { get; init; } = "none";

    /// <summary>Where a code is required, how one enters without: by <c>post</c> (keyed in), or <c>online</c> too. Same chances either way.</summary>
    [Id(7)] public string FreeRoute { get; init; } = "post";

    /// <summary>How many tickets an entry of this pool has in prize draws, 1 to 1,000; what a manager grants an entry comes on top.</summary>
    [Id(8)] public int Tickets { get; init; } = 1;
}

[GenerateSerializer, Alias("prize-settings")]
public sealed record PrizeSettings
{
    /// <summary>Given by the platform.</summary>
    [Id(0)] public string? Id { get; init; }

    [Id(1)] public required string Name { get; init; }

    /// <summary><c>prize</c> or <c>gift</c> (what most entrants get is never called a prize: CAP Code 8.19).</summary>
    [Id(2)] public string Kind { get; init; } = "prize";

    /// <summary><c>guaranteed</c>, <c>moments</c>, <c>probability</c> or <c>consolation</c>; by default odds → probability, gift → consolation, else moments.</summary>
    [Id(3)] public string? Mode { get; init; }

    /// <summary>Units, 0 to 100,000,000; null is without limit, for gifts alone.</summary>
    [Id(4)] public long? Stock { get; init; }

    /// <summary>Units per day of the campaign's time zone.</summary>
    [Id(5)] public int? DailyCap { get; init; }

    [Id(6)] public int? PerEntrantMax { get; init; }

    /// <summary><c>coupon</c>, <c>delivery</c> or <c>none</c>.</summary>
    [Id(7)] public string Fulfilment { get; init; } = "none";

    /// <summary>A paused prize is not awarded; its moments wait.</summary>
    [Id(8)] public bool Paused { get; init; }

    /// <summary>Units per hour of the campaign's time zone.</summary>
    [Id(9)] public int? HourlyCap { get; init; }

    /// <summary>For probability alone, and needed there.</summary>
    [Id(10)] public PrizeOdds? Odds { get; init; }

    /// <summary>For guaranteed alone: one entry in each block of so many, at a hidden position; null is every entry. 1 to 1,000,000,000.</summary>
    [Id(11)] public int? EveryNth { get; init; }

    /// <summary>When the stock is low: units (<c>50</c>) or percent of the stock (<c>10%</c>).</summary>
    [Id(12)] public string? LowStockAt { get; init; }

    /// <summary>The batch whose codes are handed out; with fulfilment <c>coupon</c> alone, and needed there before publishing.</summary>
    [Id(13)] public string? CouponBatchId { get; init; }
}

/// <summary>A chance of <c>Win</c> in <c>OutOf</c> for each entry. 1 ≤ win ≤ outOf ≤ 1,000,000,000.</summary>
[GenerateSerializer, Alias("prize-odds")]
public sealed record PrizeOdds([property: Id(0)] long Win, [property: Id(1)] long OutOf);

/// <summary>Either one winning moment (<c>At</c> and <c>Prize</c>) or an order to generate some.</summary>
/// <param name="At">The instant from which the next eligible entry wins.</param>
/// <param name="Prize">Name or id of the prize.</param>
/// <param name="Generate">The order.</param>
/// <param name="Addition">The request that added it, where that was one of its own.</param>
[GenerateSerializer, Alias("moment-settings")]
public sealed record MomentSettings(
    [property: Id(0)] DateTimeOffset? At = null,
    [property: Id(1)] string? Prize = null,
    [property: Id(2)] GenerateMoments? Generate = null,
    [property: Id(3)] Guid? Addition = null);

/// <summary>
/// Winning moments at random, uniformly in [From, To); by default from opening to closing. Count 1 to 1,000,000. <c>Hours</c> confines them
/// to local hours of each day, as <c>09:00-17:30</c> (<c>00:00</c> as the end is midnight); <c>PerDay</c> is the most on one local day.
/// </summary>
[GenerateSerializer, Alias("generate-moments")]
public sealed record GenerateMoments(
    [property: Id(0)] string Prize,
    [property: Id(1)] int Count,
    [property: Id(2)] DateTimeOffset? From = null,
    [property: Id(3)] DateTimeOffset? To = null,
    [property: Id(4)] string? Hours = null,
    [property: Id(5)] int? PerDay = null);

[GenerateSerializer, Alias("draw-settings")]
public sealed record DrawSettings
{
    /// <summary>Given by the platform.</summary>
    [Id(0)] public string? Id { get; init; }

    [Id(1)] public required string Name { get; init; }

    /// <summary>Each with its quantity; expanded by quantity they number 1 to 10,000.</summary>
    [Id(2)] public ImmutableArray<DrawPrize> Prizes { get; init; } = [];

    /// <summary>0 to 10,000.</summary>
    [Id(3)] public int Reserves { get; init; }

    /// <summary><c>one-per-person</c> or <c>unlimited</c>.</summary>
    [Id(4)] public string Rule { get; init; } = "one-per-person";

    /// <summary>The draw covers entries in [From, Until); by default all.</summary>
    [Id(5)] public DateTimeOffset? From { get; init; }

    [Id(6)] public DateTimeOffset? Until { get; init; }

    /// <summary>When the list is frozen and drawn; by default fifteen minutes after <see cref="Until"/>.</summary>
    [Id(7)] public DateTimeOffset? At { get; init; }

    /// <summary>
    /// Evidence level of the draw protocol: <c>beacon</c>, <c>beacon-unwitnessed</c>, <c>observed</c> or <c>committed</c>, which is not
    /// evidence. Empty where it is asked for: the strongest that the installation serves; what is stored names one.
    /// </summary>
    [Id(8)] public string Level { get; init; } = "committed";

    /// <summary>Days within which a winner claims, 1 to 90, counted from being told; then a reserve moves up. Null: winners claim nothing here.</summary>
    [Id(9)] public int? ClaimDays { get; init; }

    /// <summary>Who is left out.</summary>
    [Id(10)] public DrawExclusions? Exclude { get; init; }

    /// <summary>Id of the void draw of this campaign that this one takes the place of.</summary>
    [Id(11)] public string? Succeeds { get; init; }
}

/// <summary>Who is left out of a draw, each with a reason code of its own; judged when the list is frozen.</summary>
/// <param name="StaffDomains">E-mail domains of the promoter's and agency's people (<c>staff</c>), at most 50, without @.</param>
/// <param name="PreviousWinners">Winners of the campaign's earlier draws (<c>previous-winner</c>).</param>
/// <param name="Postcodes">Beginnings of postcodes, without spaces, such as BT for Northern Ireland (<c>region</c>); at most 200.</param>
[GenerateSerializer, Alias("draw-exclusions")]
public sealed record DrawExclusions(
    [property: Id(0)] ImmutableArray<string> StaffDomains,
    [property: Id(1)] bool PreviousWinners,
    [property: Id(2)] ImmutableArray<string> Postcodes);

[GenerateSerializer, Alias("draw-prize")]
public sealed record DrawPrize([property: Id(0)] string Name, [property: Id(1)] int Quantity = 1, [property: Id(2)] string Fulfilment = "delivery");
