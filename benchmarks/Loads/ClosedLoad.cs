using System;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Benchmarks.Loads;

/// <summary>How a load is driven.</summary>
/// <param name="Targets">Sites to enter, by turns over the connections.</param>
/// <param name="FirstSerial">Serial of the first person; nobody has entered with it or a later one yet.</param>
internal sealed record LoadOrder(int Port, RequestTemplate[] Targets, int Connections, double WarmSeconds, double Seconds, long FirstSerial);

/// <summary>
/// As many entrants at once as there are connections, each with the next person as soon as the one before was answered. Counts what was
/// answered within the measured time; then lets those under way finish, so that what is acknowledged is known exactly.
/// </summary>
internal sealed class ClosedLoad(LoadOrder order)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Tally tally = new(order.Targets.Length);
    private long serial = order.FirstSerial;
    private readonly Socket[] sockets = [.. Enumerable.Range(0, order.Connections).Select(_ => Open())];
    private volatile bool ended;

    public async Task<JsonObject> RunAsync()
    {
        var connections = Enumerable.Range(0, order.Connections).Select(i => RunConnectionAsync(sockets[i], i % order.Targets.Length)).ToArray();
        await PauseAsync(order.WarmSeconds);
        var (from, before) = (Stopwatch.GetTimestamp(), tally.Accepted);
        await PauseAsync(order.Seconds);
        var (measured, counted) = (Stopwatch.GetElapsedTime(from).TotalSeconds, tally.Accepted - before);
        ended = true;
        await FinishAsync(Task.WhenAll(connections));
        var result = tally.ToJson();
        result["seconds"] = measured;
        result["perSecond"] = counted / measured;
        result["nextSerial"] = serial;
        return result;
    }

    /// <summary>Sockets that are not answered are closed: that ends their waiting, and counts as lost.</summary>
    private async Task FinishAsync(Task connections)
    {
        if (await Task.WhenAny(connections, PauseAsync(Patience.TotalSeconds)) != connections)
        {
            foreach (var socket in sockets)
            {
                socket.Dispose();
            }
        }

        await connections;
    }

    private static Task PauseAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);

    private static Socket Open() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private async Task RunConnectionAsync(Socket connection, int target)
    {
        using var socket = connection;
        var (template, received) = (order.Targets[target], new byte[16 * 1024]);
        var request = new byte[template.LengthMax];
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, order.Port);
            while (!ended)
            {
                var mine = Interlocked.Increment(ref serial) - 1;
                await socket.SendAsync(request.AsMemory(0, template.Write(mine, request)), SocketFlags.None);
                tally.Take(await AnswerAsync(socket, received), target, mine);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            tally.Lose();
        }
    }

    private static async ValueTask<Answer> AnswerAsync(Socket socket, byte[] received)
    {
        var have = 0;
        while (true)
        {
            var more = await socket.ReceiveAsync(received.AsMemory(have), SocketFlags.None);
            have += more;
            if (more == 0)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }

            if (Answer.TryRead(received.AsSpan(0, have), out var answer))
            {
                return answer;
            }
        }
    }
}
