using System;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Benchmarks.Control;
using PrizeDraw.Benchmarks.Draws;
using PrizeDraw.Benchmarks.RowLock;
using PrizeDraw.Silo;
using PrizeDraw.Storage.Central;

namespace PrizeDraw.Benchmarks.Servers;

/// <summary>
/// The platform's own host in a process of its own, told what to do over its input. <c>platform</c> is the product as it is;
/// <c>echo</c> and <c>rowlock</c> differ in what becomes of an entry alone, <c>siteless</c> in that campaigns get no repository and no site,
/// and that what nobody calls is put away after a minute.
/// </summary>
internal static class Server
{
    public static async Task RunAsync(string[] args)
    {
        var (role, port, data) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture), args[2]);
        var options = new PlatformOptions
        {
            Port = port,
            DataFolder = data,
            TemplateFolder = args[3],
            PostgresPort = int.Parse(args[4], CultureInfo.InvariantCulture),
            SitesPort = int.Parse(args[5], CultureInfo.InvariantCulture),
            Demo = false,
            EntriesPerMinute = 0,
        };
        await using var host = await PlatformHost.StartAsync(options, services => Replace(services, role, options), CancellationToken.None);
        await Orders.RunAsync((verb, order) => CarryOutAsync(host.Services, verb, order));
    }

    private static void Replace(IServiceCollection services, string role, PlatformOptions options)
    {
        if (role == Roles.Siteless)
        {
            NoSites.Replace(services, options.ApiUrl + "/health/live");
            // Long enough for connections to have closed before; short enough to see what is left when nobody enters any more.
            services.Configure<EmbeddedOrleansOptions>(o => o.CollectionAge = TimeSpan.FromSeconds(60));
        }

        services.AddSingleton<SampleAnswer>();
        if (role == Roles.Echo)
        {
            services.AddSingleton<IEntrySink, Echo>();
        }
        else if (role == Roles.RowLock)
        {
            services.AddSingleton<RowLockPeer>().AddSingleton<IEntrySink>(s => s.GetRequiredService<RowLockPeer>());
        }
        else
        {
            return;
        }

        services.AddSingleton<IGrainFactory>(s => new PoolsAnsweredBy(s.GetRequiredService<IClusterClient>(), s.GetRequiredService<IEntrySink>()));
    }

    private static async Task<JsonObject> CarryOutAsync(IServiceProvider services, string verb, JsonObject order)
    {
        switch (verb)
        {
            case "usage":
                return Usage();
            case "collect":
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                return Usage();
            case "superuser":
                return new JsonObject { ["connection"] = services.GetRequiredService<CentralOptions>().AdminConnectionString };
            case "answer-size":
                services.GetRequiredService<SampleAnswer>().Resize((int)order["bytes"]!);
                return [];
            case "draw":
                return await DrawSteps.RunAsync(services, order);
            case "peer-connections":
                await services.GetRequiredService<RowLockPeer>().UseAsync((int)order["count"]!, (bool)order["packed"]!);
                return [];
            default:
                throw new InvalidOperationException($"Unknown order '{verb}'.");
        }
    }

    /// <summary>What this process has used since its start; memory as it is now.</summary>
    private static JsonObject Usage()
    {
        using var process = Process.GetCurrentProcess();
        return new JsonObject
        {
            ["allocatedBytes"] = GC.GetTotalAllocatedBytes(precise: true),
            ["cpuSeconds"] = process.TotalProcessorTime.TotalSeconds,
            ["workingSetBytes"] = process.WorkingSet64,
            ["heapBytes"] = GC.GetTotalMemory(forceFullCollection: false),
            ["pauseSeconds"] = GC.GetTotalPauseDuration().TotalSeconds,
            ["collections"] = new JsonArray(GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)),
        };
    }
}
