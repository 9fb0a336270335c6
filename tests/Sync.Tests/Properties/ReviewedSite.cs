using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Providers.Sync.Merging;
using Shouldly;

namespace PrizeDraw.Sync.Tests.Properties;

/// <summary>
/// A site with an open review on which people decide, wholly, by halves or not at all, while the template and the site go on. No line is ever
/// written twice.
/// </summary>
internal sealed partial class ReviewedSite(SyncWorkArea area, AreaRepository place, Random random)
{
    private static readonly RepositoryRef Site = new("site", "", "", "");
    private static readonly string[] Paths = ["one.ts", "ci.yml", "tests/own.ts", "two.ts", "package.json"];

    // What people had before them when they last decided a file: the newest version's merge, and both its sides.
    private readonly Dictionary<string, HashSet<string>> _seen = [];
    private readonly List<string> _story = [];
    private Dictionary<string, string> _template = [];
    private TemplateBase _base = null!, _target = null!;
    private SyncMerged? _proposed;
    private Dictionary<string, string> _proposedFiles = [];
    private int _written, _orders;

    private RepositorySync Sync => new(place, place, area);

    public async Task BeginAsync(string manifest)
    {
        var lines = string.Concat(Enumerable.Range(1, 20).Select(n => $"line {n}\n"));
        var json = "{\n" + string.Join(",\n", Enumerable.Range(1, 5).Select(n => $"  \"k{n}\": \"origin {n}\"")) + "\n}\n";
        _template = new() { ["template.json"] = manifest, ["one.ts"] = "one\n", ["ci.yml"] = "ci\n", ["tests/own.ts"] = "own\n", ["two.ts"] = lines, ["package.json"] = json };
        _base = _target = await place.ReleaseAsync(await TreeAsync(_template));
        await place.ResetAsync(await TreeAsync(_template));
        await EditMainAsync();
        await EditMainAsync();
    }

    public async Task StepAsync()
    {
        var isOpen = place.TreeOf(RepositorySync.Branch) is not null;
        switch (random.Next(10))
        {
            case < 4:
                await ReleaseAsync();
                await SyncAsync();
                break;
            case 4:
                await EditMainAsync();
                await (random.Next(2) == 0 ? SyncAsync() : Task.CompletedTask);
                break;
            default:
                await (isOpen ? ActAsync() : EditMainAsync());
                break;
        }
    }

    private async Task ReleaseAsync()
    {
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var path = Paths[random.Next(Paths.Length)];
            if (!_template.Remove(path) || random.Next(10) > 0 || path is "two.ts" or "package.json")
            {
                _template[path] = Edited("template", path, await TextAsync(_target.Commit, path) ?? "");
            }

            _story.Add($"template {path} = {_template.GetValueOrDefault(path)?[..Math.Min(20, _template[path].Length)]}");
        }

