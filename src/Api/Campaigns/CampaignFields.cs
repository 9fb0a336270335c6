using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using PrizeDraw.Api.Draws;
using PrizeDraw.Api.Pools;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Campaigns;

/// <summary>What a campaign manager decides about a campaign. What is left out has a sensible default.</summary>
public abstract record CampaignFields
{
    /// <summary>Part of the site's address; unique in the installation. Needed to provision.</summary>
    [StringLength(40, MinimumLength = 3), RegularExpression("^[a-z][a-z0-9-]*$", ErrorMessage = "must be of a-z, 0-9 and hyphen, starting with a letter.")]
    public string? Slug { get; init; }

    /// <summary>First instant at which an entry is taken. Needed to provision.</summary>
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>First instant at which no entry is taken any more. Needed to provision.</summary>
    public DateTimeOffset? ClosesAt { get; init; }

    /// <summary>IANA name of the time zone that decides what a day is; default Europe/London.</summary>
    [StringLength(64, MinimumLength = 1)] public string? TimeZone { get; init; }

    /// <summary>Languages of the site as BCP 47 tags; default en-GB.</summary>
    [MaxLength(20), ItemLength(2, 35)] public IReadOnlyList<string>? Languages { get; init; }

    /// <summary>Further origins whose pages may use the site's endpoints, as scheme://host[:port].</summary>
    [MaxLength(20), ItemLength(1, 300)] public IReadOnlyList<string>? AllowedOrigins { get; init; }

    /// <summary>Where the campaign's parts are; what is left out is as the installation has it. Fixed once it is provisioned.</summary>
    public ProviderFields? Providers { get; init; }

    /// <summary>How many entries are expected.</summary>
    [Range(0, int.MaxValue)] public int? ForecastEntries { get; init; }

    /// <summary>Who runs the promotion; needed to publish.</summary>
    public PromoterFields? Promoter { get; init; }

    /// <summary>The terms and conditions; needed to publish.</summary>
    public TermsFields? Terms { get; init; }

    /// <summary>How the site looks.</summary>
    public BrandFields? Brand { get; init; }

    /// <summary>What entrants are asked.</summary>
    public FormFields? Form { get; init; }

    /// <summary>Limits per entrant, within each pool.</summary>
    public LimitFields? Limits { get; init; }

    /// <summary>Consents asked for beside the form, never a condition of entry.</summary>
    [MaxLength(10)] public IReadOnlyList<ConsentFields>? Consents { get; init; }

    /// <summary>Prize pools, until the campaign is published; the first one takes entries that name none.</summary>
    [MaxLength(20)] public IReadOnlyList<PoolFields>? Pools { get; init; }

    /// <summary>The prize draw, until the campaign is published.</summary>
    public DrawFields? Draw { get; init; }

    /// <summary>Draws beside it, weekly ones for example, 60 in all. Once the campaign is published others can be added at the end.</summary>
    [MaxLength(60)] public IReadOnlyList<DrawFields>? FurtherDraws { get; init; }
}

/// <summary>A new campaign. To provision it (the default), slug, opensAt and closesAt are needed too.</summary>
[Example(Examples.Campaign)]
public sealed record CampaignCreation : CampaignFields
{
    /// <summary>The tenant that the campaign belongs to.</summary>
    [StringLength(40, MinimumLength = 1)] public required string TenantId { get; init; }

    /// <summary>Shown in lists and on the site.</summary>
    [StringLength(200, MinimumLength = 1)] public required string Name { get; init; }

    /// <summary>Whether provisioning starts at once; false keeps a draft.</summary>
    public bool Provision { get; init; } = true;
}

/// <summary>A merge patch (RFC 7396) of a campaign: fields that are left out stay, null puts the default back, lists are replaced whole.</summary>
[Example("""{"forecastEntries":80000,"brand":{"headline":"Win a week in Paris"}}""")]
public sealed record CampaignChange : CampaignFields
{
    /// <summary>Shown in lists and on the site.</summary>
    [StringLength(200, MinimumLength = 1), Stays] public string? Name { get; init; }
}

/// <summary>Who runs the promotion, as the conditions must say (CAP Code 8.17.9).</summary>
public sealed record PromoterFields
{
    /// <summary>The promoter's full name.</summary>
    [StringLength(200, MinimumLength = 1)] public required string Name { get; init; }

    /// <summary>The promoter's correspondence address.</summary>
    [StringLength(500, MinimumLength = 1)] public required string Address { get; init; }
}

/// <summary>The terms and conditions. Each change of them makes a new version.</summary>
public sealed record TermsFields
{
    /// <summary>The full text.</summary>
    [StringLength(200_000, MinimumLength = 1)] public required string Text { get; init; }

    /// <summary>How to take part without paying.</summary>
    [StringLength(5_000, MinimumLength = 1)] public string? FreeRoute { get; init; }
}

/// <summary>How the site looks.</summary>
public sealed record BrandFields
{
    /// <summary>The site's headline.</summary>
    [StringLength(200, MinimumLength = 1)] public string? Headline { get; init; }

