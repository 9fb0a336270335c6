using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PrizeDraw.Api.Identity;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api.Live;

/// <summary>
/// Looks at the campaigns that somebody on this host looks at, a few at a time, and tells what is new; and ends connections whose session
/// has ended or may no longer see what they look at.
/// </summary>
internal sealed partial class LivePoller(
    LiveFeeds feeds, LiveReads reads, ISessions sessions, TimeProvider clock, ILogger<LivePoller> log) : BackgroundService
{
    /// <summary>Campaigns looked at in the same moment: their databases are there for entries first.</summary>
    private const int AtOnceMax = 8;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    /// <summary>How long somebody who was signed out goes on being told.</summary>
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(EveryAsync(Tick, LookAsync, stoppingToken), EveryAsync(CheckEvery, CheckAsync, stoppingToken));

    private async Task EveryAsync(TimeSpan period, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        using var ticks = new PeriodicTimer(period, clock);
        try
        {
            while (await ticks.WaitForNextTickAsync(ct))
            {
                await work(ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private Task LookAsync(CancellationToken ct)
    {
        var due = feeds.Feeds().Where(feed => clock.GetElapsedTime(feed.LookedAt) >= feed.Pause);
        return Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnceMax, CancellationToken = ct }, LookAtAsync);
    }

    private async ValueTask LookAtAsync(LiveFeed feed, CancellationToken ct)
    {
        try
        {
            await feed.LookAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // The next look may find the database there again.
            LogNotRead(feed.CampaignId, e);
        }

        feed.LookedAt = clock.GetTimestamp();
    }

    /// <summary>Ends what may not go on; a page that may still see something comes back for that.</summary>
    internal async Task CheckAsync(CancellationToken ct)
    {
        foreach (var (connection, campaigns) in feeds.Connections())
        {
            try
            {
                if (!await MayGoOnAsync(connection.Caller, campaigns, ct))
                {
                    connection.End();
                }
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                LogNotChecked(e);
            }
        }
    }

    private async Task<bool> MayGoOnAsync(Caller caller, ImmutableArray<string> campaigns, CancellationToken ct)
    {
        if (await sessions.FindUserAsync(caller.SessionId, clock.GetUtcNow(), ct) is not { Disabled: false } user)
        {
            return false;
        }

        var now = new Caller(user, caller.SessionId);
        // Nobody is narrowed often: only then is each campaign looked up again.
        if (now.Scope.All || (user.Role == caller.User.Role && user.TenantIds.SequenceEqual(caller.User.TenantIds)
            && user.CampaignIds.SequenceEqual(caller.User.CampaignIds)))
        {
            return true;
        }

        foreach (var campaign in campaigns)
        {
            if (await reads.Campaigns.FindAsync(now.Scope, campaign, ct) is null)
            {
                return false;
            }
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Campaign {Campaign} could not be looked at for the live feed.")]
    private partial void LogNotRead(string campaign, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A live connection's session could not be looked up.")]
    private partial void LogNotChecked(Exception e);
}
