using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Doubles.Supabase;

/// <summary>Where the pooler brings a login to.</summary>
/// <param name="RequiresTls">Whether the project refuses connections without TLS.</param>
internal sealed record PooledLogin(string User, string Database, bool RequiresTls);

/// <summary>
/// What stands before the databases of all projects: takes connections by TLS under a certificate of its own authority, reads from the
/// login <c>role.ref</c> which project is meant, and hands the bytes on. Of what a client asks for in its first message nothing gets through
/// but user, encoding and <c>options=--search_path=…</c>: so does Supavisor, whose source drops every other way of asking for a schema.
/// </summary>
internal sealed class SupabasePooler : IAsyncDisposable
{
    private const int SslRequest = 80877103;
    private const int GssRequest = 80877104;
    private const int Protocol3 = 196608;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly PoolerCertificate _certificate = new();
    private readonly int _serverPort;
    private readonly Func<string, PooledLogin?> _find;
    private readonly Task _accepting;

    /// <param name="serverPort">Where the PostgreSQL server behind it listens on 127.0.0.1.</param>
    /// <param name="find">Knows a login, or does not.</param>
    public SupabasePooler(int serverPort, Func<string, PooledLogin?> find)
    {
        (_serverPort, _find) = (serverPort, find);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>PEM file with the root of its certificate.</summary>
    public string RootCertificate => _certificate.RootFile;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _certificate.Dispose();
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The double has ended.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await ServeAsync(client.GetStream(), _ending.Token);
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // One side is gone, or does not trust us: so ends the connection.
            }
        }
    }

    private async Task ServeAsync(Stream stream, CancellationToken ct)
    {
        var isTls = false;
        while (true)
        {
            var (code, body) = await ReadFirstAsync(stream, ct);
            switch (code)
            {
                case SslRequest when !isTls:
                    await stream.WriteAsync("S"u8.ToArray(), ct);
                    var secured = new SslStream(stream);
                    await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate.Server }, ct);
                    (stream, isTls) = (secured, true);
                    continue;
                case GssRequest:
                    await stream.WriteAsync("N"u8.ToArray(), ct);
                    continue;
                case Protocol3:
                    await StartAsync(stream, Parameters(body), isTls, ct);
                    return;
                default:
                    // A request to cancel, which drivers can do without.
                    return;
            }
        }
    }

    private async Task StartAsync(Stream client, Dictionary<string, string> asked, bool isTls, CancellationToken ct)
    {
        var login = _find(asked.GetValueOrDefault("user", ""));
        if (login is null)
        {
            await client.WriteAsync(Error("XX000", "Tenant or user not found"), ct);
            return;
        }

        if (login.RequiresTls && !isTls)
        {
            await client.WriteAsync(Error("28000", "SSL connection is required"), ct);
            return;
        }

        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, _serverPort, ct);
        var server = connection.GetStream();
        await server.WriteAsync(StartMessage(login, asked), ct);
        await Task.WhenAny(client.CopyToAsync(server, ct), server.CopyToAsync(client, ct));
    }

    private static async Task<(int Code, byte[] Body)> ReadFirstAsync(Stream stream, CancellationToken ct)
    {
        var head = new byte[8];
        await stream.ReadExactlyAsync(head, ct);
        var length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length is < 8 or > 10_000)
        {
            throw new IOException("This is no PostgreSQL client.");
        }

        var body = new byte[length - 8];
        await stream.ReadExactlyAsync(body, ct);
        return (BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)), body);
    }

    private static Dictionary<string, string> Parameters(byte[] body)
    {
        var words = Encoding.UTF8.GetString(body).Split('\0');
        return words.Chunk(2).Where(pair => pair is [{ Length: > 0 }, _]).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    private static byte[] StartMessage(PooledLogin login, Dictionary<string, string> asked)
    {
        List<string> parameters = ["user", login.User, "database", login.Database, "client_encoding", asked.GetValueOrDefault("client_encoding", "UTF8")];
        if (asked.TryGetValue("options", out var options) && options.StartsWith("--search_path=", StringComparison.Ordinal))
        {
            parameters.AddRange(["options", options]);
        }

        var words = string.Join('\0', parameters) + "\0\0";
        var message = new byte[8 + Encoding.UTF8.GetByteCount(words)];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), Protocol3);
        Encoding.UTF8.GetBytes(words, message.AsSpan(8));
        return message;
    }

    private static byte[] Error(string code, string text)
    {
        var fields = Encoding.UTF8.GetBytes($"SFATAL\0VFATAL\0C{code}\0M{text}\0\0");
        var message = new byte[5 + fields.Length];
        message[0] = (byte)'E';
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + fields.Length);
        fields.CopyTo(message, 5);
        return message;
    }
}
