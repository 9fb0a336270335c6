using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace PrizeDraw.TestKit;

/// <summary>Hears hosts say what they hold until a restored installation is confirmed: the only sign of work that is not done.</summary>
public sealed class HeldLog : ILoggerProvider, ILogger
{
    private const string Held = "waits until the restored installation is confirmed";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly ConcurrentQueue<string> said = [];

    /// <summary>Wakes something, and waits until a host has said that it holds what has this in its key.</summary>
    public async Task HoldsAsync(string key, Func<Task> wake)
    {
        var before = Count(key);
        await wake();
        await Polling.UntilAsync(() => Task.FromResult(Count(key)), count => count > before, Patience, _ => Task.FromResult($"no word that {key} is held"));
    }

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        if (text.Contains(Held, StringComparison.Ordinal))
        {
            said.Enqueue(text);
        }
    }

    public void Dispose()
    {
        // It outlives the hosts that it hears.
    }

    private int Count(string key) => said.Count(text => text.Contains(key, StringComparison.Ordinal));
}
