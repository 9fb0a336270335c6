using System;
using System.Collections.Generic;
using System.IO;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.TestKit.Platform;

/// <summary>SignalR's JSON protocol over a WebSocket, spoken by hand: records of JSON, each ended by 0x1E.</summary>
public sealed class HubClient : IAsyncDisposable
{
    private const char End = '\u001e';
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly ClientWebSocket _socket = new();
    private readonly Queue<JsonObject> _received = new();
    private readonly List<JsonObject> _passed = [];
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private string _rest = "";
    private int _calls;

    /// <summary>Connects past the negotiation, the token in the query as browsers send it.</summary>
    public static async Task<HubClient> ConnectAsync(Uri api, string? token, string? header = null)
    {
        var client = new HubClient();
        if (header is not null)
        {
            client._socket.Options.SetRequestHeader("Authorization", header);
        }

        var address = new UriBuilder(api) { Scheme = "ws", Path = "/v1/live", Query = token is null ? "" : "access_token=" + Uri.EscapeDataString(token) }.Uri;
        using var limit = new CancellationTokenSource(Limit);
        await client._socket.ConnectAsync(address, limit.Token);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        var answer = await client.NextAsync();
        return answer.Count == 0 ? client : throw new InvalidDataException(answer.ToJsonString());
    }

    /// <summary>Calls the hub; null when it went well, else the error.</summary>
    public async Task<string?> CallAsync(string method, params string[] arguments)
    {
        var id = (++_calls).ToString(null, null);
        await SendAsync(new JsonObject
        {
            ["type"] = 1, ["invocationId"] = id, ["target"] = method, ["arguments"] = new JsonArray([.. Array.ConvertAll(arguments, a => (JsonNode)a)]),
        }.ToJsonString());
        while (true)
        {
            var message = await NextAsync();
            if ((int?)message["type"] == 3 && (string?)message["invocationId"] == id)
            {
                return (string?)message["error"];
            }

            _passed.Add(message);
        }
    }

    /// <summary>The next message of this name that is as asked for; others are passed over.</summary>
    public async Task<JsonObject> ToldAsync(string name, Func<JsonObject, bool>? when = null)
    {
        while (true)
        {
            JsonObject message;
            if (_passed.Count > 0)
            {
                (message, _) = (_passed[0], 0);
                _passed.RemoveAt(0);
            }
            else
            {
                message = await NextAsync();
            }

            if ((int?)message["type"] == 1 && (string?)message["target"] == name && message["arguments"]![0] is JsonObject body && when?.Invoke(body) != false)
            {
                return body;
            }
        }
    }

    /// <summary>Waits until the server ends the connection.</summary>
    public async Task EndedAsync()
    {
        try
        {
            while (true)
            {
                await NextAsync();
            }
        }
        catch (Exception e) when (e is WebSocketException or EndOfStreamException)
        {
            // As it should be.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        await Task.CompletedTask;
    }

    private Task SendAsync(string record) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(record + End), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private async Task<JsonObject> NextAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var buffer = new byte[16 * 1024];
        while (_received.Count == 0)
        {
            var part = await _socket.ReceiveAsync(buffer, limit.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new EndOfStreamException("The server has ended the connection.");
            }

            // A part may end within a character.
            var characters = new char[part.Count];
            var records = (_rest + new string(characters, 0, _decoder.GetChars(buffer, 0, part.Count, characters, 0))).Split(End);
            _rest = records[^1];
            foreach (var record in records[..^1])
            {
                var message = (JsonObject)JsonNode.Parse(record)!;
                if ((int?)message["type"] != 6)
                {
                    _received.Enqueue(message); // All but pings.
                }
            }
        }

        return _received.Dequeue();
    }
}
