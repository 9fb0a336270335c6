using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Benchmarks.Campaigns;
using PrizeDraw.Benchmarks.Machine;
using PrizeDraw.Benchmarks.Servers;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;

namespace PrizeDraw.Benchmarks.Codes;

/// <summary>A batch of coupons made and exported over HTTP, as a manager would: how long it takes, and how much memory at the most.</summary>
internal sealed class CodesBenchmark(CodesOptions options, RunningServer server)
{
    private const string Prefix = "BENCH";
    private readonly List<string> faults = [];

    public static async Task<int> RunAsync(CodesOptions options)
    {
        await using var folder = BenchFolder.Make();
        Console.WriteLine($"Starting the server (load average {LoadAverage.Now}) …");
        await using var server = await RunningServer.StartAsync(Roles.Siteless, folder.Path, TinyTemplate.Write(Path.Combine(folder.Path, "template")));
        return await new CodesBenchmark(options, server).MeasureAsync() ? 0 : 1;
    }

    private async Task<bool> MeasureAsync()
    {
        using var admin = await server.AdminAsync();
        var campaign = await server.AddCampaignAsync(admin, await admin.CreateTenantAsync("bench"), "bench");
        Console.WriteLine($"  before: {await Footprint.OfAsync(server)}");
        var batch = await GenerateAsync(admin, campaign);
        await ExportAsync(campaign, batch);
        await CheckAsync(campaign);
        faults.ForEach(fault => Console.WriteLine($"FAULT  {fault}"));
        Console.WriteLine($"Load average {LoadAverage.Now}.");
        return faults.Count == 0;
    }

    private async Task<string> GenerateAsync(PlatformClient admin, HotCampaign campaign)
    {
        var before = await server.UsageAsync(campaign);
        await using var memory = new MemoryWatch(server);
        var began = Stopwatch.GetTimestamp();
        var created = RunningServer.Accepted(await admin.SendAsync(
            HttpMethod.Post, $"/v1/campaigns/{campaign.Id}/coupon-batches",
            new JsonObject { ["name"] = "Benchmark", ["count"] = options.Count, ["prefix"] = Prefix }, ("Idempotency-Key", "bench-batch-1")));
        await using var connection = await Database.OpenAsync(campaign.Database);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        var state = "generating";
        while (state == "generating" && await poll.WaitForNextTickAsync())
        {
            state = await Database.ScalarAsync<string>(connection, "select state from code_batch");
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await memory.DisposeAsync();
        var used = (await server.UsageAsync(campaign)).Since(before);
        Console.WriteLine($"  generated {options.Count:n0} codes in {seconds:f1} s, {options.Count / seconds:n0} a second; {memory}");
        Console.WriteLine($"  a code cost {used.ServerCpu * 1e6 / options.Count:f1} µs in the server, {used.PostgresCpu * 1e6 / options.Count:f1} µs in PostgreSQL, "
            + $"{used.DatabaseBytes / options.Count:f0} bytes of database, {used.WalBytes / options.Count:f0} bytes of write-ahead log");
        if (state != "ready")
        {
            faults.Add($"the batch is {state}");
        }

        return (string)created["id"]!;
    }

    private async Task ExportAsync(HotCampaign campaign, string batch)
    {
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
        using var login = await http.PostAsJsonAsync("/v1/auth/login", new { email = PlatformProcess.AdminEmail, password = PlatformProcess.AdminPassword });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (string?)JsonNode.Parse(await login.Content.ReadAsStringAsync())!["accessToken"]);
        await using var memory = new MemoryWatch(server);
        var began = Stopwatch.GetTimestamp();
        using var answer = await http.GetAsync(
            new Uri($"/v1/campaigns/{campaign.Id}/coupon-batches/{batch}/codes.csv", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        var (lines, bytes) = await CountLinesAsync(await answer.Content.ReadAsStreamAsync());
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await memory.DisposeAsync();
        Console.WriteLine($"  exported {lines - 1:n0} codes in {seconds:f1} s, {(lines - 1) / seconds:n0} a second, {bytes / seconds / 1e6:f1} MB/s; {memory}");
        if (lines != options.Count + 1)
        {
            faults.Add($"the export has {lines} lines");
        }
    }

    private static async Task<(long Lines, long Bytes)> CountLinesAsync(Stream stream)
    {
        var (buffer, lines, bytes) = (new byte[64 * 1024], 0L, 0L);
        while (await stream.ReadAsync(buffer) is var read and > 0)
        {
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            bytes += read;
        }

        return (lines, bytes);
    }

    private async Task CheckAsync(HotCampaign campaign)
    {
        await using var connection = await Database.OpenAsync(campaign.Database);
        var counted = await Database.ScalarAsync<string>(connection,
            "select format('%s codes, last %s, %s told', count(*), max(seq), (select generated from code_batch)) from code");
        if (counted != $"{options.Count} codes, last {options.Count}, {options.Count} told")
        {
            faults.Add($"the batch has {counted}");
        }
    }
}
