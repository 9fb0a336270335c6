using System;
using System.Threading.Tasks;
using Orleans;
using Orleans.Runtime;

namespace PrizeDraw.Engine.Conformance.Embedded;

public interface IVector : IGrainWithStringKey
{
    Task WriteAsync(string name, int count);

    Task ClearAsync();

    Task<(string Name, int Count, string? Etag, bool Exists)> ReadAsync();

    Task RemindAsync(string name);
}

public sealed class VectorState
{
    public string Name { get; set; } = "";

    public int Count { get; set; }
}

public abstract class VectorGrain(IPersistentState<VectorState> state) : Grain, IVector, IRemindable
{
    public Task WriteAsync(string name, int count)
    {
        (state.State.Name, state.State.Count) = (name, count);
        return state.WriteStateAsync();
    }

    public Task ClearAsync() => state.ClearStateAsync();

    public Task<(string Name, int Count, string? Etag, bool Exists)> ReadAsync() =>
        Task.FromResult((state.State.Name, state.State.Count, state.Etag, state.RecordExists));

    public Task RemindAsync(string name) => this.RegisterOrUpdateReminder(name, TimeSpan.FromHours(1), TimeSpan.FromMinutes(5));

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}

public interface ICampaignVector : IVector;

public interface IPrizePoolVector : IVector;

/// <summary>Named as in the vectors: the class's name, less "Grain", lower-cased.</summary>
public sealed class CampaignGrain([PersistentState("campaign")] IPersistentState<VectorState> state) : VectorGrain(state), ICampaignVector;

[GrainType("prize-pool")]
public sealed class PrizePoolGrain([PersistentState("prize-pool")] IPersistentState<VectorState> state) : VectorGrain(state), IPrizePoolVector;
