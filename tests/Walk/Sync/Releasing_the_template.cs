using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Sync;

/// <summary>
/// The template is changed and released over HTTP: a canary first, a site with an edit of its own that merges, one with a conflicting edit that is reviewed
/// and decided, a SIGKILL in the middle; then a release that breaks the build and puts itself back.
/// </summary>
public sealed class Releasing_the_template(TestPostgres postgres, TempFolder folder) : IClassFixture<TestPostgres>, IClassFixture<TempFolder>
{
    private const string BuildScript = """
        import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
        const campaign = JSON.parse(readFileSync('content/campaign.json', 'utf8'));
        const words = readFileSync('words.txt', 'utf8');
        if (words.includes('broken')) { console.error('the words are broken'); process.exit(3); }
        mkdirSync('out', { recursive: true });
        writeFileSync('out/index.html', `<!doctype html><title>${campaign.slug}</title><pre>${words}</pre>`);
        writeFileSync('out/404.html', '<!doctype html><title>Not here</title>');

        """;

    private const string Words = "Enter now\n\nOne entry each\n\nGood luck\n";

    private string Template => folder["template"];

    [Fact]
    public async Task Reaches_every_site_and_a_bad_one_puts_itself_back()
    {
        WriteTemplate("1.0.0", Words);
        var options = new PlatformProcessOptions { DataFolder = folder["data"], TemplateFolder = Template, Database = postgres.SuperuserConnectionString };
        var platform = await PlatformProcess.StartAsync(options);
        try
        {
            using var admin = new PlatformClient(platform.Address);
            await admin.LoginAsync();
            var (plain, merging, conflicting) = (await SiteAsync(admin, "plain"), await SiteAsync(admin, "merging"), await SiteAsync(admin, "conflicting"));
            await ChangeAsync("merging", words => words.Replace("Good luck", "Best of luck", StringComparison.Ordinal));
            await ChangeAsync("conflicting", words => words.Replace("Enter now", "Take part now", StringComparison.Ordinal));

            WriteTemplate("1.1.0", Words.Replace("Enter now", "Enter here", StringComparison.Ordinal));
            await FoundAsync(admin, "v1.1.0");
            var planned = await EndsAsync(admin, await ReleaseAsync(admin, "v1.1.0", plain, dryRun: true), "planned");
            (await StatesAsync(admin, planned)).ShouldBe(["conflicting conflict_pull_request", "merging pushed", "plain pushed"]);
            (await ShownAsync(plain)).ShouldContain("Enter now", Case.Sensitive, "a dry run changes nothing");

            (await admin.PostAsync($"/v1/template/releases/{planned}/start")).Status.ShouldBe(202);
            await platform.KillAsync();
            await platform.DisposeAsync();
            platform = await PlatformProcess.StartAsync(options, platform.Port);
            await EndsAsync(admin, planned, "succeeded");
            (await StatesAsync(admin, planned)).ShouldBe(["conflicting conflict_pull_request", "merging pushed", "plain pushed"]);
            (await ShownAsync(plain)).ShouldContain("Enter here");
            (await ShownAsync(merging)).ShouldContain("Enter here\n\nOne entry each\n\nBest of luck");
            (await Developer.ReadAsync(RepositoryOf("conflicting"), "words.txt")).ShouldContain("Take part now");
            await DecideAsync(admin, conflicting);

            await BadReleaseAsync(admin, plain, merging);
        }
        finally
        {
            await platform.DisposeAsync();
        }
    }

