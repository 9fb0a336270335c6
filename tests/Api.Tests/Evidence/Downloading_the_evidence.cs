using System;
using System.Diagnostics;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Evidence;

public sealed class Downloading_the_evidence : IAsyncLifetime
{
    private const string Draw = "drw_a56082af152e142112ac7733e25083fe";

    private readonly ApiHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Gives_everything_once_with_the_hash_of_each_file_and_the_same_bytes_again()
    {
        Publish();
        using var folder = new TempFolder();
        var first = await UnzipAsync(folder["once"]);
        var names = Directory.GetFiles(folder["once"], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder["once"], path).Replace('\\', '/')).Order(StringComparer.Ordinal).ToArray();
        var pool = _host.Campaign.Settings.Pools[0].Id;
        names.ShouldBe(
            new[]
            {
                "README.txt", "close-out.html", "close-out.json", $"draws/{Draw}/certificate.html", $"draws/{Draw}/certificate.json", $"draws/{Draw}/commitment.json",
                $"draws/{Draw}/earlier-certificates/0001.json", $"draws/{Draw}/entries.jsonl", $"draws/{Draw}/plan.json", $"instant/commitments/{pool}.json", "instant/instant-check.json",
                "instant/instant.jsonl", "keys.json", "manifest.json", "reconciliation.json", "terms/1.json", "terms/1.txt",
            }.Order(StringComparer.Ordinal));
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder["once"], "manifest.json")))!["files"]!.AsArray();
        manifest.Select(file => (string)file!["name"]!).Append("manifest.json").Order(StringComparer.Ordinal).ShouldBe(names);
        foreach (var file in manifest)
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(folder["once"], (string)file!["name"]!));
            ((string)file["sha256"]!, (long)file["bytes"]!).ShouldBe((Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length), (string)file["name"]!);
        }

        (await UnzipAsync(folder["again"])).ShouldBe(first);
    }

    [VerifierFact]
    public async Task Holds_what_the_verifier_needs_in_a_folder_with_nothing_else()
    {
        Publish();
        using var folder = new TempFolder();
        await UnzipAsync(folder["evidence"]);
        foreach (var certificate in Directory.GetFiles(folder["evidence"], "*.json", SearchOption.AllDirectories)
            .Where(path => path.Contains("certificate", StringComparison.Ordinal)))
        {
            var list = Path.Combine(folder["evidence"], "draws", Draw, "entries.jsonl");
            var (exit, said) = await VerifyAsync(
                folder["evidence"], certificate, list, "--key", "keys.json", "--also", Path.Combine("draws", Draw, "commitment.json"));
            exit.ShouldBe(0, said);
            said.ShouldContain("which you gave");
        }
    }

    [Fact]
    public async Task Shows_that_entries_received_are_those_taking_part_and_those_left_out()
    {
        Publish();
        using var folder = new TempFolder();
        await UnzipAsync(folder["evidence"]);
        var text = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder["evidence"], "reconciliation.json")))!;
        var draw = text["draws"]![0]!;
        ((long)draw["received"]!, (long)draw["eligible"]!, (long)draw["excluded"]!, (bool)text["holds"]!).ShouldBe((45, 40, 5, true));
        draw["excludedByReason"]!.ToJsonString().ShouldBe("""{"duplicate":2,"staff":3}""");
    }

    [Fact]
    public async Task Hands_large_files_on_while_it_reads_them()
    {
        // More than may wait: what is held until the end would be refused.
        var list = string.Concat(Enumerable.Range(0, 60_000).Select(n => Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(n))) + "\n"));
        Publish();
        _host.Evidence.Publish(_host.Campaign.Id, $"draw/{Draw}/entries.jsonl", list);
        using var folder = new TempFolder();
        (await UnzipAsync(folder["evidence"])).Length.ShouldBeGreaterThan(2 << 20);
        (await File.ReadAllTextAsync(Path.Combine(folder["evidence"], "draws", Draw, "entries.jsonl"))).ShouldBe(list);
    }

    [Fact]
    public async Task Is_for_managers_and_needs_no_draw()
    {
        var path = $"/v1/campaigns/{_host.Campaign.Id}/evidence.zip";
        await (await (await _host.ReaderAsync()).GetAsync(path)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.forbidden");
        using var folder = new TempFolder();
        await UnzipAsync(folder["evidence"]);
        File.Exists(Path.Combine(folder["evidence"], "close-out.json")).ShouldBeTrue();
        Directory.Exists(Path.Combine(folder["evidence"], "draws")).ShouldBeFalse();
    }

    private static string Fixture(string name) => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "verifier", "test", "fixtures", name));

    private void Publish()
    {
        var (campaign, certificate) = (_host.Campaign, Fixture("certificate.json").TrimEnd('\n'));
        var proof = JsonNode.Parse(certificate)!["commitment"]!;
        _host.Platform.Campaigns[campaign.Id] = campaign with
        {
            Settings = campaign.Settings with { Draw = campaign.Settings.Draw! with { Id = Draw } },
        };
        _host.Evidence.Publish(campaign.Id, PublicFileNames.Plan(Draw), "{}\n");
        _host.Evidence.Publish(campaign.Id, $"draw/{Draw}/certificate/before", certificate);
        _host.Evidence.Publish(campaign.Id, $"draw/{Draw}/certificate", certificate);
        _host.Evidence.Publish(campaign.Id, $"draw/{Draw}/entries.jsonl", Fixture("entries.jsonl"));
        // Names in the order of canonical JSON, as the platform publishes it.
        _host.Evidence.Publish(campaign.Id, $"draw/{Draw}/commitment", new JsonObject
        {
            ["commitment"] = proof["body"]!.DeepClone(), ["hash"] = proof["hash"]!.DeepClone(), ["keyId"] = proof["keyId"]!.DeepClone(), ["predecessor"] = null,
            ["rules"] = JsonNode.Parse(certificate)!["rules"]!.DeepClone(), ["schema"] = "pdv1-commitment/1", ["signature"] = proof["signature"]!.DeepClone(),
            ["timestampToken"] = proof["timestampToken"]!.DeepClone(),
        }.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        _host.Evidence.Publish(campaign.Id, PublicFileNames.Instant, "{}\n");
        _host.Evidence.Publish(
            campaign.Id, PublicFileNames.InstantCheck,
            """{"at":"2026-12-05T12:00:00Z","differences":0,"entries":40,"first":[],"holds":true,"lines":99,"prizes":[],"unbound":0}""");
        _host.Evidence.Publish(campaign.Id, PublicFileNames.Commitment(campaign.Settings.Pools[0].Id!), "{}");
        var key = JsonNode.Parse(Fixture("platform-key.json"))!["items"]![0]!;
        (_host.Evidence.KeyId, _host.Evidence.PublicKey) = ((string)key["keyId"]!, (string)key["publicKey"]!);
    }

    private async Task<byte[]> UnzipAsync(string folder)
    {
        var response = await (await _host.ManagerAsync()).GetAsync($"/v1/campaigns/{_host.Campaign.Id}/evidence.zip");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/zip");
        response.Content.Headers.ContentDisposition!.FileName!.Trim('"').ShouldBe($"evidence-{_host.Campaign.Settings.Slug}.zip");
        var bytes = await response.Content.ReadAsByteArrayAsync();
        using var archive = new ZipArchive(new MemoryStream(bytes));
        archive.Entries.Select(entry => entry.FullName).ShouldBeUnique();
        archive.ExtractToDirectory(folder);
        return bytes;
    }

    private static async Task<(int Exit, string Said)> VerifyAsync(string folder, params string[] arguments)
    {
        using var verifier = Process.Start(new ProcessStartInfo("node", [VerifierFactAttribute.Tool, .. arguments])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var said = await verifier.StandardOutput.ReadToEndAsync() + await verifier.StandardError.ReadToEndAsync();
        await verifier.WaitForExitAsync();
        return (verifier.ExitCode, said);
    }
}

/// <summary>A test that runs the verifier: skipped where it is not built, unless PLATFORM_REQUIRE_CONTRACTS=1. ./test builds it first.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VerifierFactAttribute : FactAttribute
{
    public static readonly string Tool = Path.Combine(RepositoryRoot.Path, "verifier", "dist", "verify.mjs");

    public VerifierFactAttribute()
    {
        if (!File.Exists(Tool) && Environment.GetEnvironmentVariable("PLATFORM_REQUIRE_CONTRACTS") != "1")
        {
            Skip = "verifier/dist/verify.mjs is not there: build it with 'npm ci --ignore-scripts && npm run build' in verifier/.";
        }
    }
}
