using Npgsql;

namespace PrizeDraw.Storage.Central;

/// <summary>
/// How long connections to databases are patient. Short by themselves: a database that is away must be noticed within seconds, and what cannot be
/// done now is answered 503. What the installation's own connection string names counts instead: Npgsql takes the time for connecting by the wall
/// clock, which leaps where a virtual machine was paused.
/// </summary>
/// <param name="ConnectSeconds">For connecting. 0 (no limit) to 1024.</param>
/// <param name="StatementSeconds">For one statement. 0 (no limit) or more.</param>
public sealed record ConnectionTimes(int ConnectSeconds = 5, int StatementSeconds = 15)
{
    /// <summary>What the connection string names (<c>Timeout</c>, <c>Command Timeout</c>), and the short times for what it does not.</summary>
    public static ConnectionTimes Of(string connectionString)
    {
        var (given, usual) = (new NpgsqlConnectionStringBuilder(connectionString), new ConnectionTimes());
        return new ConnectionTimes(
            given.ShouldSerialize("Timeout") ? given.Timeout : usual.ConnectSeconds,
            given.ShouldSerialize("Command Timeout") ? given.CommandTimeout : usual.StatementSeconds);
    }

    internal NpgsqlConnectionStringBuilder Set(NpgsqlConnectionStringBuilder builder)
    {
        builder.Timeout = ConnectSeconds;
        builder.CommandTimeout = StatementSeconds;
        builder.CancellationTimeout = 2000;
        builder.TcpKeepAlive = true;
        builder.TcpKeepAliveTime = 5;
        builder.TcpKeepAliveInterval = 2;
        builder.IncludeErrorDetail = false;
        return builder;
    }
}