    /// <summary>Six hexadecimal digits after #; default #0b5fff.</summary>
    [RegularExpression("^#[0-9a-fA-F]{6}$", ErrorMessage = "must be # and six hexadecimal digits.")] public string? PrimaryColour { get; init; }

    /// <summary>Address of the logo, https.</summary>
    [StringLength(2000, MinimumLength = 1), RegularExpression("^https?://[^\\s\"'<>]+$", ErrorMessage = "must be an http(s) address.")]
    public string? LogoUrl { get; init; }
}

/// <summary>What entrants are asked.</summary>
public sealed record FormFields
{
    /// <summary>Whole years at the moment of entry; 0 asks for no date of birth; default 18.</summary>
    [Range(0, 99)] public int? MinimumAge { get; init; }

    /// <summary>Questions beyond the entrant's own data.</summary>
    [MaxLength(30)] public IReadOnlyList<QuestionFields>? Fields { get; init; }
}

/// <summary>A question of the form.</summary>
public sealed record QuestionFields
{
    /// <summary>Names the answer.</summary>
    [StringLength(60, MinimumLength = 1), RegularExpression("^[A-Za-z][A-Za-z0-9_-]*$", ErrorMessage = "must be of letters, digits, hyphen and underscore, starting with a letter.")]
    public required string Name { get; init; }

    /// <summary>Shown beside the field.</summary>
    [StringLength(300, MinimumLength = 1)] public required string Label { get; init; }

    /// <summary>The kind of field; default text.</summary>
    [AllowedValues("text", "email", "tel", "textarea", "select", "checkbox", "date", "number")] public string? Type { get; init; }

    /// <summary>Whether an entry needs an answer; default false.</summary>
    public bool? Required { get; init; }

    /// <summary>What can be chosen; for select alone.</summary>
    [MaxLength(200), ItemLength(1, 200)] public IReadOnlyList<string>? Options { get; init; }
}

/// <summary>Limits per entrant, within each pool. Null is no limit.</summary>
public sealed record LimitFields
{
    /// <summary>Entries in all; default 1.</summary>
    [Range(1, 1_000_000)] public int? EntriesPerEntrant { get; init; } = 1;

    /// <summary>Entries per day of the campaign's time zone; default no limit.</summary>
    [Range(1, 1_000_000)] public int? EntriesPerEntrantPerDay { get; init; }

    /// <summary>Seconds between two entries; default no limit.</summary>
    [Range(1, 31_536_000)] public int? EntryIntervalSeconds { get; init; }

    /// <summary>Prizes won, gifts not counted; default 1.</summary>
    [Range(1, 1_000_000)] public int? WinsPerEntrant { get; init; } = 1;

    /// <summary>
    /// Which spellings of an e-mail address are one person: exact (letter case alone is ignored), gmail (also dots and plus-tags at Google)
    /// or plus-tags (also plus-tags everywhere); default gmail.
    /// </summary>
    [AllowedValues("exact", "gmail", "plus-tags")] public string? EmailIdentity { get; init; }
}

/// <summary>A consent asked for beside the form.</summary>
public sealed record ConsentFields
{
    /// <summary>What the consent is for; names it.</summary>
    [StringLength(60, MinimumLength = 1)] public required string Purpose { get; init; }

    /// <summary>What the entrant agrees to. Each change of it makes a new version.</summary>
    [StringLength(2_000, MinimumLength = 1)] public required string Text { get; init; }
}

/// <summary>A reason, kept in the audit log.</summary>
[Example("""{"reason":"A printing error on the packs is being looked into."}""")]
public sealed record PauseReason : IOptionalBody
{
    /// <summary>Why; without personal data.</summary>
    [StringLength(1000, MinimumLength = 1)] public string? Reason { get; init; }
}

/// <summary>Why a campaign closes before its date (CAP Code 8.17.4.e).</summary>
[Example("""{"reason":"Prizes can't be delivered because the supplier has failed.","evidence":"Notice of 2026-12-10, file 4711."}""")]
public sealed record Closing : IOptionalBody
{
    /// <summary>Why the closing date changes.</summary>
    [StringLength(1000, MinimumLength = 1)] public string? Reason { get; init; }

    /// <summary>What proves it.</summary>
    [StringLength(4000, MinimumLength = 1)] public string? Evidence { get; init; }
}

/// <summary>Which of a campaign's secrets is to be replaced.</summary>
[Example("""{"what":"site_key"}""")]
public sealed record Rotation
{
    /// <summary>
    /// <c>site_key</c>: the site is built again with a new key, and the old one is taken for a day more. <c>database_password</c>: the password of the campaign's
    /// own database role. <c>owner_password</c>: the password of the role that owns the tables, at a cloud provider alone.
    /// </summary>
    [AllowedValues(Rotated.SiteKey, Rotated.DatabasePassword, Rotated.OwnerPassword)] public required string What { get; init; }
}

/// <summary>Confirms that a campaign is to be removed for good.</summary>
[Example("""{"confirmName":"Summer in Paris"}""")]
public sealed record Decommissioning
{
    /// <summary>The campaign's name, typed exactly as it stands.</summary>
    [StringLength(200)] public required string ConfirmName { get; init; }
}
