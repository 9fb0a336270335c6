using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Sync.Tests.Merging;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Properties;

/// <summary>
/// What must hold for any histories of both sides. <c>PLATFORM_SEED</c> begins elsewhere, <c>PLATFORM_SYNC_CASES</c> makes more of them; a
/// failure names its seed.
/// </summary>
public sealed partial class Random_histories : MergeSpec
{
    private static readonly int FirstSeed = Number("PLATFORM_SEED", 20261121), Cases = Number("PLATFORM_SYNC_CASES", 40);

    [Fact]
    public async Task lose_no_line_of_the_sites_and_put_no_marker_where_a_machine_reads() => await EachAsync(Cases, async random =>
    {
        var origin = RandomTree.Origin(Manifest);
        var site = new RandomTree(random, "site", origin).Change(random.Next(1, 14)).Files;
        var template = new RandomTree(random, "template", origin).Change(random.Next(1, 14)).Files;

        var merged = await MergeAsync(origin, site, template);

        // Wherever it stands, also beside: nothing that only the site wrote is gone.
        var all = string.Join('\n', merged.Files.Values);
        site.Values.SelectMany(text => Written().Matches(text)).Select(m => m.Value).Where(line => !all.Contains(line, StringComparison.Ordinal)).ShouldBeEmpty();
        merged.Files.Where(f => !f.Key.EndsWith(".ts") && !f.Key.EndsWith(".tsx") && !f.Key.EndsWith(".css") && !f.Key.EndsWith(".md") && !f.Key.EndsWith(".txt"))
            .Where(f => f.Value.Contains("<<<<<<<") || f.Value.Contains(">>>>>>>")).Select(f => f.Key).ShouldBeEmpty();
        merged.Files.Where(f => f.Value.Contains("<<<<<<<")).Select(f => f.Key).Except(merged.Result.Conflicts.Where(c => c.HasMarkers).Select(c => c.Path)).ShouldBeEmpty();
        Owned(merged.Files).ShouldBe(Owned(site));
        merged.Files.ContainsKey(".template-sync/README.md").ShouldBe(merged.Result.Conflicts.Length > 0);

        // What parses still does.
        foreach (var (path, text) in merged.Files.Where(f => f.Key.EndsWith(".json", StringComparison.Ordinal)))
        {
            Should.NotThrow(() => System.Text.Json.Nodes.JsonNode.Parse(text.Replace("\u00EF\u00BB\u00BF", "")), path);
        }

        if (merged.Result.Conflicts.IsEmpty)
        {
            var again = await MergeAsync(template, merged.Files, template);
            again.Result.Tree.ShouldBe(merged.Result.Tree);
            again.Result.Files.ShouldBeEmpty();
        }
    });

    [Fact]
    public async Task end_alike_whether_versions_are_taken_one_by_one_or_skipped()
    {
        var compared = 0;
        await EachAsync(Cases, async random =>
        {
            // Small changes: with large ones something meets nearly always.
            var origin = RandomTree.Origin(Manifest);
            var site = new RandomTree(random, "site", origin) { ChangesForm = false }.Change(3).Files;
            var first = new RandomTree(random, "first", origin) { ChangesForm = false }.Change(2).Files;
            var second = new RandomTree(random, "second", first) { ChangesForm = false }.Change(2).Files;

            var step = await MergeAsync(origin, site, first);
            var end = await MergeAsync(first, step.Files, second);
            var leap = await MergeAsync(origin, site, second);

            if (step.Result.Conflicts.IsEmpty && end.Result.Conflicts.IsEmpty && leap.Result.Conflicts.IsEmpty)
            {
                compared++;
                leap.Is(end.Files);
            }
        });
        compared.ShouldBeGreaterThan(Cases / 4, "Otherwise this shows nothing.");
    }

    [Fact]
    public async Task end_alike_whether_some_commits_were_taken_by_themselves_before_the_version()
    {
        var compared = 0;
        await EachAsync(Cases / 2, async random =>
        {
            var origin = RandomTree.Origin(Manifest);
            var site = await TreeAsync(new RandomTree(random, "site", origin) { ChangesForm = false }.Change(3).Files);
            var first = new RandomTree(random, "first", origin) { ChangesForm = false }.Change(2).Files;
            var second = new RandomTree(random, "second", first) { ChangesForm = false }.Change(2).Files;
            var place = new AreaRepository(Area);
            var versions = new[] { await place.ReleaseAsync(await TreeAsync(origin)), await place.ReleaseAsync(await TreeAsync(first)), await place.ReleaseAsync(await TreeAsync(second)) };
            async Task<bool> PushesAsync(TemplateBase at, TemplateBase target, string nonce)
            {
                var order = new SyncOrder(new RepositoryRef("site", "", "", ""), at, target, nonce) { PushesClean = true };
                var sync = new RepositorySync(place, place, Area);
                return (await sync.PreviewAsync(order, CancellationToken.None)).Kind is SyncOutcome.Pushed or SyncOutcome.UpToDate
                    && (await sync.RunAsync(order, CancellationToken.None)).Kind is SyncOutcome.Pushed or SyncOutcome.UpToDate;
            }

            await place.ResetAsync(site);
            var picked = versions[0] with { Picks = [versions[2].Commit] };
            if (!await PushesAsync(versions[0], picked, "a") || !await PushesAsync(picked, versions[2], "b"))
            {
                return;
            }

            var ended = await ReadAsync(place.Head!);
            await place.ResetAsync(site);
            if (await PushesAsync(versions[0], versions[2], "c"))
            {
                compared++;
                (await ReadAsync(place.Head!)).OrderBy(f => f.Key).ShouldBe(ended.OrderBy(f => f.Key));
            }
        });
        compared.ShouldBeGreaterThan(Cases / 10, "Otherwise this shows nothing.");
    }

    [Fact]
    public async Task leave_no_question_of_a_branch_unasked() => await EachAsync(Cases / 3, async random =>
    {
        var site = new ReviewedSite(Area, new AreaRepository(Area), random);
        await site.BeginAsync(Manifest);
        for (var steps = 14; steps > 0; steps--)
        {
            await site.StepAsync();
        }
    });

    private static IEnumerable<(string, string)> Owned(Dictionary<string, string> files) =>
        files.Where(f => f.Key.StartsWith("public/", StringComparison.Ordinal) || f.Key == "content/campaign.json").Select(f => (f.Key, f.Value)).Order();

    private static async Task EachAsync(int cases, Func<Random, Task> property)
    {
        for (var seed = FirstSeed; seed < FirstSeed + cases; seed++)
        {
            try
            {
                await property(new Random(seed));
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"PLATFORM_SEED={seed} PLATFORM_SYNC_CASES=1: {error.Message}", error);
            }
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    [GeneratedRegex(@"site wrote \d+ \d+")]
    private static partial Regex Written();
}
