using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Benchmarks.Loads;

/// <summary>
/// Entries at a constant rate whatever the answers: a pacing thread sends each when it is due, on a free connection, or lets it wait for
/// one. Latency counts from when it was due, so that a stalled server is charged with everybody whom it kept waiting.
/// </summary>
internal sealed partial class OpenLoad(LoadOrder order, double perSecond)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly Tally tally = new(order.Targets.Length);
    private readonly Lock turn = new();
    private readonly Stack<Connection> free = new();
    private readonly Queue<long> waiting = new();
    private readonly List<double> latencies = [];
    private long serial = order.FirstSerial, countFrom;
    private int underWay, answeredInTime, waitingMost;

    public async Task<JsonObject> RunAsync()
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, order.Connections).Select(_ => ConnectAsync()));
        var reading = connections.Select(ReadAsync).ToArray();
        var total = (long)((order.WarmSeconds + order.Seconds) * perSecond);
        var warm = (long)(order.WarmSeconds * perSecond);
        await Task.Factory.StartNew(() => Pace(total, warm), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var drainFrom = Stopwatch.GetTimestamp();
        while (Pending() > 0 && Stopwatch.GetElapsedTime(drainFrom) < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        foreach (var connection in connections)
        {
            connection.Socket.Dispose();
        }

        await Task.WhenAll(reading);
        return Result(total - warm);
    }

    private JsonObject Result(long due)
    {
        latencies.Sort();
        var result = tally.ToJson();
        result["perSecond"] = perSecond;
        result["due"] = due;
        result["missed"] = due - answeredInTime;
        result["waitingMost"] = waitingMost;
        result["nextSerial"] = serial;
        foreach (var (name, share) in (ReadOnlySpan<(string, double)>)[("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999), ("max", 1)])
        {
            result[name] = latencies.Count == 0 ? null : latencies[Math.Min(latencies.Count - 1, (int)(latencies.Count * share))];
        }

        return result;
    }

    private void Pace(long total, long warm)
    {
        var ticksEach = Stopwatch.Frequency / perSecond;
        var start = Stopwatch.GetTimestamp();
        countFrom = start + (long)(warm * ticksEach);
        for (long sent = 0; sent < total;)
        {
            var now = Stopwatch.GetTimestamp();
            for (; sent < total && start + (long)(sent * ticksEach) is var due && due <= now; sent++)
            {
                Send(due);
            }

            // Finer than a timer's tick, and leaves the processor to those who are measured.
            Libc.Sleep(100);
        }
    }

    private void Send(long due)
    {
        Connection? connection;
        lock (turn)
        {
            underWay++;
            if (!free.TryPop(out connection))
            {
                waiting.Enqueue(due);
                waitingMost = Math.Max(waitingMost, waiting.Count);
                return;
            }
        }

        Send(connection, due);
    }

    private void Send(Connection connection, long due)
    {
        (connection.Due, connection.Serial) = (due, Interlocked.Increment(ref serial) - 1);
        var length = order.Targets[0].Write(connection.Serial, connection.Request);
        // A request always fits into an idle socket's buffer, so that this does not wait.
        connection.Socket.Send(connection.Request.AsSpan(0, length));
    }

    private int Pending()
    {
        lock (turn)
        {
            return underWay;
        }
    }

    private async Task<Connection> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, order.Port);
        var connection = new Connection(socket, new byte[order.Targets[0].LengthMax]);
        lock (turn)
        {
            free.Push(connection);
        }

        return connection;
    }

    private async Task ReadAsync(Connection connection)
    {
        var (received, have) = (new byte[16 * 1024], 0);
        try
        {
            while (true)
            {
                var more = await connection.Socket.ReceiveAsync(received.AsMemory(have), SocketFlags.None);
                have += more;
                if (more == 0)
                {
                    return;
                }

                if (Answer.TryRead(received.AsSpan(0, have), out var answer))
                {
                    have = 0;
                    Take(connection, answer);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The load is over, or the server has gone: what was not answered is missed.
        }
    }

    private void Take(Connection connection, in Answer answer)
    {
        var now = Stopwatch.GetTimestamp();
        long next;
        lock (turn)
        {
            underWay--;
            tally.Take(answer, 0, connection.Serial);
            if (connection.Due >= countFrom && answer.Status == 201)
            {
                answeredInTime++;
                latencies.Add((now - connection.Due) * 1000.0 / Stopwatch.Frequency);
            }

            if (!waiting.TryDequeue(out next))
            {
                free.Push(connection);
                return;
            }
        }

        Send(connection, next);
    }

    private sealed class Connection(Socket socket, byte[] request)
    {
        public Socket Socket => socket;

        public byte[] Request => request;

        public long Due { get; set; }

        public long Serial { get; set; }
    }

    private static partial class Libc
    {
        [LibraryImport("libc", EntryPoint = "usleep")]
        public static partial int Sleep(uint microseconds);
    }
}
