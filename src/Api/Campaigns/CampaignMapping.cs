using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Api.Draws;
using PrizeDraw.Api.Pools;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Campaigns;

/// <summary>Between what clients send and what grains take. What a client leaves out is the record's own default.</summary>
internal static class CampaignMapping
{
    public static CampaignSettings ToSettings(this CampaignFields fields, string name)
    {
        var blank = new CampaignSettings { Name = name };
        return blank with
        {
            Slug = fields.Slug,
            OpensAt = fields.OpensAt,
            ClosesAt = fields.ClosesAt,
            TimeZone = fields.TimeZone ?? blank.TimeZone,
            Languages = fields.Languages?.ToImmutableArray() ?? blank.Languages,
            AllowedOrigins = [.. fields.AllowedOrigins ?? []],
            Providers = fields.Providers?.ToChoice(),
            ForecastEntries = fields.ForecastEntries,
            Promoter = fields.Promoter is { } promoter ? new Promoter(promoter.Name, promoter.Address) : null,
            Terms = fields.Terms is { } terms ? new Terms(terms.Text, terms.FreeRoute) : null,
            Brand = fields.Brand is { } brand
                ? new Brand(brand.Headline, brand.PrimaryColour ?? blank.Brand.PrimaryColour, brand.LogoUrl)
                : blank.Brand,
            Form = fields.Form is { } form ? ToForm(form, blank.Form) : blank.Form,
            Limits = fields.Limits is { } limits
                ? new Limits(
                    limits.EntriesPerEntrant, limits.EntriesPerEntrantPerDay, limits.EntryIntervalSeconds, limits.WinsPerEntrant,
                    limits.EmailIdentity ?? blank.Limits.EmailIdentity)
                : blank.Limits,
            Consents = [.. (fields.Consents ?? []).Select(consent => new ConsentText(consent.Purpose, consent.Text))],
            Pools = [.. (fields.Pools ?? []).Select(ToSettings)],
            Draw = fields.Draw?.ToSettings(),
            FurtherDraws = [.. (fields.FurtherDraws ?? []).Select(ToSettings)],
        };
    }

    public static PoolSettings ToSettings(this PoolFields pool) => new()
    {
        Id = pool.Id,
        Name = pool.Name,
        Modes = [.. pool.Modes ?? []],
        Paused = pool.Paused ?? false,
        EntryCode = pool.EntryCode ?? "none",
        FreeRoute = pool.FreeRoute ?? "post",
        Tickets = pool.Tickets ?? 1,
        Prizes = [.. (pool.Prizes ?? []).Select(ToSettings)],
        Moments = [.. (pool.Moments ?? []).Select(ToSettings)],
    };

    public static PrizeSettings ToSettings(this PrizeFields prize) => prize.ToSettings(prize.Id, prize.Name);

    public static PrizeSettings ToSettings(this PrizeSet prize, string? id, string name) => new()
    {
        Id = id,
        Name = name,
        Kind = prize.Kind ?? "prize",
        Mode = prize.Mode,
        Stock = prize.Stock,
        DailyCap = prize.DailyCap,
        HourlyCap = prize.HourlyCap,
        PerEntrantMax = prize.PerEntrantMax,
        Odds = prize.Odds is { } odds ? new PrizeOdds(odds.Win, odds.OutOf) : null,
        EveryNth = prize.EveryNth,
        LowStockAt = prize.LowStockAt?.Text,
        Fulfilment = prize.Fulfilment ?? "none",
        CouponBatchId = prize.CouponBatchId,
        Paused = prize.Paused ?? false,
    };

    public static MomentSettings ToSettings(this MomentFields moment) => new(
        moment.At,
        moment.Prize,
        moment.Generate is { } order ? new GenerateMoments(order.Prize, order.Count, order.From, order.To, order.Hours, order.PerDay) : null);

    public static DrawSettings ToSettings(this DrawFields draw) => new()
    {
        Id = draw.Id,
        Name = draw.Name,
        Prizes = [.. draw.Prizes.Select(prize => new DrawPrize(prize.Name, prize.Quantity ?? 1, prize.Fulfilment ?? "delivery"))],
        Reserves = draw.Reserves ?? 0,
        Rule = draw.Rule ?? "one-per-person",
        From = draw.From,
        Until = draw.Until,
        At = draw.At,
        Level = draw.Level ?? "",
        ClaimDays = draw.ClaimDays,
        Succeeds = draw.Succeeds,
        Exclude = draw.Exclude?.ToSettings(),
    };

    /// <summary>The settings in the shape of a change, for a merge patch to apply to. Moments are never read back.</summary>
    public static CampaignChange ToChange(this CampaignSettings settings) => new()
    {
        Name = settings.Name,
        Slug = settings.Slug,
        OpensAt = settings.OpensAt,
        ClosesAt = settings.ClosesAt,
        TimeZone = settings.TimeZone,
        Languages = settings.Languages,
        AllowedOrigins = settings.AllowedOrigins,
        Providers = settings.Providers is { } of
            ? new ProviderFields { Database = of.Database, Repository = of.Repository, Site = of.Site }
            : null,
        ForecastEntries = settings.ForecastEntries,
        Promoter = settings.Promoter is { } promoter ? new PromoterFields { Name = promoter.Name, Address = promoter.Address } : null,
        Terms = settings.Terms is { } terms ? new TermsFields { Text = terms.Text, FreeRoute = terms.FreeRoute } : null,
        Brand = new BrandFields
        {
            Headline = settings.Brand.Headline, PrimaryColour = settings.Brand.PrimaryColour, LogoUrl = settings.Brand.LogoUrl,
        },
        Form = new FormFields { MinimumAge = settings.Form.MinimumAge, Fields = [.. settings.Form.Fields.Select(ToFields)] },
        Limits = new LimitFields
        {
            EntriesPerEntrant = settings.Limits.EntriesPerEntrant,
            EntriesPerEntrantPerDay = settings.Limits.EntriesPerEntrantPerDay,
            EntryIntervalSeconds = settings.Limits.EntryIntervalSeconds,
            WinsPerEntrant = settings.Limits.WinsPerEntrant,
            EmailIdentity = settings.Limits.EmailIdentity,
        },
        Consents = [.. settings.Consents.Select(consent => new ConsentFields { Purpose = consent.Purpose, Text = consent.Text })],
        Pools = [.. settings.Pools.Select(ToFields)],
        Draw = settings.Draw is { } draw ? ToFields(draw) : null,
        FurtherDraws = [.. settings.FurtherDraws.Select(ToFields)],
    };

