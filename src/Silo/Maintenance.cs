using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Postgres;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Silo;

/// <summary>
/// The installation's PostgreSQL for a command that runs beside the platform or without it: the running server, else the embedded one, started
/// for as long as this lives.
/// </summary>
internal sealed class Maintenance : IAsyncDisposable
{
    private readonly EmbeddedPostgres? started;

    private Maintenance(CentralOptions central, EmbeddedPostgres? started)
    {
        (Central, this.started) = (central, started);
        Connections = new CentralConnections(central);
    }

    public CentralOptions Central { get; }

    public CentralConnections Connections { get; }

    public static async Task<Maintenance> OpenAsync(PlatformOptions options, MasterKey key, CancellationToken ct, MasterKey? previous = null)
    {
        var isOurs = options.EmbeddedPostgresPort is not null && !await ListensAsync(options.EmbeddedPostgresPort.Value, ct);
        var server = isOurs ? await PlatformHost.StartPostgresAsync(options, ct) : null;
        var admin = options.Database ?? server?.SuperuserConnectionString ?? Running(options);
        return new Maintenance(new CentralOptions { AdminConnectionString = admin, MasterKey = key, PreviousMasterKey = previous }, server);
    }

    /// <summary>Whether anything listens on that port of this machine.</summary>
    public static async Task<bool> ListensAsync(int port, CancellationToken ct)
    {
        using var client = new TcpClient();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            await client.ConnectAsync("127.0.0.1", port, limit.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connections.DisposeAsync();
        await (started?.DisposeAsync() ?? default);
    }

    /// <summary>The superuser of the server that a running platform has started.</summary>
    private static string Running(PlatformOptions options) => EmbeddedFiles.ConnectionStringOf(
        Path.Combine(Path.GetFullPath(options.DataFolder), "postgres"), options.EmbeddedPostgresPort!.Value);
}
