using System;
using System.Collections.Concurrent;
using System.Threading.Tasks;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Pools;

namespace PrizeDraw.Benchmarks.Servers;

/// <summary>
/// The engine's grains, but that entries are answered by something else: so that what is compared differs from the platform in nothing
/// but what becomes of an entry after its endpoint has read it.
/// </summary>
internal sealed class PoolsAnsweredBy(IClusterClient engine, IEntrySink sink) : IGrainFactory
{
    private readonly ConcurrentDictionary<string, IPrizePoolGrain> pools = new();

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        if (typeof(TGrainInterface) != typeof(IPrizePoolGrain))
        {
            return engine.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);
        }

        return (TGrainInterface)pools.GetOrAdd(
            primaryKey, static (key, own) => new Pool(own.engine.GetGrain<IPrizePoolGrain>(key), key, own.sink), (engine, sink));
    }

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => engine.GetGrain(grainInterfaceType, grainPrimaryKey);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => engine.GetGrain<TGrainInterface>(grainId);

    private sealed class Pool(IPrizePoolGrain pool, string key, IEntrySink sink) : IPrizePoolGrain
    {
        public Task<Result<EntryAnswer>> SubmitAsync(SubmitEntry command) => sink.SubmitAsync(key, command);

        public Task<Result<bool>> ConfigureAsync(ConfigurePool command) => pool.ConfigureAsync(command);

        public Task<Result<bool>> SetPhaseAsync(SetPoolPhase command) => pool.SetPhaseAsync(command);

        public Task ReloadAsync() => pool.ReloadAsync();

        public Task<Result<long>> ChangeAsync(ChangePool command) => pool.ChangeAsync(command);

        public Task<Result<long>> CloseAsync(ClosePool command) => pool.CloseAsync(command);

        public Task<Result<long>> FreezeAsync(FreezePool command) => pool.FreezeAsync(command);

        public Task<Result<bool>> SealAsync(SealPool command) => pool.SealAsync(command);
    }
}

/// <summary>What takes entries in the pools' place.</summary>
internal interface IEntrySink
{
    Task<Result<EntryAnswer>> SubmitAsync(string poolKey, SubmitEntry entry);
}
