using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>A release as it is asked for, judged and made into rows.</summary>
internal static class ReleaseAsking
{
    /// <summary>What is wrong with it by itself; null when nothing is.</summary>
    public static DomainError? ErrorOf(CreateRelease asked)
    {
        var chosen = asked.Waves.SelectMany(w => w.CampaignIds).ToArray();
        List<FieldError> errors =
        [
            .. ReleaseRules.ErrorsOf(new AskedRelease(
                asked.Version, asked.Picks, [.. asked.Waves.Select(w => new AskedWave(w.CampaignIds.Length, w.Percent, w.SoakMinutes))],
                chosen.Distinct(StringComparer.Ordinal).Count() != chosen.Length, asked.Settings.TenantIds.Length, asked.Settings.HoldHoursBeforeClosing,
                asked.Settings.UnhealthyMax)),
        ];
        if (chosen.Any(id => !Ids.TryParse(Ids.Campaign, id, out _)))
        {
            errors.Add(new("waves", "Choose campaigns by their ids."));
        }

        if (asked.Settings.TenantIds.Any(id => !Ids.TryParse(Ids.Tenant, id, out _)))
        {
            errors.Add(new("tenantIds", "Give the clients' ids."));
        }

        return errors.Count > 0 ? new ReleaseIsInvalid(errors) : null;
    }

    /// <summary>What is wrong with it among the sites that there are; null when nothing is.</summary>
    public static DomainError? ErrorOf(CreateRelease asked, ImmutableArray<ReleaseCandidate> sites)
    {
        if (sites.Length > ReleaseRules.SitesMax)
        {
            return new ReleaseIsInvalid([new("tenantIds", $"A release goes to {ReleaseRules.SitesMax:N0} sites at most. Choose clients.")]);
        }

        var there = sites.Select(s => s.Campaign).ToHashSet();
        var missing = asked.Waves.SelectMany((w, i) => w.CampaignIds.Select(id => (Wave: i, Id: id))).FirstOrDefault(c => !there.Contains(Ids.Parse(Ids.Campaign, c.Id)));
        return missing.Id is null
            ? null
            : new ReleaseIsInvalid([new($"waves[{missing.Wave}].campaignIds", $"The campaign {missing.Id} has no site that this release could go to.")]);
    }

    /// <summary>The release and its sites as they are stored first.</summary>
    public static (ReleaseRow Release, ImmutableArray<ReleaseSiteRow> Sites) RowsOf(
        Guid id, CreateRelease asked, ImmutableArray<ReleaseCandidate> candidates, DateTimeOffset now)
    {
        var release = new ReleaseRow(
            id, asked.Version, asked.Picks, asked.IsDryRun ? ReleaseStates.Planning : ReleaseStates.Running, asked.Settings,
            [.. asked.Waves.Select(w => new ReleaseWave(w, WaveStates.Pending))], now, asked.Actor.Id)
        {
            StartedAt = asked.IsDryRun ? null : now,
        };
        var dealt = Waves.Deal(
            id, [.. candidates.Select(c => c.Campaign)],
            [.. asked.Waves.Select(w => new WaveShare([.. w.CampaignIds.Select(c => Ids.Parse(Ids.Campaign, c))], w.Percent))]);
        return (release, [.. candidates.Select(c => Fresh(release, new ReleaseSiteRow(c.Tenant, c.Campaign, dealt[c.Campaign], ReleaseSiteStates.Pending, c.Facts.BaseTag) { Facts = c.Facts }, now))]);
    }

    /// <summary>A site that waits for its turn, or is held out already.</summary>
    public static ReleaseSiteRow Fresh(ReleaseRow release, ReleaseSiteRow site, DateTimeOffset now)
    {
        var fresh = new ReleaseSiteRow(site.Tenant, site.Campaign, site.Wave, ReleaseSiteStates.Pending, site.Facts?.BaseTag ?? site.FromTag) { Facts = site.Facts };
        return HeldOf(release, fresh, now) is { } held ? fresh with { State = held.State, Reason = held.Reason, EndedAt = now } : fresh;
    }

    /// <summary>Why the site is left alone now; null when it is not.</summary>
    public static (string State, string Reason)? HeldOf(ReleaseRow release, ReleaseSiteRow site, DateTimeOffset now) => site.Facts is not { } facts
        ? (ReleaseSiteStates.Skipped, "The campaign has no site any more.")
        : HeldOut.Of(facts.CampaignState, facts.ClosesAt, facts.IsPinned, release.Settings.HoldHoursBeforeClosing, now);
}
