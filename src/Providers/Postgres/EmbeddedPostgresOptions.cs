using System;
using System.Collections.Generic;

namespace PrizeDraw.Providers.Postgres;

/// <summary>How the PostgreSQL server that comes with the platform is run.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>The folder that holds <c>bin/postgres</c> and <c>bin/initdb</c>: see <see cref="PostgresBinaries.Find"/>.</summary>
    public required string BinariesFolder { get; init; }

    /// <summary>Everything of this server lies in this folder; made if need be. One host at a time.</summary>
    public required string DataFolder { get; init; }

    /// <summary>TCP port on 127.0.0.1, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>
    /// False switches fsync off: a power cut then loses the database. For tests only; a killed process loses nothing either way.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>Connections the server allows, 10 to 10000; default 200.</summary>
    public int ConnectionsMax { get; init; } = 200;

    /// <summary>How long a start may take, recovery after a crash included; default two minutes.</summary>
    public TimeSpan StartTimeLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a server left behind by a killed host is waited for; default ten seconds.</summary>
    public TimeSpan PreviousInstanceTimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// As root only: where binaries and data go when the user that runs the server can't reach the folders above, for
    /// instance below a closed /root.
    /// </summary>
    public string RelocationFolder { get; init; } = "/var/lib/prizedraw";

    /// <summary>As root only: the unprivileged user that runs the server, which refuses to run as root.</summary>
    public string ServerUser { get; init; } = "nobody";

    /// <summary>Further server settings, such as <c>shared_buffers</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Refuses values out of range with an <see cref="ArgumentOutOfRangeException"/>.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, 65535);
        ArgumentOutOfRangeException.ThrowIfLessThan(ConnectionsMax, 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ConnectionsMax, 10_000);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StartTimeLimit, TimeSpan.Zero);
    }
}
