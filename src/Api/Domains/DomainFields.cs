using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Domains;

namespace PrizeDraw.Api.Domains;

/// <summary>A domain that the campaign's site is to be reached at.</summary>
[Example("""{"name":"win.example.com"}""")]
public sealed record DomainFields
{
    /// <summary>The name alone, in any script: no scheme, no path, no *.</summary>
    [StringLength(253, MinimumLength = 1)] public required string Name { get; init; }
}

/// <summary>A campaign's custom domains.</summary>
/// <param name="IsSupported">Whether the hosting that the campaign has chosen gives its sites domains of their own.</param>
/// <param name="Items">All of them, the oldest first; ten at most.</param>
[Example("""{"isSupported":false,"items":[]}""")]
public sealed record DomainsAnswer(bool IsSupported, IReadOnlyList<DomainAnswer> Items);

/// <summary>A custom domain of a campaign's site.</summary>
/// <param name="Name">In lower case, letters of other scripts as xn--….</param>
/// <param name="State">added, pending_verification, verified_misconfigured, active, taken, failed or removing.</param>
/// <param name="IsPlaced">Whether the host was asked to put it on the site; before that the site is waited for.</param>
/// <param name="Problem">What stands in the way, as the host said it; null when nothing does.</param>
/// <param name="Records">What its owner has to publish in DNS to come on; empty when nothing.</param>
/// <param name="AddedAt">When somebody added it.</param>
/// <param name="CheckedAt">When the host last told how it stands; null before.</param>
/// <param name="NextCheckAt">When the host is asked next; null when it is not any more.</param>
[Example("""
    {"name":"win.example.com","state":"verified_misconfigured","isPlaced":true,"problem":null,
     "records":[{"type":"CNAME","name":"win.example.com","value":"d1d4fc829fe7bc7c.vercel-dns-017.com","why":"Leads visitors to the site."}],
     "addedAt":"2026-12-01T09:00:00Z","checkedAt":"2026-12-01T09:00:05Z","nextCheckAt":"2026-12-01T09:01:05Z"}
    """)]
public sealed record DomainAnswer(
    string Name, string State, bool IsPlaced, string? Problem, IReadOnlyList<DomainRecord> Records, DateTimeOffset AddedAt, DateTimeOffset? CheckedAt,
    DateTimeOffset? NextCheckAt)
{
    internal static DomainAnswer From(DomainView view) => new(
        view.Name, view.State, view.IsPlaced, view.Problem, view.Records, view.AddedAt, view.CheckedAt, view.NextCheckAt);
}