    /// <summary>
    /// Versions of terms and consents are the platform's to count: an unchanged text keeps its version here, and the campaign
    /// counts up a changed one.
    /// </summary>
    public static CampaignSettings KeepingVersionsOf(this CampaignSettings changed, CampaignSettings current) => changed with
    {
        Terms = changed.Terms is { } terms && current.Terms is { } before ? terms with { Version = before.Version } : changed.Terms,
        Consents =
        [
            .. changed.Consents.Select(consent => current.Consents.FirstOrDefault(before => before.Purpose == consent.Purpose) is { } same
                ? consent with { Version = same.Version }
                : consent),
        ],
    };

    private static EntryForm ToForm(FormFields form, EntryForm blank) => new()
    {
        MinimumAge = form.MinimumAge ?? blank.MinimumAge,
        Fields =
        [
            .. (form.Fields ?? []).Select(field =>
                new FormField(field.Name, field.Label, field.Type ?? "text", field.Required ?? false, field.Options?.ToImmutableArray())),
        ],
    };

    private static QuestionFields ToFields(FormField field) => new()
    {
        Name = field.Name, Label = field.Label, Type = field.Type, Required = field.Required, Options = Options(field),
    };

    private static IReadOnlyList<string>? Options(FormField field) => field.Options is { IsDefault: false } options ? options : null;

    private static PoolFields ToFields(PoolSettings pool) => new()
    {
        Id = pool.Id, Name = pool.Name, Modes = pool.Modes, Paused = pool.Paused, EntryCode = pool.EntryCode, FreeRoute = pool.FreeRoute,
        Tickets = pool.Tickets,
        Prizes = [.. pool.Prizes.Select(ToFields)],
    };

    private static PrizeFields ToFields(PrizeSettings prize) => new()
    {
        Id = prize.Id, Name = prize.Name, Kind = prize.Kind, Mode = prize.Mode, Stock = prize.Stock, DailyCap = prize.DailyCap,
        HourlyCap = prize.HourlyCap, PerEntrantMax = prize.PerEntrantMax, Odds = ToFields(prize.Odds), EveryNth = prize.EveryNth,
        LowStockAt = StockThreshold.From(prize.LowStockAt), Fulfilment = prize.Fulfilment, CouponBatchId = prize.CouponBatchId, Paused = prize.Paused,
    };

    private static OddsFields? ToFields(PrizeOdds? odds) => odds is null ? null : new OddsFields { Win = odds.Win, OutOf = odds.OutOf };

    /// <summary>A pool in the shape of a change, for a merge patch to apply to.</summary>
    public static PoolChange ToChange(this PoolSettings pool) => new()
    {
        Name = pool.Name, Modes = pool.Modes, Paused = pool.Paused, EntryCode = pool.EntryCode, FreeRoute = pool.FreeRoute,
        Tickets = pool.Tickets,
        Prizes = [.. pool.Prizes.Select(ToFields)],
    };

    public static PoolSettings ToSettings(this PoolChange change, string id) => new PoolFields
    {
        Id = id, Name = change.Name!, Modes = change.Modes, Paused = change.Paused, EntryCode = change.EntryCode, FreeRoute = change.FreeRoute,
        Tickets = change.Tickets,
        Prizes = change.Prizes,
    }.ToSettings();

    /// <summary>A prize in the shape of a change, for a merge patch to apply to.</summary>
    public static PrizeChange ToChange(this PrizeSettings prize) => new()
    {
        Name = prize.Name, Kind = prize.Kind, Mode = prize.Mode, Stock = prize.Stock, DailyCap = prize.DailyCap, HourlyCap = prize.HourlyCap,
        PerEntrantMax = prize.PerEntrantMax, Odds = ToFields(prize.Odds), EveryNth = prize.EveryNth,
        LowStockAt = StockThreshold.From(prize.LowStockAt), Fulfilment = prize.Fulfilment, CouponBatchId = prize.CouponBatchId, Paused = prize.Paused,
    };

    private static DrawFields ToFields(DrawSettings draw) => new()
    {
        Id = draw.Id, Name = draw.Name, Reserves = draw.Reserves, Rule = draw.Rule, From = draw.From, Until = draw.Until, At = draw.At,
        Level = draw.Level, ClaimDays = draw.ClaimDays, Succeeds = draw.Succeeds,
        Exclude = DrawExclusionFields.From(draw.Exclude),
        Prizes =
        [
            .. draw.Prizes.Select(prize => new DrawPrizeFields { Name = prize.Name, Quantity = prize.Quantity, Fulfilment = prize.Fulfilment }),
        ],
    };
}
