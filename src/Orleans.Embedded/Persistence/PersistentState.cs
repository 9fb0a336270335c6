using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Orleans.Runtime;

/// <summary>One state of one activation.</summary>
internal sealed class PersistentState<TState>(StateStore store, StorageKey key) : IPersistentState<TState>
{
    public TState State { get; set; } = New();

    public string? Etag { get; private set; }

    public bool RecordExists { get; private set; }

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        var row = await store.ReadAsync(key, cancellationToken);
        State = row is { Payload: { } payload } && store.Deserialize<TState>(payload) is { } state ? state : New();
        Etag = row?.Version;
        RecordExists = row?.Payload is not null;
    }

    public async Task WriteStateAsync(CancellationToken cancellationToken)
    {
        Etag = await store.WriteAsync(key, store.Serialize(State), Etag, cancellationToken);
        RecordExists = true;
    }

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        if (!RecordExists && Etag is null)
        {
            await ReadStateAsync(cancellationToken);
            if (!RecordExists)
            {
                return;
            }
        }

        Etag = await store.ClearAsync(key, Etag, cancellationToken);
        RecordExists = false;
        State = New();
    }

    private static TState New() => typeof(TState).IsValueType || typeof(TState).GetConstructor(Type.EmptyTypes) is not null
        ? Activator.CreateInstance<TState>()
        : (TState)RuntimeHelpers.GetUninitializedObject(typeof(TState));
}
