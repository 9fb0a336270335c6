using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace PrizeDraw.Api.Live;

/// <summary>Who on this host looks at which campaigns. Every number is bounded, so that looking costs the platform little.</summary>
internal sealed class LiveFeeds(LiveReads reads)
{
    /// <summary>Campaigns that one connection may look at.</summary>
    public const int PerConnectionMax = 20;

    /// <summary>Connections to this host, and campaigns that they look at in all.</summary>
    public const int ConnectionsMax = 1000, CampaignsMax = 200;

    private readonly object _gate = new();
    private readonly Dictionary<string, LiveConnection> _connections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LiveFeed> _feeds = new(StringComparer.Ordinal);

    /// <summary>False when there are too many connections already.</summary>
    public bool TryConnect(LiveConnection connection)
    {
        lock (_gate)
        {
            return _connections.Count < ConnectionsMax && _connections.TryAdd(connection.Id, connection);
        }
    }

    public void Disconnect(LiveConnection connection)
    {
        lock (_gate)
        {
            _connections.Remove(connection.Id);
            foreach (var campaign in connection.Campaigns.ToArray())
            {
                Leave(connection, campaign);
            }
        }
    }

    /// <summary>The campaign's feed; null when the connection, or this host, looks at too many, or the connection has gone.</summary>
    public LiveFeed? Join(LiveConnection connection, string tenantId, string campaignId)
    {
        lock (_gate)
        {
            if (!_connections.ContainsKey(connection.Id))
            {
                return null;
            }

            if (connection.Campaigns.Contains(campaignId))
            {
                return _feeds[campaignId];
            }

            var isThere = _feeds.TryGetValue(campaignId, out var feed);
            if (connection.Campaigns.Count >= PerConnectionMax || (!isThere && _feeds.Count >= CampaignsMax))
            {
                return null;
            }

            feed ??= _feeds[campaignId] = new LiveFeed(tenantId, campaignId, reads);
            connection.Campaigns.Add(campaignId);
            feed.Subscribers++;
            return feed;
        }
    }

    public void Leave(LiveConnection connection, string campaignId)
    {
        lock (_gate)
        {
            if (connection.Campaigns.Contains(campaignId) && _feeds.TryGetValue(campaignId, out var feed))
            {
                connection.Campaigns.Remove(campaignId);
                feed.Leave(connection.Id);
                if (--feed.Subscribers == 0)
                {
                    _feeds.Remove(campaignId);
                }
            }
        }
    }

    /// <summary>Campaigns that somebody looks at now.</summary>
    public ImmutableArray<LiveFeed> Feeds()
    {
        lock (_gate)
        {
            return [.. _feeds.Values];
        }
    }

    /// <summary>Connections with the campaigns that each looks at.</summary>
    public ImmutableArray<(LiveConnection Connection, ImmutableArray<string> Campaigns)> Connections()
    {
        lock (_gate)
        {
            return [.. _connections.Values.Select(connection => (connection, connection.Campaigns.ToImmutableArray()))];
        }
    }
}
