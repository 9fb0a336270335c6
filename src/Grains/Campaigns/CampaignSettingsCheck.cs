using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Draws;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>
/// Judges a campaign's settings: every error at once, each at its field's path. Pure. <see cref="ForProvisioning"/> adds what a draft may
/// still lack; <see cref="PublishGate"/> what must stand before the public sees it.
/// </summary>
internal static partial class CampaignSettingsCheck
{
    private static readonly string[] FieldTypes = ["text", "email", "tel", "textarea", "select", "checkbox", "date", "number"];

    public static CampaignInvalid? Of(CampaignSettings s)
    {
        var errors = new SettingsErrors();
        errors.Unless(Text(s.Name, 1, 200), "name", "Give a name of 1 to 200 characters.");
        errors.Unless(s.Slug is null || SlugPattern().IsMatch(s.Slug), "slug",
            "Use 3 to 40 characters of a-z, 0-9 and hyphen, starting with a letter and not ending with a hyphen.");
        errors.Unless(s.OpensAt is null || s.ClosesAt is null || s.ClosesAt > s.OpensAt, "closesAt", "Close after the opening.");
        errors.Unless(IsZone(s.TimeZone), "timeZone", "Give an IANA time zone, such as Europe/London.");
        errors.Unless(s.Languages.Length is >= 1 and <= 10 && s.Languages.All(l => LanguagePattern().IsMatch(l)), "languages",
            "Give 1 to 10 language tags, such as en-GB.");
        errors.Unless(s.AllowedOrigins.Length <= 20, "allowedOrigins", "At most 20 origins.");
        for (var i = 0; i < s.AllowedOrigins.Length; i++)
        {
            errors.Unless(IsOrigin(s.AllowedOrigins[i]), $"allowedOrigins[{i}]", "Give an origin: scheme, host and port, without a path.");
        }

        errors.Unless(s.ForecastEntries is null or >= 0, "forecastEntries", "Give a number of 0 or more.");
        CheckProviders(s.Providers ?? new ProviderChoice(), errors);
        CheckTexts(s, errors);
        CheckForm(s, errors);
        PoolsCheck.Check(s, errors);
        CheckDraws(s, errors);
        foreach (var (draw, at) in s.DrawPaths())
        {
            DrawExclusionsCheck.Check(draw.Exclude, $"{at}.exclude", errors);
        }

        return errors.Count == 0 ? null : new CampaignInvalid(errors);
    }

    private static void CheckProviders(ProviderChoice of, SettingsErrors errors)
    {
        errors.Unless(of.Database is ProviderNames.Local or ProviderNames.Supabase, "providers.database", "Choose local or supabase.");
        errors.Unless(of.Repository is ProviderNames.Local or ProviderNames.GitHub, "providers.repository", "Choose local or github.");
        errors.Unless(of.Site is ProviderNames.Local or ProviderNames.Vercel, "providers.site", "Choose local or vercel.");
        errors.Unless(
            of.Site == ProviderNames.Local == (of.Repository == ProviderNames.Local), "providers.site",
            "A site at Vercel is built from a repository at GitHub, a local one from a local repository.");
    }

    /// <summary>What a draft may lack and a campaign with a site may not.</summary>
    public static CampaignInvalid? ForProvisioning(CampaignSettings s)
    {
        var errors = new SettingsErrors();
        errors.Unless(s.Slug is not null, "slug", "Give a slug: it names the campaign's site.");
        errors.Unless(s.OpensAt is not null, "opensAt", "Say when the campaign opens.");
        errors.Unless(s.ClosesAt is not null, "closesAt", "Say when the campaign closes.");
        return errors.Count == 0 ? null : new CampaignInvalid(errors);
    }

    /// <summary>What is open before the public may see the campaign (CAP Code 8.17, 8.23, 8.24).</summary>
    public static CampaignNotPublishable? PublishGate(CampaignSettings s, DateTimeOffset now, DrawLevels levels)
    {
        var errors = new SettingsErrors();
        errors.Unless(s.ClosesAt > now, "closesAt", "The closing date has passed.");
        errors.Unless(!(s.ClosesAt > now) || s.ClosesAt > s.OpensAt, "closesAt", "The campaign would open after its closing date: what can be won follows from public randomness that comes ten minutes after publishing.");
        errors.Unless(Text(s.Promoter?.Name, 1, 200), "promoter.name", "CAP Code 8.17.9 asks for the promoter's name.");
        errors.Unless(Text(s.Promoter?.Address, 1, 500), "promoter.address", "CAP Code 8.17.9 asks for the promoter's address.");
        errors.Unless(!string.IsNullOrWhiteSpace(s.Terms?.Text), "terms.text", "CAP Code 8.17 asks for the conditions.");
        PoolsGate.Check(s, errors);
        errors.Unless(!s.AllDraws().IsEmpty || s.Pools.Any(p => p.Prizes.Length > 0), "pools", "There is nothing to win: add a prize or a draw.");
        foreach (var (draw, at) in s.DrawPaths())
        {
            errors.Unless(levels.Bars(draw.Level) is null, $"{at}.level", levels.Bars(draw.Level) ?? "");
        }

        return errors.Count == 0 ? null : new CampaignNotPublishable(errors);
    }