    /// <summary>The review shows both sides; it can be merged once its line is decided, and the site is built from that.</summary>
    private static async Task DecideAsync(PlatformClient admin, Site site)
    {
        var review = (await admin.GetAsync($"/v1/campaigns/{site.Id}/template/review")).Body!;
        var file = review["files"]!.AsArray().Single(f => (string)f!["path"]! == "words.txt")!;
        ((string)file["site"]!, (string)file["template"]!).ShouldBe((Words.Replace("Enter now", "Take part now", StringComparison.Ordinal), Words.Replace("Enter now", "Enter here", StringComparison.Ordinal)));
        var head = (string)review["head"]!;
        var early = await admin.PostAsync($"/v1/campaigns/{site.Id}/template/review/merge", new JsonObject { ["head"] = head });
        early.Code.ShouldBe("template.review_undecided");

        var decision = new JsonObject { ["head"] = head, ["path"] = "words.txt", ["choice"] = "text", ["text"] = Words.Replace("Enter now", "Take part here", StringComparison.Ordinal) };
        (await admin.PostAsync($"/v1/campaigns/{site.Id}/template/review/resolve", decision)).Status.ShouldBe(202);
        var decided = await UntilAsync(admin, $"/v1/campaigns/{site.Id}/template/review", r => (bool)r["isDecided"]!);
        (await admin.PostAsync($"/v1/campaigns/{site.Id}/template/review/merge", new JsonObject { ["head"] = (string)decided["head"]! })).Status.ShouldBe(202);
        await UntilAsync(admin, $"/v1/campaigns/{site.Id}/template", s => (string)s["baseTag"]! == "v1.1.0" && s["review"] is null);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!(await ShownAsync(site)).Contains("Take part here", StringComparison.Ordinal))
        {
            await poll.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>The canary can't be built: it goes on serving what it served, nobody else is touched, and its repository is as before.</summary>
    private async Task BadReleaseAsync(PlatformClient admin, Site canary, Site other)
    {
        var before = (await Developer.ReadAsync(RepositoryOf("plain"), "words.txt"), await Developer.CommitsAsync(RepositoryOf("merging")));
        WriteTemplate("1.2.0", Words.Replace("Enter now", "Enter here", StringComparison.Ordinal).Replace("One entry each", "broken", StringComparison.Ordinal));
        await FoundAsync(admin, "v1.2.0");
        var bad = await EndsAsync(admin, await ReleaseAsync(admin, "v1.2.0", canary, dryRun: false), "rolled_back");
        (await StatesAsync(admin, bad)).ShouldBe(["conflicting skipped", "merging skipped", "plain rolled_back"]);
        (await ShownAsync(canary)).ShouldContain("Enter here");
        (await Developer.ReadAsync(RepositoryOf("plain"), "words.txt"), await Developer.CommitsAsync(RepositoryOf("merging"))).ShouldBe(before);
        var site = (await admin.GetAsync($"/v1/campaigns/{canary.Id}/template")).Body!;
        ((string)site["baseTag"]!).ShouldBe("v1.1.0");
        ((string)(await admin.GetAsync($"/v1/campaigns/{other.Id}/template"))["baseTag"]!).ShouldBe("v1.1.0");
    }

    private static async Task<string> ReleaseAsync(PlatformClient admin, string version, Site canary, bool dryRun)
    {
        var made = await admin.PostAsync("/v1/template/releases", new JsonObject
        {
            ["version"] = version, ["dryRun"] = dryRun,
            ["waves"] = new JsonArray(
                new JsonObject { ["campaignIds"] = new JsonArray(canary.Id), ["soakMinutes"] = 0 }, new JsonObject { ["percent"] = 100, ["soakMinutes"] = 0 }),
        });
        made.Status.ShouldBe(202, made.Body?.ToJsonString());
        return (string)made["id"]!;
    }

    private static async Task<string> EndsAsync(PlatformClient admin, string release, string state)
    {
        var ended = await UntilAsync(
            admin, $"/v1/template/releases/{release}", r => (string)r["state"]! is "planned" or "paused" or "rolled_back" or "succeeded" && (state == "planned" || (string)r["state"]! != "planned"));
        ((string)ended["state"]!).ShouldBe(state, ended.ToJsonString() + (await admin.GetAsync($"/v1/template/releases/{release}/sites")).Body);
        return release;
    }

    private static async Task<string[]> StatesAsync(PlatformClient admin, string release) =>
        [.. (await admin.GetAsync($"/v1/template/releases/{release}/sites"))["items"].AsArray()
            .Select(s => $"{(string)s!["campaignName"]!} {(string)s["state"]!}").Order(StringComparer.Ordinal)];

    private static Task<JsonNode> FoundAsync(PlatformClient admin, string tag)
    {
        return FindAsync();
        async Task<JsonNode> FindAsync()
        {
            (await admin.PostAsync("/v1/template/versions")).Status.ShouldBe(202);
            return await UntilAsync(admin, "/v1/template/versions", v => v["items"]!.AsArray().Any(i => (string)i!["tag"]! == tag));
        }
    }

    private static async Task<JsonNode> UntilAsync(PlatformClient admin, string path, Func<JsonNode, bool> isReached)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        JsonNode? seen = null;
        try
        {
            while (true)
            {
                var answer = await admin.GetAsync(path);
                if (answer is { Status: 200, Body: { } body } && isReached(seen = body))
                {
                    return body;
                }

                await poll.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{path} stayed {seen?.ToJsonString()}");
        }
    }

    private static async Task<string> ShownAsync(Site site)
    {
        using var anybody = new HttpClient { Timeout = TimeSpan.FromMinutes(3) };
        return await anybody.GetStringAsync(site.Url);
    }

    private async Task<Site> SiteAsync(PlatformClient admin, string slug)
    {
        var now = TimeProvider.System.GetUtcNow();
        var ready = await ReadyCampaign.PublishedAsync(admin, slug, tenant =>
        {
            var campaign = SampleCampaign.Of(tenant, slug, now.AddMinutes(-1), now.AddDays(30));
            campaign["name"] = slug;
            return campaign;
        });
        return new Site(ready.Id, ready.SiteUrl);
    }

    private Task ChangeAsync(string slug, Func<string, string> change) => Developer.CommitAsync(RepositoryOf(slug), folder[$"work-{slug}"], work =>
    {
        var path = Path.Combine(work, "words.txt");
        File.WriteAllText(path, change(File.ReadAllText(path)));
    });

    private string RepositoryOf(string slug) => Path.Combine(folder["data"], "repositories", slug + ".git");

    private void WriteTemplate(string version, string words)
    {
        TinyTemplate.Write(Template, version, BuildScript);
        File.WriteAllText(Path.Combine(Template, "template.json"), $$"""
            { "version": "{{version}}", "ownedByPlatform": ["content/campaign.json"], "ownedBySite": [], "ownedByTemplate": ["template.json", "build.mjs"],
              "merged": ["**"], "jsonMergedByKey": ["package.json"], "migrations": [] }
            """ + "\n");
        File.WriteAllText(Path.Combine(Template, "words.txt"), words);
    }

    private sealed record Site(string Id, Uri Url);
}
