using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using PrizeDraw.Api.Identity;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Api.Live;

/// <summary>
/// The live feed: a page names the campaigns that it shows, and is told of their deployments, counters and stock alerts. What a page may
/// look at is what it may read by GET; other campaigns are not there.
/// </summary>
internal sealed class LiveHub(LiveFeeds feeds, LiveReads reads, IHubContext<LiveHub> hub) : Hub
{
    private LiveConnection Connection => (LiveConnection)Context.Items[typeof(LiveConnection)]!;

    public override Task OnConnectedAsync()
    {
        var caller = Context.Features.Get<IHttpContextFeature>()?.HttpContext?.Features.Get<Caller>();
        var connection = new LiveConnection(Context, caller ?? throw new InvalidOperationException("The live feed is for signed-in people."));
        Context.Items[typeof(LiveConnection)] = connection;
        if (feeds.TryConnect(connection))
        {
            _ = connection.PumpAsync(hub.Clients.Client(connection.Id));
        }
        else
        {
            connection.End();
        }

        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        feeds.Disconnect(Connection);
        Connection.End();
        return Task.CompletedTask;
    }

    /// <summary>Tells how the campaign stands now, and of every change from here on.</summary>
    public async Task Subscribe(string campaignId)
    {
        var (connection, ct) = (Connection, Context.ConnectionAborted);
        if (!Ids.TryParse(Ids.Campaign, campaignId, out _)
            || await reads.Campaigns.FindAsync(connection.Caller.Scope, campaignId, ct) is not { } campaign)
        {
            throw new HubException("campaign.not_found");
        }

        var feed = feeds.Join(connection, campaign.TenantId, campaign.Id) ?? throw new HubException("live.too_many");
        try
        {
            await feed.JoinAsync(connection, ct);
        }
        catch
        {
            feeds.Leave(connection, campaign.Id);
            throw;
        }
    }

    /// <summary>Tells nothing more of the campaign.</summary>
    public void Unsubscribe(string campaignId) => feeds.Leave(Connection, campaignId);
}
