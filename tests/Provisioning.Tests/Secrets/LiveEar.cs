using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>A page that has the live feed open all the time and keeps every record that it was sent, as it came.</summary>
internal sealed class LiveEar : IAsyncDisposable
{
    private const char End = '\u001e';
    private const string Ping = """{"type":6}""";

    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource ending = new();
    private readonly SemaphoreSlim oneAtATime = new(1);
    private Task listening = Task.CompletedTask, pinging = Task.CompletedTask;

    public ConcurrentQueue<string> Heard { get; } = new();

    /// <summary>What was told after the connection was lost is not among <see cref="Heard"/>.</summary>
    public bool IsListening => !listening.IsCompleted && socket.State == WebSocketState.Open;

    /// <summary>Connects as browsers do: with the token in the address.</summary>
    public static async Task<LiveEar> ConnectAsync(Uri api, string token)
    {
        var ear = new LiveEar();
        var address = new UriBuilder(api) { Scheme = "ws", Path = "/v1/live", Query = "access_token=" + Uri.EscapeDataString(token) }.Uri;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await ear.socket.ConnectAsync(address, limit.Token);
        await ear.SendAsync("""{"protocol":"json","version":1}""");
        ear.listening = ear.ListenAsync();
        ear.pinging = ear.PingAsync();
        return ear;
    }

    public Task SubscribeAsync(string campaign) =>
        SendAsync($$"""{"type":1,"invocationId":"{{campaign}}","target":"Subscribe","arguments":["{{campaign}}"]}""");

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(listening, pinging).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
        oneAtATime.Dispose();
        ending.Dispose();
    }

    private async Task SendAsync(string record)
    {
        await oneAtATime.WaitAsync(ending.Token);
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(record + End), WebSocketMessageType.Text, endOfMessage: true, ending.Token);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <summary>The hub takes whoever is silent for 45 seconds for gone.</summary>
    private async Task PingAsync()
    {
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(10));
        while (await tick.WaitForNextTickAsync(ending.Token))
        {
            await SendAsync(Ping);
        }
    }

    private async Task ListenAsync()
    {
        var buffer = new byte[16 * 1024];
        using var rest = new MemoryStream();
        while ((await socket.ReceiveAsync(buffer, ending.Token)) is { MessageType: not WebSocketMessageType.Close } part)
        {
            rest.Write(buffer, 0, part.Count);
            if (!part.EndOfMessage)
            {
                continue;
            }

            foreach (var record in Encoding.UTF8.GetString(rest.ToArray()).Split(End, StringSplitOptions.RemoveEmptyEntries))
            {
                if (record != Ping)
                {
                    Heard.Enqueue(record);
                }
            }

            rest.SetLength(0);
        }
    }
}
