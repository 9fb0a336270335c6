using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Orleans.Runtime;

/// <summary>
/// Runs the stored statements of OrleansQuery. A database that is away for a moment is waited for, within bounds.
/// </summary>
internal sealed partial class OrleansDatabase(
    IServiceProvider services, IOptions<EmbeddedOrleansOptions> options, ILogger<OrleansDatabase> logger)
{
    private readonly Lazy<NpgsqlDataSource> _source = new(() => options.Value.DataSource?.Invoke(services)
        ?? services.GetService<NpgsqlDataSource>()
        ?? throw new OrleansConfigurationException(
            $"Persistent state and reminders need a database: set {nameof(EmbeddedOrleansOptions.DataSource)} or register an NpgsqlDataSource."));

    private readonly TimeProvider _time = services.GetService<TimeProvider>() ?? TimeProvider.System;
    private FrozenDictionary<string, string>? _queries;

    /// <summary>Whether there is a database at all; without one there are neither reminders nor states.</summary>
    internal bool IsConfigured => options.Value.DataSource is not null || services.GetService<NpgsqlDataSource>() is not null;

    internal string ServiceId => options.Value.ServiceId;

    /// <summary>Runs a statement once and reads its rows.</summary>
    internal async Task<List<T>> QueryAsync<T>(
        string key, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var text = (await QueriesAsync(cancellationToken).ConfigureAwait(false))[key];
        return await RunAsync(text, bind, read, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Does something again while it fails for reasons that pass. It must be harmless to repeat.
    /// </summary>
    internal async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsPassing(exception) && attempt < options.Value.StorageAttempts)
            {
                var pause = TimeSpan.FromMilliseconds(50 * Math.Pow(2, attempt - 1));
                LogRetry(logger, attempt, pause, exception.Message);
                await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether the database may well answer in a moment.</summary>
    private static bool IsPassing(Exception exception) =>
        exception is NpgsqlException { IsTransient: true } or TimeoutException
            or PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown };

    private async Task<FrozenDictionary<string, string>> QueriesAsync(CancellationToken cancellationToken)
    {
        if (_queries is { } known)
        {
            return known;
        }

        var rows = await RunAsync(
            "select QueryKey, QueryText from OrleansQuery", _ => { }, row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), cancellationToken)
            .ConfigureAwait(false);
        return _queries = rows.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private async Task<List<T>> RunAsync<T>(
        string text, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = _source.Value.CreateCommand(text);
        bind(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    [LoggerMessage(LogLevel.Warning, "The engine's database did not answer (attempt {attempt}); trying again in {pause}. {reason}")]
    private static partial void LogRetry(ILogger logger, int attempt, TimeSpan pause, string reason);
}
