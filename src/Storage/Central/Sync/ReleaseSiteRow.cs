using System;
using System.Collections.Immutable;
using System.Linq;
using Npgsql;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Domain.Sync;

namespace PrizeDraw.Storage.Central.Sync;

/// <summary>A site as it is now, apart from what its release does to it.</summary>
/// <param name="SiteUrl">Null where it was never served.</param>
/// <param name="Accounts">The provider accounts that its repository and its site are at.</param>
public sealed record SiteFacts(string CampaignState, DateTimeOffset? ClosesAt, bool IsPinned, string BaseTag, string? SiteUrl, ImmutableArray<string> Accounts)
{
    /// <summary>Whether the site is being taken away, or brought back, just now.</summary>
    public bool IsMoving { get; init; }

    /// <summary>Whether its page is to answer.</summary>
    public bool IsUp => CampaignLife.HasSite(CampaignState) && !IsMoving;
}

/// <summary>A site of a release as stored.</summary>
public sealed record ReleaseSiteRow(Guid Tenant, Guid Campaign, int Wave, string State, string FromTag)
{
    internal const string Columns =
        """
        p.tenant_id, p.campaign_id, p.wave, p.state, p.from_tag, p.reason, p.is_in, p.is_healthy, p.is_suspect, p.sync_id, p.rollback_id, p.taken_before,
        p.refused_before, p.started_at, p.pushed_at, p.ended_at
        """;

    /// <summary>How many those are: what a statement selects after them begins here.</summary>
    internal const int Count = 16;

    public string? Reason { get; init; }

    /// <summary>Whether what the release brought stands in the site, or waits in a pull request.</summary>
    public bool IsIn { get; init; }

    /// <summary>Of a site that was pushed to; null before it was looked at.</summary>
    public bool? IsHealthy { get; init; }

    /// <summary>Whether the newest look found something that a second look must bear out.</summary>
    public bool IsSuspect { get; init; }

    /// <summary>The sync, or in a dry run the preview.</summary>
    public Guid? Sync { get; init; }

    public Guid? RollBack { get; init; }

    /// <summary>What had been submitted before the push; null while that was not looked up.</summary>
    public SubmissionCounts? Before { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Since when its deployment is awaited.</summary>
    public DateTimeOffset? PushedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>As it is now; read with the row, and never written with it.</summary>
    public SiteFacts? Facts { get; init; }

    /// <summary>As far as what is next depends on it.</summary>
    public SiteStand Stand => new(Campaign, Wave, State, IsIn, IsHealthy, IsSuspect, Facts?.Accounts ?? []);

    /// <inheritdoc cref="Stand"/>
    /// <param name="lateAfter">For so long what can't be pushed is waited for.</param>
    /// <param name="now">The time.</param>
    public SiteStand StandAt(DateTimeOffset now, TimeSpan lateAfter) => Stand with
    {
        IsLate = State == ReleaseSiteStates.Running && PushedAt is null && now - StartedAt >= lateAfter,
    };

    /// <summary>As SQL reads it with <c>jsonb_to_recordset</c>.</summary>
    internal object ToJson() => new
    {
        tenant_id = Tenant, campaign_id = Campaign, wave = Wave, state = State, from_tag = FromTag, reason = Reason, is_in = IsIn, is_healthy = IsHealthy,
        is_suspect = IsSuspect, sync_id = Sync, rollback_id = RollBack, taken_before = Before?.Taken, refused_before = Before?.Refused, started_at = StartedAt,
        pushed_at = PushedAt, ended_at = EndedAt,
    };

    internal static ReleaseSiteRow Read(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetGuid(1), row.GetInt32(2), row.GetString(3), row.GetString(4))
    {
        Reason = row.TextOrNull(5), IsIn = row.GetBoolean(6), IsHealthy = row.IsDBNull(7) ? null : row.GetBoolean(7), IsSuspect = row.GetBoolean(8),
        Sync = row.UuidOrNull(9), RollBack = row.UuidOrNull(10),
        Before = row.LongOrNull(11) is { } taken ? new SubmissionCounts(taken, row.LongOrNull(12) ?? 0) : null,
        StartedAt = row.TimeOrNull(13), PushedAt = row.TimeOrNull(14), EndedAt = row.TimeOrNull(15), Facts = FactsOf(row, Count),
    };

    /// <summary>Reads what <see cref="ReleaseStore.Facts"/> selects, from this column on.</summary>
    internal static SiteFacts FactsOf(NpgsqlDataReader row, int at) => new(
        row.GetString(at), row.TimeOrNull(at + 1), row.GetBoolean(at + 2), row.GetString(at + 3), row.TextOrNull(at + 4),
        [.. row.GetFieldValue<string[]>(at + 5).Distinct(StringComparer.Ordinal)])
    {
        IsMoving = row.GetBoolean(at + 6),
    };
}
