using System;

namespace PrizeDraw.Storage.Central.Campaigns;

/// <summary>A campaign's central row. Settings are the wire record's JSON.</summary>
public sealed record CampaignRow
{
    public required Guid TenantId { get; init; }
    public required Guid CampaignId { get; init; }
    public required string Name { get; init; }
    public string? Slug { get; init; }
    public required string State { get; init; }
    public required string Settings { get; init; }
    public DateTimeOffset? OpensAt { get; init; }
    public DateTimeOffset? ClosesAt { get; init; }
    public long Version { get; init; } = 1;
    public string? SiteKey { get; init; }

    /// <summary>Follows the site key, from before the site is built with it until it is; taken as well.</summary>
    public string? NextSiteKey { get; init; }

    /// <summary>The site key before, or one that was to follow and did not; taken until <see cref="PreviousSiteKeyUntil"/>.</summary>
    public string? PreviousSiteKey { get; init; }
    public DateTimeOffset? PreviousSiteKeyUntil { get; init; }
    public string? SiteUrl { get; init; }
    public string? TemplateTag { get; init; }
    public string? TemplateCommit { get; init; }
    public Guid? DeploymentId { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What the site was last built from, or was to be; null where that is not known.</summary>
    public string? Content { get; init; }
}

/// <summary>A part of a campaign that has an id of its own: <c>pool</c>, <c>prize</c> or <c>draw</c>.</summary>
public sealed record CampaignPart(Guid Id, string Kind);

/// <summary>A version of the terms, as entrants accept it.</summary>
public sealed record TermsVersionRow(int Version, byte[] Hash, string Text, string? FreeRoute);

/// <summary>How a write of a campaign ended.</summary>
public enum CampaignWrite
{
    Written,

    /// <summary>Another campaign of the installation has the slug.</summary>
    SlugTaken,

    /// <summary>The campaign exists already.</summary>
    Exists,

    /// <summary>There is no such tenant.</summary>
    NoTenant,

    /// <summary>Another activation has taken the campaign over; nothing was written.</summary>
    Fenced,
}
