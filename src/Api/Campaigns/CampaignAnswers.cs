using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Api.Draws;
using PrizeDraw.Api.Pools;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Campaigns;

/// <summary>A campaign as it stands. Winning moments are never shown.</summary>
public sealed record CampaignAnswer
{
    /// <summary>The campaign's id.</summary>
    public required string Id { get; init; }

    /// <summary>The tenant that it belongs to.</summary>
    public required string TenantId { get; init; }

    /// <summary>draft, provisioning, ready, scheduled, live, paused, closed, drawn, completed, archived, decommissioned, failed or rolled_back.</summary>
    public required string State { get; init; }

    /// <summary>Address of the site, once it is deployed.</summary>
    public required string? SiteUrl { get; init; }

    /// <summary>Publishable key of the site, for X-Site-Key.</summary>
    public required string? SiteKey { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset? PublishedAt { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The newest deployment.</summary>
    public required string? DeploymentId { get; init; }

    /// <summary>Version of the template that the site was made from.</summary>
    public required string? TemplateVersion { get; init; }

    /// <summary>Shown in lists and on the site.</summary>
    public required string Name { get; init; }

    /// <summary>Part of the site's address.</summary>
    public required string? Slug { get; init; }

    /// <summary>First instant at which an entry is taken.</summary>
    public required DateTimeOffset? OpensAt { get; init; }

    /// <summary>First instant at which no entry is taken any more.</summary>
    public required DateTimeOffset? ClosesAt { get; init; }

    /// <summary>IANA name of the time zone that decides what a day is.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Languages of the site.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>Further origins whose pages may use the site's endpoints.</summary>
    public required IReadOnlyList<string> AllowedOrigins { get; init; }

    /// <summary>Where the campaign's parts are.</summary>
    public required ProviderChoice Providers { get; init; }

    /// <summary>How many entries are expected.</summary>
    public required int? ForecastEntries { get; init; }

    /// <summary>Who runs the promotion.</summary>
    public required Promoter? Promoter { get; init; }

    /// <summary>The terms and conditions.</summary>
    public required Terms? Terms { get; init; }

    /// <summary>How the site looks.</summary>
    public required Brand Brand { get; init; }

    /// <summary>What entrants are asked.</summary>
    public required FormAnswer Form { get; init; }

    /// <summary>Limits per entrant, within each pool.</summary>
    public required Limits Limits { get; init; }

    /// <summary>Consents asked for beside the form.</summary>
    public required IReadOnlyList<ConsentText> Consents { get; init; }

    /// <summary>Prize pools.</summary>
    public required IReadOnlyList<PoolAnswer> Pools { get; init; }

    /// <summary>The prize draw.</summary>
    public required DrawSettingsAnswer? Draw { get; init; }

    /// <summary>Draws beside it.</summary>
    public required IReadOnlyList<DrawSettingsAnswer> FurtherDraws { get; init; }

    internal static CampaignAnswer From(CampaignView view)
    {
        var settings = view.Settings;
        return new CampaignAnswer
        {
            Id = view.Id, TenantId = view.TenantId, State = view.State, SiteUrl = view.SiteUrl, SiteKey = view.SiteKey,
            PublishedAt = view.PublishedAt, CreatedAt = view.CreatedAt, DeploymentId = view.DeploymentId, TemplateVersion = view.TemplateVersion,
            Name = settings.Name, Slug = settings.Slug, OpensAt = settings.OpensAt, ClosesAt = settings.ClosesAt, TimeZone = settings.TimeZone,
            Languages = settings.Languages, AllowedOrigins = settings.AllowedOrigins, ForecastEntries = settings.ForecastEntries,
            Providers = settings.Providers ?? new ProviderChoice(),
            Promoter = settings.Promoter, Terms = settings.Terms, Brand = settings.Brand, Form = FormAnswer.From(settings.Form),
            Limits = settings.Limits, Consents = settings.Consents, Pools = [.. settings.Pools.Select(PoolAnswer.From)],
            Draw = settings.Draw is { } draw ? DrawSettingsAnswer.Of(draw) : null,
            FurtherDraws = [.. settings.FurtherDraws.Select(DrawSettingsAnswer.Of)],
        };
    }
}

/// <summary>What entrants are asked.</summary>
/// <param name="MinimumAge">Whole years at the moment of entry; 0 asks for no date of birth.</param>
/// <param name="Fields">Questions beyond the entrant's own data.</param>
public sealed record FormAnswer(int MinimumAge, IReadOnlyList<QuestionAnswer> Fields)
{
    internal static FormAnswer From(EntryForm form) => new(form.MinimumAge, [.. form.Fields.Select(QuestionAnswer.From)]);
}

/// <summary>A question of the form.</summary>
/// <param name="Name">Names the answer.</param>
/// <param name="Label">Shown beside the field.</param>
/// <param name="Type">text, email, tel, textarea, select, checkbox, date or number.</param>
/// <param name="Required">Whether an entry needs an answer.</param>
/// <param name="Options">What can be chosen; for select alone.</param>
public sealed record QuestionAnswer(string Name, string Label, string Type, bool Required, IReadOnlyList<string>? Options)
{
    internal static QuestionAnswer From(FormField field) =>
        new(field.Name, field.Label, field.Type, field.Required, field.Options is { IsDefault: false } options ? options : null);
}

/// <summary>A prize pool.</summary>
/// <param name="Id">The pool's id; null until the campaign has been stored with it.</param>
/// <param name="Name">Unique within the campaign.</param>
/// <param name="Modes">How prizes are allocated.</param>
/// <param name="Paused">A paused pool takes no entries.</param>
/// <param name="EntryCode">none, or required: an entry needs a code.</param>
/// <param name="FreeRoute">How one enters without a code: post or online.</param>
/// <param name="Tickets">How many an entry has in prize draws.</param>
/// <param name="Prizes">The pool's prizes.</param>
[Example("""{"id":"pool_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","name":"Instant","modes":["moments"],"paused":false,"entryCode":"none","freeRoute":"post","tickets":1,"prizes":[]}""")]
public sealed record PoolAnswer(
    string? Id, string Name, IReadOnlyList<string> Modes, bool Paused, string EntryCode, string FreeRoute, int Tickets,
    IReadOnlyList<PoolPrizeAnswer> Prizes)
{
    internal static PoolAnswer From(PoolSettings pool) =>
        new(pool.Id, pool.Name, pool.Modes, pool.Paused, pool.EntryCode, pool.FreeRoute, pool.Tickets, [.. pool.Prizes.Select(PoolPrizeAnswer.From)]);
}

/// <summary>A prize as it is set; counters are with the pool's prizes.</summary>
/// <param name="Id">The prize's id.</param>
/// <param name="Name">Unique within the pool.</param>
/// <param name="Kind">prize or gift.</param>
/// <param name="Mode">guaranteed, moments, probability or consolation.</param>
/// <param name="Stock">Units; null is without limit.</param>
/// <param name="DailyCap">Units per day.</param>
/// <param name="HourlyCap">Units per hour.</param>
/// <param name="PerEntrantMax">Units that one entrant can get.</param>
/// <param name="Odds">The chance of each entry, for probability.</param>
/// <param name="EveryNth">One entry in each block of so many, for guaranteed; null is every entry.</param>
/// <param name="LowStockAt">When the stock is low: units, or percent as a text.</param>
/// <param name="Fulfilment">coupon, delivery or none.</param>
/// <param name="CouponBatchId">The batch whose codes are handed out.</param>
/// <param name="Paused">A paused prize is not awarded.</param>
public sealed record PoolPrizeAnswer(
    string? Id, string Name, string Kind, string Mode, long? Stock, int? DailyCap, int? HourlyCap, int? PerEntrantMax, PrizeOdds? Odds,
    int? EveryNth, StockThreshold? LowStockAt, string Fulfilment, string? CouponBatchId, bool Paused)
{
    internal static PoolPrizeAnswer From(PrizeSettings prize) => new(
        prize.Id, prize.Name, prize.Kind, PrizeModes.Of(prize), prize.Stock, prize.DailyCap, prize.HourlyCap, prize.PerEntrantMax, prize.Odds,
        prize.EveryNth, StockThreshold.From(prize.LowStockAt), prize.Fulfilment, prize.CouponBatchId, prize.Paused);
}

/// <summary>A draw as it is set; how it stands is with the campaign's draws.</summary>
/// <param name="Id">The draw's id.</param>
/// <param name="Name">Shown on the site.</param>
/// <param name="Prizes">What is drawn, in order.</param>
/// <param name="Reserves">How many backup winners are drawn.</param>
/// <param name="Rule">one-per-person or unlimited.</param>
/// <param name="From">Entries from this instant on; null is all.</param>
/// <param name="Until">Entries before this instant; null is all.</param>
/// <param name="At">When the list is frozen.</param>
/// <param name="Level">Evidence level; committed is not evidence.</param>
/// <param name="ClaimDays">Days within which a winner claims; null where winners claim nothing here.</param>
/// <param name="Succeeds">The void draw that this one takes the place of.</param>
/// <param name="Exclude">Who is left out; null is nobody.</param>
public sealed record DrawSettingsAnswer(
    string? Id, string Name, IReadOnlyList<DrawPrize> Prizes, int Reserves, string Rule, DateTimeOffset? From, DateTimeOffset? Until,
    DateTimeOffset? At, string Level, int? ClaimDays, string? Succeeds, DrawExclusionFields? Exclude)
{
    internal static DrawSettingsAnswer Of(DrawSettings draw) =>
        new(draw.Id, draw.Name, draw.Prizes, draw.Reserves, draw.Rule, draw.From, draw.Until, draw.At, draw.Level, draw.ClaimDays, draw.Succeeds,
            DrawExclusionFields.From(draw.Exclude));
}
