using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using Orleans.Core;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>A stored state: its JSON in UTF-8 (null once cleared) and its version.</summary>
internal sealed record StateRow(byte[]? Payload, string? Version);

/// <summary>Reads and writes states in OrleansStorage, in the format of Orleans' ADO.NET provider.</summary>
internal sealed class StateStore(OrleansDatabase database, IOptions<EmbeddedOrleansOptions> options)
{
    private static readonly ConcurrentDictionary<Type, Func<StateStore, StorageKey, IStorage>> Factories = new();

    internal IStorage Create(Type stateType, string name, GrainId id) => Factories.GetOrAdd(stateType, type =>
    {
        var method = typeof(StateStore).GetMethod(nameof(New), System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!;
        return method.MakeGenericMethod(type).CreateDelegate<Func<StateStore, StorageKey, IStorage>>();
    })(this, StorageKey.Of(id, name));

    internal byte[] Serialize<T>(T state) => JsonSerializer.SerializeToUtf8Bytes(state, options.Value.StateSerializer);

    internal T? Deserialize<T>(byte[] payload) => JsonSerializer.Deserialize<T>(payload, options.Value.StateSerializer);

    internal Task<StateRow?> ReadAsync(StorageKey key, CancellationToken cancellationToken) =>
        database.RetryAsync(ct => ReadOnceAsync(key, ct), cancellationToken);

    /// <exception cref="InconsistentStateException">The row is not of the version expected.</exception>
    internal Task<string?> WriteAsync(StorageKey key, byte[] payload, string? version, CancellationToken cancellationToken) =>
        ChangeAsync("WriteToStorageKey", key, version, payload, cancellationToken);

    /// <inheritdoc cref="WriteAsync"/>
    internal Task<string?> ClearAsync(StorageKey key, string? version, CancellationToken cancellationToken) =>
        ChangeAsync("ClearStorageKey", key, version, null, cancellationToken);

    private static IStorage New<T>(StateStore store, StorageKey key) => new PersistentState<T>(store, key);

    private static int? Number(string? version) => string.IsNullOrWhiteSpace(version) ? null : int.Parse(version, CultureInfo.InvariantCulture);

    private async Task<StateRow?> ReadOnceAsync(StorageKey key, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync(
            "ReadFromStorageKey",
            parameters => key.Bind(parameters, database.ServiceId),
            row => new StateRow(
                row.IsDBNull(row.GetOrdinal("PayloadBinary")) ? null : row.GetFieldValue<byte[]>(row.GetOrdinal("PayloadBinary")),
                row.IsDBNull(row.GetOrdinal("Version")) ? null : row.GetInt32(row.GetOrdinal("Version")).ToString(CultureInfo.InvariantCulture)),
            cancellationToken).ConfigureAwait(false);
        return rows.SingleOrDefault();
    }

    private async Task<string?> ChangeAsync(
        string query, StorageKey key, string? version, byte[]? payload, CancellationToken cancellationToken)
    {
        var uncertain = false;
        return await database.RetryAsync(
            async ct =>
            {
                // After a lost answer nobody knows whether the write went through: look before writing again.
                if (uncertain && await FindWrittenAsync(key, version, payload, ct).ConfigureAwait(false) is { } found)
                {
                    return found;
                }

                uncertain = true;
                return await ChangeOnceAsync(query, key, version, payload, ct).ConfigureAwait(false) ?? throw Conflict(key, version);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?> FindWrittenAsync(StorageKey key, string? version, byte[]? payload, CancellationToken cancellationToken)
    {
        var row = await ReadOnceAsync(key, cancellationToken).ConfigureAwait(false);
        var isNext = row is not null && Number(row.Version) == (Number(version) ?? 0) + 1;
        var isSame = row is not null && (payload is null ? row.Payload is null : row.Payload is not null && row.Payload.AsSpan().SequenceEqual(payload));
        return isNext && isSame ? row!.Version : null;
    }

    private async Task<string?> ChangeOnceAsync(
        string query, StorageKey key, string? version, byte[]? payload, CancellationToken cancellationToken)
    {
        var versions = await database.QueryAsync(
            query,
            parameters =>
            {
                key.Bind(parameters, database.ServiceId);
                parameters.Add(new NpgsqlParameter("GrainStateVersion", NpgsqlDbType.Integer) { Value = (object?)Number(version) ?? DBNull.Value });
                if (query == "WriteToStorageKey")
                {
                    parameters.AddWithValue("PayloadBinary", NpgsqlDbType.Bytea, payload!);
                }
            },
            row => row.GetInt32(0).ToString(CultureInfo.InvariantCulture),
            cancellationToken).ConfigureAwait(false);
        return versions.SingleOrDefault();
    }

    private InconsistentStateException Conflict(StorageKey key, string? version) => new(
        $"Version conflict: ServiceId={database.ServiceId} GrainType={key.Type} GrainId={key.Extension ?? key.N1.ToString(CultureInfo.InvariantCulture)} ETag={version}.",
        storedEtag: null,
        currentEtag: version);
}
