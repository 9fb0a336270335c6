using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Notices;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>What is kept, and told, of what a release does.</summary>
internal static class ReleaseRecord
{
    /// <summary>Of the release as a whole: an event of the platform's.</summary>
    public static AuditEvent Audit(ReleaseRow release, string actor, string action, DateTimeOffset now, object? before, object? after) =>
        new(CentralDatabase.PlatformTenant, Guid.CreateVersion7(now), now, null, actor, action, release.PublicId, before, after);

    /// <summary>Of what became of one site: an event of its tenant's.</summary>
    public static AuditEvent Audit(ReleaseRow release, ReleaseSiteRow before, ReleaseSiteRow after, DateTimeOffset now) => new(
        after.Tenant, Guid.CreateVersion7(now), now, after.Campaign, Actor.System.Id, "release.site_changed", release.PublicId,
        new { before.State, before.IsHealthy }, new { after.State, after.IsHealthy, after.Reason, sync = after.Sync is { } sync ? Ids.Format(Ids.Sync, sync) : null });

    public static NoticeBody Notice(string kind, ReleaseRow release, DateTimeOffset now) => new()
    {
        Kind = kind, At = now, Release = release.PublicId, Version = release.Version, Message = release.Message,
    };

    /// <summary>Why a wave was stopped, with the first few of its sites.</summary>
    public static string Worse(int wave, IEnumerable<ReleaseSiteRow> sites, bool rollsBack)
    {
        var unhealthy = sites.Where(s => s.Wave == wave && s.Stand.IsPushed && s.IsHealthy == false).ToArray();
        var what = unhealthy.Length == 1 ? "1 site is worse than before" : $"{unhealthy.Length} sites are worse than before";
        var first = string.Join(" ", unhealthy.Select(s => s.Reason).OfType<string>().Distinct(StringComparer.Ordinal).Take(3));
        return $"Wave {wave}: {what}. {(rollsBack ? "The wave is put back." : "Nothing is put back by itself.")} {first}".TrimEnd();
    }

    /// <summary>How a roll-back came out.</summary>
    public static string RolledBack(ReleaseRow release, IReadOnlyCollection<ReleaseSiteRow> sites)
    {
        if (release.StartedAt is null)
        {
            return "The dry run was ended; nothing had been pushed.";
        }

        var (from, back) = (release.RollsBackFrom ?? 1, sites.Count(s => s.State == ReleaseSiteStates.RolledBack));
        var failed = sites.Count(s => s is { IsIn: true, State: ReleaseSiteStates.Failed });
        var kept = sites.Count(s => s.Stand.IsPushed && s.Wave < from);
        string?[] said =
        [
            release.Message, back == 1 ? "1 site was put back." : $"{back} sites were put back.",
            failed > 0 ? $"{failed} could not be." : null, kept > 0 ? $"{kept} of the waves before keep what they have." : null,
        ];
        return string.Join(' ', said.OfType<string>());
    }

    /// <summary>What people are told by mail and webhook when a release stops or has been put back.</summary>
    public static NoticeBody NoticeOfPause(ReleaseRow release, DateTimeOffset now) => Notice(NoticeKinds.ReleasePaused, release, now);

    public static NoticeBody NoticeOfRollBack(ReleaseRow release, DateTimeOffset now) => Notice(NoticeKinds.ReleaseRolledBack, release, now);
}
