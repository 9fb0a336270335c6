using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace PrizeDraw.Engine.Conformance;

/// <summary>
/// How tests and the grains of one process wait for each other: what happens is noted under a name, in order, and gates hold a
/// grain until the test opens them. Nothing sleeps.
/// </summary>
public sealed class Signals
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly ConcurrentDictionary<string, Channel<string>> _noted = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly ConcurrentQueue<string> _all = new();

    /// <summary>All notes of all names, in order.</summary>
    public IReadOnlyCollection<string> All => _all;

    public void Note(string name, string text = "")
    {
        _all.Enqueue(name + text);
        Of(name).Writer.TryWrite(text);
    }

    /// <summary>The next note under that name; fails after two minutes.</summary>
    public async Task<string> NextAsync(string name)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            return await Of(name).Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Nothing was noted under '{name}' within {Patience}. Noted: {string.Join(", ", _all)}");
        }
    }

    public bool AnyLeft(string name) => Of(name).Reader.TryPeek(out _);

    public Task GateAsync(string name) => Gate(name).Task;

    public void Open(string name) => Gate(name).TrySetResult();

    private Channel<string> Of(string name) => _noted.GetOrAdd(name, _ => Channel.CreateUnbounded<string>());

    private TaskCompletionSource Gate(string name) =>
        _gates.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
