using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Benchmarks.Control;
using PrizeDraw.Benchmarks.Servers;

namespace PrizeDraw.Benchmarks.Loads;

/// <summary>The load generator's process as benchmarks see it. No two of its loads send the same person.</summary>
internal sealed class LoadGenerator : IAsyncDisposable
{
    private readonly Child child;
    private long nextSerial = 1;

    private LoadGenerator(Child child) => this.child = child;

    public static async Task<LoadGenerator> StartAsync() =>
        new(await Child.StartAsync("load", ["load"], LoadProcess.Environment, null, TimeSpan.FromMinutes(1)));

    /// <summary>As many at once as there are connections; what is answered in the first seconds is not counted in the rate.</summary>
    public Task<JsonNode> ClosedAsync(int port, IEnumerable<HotCampaign> campaigns, int connections, double warm, double seconds) =>
        RunAsync("closed", Order(port, campaigns, connections, warm, seconds));

    /// <summary>So many a second whatever is answered.</summary>
    public Task<JsonNode> OpenAsync(int port, HotCampaign campaign, int connections, double warm, double seconds, double perSecond)
    {
        var order = Order(port, [campaign], connections, warm, seconds);
        order["perSecond"] = perSecond;
        return RunAsync("open", order);
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();

    private async Task<JsonNode> RunAsync(string verb, JsonObject order)
    {
        var result = await child.AskAsync(verb, order);
        nextSerial = (long)result["nextSerial"]!;
        return result;
    }

    private JsonObject Order(int port, IEnumerable<HotCampaign> campaigns, int connections, double warm, double seconds) => new()
    {
        ["port"] = port,
        ["targets"] = new JsonArray([.. campaigns.Select(c => c.Target)]),
        ["connections"] = connections,
        ["warmSeconds"] = warm,
        ["seconds"] = seconds,
        ["firstSerial"] = nextSerial,
    };
}
