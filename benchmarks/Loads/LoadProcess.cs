using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Benchmarks.Control;

namespace PrizeDraw.Benchmarks.Loads;

/// <summary>
/// The load generator, in a process of its own: raw sockets, requests that are bytes already, and one thread that takes the answers as
/// the system tells of them, since it shares the machine with what it measures.
/// </summary>
internal static class LoadProcess
{
    /// <summary>What makes one thread poll all sockets and go on right there when an answer has come.</summary>
    public static readonly IReadOnlyDictionary<string, string> Environment = new Dictionary<string, string>
    {
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
        ["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1",
        ["DOTNET_gcConcurrent"] = "0",
    };

    public static Task RunAsync() => Orders.RunAsync(async (verb, order) =>
    {
        var port = (int)order["port"]!;
        var load = new LoadOrder(
            port,
            [.. ((JsonArray)order["targets"]!).Select(t => new RequestTemplate($"127.0.0.1:{port}", (string)t!["slug"]!, (string)t["siteKey"]!))],
            (int)order["connections"]!, (double)order["warmSeconds"]!, (double)order["seconds"]!, (long)order["firstSerial"]!);
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var result = await (verb == "closed" ? new ClosedLoad(load).RunAsync() : new OpenLoad(load, (double)order["perSecond"]!).RunAsync());
        process.Refresh();
        result["cpuSeconds"] = (process.TotalProcessorTime - cpu).TotalSeconds;
        return result;
    });
}
