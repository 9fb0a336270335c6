using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Linq;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;

namespace PrizeDraw.Api.Sync;

/// <summary>How a site takes versions of the template; what is left out stays.</summary>
[Example("""{"policy":"pull_request","pinned":false}""")]
public sealed record SitePolicyFields
{
    /// <summary>Whether what merges cleanly is pushed to the site, or waits in a pull request.</summary>
    [AllowedValues("push", "pull_request"), StringLength(20)] public string? Policy { get; init; }

    /// <summary>Whether the site stays at the version that it has.</summary>
    public bool? Pinned { get; init; }

    /// <summary>A version to be passed by: the next one carries its changes.</summary>
    [StringLength(SyncTarget.RevisionMax, MinimumLength = 1)] public string? Skip { get; init; }

    /// <summary>A version whose changes are never proposed again.</summary>
    [StringLength(SyncTarget.RevisionMax, MinimumLength = 1)] public string? Refuse { get; init; }

    /// <summary>A version no longer skipped, or proposed again after its pull request was closed; a refused one stays refused.</summary>
    [StringLength(SyncTarget.RevisionMax, MinimumLength = 1)] public string? Allow { get; init; }
}

/// <summary>What a site is to be brought to: a version, or chosen commits on top of what it has.</summary>
[Example("""{"version":"v1.1.0","preview":true}""")]
public sealed record SyncFields
{
    /// <summary>The version's tag, with everything up to it; left out with picks.</summary>
    [StringLength(SyncTarget.RevisionMax, MinimumLength = 1)] public string? Version { get; init; }

    /// <summary>Commits of the template (tags or ids) to take by themselves; left out with a version.</summary>
    [MaxLength(SyncTarget.PicksMax), ItemLength(1, SyncTarget.RevisionMax)] public IReadOnlyList<string>? Picks { get; init; }

    /// <summary>Only works out what would happen; nothing is pushed.</summary>
    public bool Preview { get; init; }
}

/// <summary>A sync has begun, and goes on by itself.</summary>
/// <param name="Id">Its id: read it again until its state is succeeded or failed.</param>
/// <param name="CampaignId">The campaign whose site it is.</param>
[Example("""{"id":"syn_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","campaignId":"cmp_0193a5f2c0de7a10b1c2d3e4f5a6b7c8"}""")]
public sealed record SyncBegunAnswer(string Id, string CampaignId);

/// <summary>What a sync or a release brings: judged alike for both.</summary>
internal static class SyncTarget
{
    public const int RevisionMax = 100, PicksMax = 50;

    /// <summary>Null when it is either a version or picks.</summary>
    public static Problem? Check(string? version, IReadOnlyList<string>? picks) =>
        (version is null, picks is null or { Count: 0 }) switch
        {
            (true, true) => Problem.At(ErrorCodes.InvalidField, "version", "is required without picks."),
            (false, false) => Problem.At(ErrorCodes.InvalidField, "picks", "go without a version: they come on top of what each site has."),
            _ => null,
        };

    /// <summary>A body that must hold only such ids; null when it does.</summary>
    public static Problem? CheckIds(string field, string kind, IReadOnlyList<string>? ids)
    {
        var wrong = ids?.Select((id, index) => (id, index)).FirstOrDefault(named => !Ids.TryParse(kind, named.id, out _));
        return wrong is (not null, var at) ? Problem.At(ErrorCodes.InvalidField, $"{field}[{at}]", "is no such id.") : null;
    }
}
