using System;
using System.Collections.Generic;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.AspNetCore.SignalR;
using PrizeDraw.Api.Identity;

namespace PrizeDraw.Api.Live;

/// <summary>
/// A page that is connected. Messages to it wait in a short queue of its own, so that one that reads slowly holds up no other; one that
/// falls too far behind is cut off, comes back and is told how things stand.
/// </summary>
internal sealed class LiveConnection(HubCallerContext context, Caller caller)
{
    private const int QueueMax = 64;

    private readonly Channel<LiveMessage> _queue = Channel.CreateBounded<LiveMessage>(
        new BoundedChannelOptions(QueueMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public string Id => context.ConnectionId;

    public Caller Caller => caller;

    /// <summary>Campaigns that it looks at; read and changed under the lock of <see cref="LiveFeeds"/>.</summary>
    public HashSet<string> Campaigns { get; } = new(StringComparer.Ordinal);

    /// <summary>False when the connection has ended, or ends now because it has fallen behind.</summary>
    public bool Tell(IEnumerable<LiveMessage> messages)
    {
        foreach (var message in messages)
        {
            if (!_queue.Writer.TryWrite(message))
            {
                End();
                return false;
            }
        }

        return true;
    }

    /// <summary>Sends what is queued, until the connection ends.</summary>
    public async Task PumpAsync(IClientProxy client)
    {
        try
        {
            await foreach (var message in _queue.Reader.ReadAllAsync(context.ConnectionAborted))
            {
                await client.SendAsync(message.Name, message.Body, context.ConnectionAborted);
            }
        }
        catch (Exception)
        {
            // Whatever it was, this connection has missed something.
            End();
        }
    }

    public void End()
    {
        _queue.Writer.TryComplete();
        context.Abort();
    }
}
