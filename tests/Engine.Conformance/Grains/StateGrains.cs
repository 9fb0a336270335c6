using System.Threading.Tasks;
using Orleans;
using Orleans.Runtime;

namespace PrizeDraw.Engine.Conformance.Grains;

public sealed class StockState
{
    public string Name { get; set; } = "";

    public int Count { get; set; }
}

[GenerateSerializer, Alias("conformance.stock-view")]
public sealed record StockView([property: Id(0)] string Name, [property: Id(1)] int Count, [property: Id(2)] bool Exists, [property: Id(3)] string? Etag);

[Alias("conformance.i-stock")]
public interface IStock : IGrainWithStringKey
{
    [Alias("write")] Task<StockView> WriteAsync(string name, int count);

    [Alias("clear")] Task<StockView> ClearAsync();

    [Alias("reload")] Task<StockView> ReloadAsync();

    [Alias("view")] Task<StockView> ViewAsync();

    [Alias("note")] Task<StockView> WriteNoteAsync(string name);

    [Alias("end")] Task EndAsync();
}

/// <summary>Two states under two names.</summary>
public sealed class StockGrain(
    [PersistentState("conformance-stock")] IPersistentState<StockState> stock,
    [PersistentState("conformance-note")] IPersistentState<StockState> note) : Grain, IStock
{
    public async Task<StockView> WriteAsync(string name, int count)
    {
        (stock.State.Name, stock.State.Count) = (name, count);
        await stock.WriteStateAsync();
        return View(stock);
    }

    public async Task<StockView> ClearAsync()
    {
        await stock.ClearStateAsync();
        return View(stock);
    }

    public async Task<StockView> ReloadAsync()
    {
        await stock.ReadStateAsync();
        return View(stock);
    }

    public Task<StockView> ViewAsync() => Task.FromResult(View(stock));

    public async Task<StockView> WriteNoteAsync(string name)
    {
        note.State.Name = name;
        await note.WriteStateAsync();
        return View(note);
    }

    public Task EndAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private static StockView View(IPersistentState<StockState> state) => new(state.State.Name, state.State.Count, state.RecordExists, state.Etag);
}