    /// <summary>A draw is told of what the installation can't serve when its level is set, not when something else is changed.</summary>
    public static CampaignInvalid? Levels(CampaignSettings? before, CampaignSettings next, DrawLevels levels)
    {
        var errors = new SettingsErrors();
        foreach (var (draw, at) in next.DrawPaths())
        {
            var isNew = before?.AllDraws().FirstOrDefault(d => d.Id == draw.Id)?.Level != draw.Level;
            errors.Unless(!isNew || levels.Lacks(draw.Level) is null, $"{at}.level", levels.Lacks(draw.Level) ?? "");
        }

        return errors.Count == 0 ? null : new CampaignInvalid(errors);
    }

    private static void CheckTexts(CampaignSettings s, SettingsErrors errors)
    {
        errors.Unless(s.Promoter is null || Text(s.Promoter.Name, 1, 200), "promoter.name", "1 to 200 characters.");
        errors.Unless(s.Promoter is null || Text(s.Promoter.Address, 1, 500), "promoter.address", "1 to 500 characters.");
        errors.Unless(s.Terms is null || Text(s.Terms.Text, 1, 200_000), "terms.text", "1 to 200,000 characters.");
        errors.Unless(s.Terms?.FreeRoute is null || s.Terms.FreeRoute.Length <= 5_000, "terms.freeRoute", "At most 5,000 characters.");
        errors.Unless(s.Brand.Headline is null || s.Brand.Headline.Length <= 200, "brand.headline", "At most 200 characters.");
        errors.Unless(ColourPattern().IsMatch(s.Brand.PrimaryColour), "brand.primaryColour", "Give a colour as # and six hex digits.");
        errors.Unless(s.Brand.LogoUrl is null || (s.Brand.LogoUrl.Length <= 2_000 && Uri.TryCreate(s.Brand.LogoUrl, UriKind.Absolute, out var logo) && logo.Scheme == "https"),
            "brand.logoUrl", "Give an https address.");
        errors.Unless(s.Consents.Length <= 10, "consents", "At most 10 consents.");
        for (var i = 0; i < s.Consents.Length; i++)
        {
            errors.Unless(NamePattern().IsMatch(s.Consents[i].Purpose), $"consents[{i}].purpose", "1 to 50 characters of letters, digits, - and _.");
            errors.Unless(Text(s.Consents[i].Text, 1, 2_000), $"consents[{i}].text", "1 to 2,000 characters.");
            errors.Unless(s.Consents.Take(i).All(c => c.Purpose != s.Consents[i].Purpose), $"consents[{i}].purpose", "Each purpose once.");
        }
    }

    private static void CheckForm(CampaignSettings s, SettingsErrors errors)
    {
        errors.Unless(s.Form.MinimumAge is >= 0 and <= 99, "form.minimumAge", "0 to 99 years.");
        errors.Unless(s.Form.Fields.Length <= 30, "form.fields", "At most 30 questions.");
        for (var i = 0; i < s.Form.Fields.Length; i++)
        {
            var field = s.Form.Fields[i];
            errors.Unless(NamePattern().IsMatch(field.Name), $"form.fields[{i}].name", "1 to 50 characters of letters, digits, - and _.");
            errors.Unless(Text(field.Label, 1, 200), $"form.fields[{i}].label", "1 to 200 characters.");
            errors.Unless(FieldTypes.Contains(field.Type), $"form.fields[{i}].type", $"One of {string.Join(", ", FieldTypes)}.");
            errors.Unless(s.Form.Fields.Take(i).All(f => f.Name != field.Name), $"form.fields[{i}].name", "Each name once.");
            var options = field.Options ?? [];
            errors.Unless(field.Type != "select" || options.Length is >= 1 and <= 100, $"form.fields[{i}].options", "Give 1 to 100 options.");
            errors.Unless(options.All(o => Text(o, 1, 200)), $"form.fields[{i}].options", "Options have 1 to 200 characters.");
        }

        errors.AtLeastOne("limits.entriesPerEntrant", s.Limits.EntriesPerEntrant);
        errors.AtLeastOne("limits.entriesPerEntrantPerDay", s.Limits.EntriesPerEntrantPerDay);
        errors.AtLeastOne("limits.entryIntervalSeconds", s.Limits.EntryIntervalSeconds);
        errors.Unless(s.Limits.WinsPerEntrant is null or >= 0, "limits.winsPerEntrant", "0 or more.");
        errors.Unless(s.Limits.EmailIdentity is "exact" or "gmail" or "plus-tags", "limits.emailIdentity", "exact, gmail or plus-tags.");
    }

