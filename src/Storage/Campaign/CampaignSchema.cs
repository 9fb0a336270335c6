using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Npgsql;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Campaign;

/// <summary>Knows how to connect to a campaign's database as the role that owns it: what provisioning knows, and Storage does not.</summary>
public interface ICampaignDatabaseOwner
{
    /// <summary>The owner's connection string and the name of the campaign's own role; null when the campaign has no database. Never logged.</summary>
    Task<CampaignDatabaseAccess?> FindAsync(string tenantId, string campaignId, CancellationToken ct);
}

/// <summary>Holds a password: never log it.</summary>
public sealed record CampaignDatabaseAccess(string OwnerConnectionString, string CampaignRole);

/// <summary>
/// Brings the databases of campaigns that an earlier version of the platform provisioned to the schema of this one, when a host first
/// borrows a connection to one of them. Two at a time, each once, in the background: whoever needs the database meanwhile waits a little and
/// is then told to come back (<see cref="StorageUnavailableException"/>).
/// </summary>
public sealed partial class CampaignSchema(
    ICampaignDatabaseOwner owner, CampaignDatabaseMigrator migrator, TimeProvider clock, ILogger<CampaignSchema> log) : IDisposable
{
    private const int AtOnceMax = 2;

    /// <summary>How long after a failure it is tried again.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Tenant, string Campaign, string? Rehearsal), Lazy<Task>> _underWay = new();
    private readonly SemaphoreSlim _turns = new(AtOnceMax, AtOnceMax);

    public void Dispose() => _turns.Dispose();

    /// <summary>The schema that holds a rehearsal's rows.</summary>
    internal static string Of(string rehearsalId) => $"rehearsal_{Ids.Parse(Ids.Rehearsal, rehearsalId):n}";

    /// <summary>
    /// Has sessions begin in this schema alone. Asked for as an option: Supabase's pooler drops <c>search_path</c> itself, and hands on this
    /// form; a server takes both.
    /// </summary>
    internal static void Lead(NpgsqlConnectionStringBuilder connection, string schema)
    {
        connection.SearchPath = null;
        connection.Options = "--search_path=" + schema;
    }

    /// <summary><see cref="StorageUnavailableException"/> when the session works in another schema. One that is not there yet is no other.</summary>
    internal static async Task RequireWithinAsync(NpgsqlConnection connection, string schema)
    {
        var current = await connection.ScalarAsync<string>("select current_schema()::text", [], CancellationToken.None);
        if (current is not null && current != schema)
        {
            throw new StorageUnavailableException($"Sessions of {schema} are led into the schema {current}: a pooler drops what they ask for.");
        }
    }

    /// <summary>
    /// Whether the schema that the connection works in is this platform's, or one that a newer host made: hosts of two versions may run side
    /// by side while an upgrade goes on, and migrations only ever add.
    /// </summary>
    internal static async Task<bool> IsCurrentAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var mark = await connection.ScalarAsync<string>(
            "select obj_description(to_regnamespace(quote_ident(current_schema())), 'pg_namespace')", [], ct);
        return mark is not null && (mark == CampaignDatabaseMigrator.Mark || IsNewer(mark));
    }

    /// <summary>Runs the migrations, unless that is under way; waits at most so long for their end.</summary>
    internal async Task BringUpAsync(string tenantId, string campaignId, string? rehearsalId, TimeSpan wait, CancellationToken ct)
    {
        var key = (tenantId, campaignId, rehearsalId);
        var run = _underWay.GetOrAdd(key, k => new Lazy<Task>(() => Task.Run(() => RunAsync(k.Tenant, k.Campaign, k.Rehearsal), CancellationToken.None)));
        try
        {
            await run.Value.WaitAsync(wait, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What went wrong is in the log, once; whoever waits is told the same in every case.
            throw new StorageUnavailableException("The campaign's database is being brought to the current schema.");
        }
    }

    private static bool IsNewer(string mark)
    {
        var (theirs, ours) = (mark.Split(' '), CampaignDatabaseMigrator.Mark.Split(' '));
        return theirs.Length == ours.Length && theirs[0] == ours[0] && string.CompareOrdinal(theirs[1], ours[1]) > 0;
    }

    private async Task RunAsync(string tenantId, string campaignId, string? rehearsalId)
    {
        var key = (tenantId, campaignId, rehearsalId);
        try
        {
            await _turns.WaitAsync();
            try
            {
                var access = await owner.FindAsync(tenantId, campaignId, CancellationToken.None)
                    ?? throw new InvalidOperationException("The campaign has no database.");
                LogBegun(campaignId);
                await migrator.MigrateAsync(
                    access.OwnerConnectionString, access.CampaignRole, rehearsalId is null ? null : Of(rehearsalId), CancellationToken.None);
                LogDone(campaignId);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (Exception e)
        {
            LogFailed(campaignId, e);
            // Kept a while as failed, so that a hundred waiting entries don't become a hundred attempts.
            _ = ForgetLaterAsync(key);
            throw;
        }

        _underWay.TryRemove(key, out _);
    }

    private async Task ForgetLaterAsync((string, string, string?) key)
    {
        await Task.Delay(RetryDelay, clock);
        _underWay.TryRemove(key, out _);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database of campaign {Campaign} has an older schema: bringing it up to date.")]
    private partial void LogBegun(string campaign);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database of campaign {Campaign} has the current schema.")]
    private partial void LogDone(string campaign);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database of campaign {Campaign} could not be brought to the current schema; it is tried again.")]
    private partial void LogFailed(string campaign, Exception e);
}
