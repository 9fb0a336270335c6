using System;
using PrizeDraw.Storage.Central;

namespace PrizeDraw.Storage.Campaign;

/// <summary>How many campaign connections a host holds.</summary>
public sealed record CampaignConnectionOptions
{
    /// <summary>Connections to campaign databases in use at once, over all campaigns of this host. 1 to 1000.</summary>
    public int ConnectionsMax { get; init; } = 60;

    /// <summary>How long to wait for one before <see cref="StorageUnavailableException"/>. 0.1 to 30 s.</summary>
    public TimeSpan WaitMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Port of the PostgreSQL that the platform runs itself on 127.0.0.1; null when it runs none. A campaign's database on 127.0.0.1 is then
    /// on that server, whatever port it had when the database was made.
    /// </summary>
    public int? EmbeddedPort { get; init; }

    /// <summary>How patient connections are; null for what the central database's connection string says.</summary>
    public ConnectionTimes? Times { get; init; }
}
