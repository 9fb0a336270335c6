using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Sites;

/// <summary>All that is told of a campaign before it is published.</summary>
/// <param name="Slug">The campaign's short name.</param>
/// <param name="State">holding.</param>
/// <param name="Now">The server's clock.</param>
[Example("""{"slug":"summer-paris","state":"holding","now":"2026-11-20T09:00:00Z"}""")]
public sealed record SiteHolding(string Slug, string State, DateTimeOffset Now);

/// <summary>What a campaign's site shows.</summary>
/// <param name="Slug">The campaign's short name.</param>
/// <param name="Name">The campaign's name.</param>
/// <param name="State">holding in a preview, else scheduled, live, paused, closed, drawn, completed, archived or decommissioned.</param>
/// <param name="Now">The server's clock, for countdowns.</param>
/// <param name="OpensAt">First instant at which an entry is taken.</param>
/// <param name="ClosesAt">First instant at which no entry is taken any more.</param>
/// <param name="TimeZone">IANA name of the time zone to print dates in.</param>
/// <param name="Languages">Languages of the site.</param>
/// <param name="Promoter">Who runs the promotion.</param>
/// <param name="Brand">How the site looks.</param>
/// <param name="Terms">The current terms.</param>
/// <param name="Form">What entrants are asked.</param>
/// <param name="Limits">Limits per entrant, within each pool.</param>
/// <param name="Consents">Consents asked for beside the form.</param>
/// <param name="Prizes">What can be won or got at once, in all pools.</param>
/// <param name="Pools">The pools, the first of which takes entries that name none.</param>
/// <param name="Draw">The prize draw.</param>
/// <param name="FurtherDraws">Draws beside it, weekly ones for example.</param>
/// <param name="Captcha">Null: no captcha is asked for.</param>
public sealed record SitePublished(
    string Slug, string Name, string State, DateTimeOffset Now, DateTimeOffset? OpensAt, DateTimeOffset? ClosesAt, string TimeZone,
    IReadOnlyList<string> Languages, Promoter? Promoter, SiteBrand Brand, SiteTerms? Terms, FormAnswer Form, SiteLimits Limits,
    IReadOnlyList<SiteConsent> Consents, IReadOnlyList<SitePrize> Prizes, IReadOnlyList<SitePool> Pools, SiteDraw? Draw, IReadOnlyList<SiteDraw> FurtherDraws, string? Captcha)
{
    internal static SitePublished From(SiteSnapshot site, IReadOnlyDictionary<string, DateTimeOffset> expiries, DateTimeOffset now)
    {
        var settings = site.Campaign.Settings;
        return new SitePublished(
            settings.Slug!, settings.Name, SiteState.At(site.Campaign, now), now, settings.OpensAt, settings.ClosesAt, settings.TimeZone,
            settings.Languages, settings.Promoter,
            new SiteBrand(settings.Brand.Headline, settings.Brand.PrimaryColour, settings.Brand.LogoUrl),
            settings.Terms is { } terms ? new SiteTerms(terms.Version, terms.Text, terms.FreeRoute, site.TermsHash) : null,
            FormAnswer.From(settings.Form), SiteLimits.From(settings.Limits),
            [.. settings.Consents.Select(consent => new SiteConsent(consent.Purpose, consent.Version, consent.Text))],
            [.. settings.Pools.SelectMany(pool => pool.Prizes).Select(prize => SitePrize.From(prize, expiries))],
            [.. settings.Pools.Select(pool => SitePool.From(pool, expiries))],
            settings.Draw is { } draw ? SiteDraw.Of(draw, settings) : null,
            [.. settings.FurtherDraws.Select(further => SiteDraw.Of(further, settings))],
            null);
    }
}

/// <summary>How the site looks.</summary>
/// <param name="Headline">The site's headline.</param>
/// <param name="PrimaryColour"># and six hexadecimal digits.</param>
/// <param name="LogoUrl">Address of the logo.</param>
public sealed record SiteBrand(string? Headline, string PrimaryColour, string? LogoUrl);

/// <summary>A version of the terms.</summary>
/// <param name="Version">Goes into termsVersion of an entry.</param>
/// <param name="Text">The full text.</param>
/// <param name="FreeRoute">How to take part without paying.</param>
/// <param name="Hash">SHA-256 of the terms, lower-case hex.</param>
[Example("""{"version":1,"text":"One entry per person …","freeRoute":null,"hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}""")]
public sealed record SiteTerms(int Version, string Text, string? FreeRoute, string? Hash);

/// <summary>A consent asked for beside the form.</summary>
/// <param name="Purpose">Names it.</param>
/// <param name="Version">The version of its text.</param>
/// <param name="Text">What the entrant agrees to.</param>
public sealed record SiteConsent(string Purpose, int Version, string Text);

/// <summary>Limits per entrant, within each pool. Null is no limit. How spellings of an address are told apart is not told.</summary>
/// <param name="EntriesPerEntrant">Entries in all.</param>
/// <param name="EntriesPerEntrantPerDay">Entries per day of the campaign's time zone.</param>
/// <param name="EntryIntervalSeconds">Seconds between two entries.</param>
/// <param name="WinsPerEntrant">Prizes won, gifts not counted.</param>
public sealed record SiteLimits(int? EntriesPerEntrant, int? EntriesPerEntrantPerDay, int? EntryIntervalSeconds, int? WinsPerEntrant)
{
    internal static SiteLimits From(Limits limits) =>
        new(limits.EntriesPerEntrant, limits.EntriesPerEntrantPerDay, limits.EntryIntervalSeconds, limits.WinsPerEntrant);
}

