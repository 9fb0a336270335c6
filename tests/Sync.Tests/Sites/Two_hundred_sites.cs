using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.TestKit.Hosts;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>
/// Sites that take one version at once, while their host is busy and loses answers and the platform's hosts are killed, all by one seed. It is
/// printed; <c>PLATFORM_SEED</c> gives it again, and <c>PLATFORM_SITES</c> says how many sites, 200 by default.
/// </summary>
public sealed class Two_hundred_sites(SitesStage stage, ITestOutputHelper output) : IClassFixture<SitesStage>
{
    private const string Version = "v2.0.0", Page = "page.txt";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <summary>What a repository is like, how often of twenty, and how a sync ends there.</summary>
    private static readonly (string Kind, int Of20, string Result)[] Kinds =
    [
        ("plain", 9, "pushed"), ("edited", 4, "pushed"), ("conflicting", 3, "conflict_pull_request"), (TroubledHost.Protected, 2, "pull_request"),
        (TroubledHost.Archived, 1, "refused"), (TroubledHost.Dead, 1, ""),
    ];

    private readonly List<(string Id, string Slug, string Kind)> sites = [];
    private readonly string release = Ids.New(Ids.Release, TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task all_end_right_with_nothing_pushed_or_proposed_twice()
    {
        int Given(string variable, int otherwise) =>
            Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        var (seed, count) = (Given("PLATFORM_SEED", Environment.TickCount & 0xFFFFFF), Given("PLATFORM_SITES", 200));
        output.WriteLine($"PLATFORM_SEED={seed} PLATFORM_SITES={count}");
        stage.Seed = seed;
        var began = Stopwatch.GetTimestamp();
        await MakeAsync(count);
        output.WriteLine($"made after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        IMortalHost<SendSync>[] hosts = [SitesHosts.Dropped(stage), SitesHosts.Killed(stage)];
        foreach (var host in hosts)
        {
            await host.StartAsync();
        }

        try
        {
            var died = await EndAsync(hosts, new Random(seed), deaths: 3);
            output.WriteLine($"ended after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s, with {died} deaths");
            died.ShouldBeGreaterThan(0);
        }
        finally
        {
            await Task.WhenAll(hosts.Select(h => h.DieAsync()));
        }

        await stage.StartAsync();
        foreach (var site in sites)
        {
            await CheckAsync(site, $"PLATFORM_SEED={seed}, {site.Slug}");
        }

        output.WriteLine($"looked at after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        await stage.DropAsync();
    }

    private async Task MakeAsync(int count)
    {
        Template("1.0.0", "one\n");
        var prototypes = new Dictionary<string, RepositoryRef>();
        foreach (var kind in new[] { "plain", "edited", "conflicting" })
        {
            prototypes[kind] = await PrototypeAsync(kind);
        }

        var old = new TemplateVersion(prototypes["plain"].TemplateTag, prototypes["plain"].TemplateCommit);
        Template("2.0.0", "one of the template\n");
        var next = await new LocalTemplateSource(stage.Orders.Repositories, stage.Clock).ImportAsync(default);
        next.Tag.ShouldBe(Version);
        await stage.StartAsync();
        await stage.KnowAsync(old, next);
        await stage.DropAsync();
        var kinds = Kinds.SelectMany(k => Enumerable.Repeat(k.Kind, k.Of20)).ToArray();
        for (var n = 0; n < count; n++)
        {
            var kind = kinds[n % kinds.Length];
            sites.Add(await CopyAsync($"{kind}-{n:D4}", kind, prototypes.GetValueOrDefault(kind) ?? prototypes["plain"]));
        }
    }

    private async Task<RepositoryRef> PrototypeAsync(string kind)
    {
        var version = await new LocalTemplateSource(stage.Orders.Repositories, stage.Clock).ImportAsync(default);
        var host = new LocalRepositoryHost(stage.Orders.Repositories, stage.Clock);
        var made = await host.CreateFromTemplateAsync(new RepositoryRequest("prototype-" + kind, Nonce(), version), default);
        if (kind != "plain")
        {
            var page = kind == "edited" ? Text("one\n").Replace("ten\n", "ten of the site\n", StringComparison.Ordinal) : Text("one of the site\n");
            await host.CommitAsync(made, new Dictionary<string, string> { [Page] = page }, "Change the page", default);
        }

        return made;
    }

    private async Task<(string Id, string Slug, string Kind)> CopyAsync(string slug, string kind, RepositoryRef prototype)
    {
        var folder = Path.Combine(stage.Orders.Repositories.RepositoriesFolder, slug + ".git");
        foreach (var file in Directory.EnumerateFiles(prototype.Location, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(prototype.Location, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Directory.CreateDirectory(Path.Combine(folder, "refs", "tags"));
        return (await stage.CampaignAsync(prototype with { Name = slug, Location = folder }, Nonce()), slug, kind);
    }

    /// <summary>Asks for every site until each has come to its end; hosts die in between, and whoever asked asks again.</summary>
    private async Task<int> EndAsync(IMortalHost<SendSync>[] hosts, Random dice, int deaths)
    {
        var (began, asked, died, before) = (Stopwatch.GetTimestamp(), 0L, 0, int.MaxValue);
        while (true)
        {
            var left = (await stage.ColumnAsync(
                """
                select c.slug from campaign c where c.slug !~ 'dead' and not exists (
                  select from site_sync_run r where r.tenant_id = c.tenant_id and r.campaign_id = c.campaign_id and r.state in ('succeeded', 'failed'))
                """)).ToHashSet(StringComparer.Ordinal);
            if (left.Count == 0)
            {
                return died;
            }

            // A death whenever a further quarter has come to its end.
            if (died < deaths && left.Count < sites.Count * (deaths - died) / (deaths + 1))
            {
                await DieAsync(hosts[++died % hosts.Length]);
                asked = 0;
            }

            // Asked again once nothing has come to its end for a while.
            if (left.Count < before && asked != 0)
            {
                (before, asked) = (left.Count, Stopwatch.GetTimestamp());
            }

            if (asked == 0 || Stopwatch.GetElapsedTime(asked) > TimeSpan.FromSeconds(5))
            {
                asked = Stopwatch.GetTimestamp();
                foreach (var site in sites.Where(s => left.Contains(s.Slug) || s.Kind == TroubledHost.Dead))
                {
                    hosts[dice.Next(hosts.Length)].Send(new SendSync(stage.TenantId, site.Id, Version, release));
                }
            }

            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(Patience, $"PLATFORM_SEED={stage.Seed}: {string.Join('\n', await stage.ColumnAsync(
                """
                select c.slug || ' ' || coalesce(r.state || ' ' || r.attempts || ' ' || coalesce(r.next_at::text, '-') || ' ' || coalesce(r.reason, ''), 'never asked')
                from campaign c left join site_sync_run r on r.tenant_id = c.tenant_id and r.campaign_id = c.campaign_id where c.slug = any($1)
                """, [left.ToArray()]))}");
            await Task.Delay(50);
        }
    }

    private async Task DieAsync(IMortalHost<SendSync> host)
    {
        await host.DieAsync();

        // Reminders are due when it starts again.
        stage.Clock.Leap(TimeSpan.FromMinutes(6));
        await host.StartAsync();
    }

    private async Task CheckAsync((string Id, string Slug, string Kind) site, string told)
    {
        var runs = (await stage.Queries.SyncsAsync(Scope.Of(stage.TenantId), site.Id, 10, null, default)).Items;
        var run = runs.ShouldHaveSingleItem(told);
        var now = await stage.SiteAsync(site.Id);
        if (site.Kind == TroubledHost.Dead)
        {
            (run.State is "pending" or "running").ShouldBeTrue($"{told} {run.State} {run.Reason}");
            return;
        }

        var expected = Kinds.Single(k => k.Kind == site.Kind).Result;
        run.Result.ShouldBe(expected, $"{told} {run.State} {run.Reason}");
        run.Health.ShouldBe(expected == "pushed" ? "healthy" : null, $"{told} {run.Reason}");
        now.BaseTag.ShouldBe(expected == "pushed" ? Version : "v1.0.0", told);
        (now.Review is not null).ShouldBe(expected.EndsWith("pull_request", StringComparison.Ordinal), told);
        await CheckRepositoryAsync(site.Slug, site.Kind, expected, told);
    }

    private async Task CheckRepositoryAsync(string slug, string kind, string expected, string told)
    {
        var folder = Path.Combine(stage.Orders.Repositories.RepositoriesFolder, slug + ".git");
        var syncs = (await PlainGit.RunAsync(folder, "log", "--all", "--format=%(trailers:key=Template-Sync,valueonly)")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        syncs.Length.ShouldBe(expected == "refused" ? 0 : 1, told);
        var pulls = Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Count();
        pulls.ShouldBe(expected.EndsWith("pull_request", StringComparison.Ordinal) ? 1 : 0, told);
        var page = await PlainGit.RunAsync(folder, "show", $"main:{Page}");
        page.Contains("of the site", StringComparison.Ordinal).ShouldBe(kind is "edited" or "conflicting", told);
        page.Contains("of the template", StringComparison.Ordinal).ShouldBe(expected == "pushed", told);
        var built = BuildsNothing.BuiltFrom(stage.Orders.Served, slug);
        built.Distinct().Count().ShouldBe(expected == "pushed" ? 1 : 0, told);
        if (expected == "pushed")
        {
            built[0].ShouldBe(await PlainGit.RunAsync(folder, "rev-parse", "main"), told);
        }
    }

    private void Template(string version, string first)
    {
        var folder = stage.Orders.Repositories.TemplateFolder;
        File.WriteAllText(Path.Combine(folder, "template.json"), $$"""{ "version": "{{version}}", "ownedByPlatform": ["content/campaign.json"], "merged": ["**"] }""" + "\n");
        File.WriteAllText(Path.Combine(folder, Page), Text(first));
    }

    private static string Text(string first) => first + "two\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

    private static string Nonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
