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

namespace PrizeDraw.Grains.Campaigns;

/// <summary>
/// Judges a campaign's settings: every error at once, each at its field's path. Pure. <see cref="ForProvisioning"/> adds what a draft may
/// still lack; <see cref="PublishGate"/> what must stand before the public sees it.
/// </summary>
internal static partial class CampaignSettingsCheck
{
    private const long StockMax = 100_000_000;
    private static readonly string[] FieldTypes = ["text", "email", "tel", "textarea", "select", "checkbox", "date", "number"];

    /// <summary>Stands for a settings' shape errors while they are gathered.</summary>
    private sealed class Errors : List<FieldError>
    {
        public void Unless(bool holds, string field, string message)
        {
            if (!holds)
            {
                Add(new FieldError(field, message));
            }
        }
    }

    public static CampaignInvalid? Of(CampaignSettings s)
    {
        var errors = new Errors();
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
        CheckTexts(s, errors);
        CheckForm(s, errors);
        CheckPools(s, errors);
        CheckDraw(s, errors);
        return errors.Count == 0 ? null : new CampaignInvalid(errors);
    }

    /// <summary>What a draft may lack and a campaign with a site may not.</summary>
    public static CampaignInvalid? ForProvisioning(CampaignSettings s)
    {
        var errors = new Errors();
        errors.Unless(s.Slug is not null, "slug", "Give a slug: it names the campaign's site.");
        errors.Unless(s.OpensAt is not null, "opensAt", "Say when the campaign opens.");
        errors.Unless(s.ClosesAt is not null, "closesAt", "Say when the campaign closes.");
        return errors.Count == 0 ? null : new CampaignInvalid(errors);
    }

    /// <summary>What is open before the public may see the campaign (CAP Code 8.17, 8.23, 8.24).</summary>
    public static CampaignNotPublishable? PublishGate(CampaignSettings s, DateTimeOffset now)
    {
        var errors = new Errors();
        errors.Unless(s.ClosesAt > now, "closesAt", "The closing date has passed.");
        errors.Unless(Text(s.Promoter?.Name, 1, 200), "promoter.name", "CAP Code 8.17.9 asks for the promoter's name.");
        errors.Unless(Text(s.Promoter?.Address, 1, 500), "promoter.address", "CAP Code 8.17.9 asks for the promoter's address.");
        errors.Unless(!string.IsNullOrWhiteSpace(s.Terms?.Text), "terms.text", "CAP Code 8.17 asks for the conditions.");
        for (var p = 0; p < s.Pools.Length; p++)
        {
            var pool = s.Pools[p];
            foreach (var mode in pool.Modes)
            {
                errors.Unless(pool.Prizes.Any(x => Pools.PoolSettingsMap.ModeOf(x) == mode), $"pools[{p}].modes",
                    $"The pool allocates by {mode} but has no prize for it.");
            }

            for (var i = 0; i < pool.Prizes.Length; i++)
            {
                var prize = pool.Prizes[i];
                var isMoments = Pools.PoolSettingsMap.ModeOf(prize) == "moments";
                errors.Unless(pool.Modes.Contains(Pools.PoolSettingsMap.ModeOf(prize)), $"pools[{p}].prizes[{i}].mode",
                    $"The pool does not allocate by {Pools.PoolSettingsMap.ModeOf(prize)}.");
                errors.Unless(!isMoments || pool.Moments.Any(m => IsOf(prize, m.Generate?.Prize ?? m.Prize)), $"pools[{p}].moments",
                    $"{prize.Name} has no winning moment, so that nobody could win it.");
            }

            errors.Unless(!pool.Moments.Any(m => m.At >= s.ClosesAt || m.Generate?.To > s.ClosesAt), $"pools[{p}].moments",
                "A winning moment may fall after the closing, when nobody could win it.");
        }

        errors.Unless(s.Draw is not null || s.Pools.Any(p => p.Prizes.Length > 0), "pools", "There is nothing to win: add a prize or a draw.");
        return errors.Count == 0 ? null : new CampaignNotPublishable(errors);
    }

    private static void CheckTexts(CampaignSettings s, Errors errors)
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

    private static void CheckForm(CampaignSettings s, Errors errors)
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