/// <summary>A pool as entrants need to know it.</summary>
/// <param name="Id">Goes into pool of an entry.</param>
/// <param name="Name">The pool's name.</param>
/// <param name="Paused">A paused pool takes no entries.</param>
/// <param name="EntryCode">none, or required: an entry needs a code (proof.code).</param>
/// <param name="FreeRoute">How one enters without a code where one is required: by post, or online too (proof.free).</param>
/// <param name="Tickets">How many an entry has in prize draws.</param>
/// <param name="Prizes">What can be won or got at once in it.</param>
public sealed record SitePool(string? Id, string Name, bool Paused, string EntryCode, string FreeRoute, int Tickets, IReadOnlyList<SitePrize> Prizes)
{
    internal static SitePool From(PoolSettings pool, IReadOnlyDictionary<string, DateTimeOffset> expiries) =>
        new(pool.Id, pool.Name, pool.Paused, pool.EntryCode, pool.FreeRoute, pool.Tickets, [.. pool.Prizes.Select(prize => SitePrize.From(prize, expiries))]);
}

/// <summary>What can be won or got at once.</summary>
/// <param name="Id">The prize's id, as an entry's outcome names it.</param>
/// <param name="Name">What it is.</param>
/// <param name="Kind">prize or gift.</param>
/// <param name="Stock">How many there are; null is without limit.</param>
/// <param name="Mode">How it is allocated: guaranteed, moments, probability or consolation.</param>
/// <param name="Odds">The chance of each entry, for probability.</param>
/// <param name="EveryNth">One entry in each block of so many, for guaranteed; null is every entry.</param>
/// <param name="Coupon">Whether it is a code that is told at once.</param>
/// <param name="CouponExpiresAt">When the code expires; null is never, or no code.</param>
public sealed record SitePrize(
    string? Id, string Name, string Kind, long? Stock, string Mode, PrizeOdds? Odds, int? EveryNth, bool Coupon, DateTimeOffset? CouponExpiresAt)
{
    internal static SitePrize From(PrizeSettings prize, IReadOnlyDictionary<string, DateTimeOffset> expiries) => new(
        prize.Id, prize.Name, prize.Kind, prize.Stock, PrizeModes.Of(prize), prize.Odds, prize.EveryNth, prize.Fulfilment == "coupon",
        prize.CouponBatchId is { } batch && expiries.TryGetValue(batch, out var at) ? at : null);
}

/// <summary>A prize draw.</summary>
/// <param name="Name">The draw's name.</param>
/// <param name="Prizes">What is drawn, with its number where that is more than one.</param>
/// <param name="DrawsAt">When it is drawn.</param>
/// <param name="Level">Evidence level; committed is not evidence.</param>
/// <param name="From">It covers entries from this instant on; null is all.</param>
/// <param name="Until">It covers entries before this instant; null is all.</param>
/// <param name="PlanUrl">Path of its plan, published before the first entry that it covers.</param>
public sealed record SiteDraw(
    string Name, IReadOnlyList<string> Prizes, DateTimeOffset? DrawsAt, string Level, DateTimeOffset? From, DateTimeOffset? Until, string PlanUrl)
{
    internal static SiteDraw Of(DrawSettings draw, CampaignSettings settings) => new(
        draw.Name,
        [.. draw.Prizes.Select(prize => prize.Quantity == 1 ? prize.Name : string.Create(CultureInfo.InvariantCulture, $"{prize.Quantity} × {prize.Name}"))],
        DrawTimes.FreezeAt(draw, settings.ClosesAt),
        draw.Level,
        draw.From,
        draw.Until,
        $"/v1/sites/{settings.Slug}/draws/{draw.Id}/plan");
}

/// <summary>Published winners, draw by draw.</summary>
/// <param name="Draws">Draws whose winners are published.</param>
[Example("""
    {"draws":[{"id":"drw_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","name":"Final","level":"committed","publishedAt":"2027-01-05T09:00:00Z",
      "certificateUrl":"/v1/sites/summer-paris/draws/drw_0193a5f2c0de7a10b1c2d3e4f5a6b7c8/certificate",
      "certificatePageUrl":"/v1/sites/summer-paris/draws/drw_0193a5f2c0de7a10b1c2d3e4f5a6b7c8/certificate.html","winners":[{"position":1,"name":"A. Smith","county":"West Yorkshire","prize":"Weekend in Paris"}]}]}
    """)]
public sealed record WinnersAnswer(IReadOnlyList<WinnersOfDraw> Draws);

/// <summary>A draw's published winners.</summary>
/// <param name="Id">The draw's id.</param>
/// <param name="Name">The draw's name.</param>
/// <param name="Level">Evidence level; committed is not evidence.</param>
/// <param name="PublishedAt">When the winners were published.</param>
/// <param name="CertificateUrl">Path of the draw's certificate; null where there is none, as for draws of the first versions.</param>
/// <param name="CertificatePageUrl">Path of the certificate as a page for people; null where there is none.</param>
/// <param name="Winners">The winners in the order drawn, shortened (CAP Code 8.28.5).</param>
public sealed record WinnersOfDraw(
    string Id, string Name, string Level, DateTimeOffset PublishedAt, string? CertificateUrl, string? CertificatePageUrl,
    IReadOnlyList<PublishedWinner> Winners)
{
    internal static WinnersOfDraw From(ProvenDraw proven, string slug)
    {
        var (draw, path) = (proven.Draw, $"/v1/sites/{slug}/draws/{proven.Draw.Id}/certificate");
        return new WinnersOfDraw(
            draw.Id, draw.Name, draw.Level, draw.PublishedAt, proven.HasCertificate ? path : null, proven.HasCertificate ? path + ".html" : null, draw.Winners);
    }
}
