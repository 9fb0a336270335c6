using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Storage.Central.Provisioning;

/// <summary>A limit of a bucket: in any window at most so many points. A window of zero limits nothing: it holds the bucket's block.</summary>
/// <param name="PointsMax">From 1; without meaning where the window is zero.</param>
/// <param name="Window">Zero, or 50 ms to a day.</param>
public sealed record BucketLimit(string Bucket, int PointsMax, TimeSpan Window);

/// <summary>What was lately asked of accounts at providers, in the central database, whose clock counts. Throws NpgsqlException while that is away.</summary>
public sealed class RequestBudgetStore(CentralDatabase central)
{
    /// <summary>How long a row is kept that nobody has touched: longer than any window or block.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(2);

    private const string Take = "select take_requests($1, $2, $3, $4, $5)";

    // Relative, so that a host whose clock is wrong blocks for the right time.
    private const string Block =
        """
        insert into request_budget (account, bucket, window_ms, blocked_until, updated_at)
        values ($1, $2, 0, clock_timestamp() + make_interval(secs => $3), clock_timestamp())
        on conflict (account, bucket, window_ms) do update
        set blocked_until = greatest(request_budget.blocked_until, excluded.blocked_until), updated_at = excluded.updated_at
        """;

    private const string Prune =
        """
        delete from request_budget where updated_at < clock_timestamp() - make_interval(secs => $1)
        and coalesce(blocked_until, updated_at) < clock_timestamp()
        """;

    /// <summary>Takes the points under all limits at once: zero. Else nothing is taken, and it answers how long to wait before asking again.</summary>
    public async Task<TimeSpan> TakeAsync(string account, IReadOnlyList<BucketLimit> limits, int points, CancellationToken ct)
    {
        await using var connection = await central.OpenPlatformAsync(ct);
        var wait = await connection.ScalarAsync<int>(
            Take,
            [
                account, limits.Select(limit => limit.Bucket).ToArray(), limits.Select(limit => (int)limit.Window.TotalMilliseconds).ToArray(),
                limits.Select(limit => limit.PointsMax).ToArray(), points,
            ], ct);
        return TimeSpan.FromMilliseconds(wait);
    }

    /// <summary>Nobody takes from the bucket for so long; a longer block stays.</summary>
    public async Task BlockAsync(string account, string bucket, TimeSpan time, CancellationToken ct)
    {
        await using var connection = await central.OpenPlatformAsync(ct);
        await connection.RunAsync(Block, [account, bucket, time.TotalSeconds], ct);
    }

    /// <summary>Forgets accounts that have not been asked for <see cref="KeptFor"/>; answers how many rows.</summary>
    public async Task<int> PruneAsync(CancellationToken ct)
    {
        await using var connection = await central.OpenPlatformAsync(ct);
        return await connection.RunAsync(Prune, [KeptFor.TotalSeconds], ct);
    }
}