        AtLeastOne(errors, "limits.entriesPerEntrant", s.Limits.EntriesPerEntrant);
        AtLeastOne(errors, "limits.entriesPerEntrantPerDay", s.Limits.EntriesPerEntrantPerDay);
        AtLeastOne(errors, "limits.entryIntervalSeconds", s.Limits.EntryIntervalSeconds);
        errors.Unless(s.Limits.WinsPerEntrant is null or >= 0, "limits.winsPerEntrant", "0 or more.");
    }

    private static void CheckPools(CampaignSettings s, Errors errors)
    {
        errors.Unless(s.Pools.Length <= 20, "pools", "At most 20 pools.");
        for (var p = 0; p < s.Pools.Length; p++)
        {
            var (pool, at) = (s.Pools[p], $"pools[{p}]");
            errors.Unless(Text(pool.Name, 1, 100), $"{at}.name", "1 to 100 characters.");
            errors.Unless(s.Pools.Take(p).All(x => x.Name != pool.Name), $"{at}.name", "Each name once.");
            errors.Unless(pool.Modes.All(m => m is "moments" or "consolation"), $"{at}.modes", "Of moments and consolation.");
            errors.Unless(pool.Modes.Distinct().Count() == pool.Modes.Length, $"{at}.modes", "Each mode once.");
            errors.Unless(pool.Prizes.Length <= 200, $"{at}.prizes", "At most 200 prizes.");
            for (var i = 0; i < pool.Prizes.Length; i++)
            {
                CheckPrize(pool, i, $"{at}.prizes[{i}]", errors);
            }

            CheckMoments(s, pool, at, errors);
        }
    }

    private static void CheckPrize(PoolSettings pool, int index, string at, Errors errors)
    {
        var prize = pool.Prizes[index];
        errors.Unless(Text(prize.Name, 1, 200), $"{at}.name", "1 to 200 characters.");
        errors.Unless(pool.Prizes.Take(index).All(p => p.Name != prize.Name), $"{at}.name", "Each name once.");
        errors.Unless(prize.Kind is "prize" or "gift", $"{at}.kind", "prize or gift.");
        errors.Unless(prize.Mode is null or "moments" or "consolation", $"{at}.mode", "moments or consolation.");
        errors.Unless(prize.Kind == "gift" || Pools.PoolSettingsMap.ModeOf(prize) != "consolation", $"{at}.mode",
            "What everybody gets is a gift, not a prize (CAP Code 8.19): set kind to gift.");
        errors.Unless(prize.Stock is null or (>= 0 and <= StockMax), $"{at}.stock", "0 to 100,000,000 units.");
        errors.Unless(prize.Stock is not null || prize.Kind == "gift", $"{at}.stock", "A prize has a stock; only a gift may be without limit.");
        AtLeastOne(errors, $"{at}.dailyCap", prize.DailyCap);
        AtLeastOne(errors, $"{at}.perEntrantMax", prize.PerEntrantMax);
        errors.Unless(prize.Fulfilment is "delivery" or "none", $"{at}.fulfilment", "delivery or none.");
    }

    private static void CheckMoments(CampaignSettings s, PoolSettings pool, string at, Errors errors)
    {
        errors.Unless(pool.Moments.Length <= 10_000, $"{at}.moments", "At most 10,000 lines.");
        errors.Unless(pool.Moments.Sum(m => (long)(m.Generate?.Count ?? 1)) <= 1_000_000, $"{at}.moments", "At most 1,000,000 winning moments.");
        for (var i = 0; i < Math.Min(pool.Moments.Length, 10_000); i++)
        {
            var (moment, field) = (pool.Moments[i], $"{at}.moments[{i}]");
            errors.Unless((moment.Generate is null) != (moment.At is null && moment.Prize is null), field, "Give at and prize, or generate.");
            var name = moment.Generate?.Prize ?? moment.Prize;
            errors.Unless(
                pool.Prizes.Any(p => IsOf(p, name) && Pools.PoolSettingsMap.ModeOf(p) == "moments"), $"{field}.prize",
                "Name a prize of this pool that is allocated by winning moments.");
            if (moment.Generate is { } order)
            {
                errors.Unless(order.Count is >= 1 and <= 1_000_000, $"{field}.generate.count", "1 to 1,000,000.");
                var (from, to) = (order.From ?? s.OpensAt, order.To ?? s.ClosesAt);
                errors.Unless(from is null || to is null || to > from, $"{field}.generate.to", "End after the beginning.");
                errors.Unless(from is not null && to is not null, $"{field}.generate", "Give the campaign's dates, or from and to.");
            }
            else
            {
                errors.Unless(moment.At is not null, $"{field}.at", "Give the instant.");
            }
        }
    }

    private static void CheckDraw(CampaignSettings s, Errors errors)
    {
        if (s.Draw is not { } draw)
        {
            return;
        }

        errors.Unless(Text(draw.Name, 1, 100), "draw.name", "1 to 100 characters.");
        errors.Unless(draw.Prizes.Length is >= 1 and <= 1_000, "draw.prizes", "Give 1 to 1,000 prizes.");
        for (var i = 0; i < Math.Min(draw.Prizes.Length, 1_000); i++)
        {
            errors.Unless(Text(draw.Prizes[i].Name, 1, 200), $"draw.prizes[{i}].name", "1 to 200 characters.");
            errors.Unless(draw.Prizes[i].Quantity is >= 1 and <= 10_000, $"draw.prizes[{i}].quantity", "1 to 10,000.");
            errors.Unless(draw.Prizes[i].Fulfilment is "delivery" or "none", $"draw.prizes[{i}].fulfilment", "delivery or none.");
        }

        errors.Unless(draw.Prizes.Sum(p => (long)p.Quantity) <= 10_000, "draw.prizes", "At most 10,000 winners.");
        errors.Unless(draw.Reserves is >= 0 and <= 10_000, "draw.reserves", "0 to 10,000.");
        errors.Unless(DrawRuleNames.TryParse(draw.Rule, out _), "draw.rule", "one-per-person or unlimited.");
        errors.Unless(EvidenceLevels.TryParse(draw.Level, out var level) && level == EvidenceLevel.Committed, "draw.level",
            "This version draws at level committed alone, which is not evidence.");
        errors.Unless(draw.From is null || draw.Until is null || draw.Until > draw.From, "draw.until", "End after the beginning.");
        errors.Unless(draw.At is null || (draw.Until ?? s.ClosesAt) is not { } until || draw.At >= until, "draw.at", "Draw after the last entry that it covers.");
    }

    private static bool IsOf(PrizeSettings prize, string? nameOrId) => nameOrId is not null && (prize.Name == nameOrId || prize.Id == nameOrId);

    private static void AtLeastOne(Errors errors, string field, int? value) => errors.Unless(value is null or >= 1, field, "1 or more, or null for no limit.");

    private static bool Text(string? value, int min, int max) => value is not null && value.Trim().Length >= min && value.Length <= max;

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
