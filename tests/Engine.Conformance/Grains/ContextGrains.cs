using System.Threading.Tasks;
using Orleans;
using Orleans.Runtime;

namespace PrizeDraw.Engine.Conformance.Grains;

[Alias("conformance.i-relay")]
public interface IRelay : IGrainWithStringKey
{
    /// <summary>What the request context holds here.</summary>
    [Alias("read")] Task<string?> ReadAsync(string key);

    /// <summary>What it holds at another grain, called from this one.</summary>
    [Alias("read-beyond")] Task<string?> ReadBeyondAsync(string key);

    [Alias("set")] Task SetAsync(string key, string value);

    [Alias("add")] Task<int> AddAsync(int left, int right);

    [Alias("refuse")] Task<int> RefuseAsync();
}

public sealed class RelayGrain : Grain, IRelay
{
    public async Task<string?> ReadAsync(string key)
    {
        await Task.Yield();
        return RequestContext.Get(key) as string;
    }

    public Task<string?> ReadBeyondAsync(string key) => GrainFactory.GetGrain<IRelay>(this.GetPrimaryKeyString() + "/beyond").ReadAsync(key);

    public Task SetAsync(string key, string value)
    {
        RequestContext.Set(key, value);
        return Task.CompletedTask;
    }

    public Task<int> AddAsync(int left, int right) => Task.FromResult(left + right);

    public Task<int> RefuseAsync() => throw new RefusedException("refused");
}
