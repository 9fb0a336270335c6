using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Scenarios;

/// <summary>A template in a folder, a site's bare repository made from it, and sync between them. Texts are Latin-1, so that they can be any bytes.</summary>
public abstract class SyncScene : IAsyncLifetime, IDisposable
{
    protected static readonly string Lines = string.Concat(Enumerable.Range(1, 20).Select(n => $"line {n}\n"));
    private readonly TempFolder _folder = new();
    private readonly LocalRepositoryOptions _options;
    private readonly LocalTemplateSource _source;
    private int _orders;

    protected SyncScene()
    {
        _options = new LocalRepositoryOptions { DataFolder = _folder["data"], TemplateFolder = _folder["template"] };
        _source = new LocalTemplateSource(_options, TimeProvider.System);
        Host = new LocalSyncHost(_options, TimeProvider.System);
        History = new LocalTemplateHistory(_source, _options, TimeProvider.System);
    }

    protected LocalSyncHost Host { get; }

    protected LocalTemplateHistory History { get; }

    protected SyncWorkArea Area { get; private set; } = null!;

    protected RepositoryRef Site { get; private set; } = null!;

    /// <summary>What is recorded of the site, as the grain would.</summary>
    protected TemplateBase Base { get; set; } = null!;

    protected List<string> Migrations { get; } = [];

    protected int? Review { get; set; }

    public virtual async Task InitializeAsync()
    {
        Area = await SyncWorkArea.OpenAsync(_folder["data/sync/spring.git"], TimeProvider.System, CancellationToken.None);
        var first = await ReleaseAsync("1.0.0", ("a.ts", Lines), ("b.ts", Lines + "b\n"), ("package.json", "{\n  \"a\": 1,\n  \"b\": 1\n}\n"), ("content/campaign.json", "{}\n"));
        Site = await new LocalRepositoryHost(_options, TimeProvider.System)
            .CreateFromTemplateAsync(new RepositoryRequest("spring", "0123456789abcdef", new TemplateVersion(first.Tag, first.Commit)), CancellationToken.None);
        Base = first;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected RepositorySync Sync(ISyncHost? host = null) => new(host ?? Host, History, Area);

    /// <summary>A new version of the template; a null text deletes the file.</summary>
    protected async Task<TemplateBase> ReleaseAsync(string version, params (string Path, string? Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            var place = _folder["template/" + path];
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Delete(place);
            if (text is not null)
            {
                await File.WriteAllTextAsync(place, text, Encoding.Latin1);
            }
        }

        if (files.All(f => f.Path != "template.json"))
        {
            await File.WriteAllTextAsync(_folder["template/template.json"], Manifest(version));
        }

        var made = await _source.ImportAsync(CancellationToken.None);
        return new TemplateBase(made.Tag, made.Commit);
    }

    protected static string Manifest(string version, string migrations = "") => $$"""
        {
          "version": "{{version}}",
          "ownedByPlatform": ["content/campaign.json"],
          "ownedBySite": ["public/**"],
          "ownedByTemplate": ["template.json", "tests/**"],
          "merged": ["**"],
          "jsonMergedByKey": ["package.json"],
          "migrations": [{{migrations}}]
        }

        """;

    protected SyncOrder Order(TemplateBase target, bool pushes = true) => new(Site, Base, target, (++_orders).ToString("x16", CultureInfo.InvariantCulture))
    {
        PushesClean = pushes, Migrations = [.. Migrations], PullRequest = Review,
    };

    /// <summary>Runs an order and records what came of it.</summary>
    protected async Task<SyncOutcome> RunAsync(TemplateBase target, bool pushes = true) => Recorded(await Sync().RunAsync(Order(target, pushes), CancellationToken.None));

    protected SyncOutcome Recorded(SyncOutcome outcome)
    {
        Base = outcome.Base;
        Review = outcome.PullRequest is { State: "open" } open ? open.Number : null;
        if (outcome.Kind is SyncOutcome.Pushed or SyncOutcome.UpToDate)
        {
            Migrations.AddRange(outcome.Migrations.Except(Migrations));
        }

        return outcome;
    }

    /// <summary>Somebody's commit on a branch; a new branch begins at main, a null text deletes the file.</summary>
    protected async Task<string> CommitAsync(string branch, params (string Path, string? Text)[] files)
    {
        var head = await Host.ReadAsync(Site, branch, Area, CancellationToken.None) ?? (await Host.ReadAsync(Site, "main", Area, CancellationToken.None))!;
        var entries = (await Area.ListAsync(head.Tree, CancellationToken.None)).ToDictionary(e => e.Path);
        foreach (var (path, text) in files)
        {
            entries.Remove(path);
            if (text is not null)
            {
                entries[path] = new TreeEntry(path, TreeEntry.Plain, await Area.WriteBlobAsync(Encoding.Latin1.GetBytes(text), CancellationToken.None));
            }
        }

        var tree = await Area.WriteTreeAsync(entries.Values, CancellationToken.None);
        return (await Host.PushAsync(Site, new SyncPush(branch, tree, [head.Commit], "Somebody's work"), Area, CancellationToken.None)).ShouldNotBeNull();
    }

    protected async Task<string> HeadAsync(string branch = "main") => (await Host.ReadAsync(Site, branch, Area, CancellationToken.None)).ShouldNotBeNull().Commit;

    /// <summary>A file of a branch or commit; null where there is none.</summary>
    protected async Task<string?> FileAsync(string path, string revision = "main") => (await FilesAsync(revision)).GetValueOrDefault(path);

    protected async Task<Dictionary<string, string>> FilesAsync(string revision = "main")
    {
        var entries = await Area.ListAsync(await PlainGit.RunAsync(Site.Location, "rev-parse", revision + "^{tree}"), CancellationToken.None);
        var blobs = await Area.ReadBlobsAsync([.. entries.Select(e => e.Id).Distinct()], 1 << 20, CancellationToken.None);
        return entries.ToDictionary(e => e.Path, e => Encoding.Latin1.GetString(blobs[e.Id]));
    }

    protected async Task<string> MessageAsync(string revision = "main") => await PlainGit.RunAsync(Site.Location, "log", "-1", "--format=%B", revision);

    protected async Task<int> PullRequestsAsync()
    {
        var number = 0;
        while (await Host.GetPullRequestAsync(Site, number + 1, CancellationToken.None) is not null)
        {
            number++;
        }

        return number;
    }
}
