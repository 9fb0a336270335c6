using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Providers.Sync.Merging;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Merging;

/// <summary>Trees as dictionaries of path to text (Latin-1, so that any bytes can be written), merged for real.</summary>
public abstract class MergeSpec : IAsyncLifetime, IDisposable
{
    /// <summary>Twenty lines, so that changes may be near to each other or far apart.</summary>
    protected static readonly string Lines = string.Concat(Enumerable.Range(1, 20).Select(n => $"line {n}\n"));

    protected const string Manifest = """
        {
          "version": "1.0.0",
          "ownedByPlatform": ["content/campaign.json"],
          "ownedBySite": ["public/**", "styles/site.css"],
          "ownedByTemplate": ["template.json", "package-lock.json", "tests/**"],
          "merged": ["**"],
          "jsonMergedByKey": ["package.json"],
          "migrations": []
        }

        """;

    private readonly TempFolder _folder = new();

    protected SyncWorkArea Area { get; private set; } = null!;

    public async Task InitializeAsync() => Area = await SyncWorkArea.OpenAsync(_folder["area.git"], TimeProvider.System, CancellationToken.None);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static Dictionary<string, string> Files(params (string Path, string Text)[] files)
    {
        var all = files.ToDictionary(f => f.Path, f => f.Text);
        all.TryAdd("template.json", Manifest);
        return all;
    }

    protected static Dictionary<string, string> With(Dictionary<string, string> files, params (string Path, string? Text)[] changes)
    {
        var changed = new Dictionary<string, string>(files);
        foreach (var (path, text) in changes)
        {
            changed.Remove(path);
            if (text is not null)
            {
                changed[path] = text;
            }
        }

        return changed;
    }

    /// <summary>A path may begin with <c>+x:</c> (executable), <c>link:</c>, or <c>sub:</c> (submodule; its text is the commit).</summary>
    protected async Task<string> TreeAsync(Dictionary<string, string> files)
    {
        var entries = new List<TreeEntry>();
        foreach (var (path, text) in files)
        {
            if (path.StartsWith("sub:", StringComparison.Ordinal))
            {
                entries.Add(new(path[4..], TreeEntry.Submodule, text));
                continue;
            }

            var id = await Area.WriteBlobAsync(Encoding.Latin1.GetBytes(text), CancellationToken.None);
            entries.Add(path.StartsWith("+x:", StringComparison.Ordinal) ? new(path[3..], TreeEntry.Executable, id)
                : path.StartsWith("link:", StringComparison.Ordinal) ? new(path[5..], TreeEntry.Link, id)
                : new(path, TreeEntry.Plain, id));
        }

        return await Area.WriteTreeAsync(entries, CancellationToken.None);
    }

    protected async Task<Dictionary<string, string>> ReadAsync(string tree)
    {
        var entries = await Area.ListAsync(tree, CancellationToken.None);
        var blobs = await Area.ReadBlobsAsync([.. entries.Where(e => e.Type == "blob").Select(e => e.Id).Distinct()], 1 << 20, CancellationToken.None);
        return entries.ToDictionary(
            e => (e.Mode == TreeEntry.Executable ? "+x:" : e.Mode == TreeEntry.Link ? "link:" : e.Mode == TreeEntry.Submodule ? "sub:" : "") + e.Path,
            e => e.Mode == TreeEntry.Submodule ? e.Id : Encoding.Latin1.GetString(blobs[e.Id]));
    }

    protected async Task<Merged> MergeAsync(Dictionary<string, string> origin, Dictionary<string, string> site, Dictionary<string, string> template, params string[] had)
    {
        var order = new MergeOrder(await TreeAsync(origin), await TreeAsync(site), await TreeAsync(template)) { Migrations = [.. had] };
        var merged = await SyncMerge.MergeAsync(Area, order, CancellationToken.None);
        return new Merged(merged, await ReadAsync(merged.Tree));
    }

    /// <summary>What came out.</summary>
    public sealed record Merged(SyncMerged Result, Dictionary<string, string> Files)
    {
        public string? this[string path] => Files.GetValueOrDefault(path);

        public SyncedFile? Of(string path) => Result.Files.SingleOrDefault(f => f.Path == path);

        public Merged IsClean()
        {
            Result.Conflicts.ShouldBeEmpty();
            Files.Keys.ShouldNotContain(path => path.StartsWith(".template-sync", StringComparison.Ordinal));
            return this;
        }

        /// <summary>Exactly these files, the manifest aside.</summary>
        public void Is(Dictionary<string, string> files) =>
            Files.Where(f => f.Key != "template.json").OrderBy(f => f.Key, StringComparer.Ordinal)
                .ShouldBe(files.Where(f => f.Key != "template.json").OrderBy(f => f.Key, StringComparer.Ordinal));

        public SyncConflict Conflict(string path, string kind)
        {
            var conflict = Result.Conflicts.Single(c => c.Path == path);
            conflict.Kind.ShouldBe(kind);
            Files[".template-sync/README.md"].ShouldContain(path);
            Of(path)!.Verdict.ShouldBe("conflict");
            return conflict;
        }
    }
}
