using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Central.DrawLists;
using PrizeDraw.TestKit;
using Shouldly;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>Every certificate that a test leads to is given to the verifier, which shares no code with what made it.</summary>
internal static class CertificateChecks
{
    /// <summary>Whether the verifier is there, or must be: with PLATFORM_REQUIRE_CONTRACTS=1 a test fails for want of it.</summary>
    public static bool VerifierIsExpected => File.Exists(Verifier) || Environment.GetEnvironmentVariable("PLATFORM_REQUIRE_CONTRACTS") == "1";

    private static string Verifier => Path.Combine(RepositoryRoot.Path, "verifier", "dist", "verify.mjs");

    /// <summary>
    /// The draw's certificates in order of issue, once the newest holds every event, each accepted by the verifier (where it is built). There is
    /// one for a number of events at the most, and each goes on from the one before.
    /// </summary>
    public static async Task<IReadOnlyList<JsonNode>> CertificatesAsync(
        this PoolHost host, TestCampaign campaign, DrawStage stage, string? drawId = null, params string[] more)
    {
        var draw = drawId ?? campaign.Settings.Draw!.Id!;
        await host.IsCertifiedAsync(campaign, draw);
        using var folder = new TempFolder();
        var texts = await host.FilesAsync(campaign, $"draw/{draw}/certificate/");
        texts.ShouldNotBeEmpty();
        var certificates = texts.Select(text => JsonNode.Parse(text.Value)!).ToArray();
        foreach (var (before, after) in certificates.Zip(certificates.Skip(1)))
        {
            GoesOn(before, after, "events");
            GoesOn(before, after, "order");
            GoesOn(before, after, "trace");
            after["commitment"]!.ToJsonString().ShouldBe(before["commitment"]!.ToJsonString());
        }

        if (VerifierIsExpected)
        {
            await host.WriteEntriesAsync(campaign, draw, folder["entries.jsonl"]);
            foreach (var (name, text) in texts)
            {
                await File.WriteAllTextAsync(folder["certificate.json"], text);
                var (exit, said) = await VerifyAsync([folder["certificate.json"], folder["entries.jsonl"], .. stage.Vouching(folder), .. more]);
                exit.ShouldBe(0, $"{name}:\n{said}");
            }
        }

        return certificates;
    }

    /// <summary>What the command says: its exit code and lines.</summary>
    public static async Task<(int Exit, string Said)> VerifyAsync(IEnumerable<string> arguments)
    {
        using var verifier = Process.Start(new ProcessStartInfo("node", [Verifier, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = verifier.StandardError.ReadToEndAsync();
        var said = await verifier.StandardOutput.ReadToEndAsync() + await errors;
        await verifier.WaitForExitAsync();
        return (verifier.ExitCode, said);
    }

    public static async Task WriteEntriesAsync(this PoolHost host, TestCampaign campaign, string draw, string path)
    {
        var list = await host.Get<DrawLists>().FindAsync(DrawListAddress.Parse(campaign.TenantId, campaign.Id, draw), default);
        await using var entries = File.Create(path);
        await host.Get<DrawLists>().CopyJsonLinesAsync(list.ShouldNotBeNull(), entries, default);
    }

    /// <summary>The campaign's finished public files whose names begin like this, by name.</summary>
    private static async Task<SortedDictionary<string, string>> FilesAsync(this PoolHost host, TestCampaign campaign, string prefix)
    {
        await using var central = await host.OpenCentralAsync();
        var names = await central.ListAsync(
            "select name from public_file where campaign_id = $1 and starts_with(name, $2) and state = 'ready'", r => r.GetString(0),
            Ids.Parse(Ids.Campaign, campaign.Id), prefix);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            using var text = new MemoryStream();
            var file = await host.Get<IPublicFiles>().FindAsync(campaign.TenantId, campaign.Id, name, default);
            await host.Get<IPublicFiles>().CopyAsync(file.ShouldNotBeNull(), text, compressed: false, default);
            files.Add(name, System.Text.Encoding.UTF8.GetString(text.ToArray()));
        }

        return files;
    }

    /// <summary>Waits until the newest certificate holds every event, asking the draw to go on as an impatient administrator does.</summary>
    public static async Task IsCertifiedAsync(this PoolHost host, TestCampaign campaign, string? drawId = null)
    {
        var draw = drawId ?? campaign.Settings.Draw!.Id!;
        var patience = Stopwatch.StartNew();
        while (true)
        {
            await using (var database = await host.OpenAsync(campaign))
            {
                if (await database.ScalarAsync<bool>(
                    "select coalesce(certified_events = (select count(*) from draw_event e where e.draw_id = d.draw_id), false) from draw d where draw_id = $1",
                    Ids.Parse(Ids.Draw, draw)))
                {
                    return;
                }
            }

            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(300), "The certificate is not issued.");
            await host.Draw(campaign, draw).RunAsync(new DrawCommand(PoolHost.Manager));
        }
    }

    private static void GoesOn(JsonNode before, JsonNode after, string list)
    {
        var (earlier, later) = (before[list]!.AsArray(), after[list]!.AsArray());
        later.Take(earlier.Count).Select(e => e!.ToJsonString()).ShouldBe(earlier.Select(e => e!.ToJsonString()), $"{list} only grow");
    }
}