        _target = await place.ReleaseAsync(await TreeAsync(_template));
    }

    private async Task EditMainAsync()
    {
        var files = await FilesAsync(place.TreeOf("main")!);
        var path = Paths[random.Next(Paths.Length)];
        files[path] = Edited("site", path, files.GetValueOrDefault(path) ?? "");
        await place.CommitOnAsync("main", await TreeAsync(files));
        _story.Add("main " + path);
    }

    // One thing that a person does on the branch.
    private async Task ActAsync()
    {
        var before = await ReviewAsync();
        var open = before.Files.Where(f => !f.IsDecided).Select(f => f.Path).ToArray();
        var path = open.Length > 0 && random.Next(4) > 0 ? open[random.Next(open.Length)] : Paths[random.Next(Paths.Length)];
        if (!open.Contains(path))
        {
            _seen[path] = Shown(path);
        }

        if (open.Contains(path) && random.Next(3) == 0)
        {
            var choice = ((string[])["site", "template", "text"])[random.Next(3)];
            var decision = new FileDecision(before.Head, path, choice, Line("by hand") + "\n", "Ada");
            (await Sync.ResolveAsync(Site, before.PullRequest.Number, decision, CancellationToken.None)).Result.ShouldBe(ReviewChange.Done);
            _story.Add($"page {path} {choice}");
        }
        else
        {
            await CommitAsync(path, open);
        }

        foreach (var decided in open.Except((await ReviewAsync()).Files.Where(f => !f.IsDecided).Select(f => f.Path)))
        {
            _seen[decided] = Shown(decided);
            _story.Add("decided " + decided);
        }
    }

    private async Task CommitAsync(string path, string[] open)
    {
        var files = await FilesAsync(place.TreeOf(RepositorySync.Branch)!);
        var beside = Listed(files).Where(c => c?["path"]?.GetValue<string>() == path).Select(c => c?["beside"]?.GetValue<string>()).FirstOrDefault();
        var text = files.GetValueOrDefault(path) ?? "";
        var how = random.Next(5);
        if (how != 0)
        {
            files[path] = how == 1 && text.Contains("<<<<<<<", StringComparison.Ordinal) ? Marked().Replace(text, Line("by hand") + "\n", 1)
                : path is "two.ts" or "package.json" ? Edited("by hand", path, Marked().Replace(text, Line("by hand") + "\n"))
                : Line("by hand") + "\n";
        }

        if (how != 2)
        {
            files.Remove(beside ?? "");
        }

        // Who has decided the last one deletes the folder; some do so with what lies beside, and keep the list.
        if (open.All(p => p == path) && how > 2 && random.Next(2) == 0)
        {
            files.Keys.Where(p => p.StartsWith(".template-sync/", StringComparison.Ordinal)).ToList().ForEach(p => files.Remove(p));
        }

        await place.CommitOnAsync(RepositorySync.Branch, await TreeAsync(files));
        _story.Add($"branch {path} how {how}");
    }

    private async Task SyncAsync()
    {
        var order = new SyncOrder(Site, _base, _target, $"{++_orders:x16}");
        var outcome = await Sync.RunAsync(order, CancellationToken.None);
        _story.Add($"sync to {_target.Tag}: {outcome.Kind}");
        if (place.TreeOf(RepositorySync.Branch) is not { } tree)
        {
            _seen.Clear();
            (_base, _proposed) = (outcome.Base, null);
            return;
        }

        _proposed = await SyncMerge.MergeAsync(area, new MergeOrder(
            (await place.ReadAsync(_base.Commit, area, CancellationToken.None))!.Tree, place.TreeOf("main")!, (await place.ReadAsync(_target.Commit, area, CancellationToken.None))!.Tree),
            CancellationToken.None);
        _proposedFiles = await FilesAsync(_proposed.Tree);
        await CheckAsync(outcome, await FilesAsync(tree));
    }

    // What a version would leave and nobody has decided against is open, is to be seen, and is in nobody's way to say so.
    private async Task CheckAsync(SyncOutcome outcome, Dictionary<string, string> branch)
    {
        var story = string.Join("\n", _story);
        var review = await ReviewAsync();
        var open = review.Files.Where(f => !f.IsDecided).Select(f => f.Path).ToHashSet();
        outcome.Kind.ShouldBe(open.Count > 0 ? SyncOutcome.Conflict : SyncOutcome.PullRequested, story);
        review.IsDecided.ShouldBe(open.Count == 0, story);
        branch.Where(f => f.Value.Contains("<<<<<<<", StringComparison.Ordinal) && !f.Key.StartsWith(".template-sync/", StringComparison.Ordinal)).Select(f => f.Key).Except(open).ShouldBeEmpty(story);
        foreach (var path in Paths)
        {
            var (shown, conflict) = (Shown(path), _proposed!.Conflicts.FirstOrDefault(c => c.Path == path));
            var seen = _seen.GetValueOrDefault(path);
            var here = branch.GetValueOrDefault(path) ?? "";
            if ((here != (_proposedFiles.GetValueOrDefault(path) ?? "") || conflict is not null) && !open.Contains(path))
            {
                // A file of several lines takes what merges; in the others nothing does.
                (seen is not null && (shown.IsSubsetOf(seen) || (path is "two.ts" or "package.json" && Lines(shown).Except(Lines(seen)).Except(Lines([here])).Count() == 0)))
                    .ShouldBeTrue($"{path} is not asked.\n{story}");
            }

            var texts = string.Concat(Listed(branch).Where(c => c?["path"]?.GetValue<string>() == path).Select(c => branch.GetValueOrDefault(c?["beside"]?.GetValue<string>() ?? ""))) + here;
            if (open.Contains(path) && _template.TryGetValue(path, out var newest))
            {
                Lines([newest]).Except(Lines(seen ?? [])).Except(Lines([await TextAsync(_base.Commit, path) ?? ""])).Except(Lines([texts])).ShouldBeEmpty($"{path} does not show it.\n{story}\n{texts}");
            }
        }
    }

    private HashSet<string> Shown(string path)
    {
        var conflict = _proposed!.Conflicts.FirstOrDefault(c => c.Path == path);
        return [_proposedFiles.GetValueOrDefault(path) ?? "", .. conflict is null ? [] : ((TreeEntry?[])[conflict.Site, conflict.Template]).Select(Text)];
    }

    private string Text(TreeEntry? entry) =>
        entry is null ? "" : Encoding.UTF8.GetString(area.ReadBlobAsync(entry.Id, 1 << 20, CancellationToken.None).GetAwaiter().GetResult()!);

    private async Task<SyncReview> ReviewAsync() => (await Sync.ReviewAsync(Site, 1, CancellationToken.None)).ShouldNotBeNull();

    private string Line(string who) => string.Create(CultureInfo.InvariantCulture, $"{who} {++_written}");

    private string Edited(string who, string path, string text)
    {
        var lines = text.Split('\n');
        var at = path == "two.ts" ? ((int[])[2, 14])[random.Next(2)] : path == "package.json" ? random.Next(1, 6) : lines.Length;
        if (at >= lines.Length)
        {
            return path == "package.json" ? text : Line(who) + "\n";
        }

        lines[at] = path == "package.json" && lines[at].Contains(':', StringComparison.Ordinal)
            ? lines[at][..lines[at].IndexOf(':', StringComparison.Ordinal)] + $": \"{Line(who)}\"" + (lines[at].EndsWith(',') ? "," : "")
            : Line(who);
        return string.Join('\n', lines);
    }

    private static IEnumerable<string> Lines(IEnumerable<string> texts) => texts.SelectMany(t => t.Split('\n')).Select(l => l.Trim(' ', ',')).Where(l => l is not ("{" or "}" or "") && !Marker().IsMatch(l));

    private static JsonArray Listed(Dictionary<string, string> files) => files.GetValueOrDefault(".template-sync/conflicts.json") is { } list ? JsonNode.Parse(list)!.AsArray() : [];

    private async Task<string?> TextAsync(string commit, string path) =>
        (await FilesAsync((await place.ReadAsync(commit, area, CancellationToken.None))!.Tree)).GetValueOrDefault(path);

    private async Task<Dictionary<string, string>> FilesAsync(string tree)
    {
        var entries = await area.ListAsync(tree, CancellationToken.None);
        var blobs = await area.ReadBlobsAsync([.. entries.Select(e => e.Id).Distinct()], 1 << 20, CancellationToken.None);
        return entries.ToDictionary(e => e.Path, e => Encoding.UTF8.GetString(blobs[e.Id]));
    }

    private async Task<string> TreeAsync(Dictionary<string, string> files)
    {
        var entries = new List<TreeEntry>();
        foreach (var (path, text) in files)
        {
            entries.Add(new TreeEntry(path, TreeEntry.Plain, await area.WriteBlobAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None)));
        }

        return await area.WriteTreeAsync(entries, CancellationToken.None);
    }

    [GeneratedRegex(@"^<{7}[^<]*?^>{7}[^\n]*\n", RegexOptions.Multiline)]
    private static partial Regex Marked();

    [GeneratedRegex(@"^(<{7}|\|{7}|={7}|>{7})")]
    private static partial Regex Marker();
}
