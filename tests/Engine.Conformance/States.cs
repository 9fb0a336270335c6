using System.Linq;
using System.Threading.Tasks;
using Orleans;
using Orleans.Storage;
using PrizeDraw.Engine.Conformance.Grains;
using Shouldly;
using Xunit;

namespace PrizeDraw.Engine.Conformance;

public sealed class Persistent_state(EngineDatabases databases) : EngineSpec(databases)
{
    [Fact]
    public async Task is_empty_at_first() =>
        (await Host.Grain<IStock>(NewKey()).ViewAsync()).ShouldBe(new StockView("", 0, false, null));

    [Fact]
    public async Task outlives_its_activation_and_its_host()
    {
        var key = NewKey();
        var grain = Host.Grain<IStock>(key);
        (await grain.WriteAsync("Summer", 3)).ShouldBe(new StockView("Summer", 3, true, "1"));
        (await grain.WriteAsync("Summer", 4)).ShouldBe(new StockView("Summer", 4, true, "2"));

        await grain.EndAsync();
        (await grain.ViewAsync()).ShouldBe(new StockView("Summer", 4, true, "2"));
        await Host.StopAsync();
        await using var other = await EngineHost.StartAsync(Database);

        (await other.Grain<IStock>(key).ViewAsync()).ShouldBe(new StockView("Summer", 4, true, "2"));
    }

    [Fact]
    public async Task once_cleared_keeps_its_version_and_can_be_written_again()
    {
        var grain = Host.Grain<IStock>(NewKey());
        await grain.WriteAsync("Summer", 3);

        (await grain.ClearAsync()).ShouldBe(new StockView("", 0, false, "2"));
        await grain.EndAsync();

        (await grain.ViewAsync()).ShouldBe(new StockView("", 0, false, "2"));
        (await grain.WriteAsync("Winter", 1)).ShouldBe(new StockView("Winter", 1, true, "3"));
    }

    [Fact]
    public async Task that_never_was_can_be_cleared() =>
        (await Host.Grain<IStock>(NewKey()).ClearAsync()).ShouldBe(new StockView("", 0, false, null));

    [Fact]
    public async Task of_one_name_says_nothing_of_another()
    {
        var grain = Host.Grain<IStock>(NewKey());
        await grain.WriteAsync("Summer", 3);

        (await grain.WriteNoteAsync("beach")).ShouldBe(new StockView("beach", 0, true, "1"));
        (await grain.ReloadAsync()).ShouldBe(new StockView("Summer", 3, true, "1"));
    }

    [Fact]
    public async Task written_by_somebody_else_refuses_a_write_and_ends_the_activation()
    {
        var key = NewKey();
        var grain = Host.Grain<IStock>(key);
        await grain.WriteAsync("Summer", 3);
        await EngineDatabases.ExecuteAsync(
            Database, $"update OrleansStorage set Version = 7 where GrainIdExtensionString = '{key}' and GrainTypeString = 'conformance-stock'");

        await Should.ThrowAsync<InconsistentStateException>(() => grain.WriteAsync("Autumn", 4));

        (await grain.ViewAsync()).ShouldBe(new StockView("Summer", 3, true, "7"));
    }

    [Fact]
    public async Task first_written_by_somebody_else_refuses_a_first_write()
    {
        var key = NewKey();
        var grain = Host.Grain<IStock>(key);
        await grain.ViewAsync();
        await Host.Grain<IStock>(key + "/twin").WriteAsync("Summer", 3);
        await CopyRowAsync(key + "/twin", key);

        await Should.ThrowAsync<InconsistentStateException>(() => grain.WriteAsync("Autumn", 4));
    }

    [Fact]
    public async Task is_one_row_of_json_per_name()
    {
        var key = NewKey();
        await Host.Grain<IStock>(key).WriteAsync("Summer", 3);

        (await EngineDatabases.ScalarAsync<string>(
            Database, $"select convert_from(PayloadBinary, 'UTF8') from OrleansStorage where GrainIdExtensionString = '{key}'"))
            .ShouldBe("""{"name":"Summer","count":3}""");
    }

    // A row under the hash that the engine will look for: taken from a write of that key on another host. That host is a cluster of
    // its own, or the call would find the activation that is there.
    private async Task CopyRowAsync(string from, string to)
    {
        await using var other = await EngineHost.StartAsync(Database, new EngineSettings { ClusterId = "another" });
        await other.Grain<IStock>(to).WriteAsync("Copy of " + from, 1);
    }
}
