using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Central;

/// <summary>Where the central database is and how its roles are known.</summary>
public sealed record CentralOptions
{
    /// <summary>
    /// Connection string of a superuser, or of a role with CREATEDB and CREATEROLE, on any existing database of the server
    /// (PostgreSQL 15 or later). Used at start alone.
    /// </summary>
    public required string AdminConnectionString { get; init; }

    public required MasterKey MasterKey { get; init; }

    /// <summary>The key that is being replaced; null when none is.</summary>
    public MasterKey? PreviousMasterKey { get; init; }

    /// <summary>Name of the central database.</summary>
    public string Database { get; init; } = "platform";

    /// <summary>Connections that the writing role opens at most, per host. 1 to 1000.</summary>
    public int AppConnectionsMax { get; init; } = 30;

    /// <summary>Connections that the reading and the system role open at most each, per host. 1 to 1000.</summary>
    public int ReaderConnectionsMax { get; init; } = 20;
}
