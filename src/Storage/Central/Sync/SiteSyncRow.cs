using System;
using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using PrizeDraw.Grains.Abstractions.Sync;

namespace PrizeDraw.Storage.Central.Sync;

/// <summary>What a site has of the template: a version, and commits after it that it took by themselves, in their order.</summary>
public sealed record StoredBase(string Tag, string Commit, ImmutableArray<string> Picks)
{
    public bool Equals(StoredBase? other) =>
        other is not null && Tag == other.Tag && Commit == other.Commit && Picks.AsSpan().SequenceEqual(other.Picks.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Tag, Commit, Picks.Length);
}

/// <summary>An open pull request of sync, and what becomes of the site's record when it is merged.</summary>
/// <param name="Number">The host's number of it.</param>
/// <param name="Url">Null where the platform's own page is the place.</param>
/// <param name="Version">The tag that it proposes.</param>
/// <param name="HasConflicts">Whether something in it must be decided.</param>
/// <param name="OpenedAt">When it was first seen.</param>
/// <param name="SyncId">The sync or roll-back that last wrote to it.</param>
/// <param name="After">The base once it is merged.</param>
/// <param name="Migrations">The template's migrations that the repository has had once it is merged.</param>
public sealed record OpenReview(
    int Number, string? Url, string Version, bool HasConflicts, DateTimeOffset OpenedAt, Guid SyncId, StoredBase After, ImmutableArray<string> Migrations);

/// <summary>How one site stands to the template.</summary>
/// <param name="Version">Raised by every write: who has read an older one writes nothing.</param>
public sealed record SiteSyncRow(Guid TenantId, Guid CampaignId, string Source, StoredBase Base, long Version)
{
    internal const string Columns =
        """
        s.tenant_id, s.campaign_id, s.source, s.base_tag, s.base_commit, s.picks, s.version, s.migrations, s.policy, s.is_pinned, s.skipped, s.refused,
        s.declined, s.local_changes, s.review::text, s.review_at
        """;

    /// <summary>How many those are.</summary>
    internal const int Count = 16;

    public ImmutableArray<string> Migrations { get; init; } = [];

    /// <summary><c>push</c> or <c>pull_request</c>.</summary>
    public string Policy { get; init; } = SyncPolicies.Push;

    public bool IsPinned { get; init; }

    public ImmutableArray<string> Skipped { get; init; } = [];

    public ImmutableArray<string> Refused { get; init; } = [];

    /// <summary>Versions, or commits taken by themselves, whose pull request somebody closed.</summary>
    public ImmutableArray<string> Declined { get; init; } = [];

    public int? LocalChanges { get; init; }

    public OpenReview? Review { get; init; }

    /// <summary>When the open review is looked at next.</summary>
    public DateTimeOffset? ReviewAt { get; init; }

    internal static SiteSyncRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), new StoredBase(row.GetString(3), row.GetString(4), row.Texts(5)), row.GetInt64(6))
    {
        Migrations = row.Texts(7), Policy = row.GetString(8), IsPinned = row.GetBoolean(9), Skipped = row.Texts(10), Refused = row.Texts(11),
        Declined = row.Texts(12), LocalChanges = row.IntegerOrNull(13),
        Review = row.TextOrNull(14) is { } review ? JsonSerializer.Deserialize<OpenReview>(review, StorageJson.Options) : null,
        ReviewAt = row.TimeOrNull(15),
    };
}

/// <summary>How a site takes what merges cleanly, by its stored name.</summary>
public static class SyncPolicies
{
    public const string Push = "push", PullRequest = "pull_request";
}
