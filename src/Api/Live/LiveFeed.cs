using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Notices;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Notices;

namespace PrizeDraw.Api.Live;

/// <summary>What is read for the campaigns that somebody on this host looks at.</summary>
internal sealed record LiveReads(ICampaignQueries Campaigns, ICampaignDataQueries Data, INoticeQueries Notices);

/// <summary>
/// One campaign as this host last saw it. Each look reads the tables that every host reads, and tells what is new since the look before:
/// nothing has to be sent from host to host.
/// </summary>
internal sealed class LiveFeed(string tenantId, string campaignId, LiveReads reads)
{
    /// <summary>Newest notices that each look compares.</summary>
    private const int NoticesMax = 20;

    private static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(1), PauseMax = TimeSpan.FromSeconds(4);

    private readonly Scope _scope = new([tenantId], [campaignId], false);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<string, LiveConnection> _audience = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private ImmutableHashSet<string>? _notices;

    public string CampaignId => campaignId;

    /// <summary>How long to wait after the last look: a second while something changes, up to four while nothing does.</summary>
    public TimeSpan Pause { get; private set; } = PauseMin;

    /// <summary>When the last look ended, as a timestamp of the host's clock.</summary>
    public long LookedAt { get; set; }

    /// <summary>Connections that look at this campaign; counted under the lock of <see cref="LiveFeeds"/>.</summary>
    public int Subscribers { get; set; }

    /// <summary>
    /// Tells a connection how things stand, and from then on what changes. Within a turn, so that it neither misses a change nor is told
    /// an older state after a newer one. Notices that are there already are for it to read in the list.
    /// </summary>
    public Task JoinAsync(LiveConnection connection, CancellationToken ct) => InTurnAsync(async () =>
    {
        _notices ??= [.. (await NoticesAsync(ct)).Select(notice => notice.Id)];
        var state = await StateAsync(ct);
        if (connection.Tell(state) && _audience.IsEmpty)
        {
            // Nobody else is to be told of what is new in it.
            _ = state.Count(IsNew);
        }

        _audience[connection.Id] = connection;
    }, ct);

    public void Leave(string connectionId) => _audience.TryRemove(connectionId, out _);

    /// <summary>Reads, and tells everybody what is new.</summary>
    public Task LookAsync(CancellationToken ct) => InTurnAsync(async () =>
    {
        ImmutableArray<LiveMessage> changes = [.. (await StateAsync(ct)).Where(IsNew), .. await NewNoticesAsync(ct)];
        foreach (var connection in _audience.Values)
        {
            if (!connection.Tell(changes))
            {
                Leave(connection.Id);
            }
        }

        Pause = changes.Length > 0 ? PauseMin : Pause * 2 < PauseMax ? Pause * 2 : PauseMax;
    }, ct);

    private async Task<ImmutableArray<LiveMessage>> StateAsync(CancellationToken ct)
    {
        var state = ImmutableArray.CreateBuilder<LiveMessage>();
        if ((await reads.Campaigns.DeploymentsAsync(_scope, campaignId, 1, null, ct)).Items is [var latest, ..])
        {
            state.Add(new LiveMessage(LiveMessages.Deployment, new LiveDeployment(campaignId, DeploymentAnswer.From(latest))));
        }

        if (await StatsAsync(ct) is { } stats)
        {
            state.Add(new LiveMessage(LiveMessages.Counters, LiveCounters.From(campaignId, stats)));
        }

        return state.ToImmutable();
    }

    private async Task<CampaignStats?> StatsAsync(CancellationToken ct)
    {
        try
        {
            return await reads.Data.StatsAsync(tenantId, campaignId, ct);
        }
        catch (CampaignPutAwayException)
        {
            // While its database is put away, or comes back, there is nothing to count, but very much to tell.
            return null;
        }
    }

    private bool IsNew(LiveMessage message)
    {
        // What is left of the time is less each second. It is told with what has happened, and is no news by itself.
        var body = message.Body is LiveDeployment told ? told with { Deployment = told.Deployment with { Estimate = null } } : message.Body;
        var text = JsonSerializer.Serialize(body, body.GetType(), WireJson.Options);
        var isNew = _told.GetValueOrDefault(message.Name) != text;
        _told[message.Name] = text;
        return isNew;
    }

    private async Task<ImmutableArray<LiveMessage>> NewNoticesAsync(CancellationToken ct)
    {
        var (newest, known) = (await NoticesAsync(ct), _notices);
        // What has left the newest can't come back into them, since ids sort by time.
        _notices = [.. newest.Select(notice => notice.Id)];
        return known is null
            ? []
            : [.. newest.Reverse().Where(notice => !known.Contains(notice.Id))
                .Select(notice => new LiveMessage(LiveMessages.Stock, new LiveNotice(campaignId, NoticeAnswer.From(notice))))];
    }

    private async Task<ImmutableArray<NoticeView>> NoticesAsync(CancellationToken ct) =>
        (await reads.Notices.ListAsync(_scope, campaignId, NoticesMax, null, ct)).Items;

    private async Task InTurnAsync(Func<Task> work, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            await work();
        }
        finally
        {
            _turn.Release();
        }
    }
}