    private static void CheckDraws(CampaignSettings s, SettingsErrors errors)
    {
        var draws = s.DrawPaths().ToArray();
        errors.Unless(draws.Length <= 60, "furtherDraws", "At most 60 draws.");
        for (var i = 0; i < draws.Length; i++)
        {
            var (draw, at) = draws[i];
            errors.Unless(draws.Take(i).All(d => d.Draw.Name != draw.Name), $"{at}.name", "Each name once.");
            errors.Unless(draw.Id is null || draws.Take(i).All(d => d.Draw.Id != draw.Id), $"{at}.id", "Each id once.");
            errors.Unless(draw.Succeeds is null || draws.Take(i).Any(d => d.Draw.Id == draw.Succeeds), $"{at}.succeeds", "Name an earlier draw of this campaign.");
            CheckDraw(s, draw, at, errors);
        }
    }

    private static void CheckDraw(CampaignSettings s, DrawSettings draw, string at, SettingsErrors errors)
    {
        errors.Unless(Text(draw.Name, 1, 100), $"{at}.name", "1 to 100 characters.");
        errors.Unless(draw.Prizes.Length is >= 1 and <= 1_000, $"{at}.prizes", "Give 1 to 1,000 prizes.");
        for (var i = 0; i < Math.Min(draw.Prizes.Length, 1_000); i++)
        {
            errors.Unless(Text(draw.Prizes[i].Name, 1, 200), $"{at}.prizes[{i}].name", "1 to 200 characters.");
            errors.Unless(draw.Prizes[i].Quantity is >= 1 and <= 10_000, $"{at}.prizes[{i}].quantity", "1 to 10,000.");
            errors.Unless(draw.Prizes[i].Fulfilment is "delivery" or "none", $"{at}.prizes[{i}].fulfilment", "delivery or none.");
        }

        errors.Unless(draw.Prizes.Sum(p => (long)p.Quantity) <= 10_000, $"{at}.prizes", "At most 10,000 winners.");
        errors.Unless(draw.Reserves is >= 0 and <= 10_000, $"{at}.reserves", "0 to 10,000.");
        errors.Unless(DrawRuleNames.TryParse(draw.Rule, out _), $"{at}.rule", "one-per-person or unlimited.");
        errors.Unless(draw.Level.Length == 0 || EvidenceLevels.TryParse(draw.Level, out _), $"{at}.level",
            "beacon, beacon-unwitnessed, observed or committed.");
        errors.Unless(draw.ClaimDays is null or (>= 1 and <= 90), $"{at}.claimDays", "1 to 90 days.");
        errors.Unless(draw.From is null || draw.Until is null || draw.Until > draw.From, $"{at}.until", "End after the beginning.");
        errors.Unless(draw.At is null || (draw.Until ?? s.ClosesAt) is not { } until || draw.At >= until, $"{at}.at", "Draw after the last entry that it covers.");
    }

    private static bool Text(string? value, int min, int max) => SettingsErrors.IsText(value, min, max);

    private static bool IsZone(string zone) => zone.Length <= 64 && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && found.HasIanaId;

    private static bool IsOrigin(string text) =>
        text.Length <= 300 && Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "https" or "http")
        && text.TrimEnd('/') == uri.GetLeftPart(UriPartial.Authority);

    // Ended by \z: $ would let a line end follow, and slugs become names of folders and databases.
    [GeneratedRegex(@"^[a-z][a-z0-9-]{1,38}[a-z0-9]\z")]
    private static partial Regex SlugPattern();

    [GeneratedRegex(@"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\z")]
    private static partial Regex LanguagePattern();

    [GeneratedRegex(@"^#[0-9a-fA-F]{6}\z")]
    private static partial Regex ColourPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,50}\z")]
    private static partial Regex NamePattern();
}
