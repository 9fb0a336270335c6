using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Storage.Campaign.Draws.Lists;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Benchmarks.Draws;

/// <summary>A draw within the host's own process: frozen, committed to by its roots, drawn, exported into a file.</summary>
internal static class DrawSteps
{
    private const string Clear = "/proc/self/clear_refs", Status = "/proc/self/status";

    public static async Task<JsonObject> RunAsync(IServiceProvider services, JsonObject order)
    {
        var address = DrawListAddress.Parse((string)order["tenant"]!, (string)order["campaign"]!, (string)order["draw"]!);
        var freeze = new DrawListFreeze(null, null, new Dictionary<Guid, long> { [(Guid)order["pool"]!] = (long)order["entries"]! });
        await ForgetPeakAsync();
        var began = Stopwatch.GetTimestamp();
        var list = await services.GetRequiredService<DrawListBuilder>().BuildAsync(address, freeze, CancellationToken.None);
        var frozen = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var rules = new DrawRules { DrawId = address.DrawId, Prizes = ["Car", "Bike", "Mug"], Reserves = 10, Rule = DrawRule.OnePerPerson };
        var drawn = await services.GetRequiredService<DrawLists>().DrawAsync(list, rules, list.Root, 0, CancellationToken.None);
        var winners = await services.GetRequiredService<DrawListEntries>().EntryIdsAsync(list, [.. drawn.Places.Select(p => p.EntryRef)], CancellationToken.None);
        var selected = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var bytes = await ExportAsync(services, list, (string)order["file"]!);
        return new JsonObject
        {
            ["seconds"] = Stopwatch.GetElapsedTime(began).TotalSeconds,
            ["freezeSeconds"] = frozen,
            ["drawSeconds"] = selected - frozen,
            ["exportSeconds"] = Stopwatch.GetElapsedTime(began).TotalSeconds - selected,
            ["peakMb"] = PeakMegabytes(),
            ["listed"] = list.Eligible + list.Excluded,
            ["excluded"] = list.Excluded,
            ["persons"] = list.Persons,
            ["places"] = winners.Count,
            ["bytes"] = bytes,
            ["bytesTold"] = list.Bytes,
        };
    }

    private static async Task<long> ExportAsync(IServiceProvider services, SealedDrawList list, string file)
    {
        await using var destination = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        await services.GetRequiredService<DrawLists>().CopyJsonLinesAsync(list, destination, CancellationToken.None);
        return destination.Length;
    }

    /// <summary>From here on the peak is the draw's, not that of what the host did before.</summary>
    private static async Task ForgetPeakAsync()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (File.Exists(Clear))
        {
            await File.WriteAllTextAsync(Clear, "5");
        }
    }

    /// <summary>The most memory that this process had resident, in MB, as Linux tells it; elsewhere what it has now.</summary>
    private static double PeakMegabytes()
    {
        if (!File.Exists(Status))
        {
            return Environment.WorkingSet / (1024.0 * 1024);
        }

        var line = File.ReadLines(Status).First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }
}
