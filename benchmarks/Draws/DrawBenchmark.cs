using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Benchmarks.Machine;
using PrizeDraw.Benchmarks.Servers;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;

namespace PrizeDraw.Benchmarks.Draws;

/// <summary>Lists frozen, committed, drawn and exported by the platform's own host: time, processor time, and the most memory of its process.</summary>
internal sealed class DrawBenchmark(RunningServer server, string folder)
{
    private readonly List<string> faults = [];

    public static async Task<int> RunAsync(DrawOptions options)
    {
        await using var folder = BenchFolder.Make();
        Console.WriteLine($"Starting the server (load average {LoadAverage.Now}) …");
        await using var server = await RunningServer.StartAsync(Servers.Roles.Siteless, folder.Path, TinyTemplate.Write(Path.Combine(folder.Path, "template")));
        return await new DrawBenchmark(server, folder.Path).MeasureAsync(options.Sizes) ? 0 : 1;
    }

    private async Task<bool> MeasureAsync(long[] sizes)
    {
        using var admin = await server.AdminAsync();
        var tenant = await admin.CreateTenantAsync("bench");
        var results = new List<string>();
        foreach (var entries in sizes)
        {
            results.Add(await DrawAsync(admin, tenant, entries));
        }

        faults.ForEach(fault => Console.WriteLine($"FAULT  {fault}"));
        Console.WriteLine($"Load average {LoadAverage.Now}.");
        results.ForEach(Console.WriteLine);
        return faults.Count == 0;
    }

    private async Task<string> DrawAsync(PlatformClient admin, string tenant, long entries)
    {
        var now = TimeProvider.System.GetUtcNow();
        var campaign = await server.AddCampaignAsync(admin, tenant, $"draw-{entries}", moments: 700);
        var people = await new DrawPool(campaign.Database, text => Console.WriteLine($"  {text}")).FillAsync(entries, now.AddMinutes(-50));
        await using var connection = await Database.OpenAsync(campaign.Database);
        var file = Path.Combine(folder, "entries.jsonl");
        var before = await server.UsageAsync(campaign);
        var told = await server.AskAsync("draw", new JsonObject
        {
            ["tenant"] = tenant, ["campaign"] = campaign.Id, ["draw"] = Ids.New(Ids.Draw, now), ["entries"] = entries, ["file"] = file,
            ["pool"] = await Database.ScalarAsync<Guid>(connection, "select pool_id from pool"),
        });
        var used = (await server.UsageAsync(campaign)).Since(before);
        Check(told, entries, people, new FileInfo(file).Length);
        File.Delete(file);
        var (seconds, peak) = ((double)told["seconds"]!, (double)told["peakMb"]!);
        Console.WriteLine(
            $"{entries,12:n0} entries: {seconds:f1} s (frozen {(double)told["freezeSeconds"]!:f1}, drawn {(double)told["drawSeconds"]!:f1}, exported "
            + $"{(double)told["exportSeconds"]!:f1}); processor {used.ServerCpu:f1} s of the server, {used.PostgresCpu:f1} s of PostgreSQL; "
            + $"at most {peak:f0} MB; {(double)told["bytes"]! / 1e6:f0} MB of entries.jsonl");
        return string.Create(CultureInfo.InvariantCulture, $$"""{"entries":{{entries}},"seconds":{{seconds:f2}},"peakMb":{{peak:f1}}}""");
    }

    private void Check(JsonNode told, long entries, long people, long bytes)
    {
        Expect("entries in the list", entries, (long)told["listed"]!);
        Expect("entries excluded", entries / 100, (long)told["excluded"]!);
        Expect("places with an entry", Math.Min(13, people), (long)told["places"]!);
        Expect("bytes of entries.jsonl", bytes, (long)told["bytesTold"]!);

        void Expect(string what, long expected, long found)
        {
            if (expected != found)
            {
                faults.Add($"{entries:n0}: {found:n0} {what}, not {expected:n0}");
            }
        }
    }
}
