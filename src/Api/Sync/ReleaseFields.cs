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

/// <summary>A new release of the template to the campaigns' sites.</summary>
[Example("""
    {"version":"v1.1.0","waves":[{"percent":10,"soakMinutes":60},{"percent":50,"soakMinutes":60},{"percent":100,"soakMinutes":0}],
     "holdHoursBeforeClosing":48,"dryRun":true}
    """)]
public sealed record ReleaseFields
{
    private static readonly WaveFields[] Usual =
    [
        new() { Percent = 10, SoakMinutes = 60 }, new() { Percent = 50, SoakMinutes = 60 }, new() { Percent = 100 },
    ];

    /// <summary>The version's tag, with everything since each site's base; left out with picks.</summary>
    [StringLength(SyncTarget.RevisionMax, MinimumLength = 1)] public string? Version { get; init; }

    /// <summary>Commits of the template (tags or ids) to take by themselves; left out with a version.</summary>
    [MaxLength(SyncTarget.PicksMax), ItemLength(1, SyncTarget.RevisionMax)] public IReadOnlyList<string>? Picks { get; init; }

    /// <summary>The canary first. Default: 10 percent and an hour's soak, 50 percent and an hour's soak, then all.</summary>
    [MinLength(1), MaxLength(10)] public IReadOnlyList<WaveFields>? Waves { get; init; }

    /// <summary>Only these tenants' campaigns; left out for all.</summary>
    [MaxLength(100), ItemLength(1, 40)] public IReadOnlyList<string>? TenantIds { get; init; }

    /// <summary>Live campaigns that close within so many hours are held out.</summary>
    [Range(0, 720)] public int HoldHoursBeforeClosing { get; init; } = 48;

    /// <summary>So many percent of a wave's pushed sites may turn out unhealthy.</summary>
    [Range(0, 50)] public int UnhealthyMax { get; init; }

    /// <summary>Whether a wave that is worse is put back by itself; otherwise the release only pauses.</summary>
    public bool RollsBack { get; init; } = true;

    /// <summary>Whether a rehearsal entry belongs to the check of each site that can have one.</summary>
    public bool Rehearses { get; init; } = true;

    /// <summary>Only works out what would happen to each site, and waits for being started.</summary>
    public bool DryRun { get; init; }

    /// <summary>What is wrong with it beyond each field; null when nothing is.</summary>
    internal Problem? Check() =>
        SyncTarget.Check(Version, Picks) ?? SyncTarget.CheckIds("tenantIds", Ids.Tenant, TenantIds) ?? CheckWaves(Waves ?? Usual);

    internal CreateRelease ToCommand(Actor actor) => new(
        actor, Version, [.. Picks ?? []],
        [.. (Waves ?? Usual).Select(wave => new WaveSettings([.. wave.CampaignIds ?? []], wave.Percent, wave.SoakMinutes))],
        new ReleaseSettings([.. TenantIds ?? []], HoldHoursBeforeClosing, UnhealthyMax, RollsBack, Rehearses), DryRun);

    private static Problem? CheckWaves(IReadOnlyList<WaveFields> waves)
    {
        var reached = 0;
        for (var index = 0; index < waves.Count; index++)
        {
            var (wave, at) = (waves[index], $"waves[{index}]");
            if (wave.CampaignIds is { Count: > 0 } == wave.Percent is not null)
            {
                return Problem.At(ErrorCodes.InvalidField, $"{at}.percent", "is given where no campaigns are chosen, and only there.");
            }

            if (SyncTarget.CheckIds($"{at}.campaignIds", Ids.Campaign, wave.CampaignIds) is { } wrong)
            {
                return wrong;
            }

            if (wave.Percent is { } percent && percent <= reached)
            {
                return Problem.At(ErrorCodes.InvalidField, $"{at}.percent", "must be more than in the waves before: it counts their sites too.");
            }

            reached = wave.Percent ?? reached;
        }

        return waves[^1].Percent == 100 ? null
            : Problem.At(ErrorCodes.InvalidField, $"waves[{waves.Count - 1}].percent", "must be 100 in the last wave, so that it takes the rest.");
    }
}

/// <summary>Which sites have their turn at once, and how long is watched after them.</summary>
[Example("""{"percent":10,"soakMinutes":60}""")]
public sealed record WaveFields
{
    /// <summary>Chosen campaigns; left out with a percentage.</summary>
    [MaxLength(1_000), ItemLength(1, 40)] public IReadOnlyList<string>? CampaignIds { get; init; }

    /// <summary>How many percent of all the release's sites have had their turn after this wave; 100 in the last one.</summary>
    [Range(1, 100)] public int? Percent { get; init; }

    /// <summary>Minutes that are watched before the next wave.</summary>
    [Range(0, 10_080)] public int SoakMinutes { get; init; }
}
