using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;

namespace PrizeDraw.Storage.Central.Sync;

/// <summary>What is asked of a run, stored before anything is called.</summary>
/// <param name="Actor">Who asked.</param>
public sealed record SyncWanted(string Actor)
{
    /// <summary>What the site is to have; null until commits that are taken by themselves are looked up.</summary>
    public StoredBase? Target { get; init; }

    /// <summary>Commits to be taken by themselves, as they were named.</summary>
    public ImmutableArray<string> Picks { get; init; } = [];

    /// <summary>Migrations that the repository had had when the run began; null before.</summary>
    public ImmutableArray<string>? Migrations { get; init; }

    /// <summary>Of a roll-back: the sync that it puts back.</summary>
    public UndoneSync? Undoes { get; init; }

    /// <summary>Of a roll-back: whether what people have merged stays.</summary>
    public bool ClosesOnly { get; init; }

    /// <summary>Whether the release that asked for it has ended: what has not been pushed is not pushed any more.</summary>
    public bool IsWithdrawn { get; init; }
}

/// <summary>A sync that is put back: what it pushed, what was there before, and what the site had of the template then.</summary>
/// <param name="Commit">Null where it pushed nothing: then its pull request is closed.</param>
public sealed record UndoneSync(string Nonce, string? Commit, string? Before, StoredBase Base, ImmutableArray<string> Migrations);

/// <summary>A sync, roll-back or preview of one site.</summary>
/// <param name="Nonce">Marks what it pushes, 16 hex digits.</param>
/// <param name="BaseBefore">What the site had when it was asked for, or began.</param>
/// <param name="Version">Raised by every write: who has read an older one writes nothing.</param>
public sealed record SyncRunRow(
    Guid TenantId, Guid SyncId, Guid CampaignId, string Kind, string Nonce, SyncWanted Wanted, StoredBase BaseBefore, string State, DateTimeOffset CreatedAt, long Version)
{
    public const int FilesMax = 500;

    internal const string Columns =
        """
        r.tenant_id, r.sync_id, r.campaign_id, r.kind, r.nonce, r.wanted::text, r.base_before::text, r.state, r.created_at, r.version, r.release_id, r.undoes,
        r.base_after::text, r.result, r.reason, r.commit_id, r.before_commit, r.files::text, r.diff_is_cut, r.deployment_id, r.health, r.attempts, r.next_at,
        r.ended_at
        """;

    /// <summary>How many those are: the diff may follow.</summary>
    internal const int Count = 24;

    public Guid? ReleaseId { get; init; }

    /// <summary>Of a roll-back: the sync that it puts back.</summary>
    public Guid? UndoesId { get; init; }

    public StoredBase? BaseAfter { get; init; }

    public string? Result { get; init; }

    public string? Reason { get; init; }

    public string? Commit { get; init; }

    public string? Before { get; init; }

    public ImmutableArray<SyncedFileView> Files { get; init; } = [];

    /// <summary>Written with the run, and read by <see cref="ITemplateQueries.FindSyncAsync"/> alone; null leaves what is stored.</summary>
    public string? Diff { get; init; }

    public bool DiffIsCut { get; init; }

    /// <summary>Chosen before the deployment is asked for, so that it is asked for once.</summary>
    public Guid? DeploymentId { get; init; }

    public string? Health { get; init; }

    /// <summary>How often in a row it could not be done.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset? NextAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public bool HasEnded => State is SyncStates.Succeeded or SyncStates.Failed;

    internal string FilesJson => JsonSerializer.Serialize(Files.Take(FilesMax), StorageJson.Options);

    internal static SyncRunRow Read(NpgsqlDataReader row) => Read(row, 0);

    /// <param name="first">Where the columns begin.</param>
    internal static SyncRunRow Read(NpgsqlDataReader row, int first) => new(
        row.GetGuid(first), row.GetGuid(first + 1), row.GetGuid(first + 2), row.GetString(first + 3), row.GetString(first + 4),
        Json<SyncWanted>(row.GetString(first + 5)), Json<StoredBase>(row.GetString(first + 6)), row.GetString(first + 7), row.Time(first + 8), row.GetInt64(first + 9))
    {
        ReleaseId = row.UuidOrNull(first + 10), UndoesId = row.UuidOrNull(first + 11),
        BaseAfter = row.TextOrNull(first + 12) is { } after ? Json<StoredBase>(after) : null,
        Result = row.TextOrNull(first + 13), Reason = row.TextOrNull(first + 14), Commit = row.TextOrNull(first + 15), Before = row.TextOrNull(first + 16),
        Files = Json<ImmutableArray<SyncedFileView>>(row.GetString(first + 17)), DiffIsCut = row.GetBoolean(first + 18), DeploymentId = row.UuidOrNull(first + 19),
        Health = row.TextOrNull(first + 20), Attempts = row.GetInt32(first + 21), NextAt = row.TimeOrNull(first + 22), EndedAt = row.TimeOrNull(first + 23),
    };

    internal SyncView View(string? diff) => new(
        Ids.Format(Ids.Sync, SyncId), Kind, ReleaseId is { } release ? Ids.Format(Ids.Release, release) : null, BaseBefore.Tag,
        Wanted.Target?.Tag ?? Wanted.Undoes?.Base.Tag, Wanted.Picks, State, Result, Reason, Commit,
        DeploymentId is { } deployment ? Ids.Format(Ids.Deployment, deployment) : null, Health, Files, diff, DiffIsCut, CreatedAt, EndedAt);

    private static T Json<T>(string text) => JsonSerializer.Deserialize<T>(text, StorageJson.Options)!;
}

/// <summary>Kinds of runs, by their stored names.</summary>
public static class SyncKinds
{
    public const string Sync = "sync", Rollback = "rollback", Preview = "preview";
}

/// <summary>States of runs, by their stored names.</summary>
public static class SyncStates
{
    public const string Pending = "pending", Running = "running", Deploying = "deploying", Succeeded = "succeeded", Failed = "failed";
}
