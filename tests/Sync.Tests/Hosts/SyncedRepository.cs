using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.TestKit;

namespace PrizeDraw.Sync.Tests.Hosts;

/// <summary>A file as people have it: its bytes and git's mode.</summary>
internal sealed record SiteFile(byte[] Content, string Mode = "100644")
{
    public string Text => Encoding.UTF8.GetString(Content);

    public static SiteFile Of(string text, string mode = "100644") => new(Encoding.UTF8.GetBytes(text), mode);
}

/// <summary>A site's repository at some place with its template, what people do there, and a work area.</summary>
internal abstract class SyncedRepository : IAsyncDisposable
{
    public const string Nonce = "0123456789abcdef", Name = "spring", Branch = "template-sync";

    /// <summary>Such a file is no text, so that it can't travel as one.</summary>
    public static readonly byte[] Picture = [0x89, 0x50, 0, 1, 0xff, 0xfe, 13, 10];

    protected TempFolder Folder { get; } = new();

    public RepositoryRef Repository { get; protected set; } = null!;

    public ISyncHost Host { get; protected set; } = null!;

    public ITemplateHistory Template { get; protected set; } = null!;

    public SyncWorkArea Area { get; private set; } = null!;

    /// <summary>Files of the template from the first version on; version is 1.0.0.</summary>
    public static IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string>
    {
        ["template.json"] = """{ "version": "1.0.0" }""" + "\n", ["content/campaign.json"] = "{}\n", ["app/page.tsx"] = "one\ntwo\nthree\n", ["app/lib/a.ts"] = "a\n",
    };

    public async Task OpenAreaAsync(string name = "spring") =>
        Area = await SyncWorkArea.OpenAsync(Folder[$"sync/{name}.git"], TimeProvider.System, CancellationToken.None);

    /// <summary>Commits on a branch (a new one begins at main), as somebody with git would; a null file is deleted. Answers the commit.</summary>
    public abstract Task<string> CommitAsync(string branch, IReadOnlyDictionary<string, SiteFile?> files);

    /// <summary>All files of a branch or commit.</summary>
    public abstract Task<IReadOnlyDictionary<string, SiteFile>> FilesAsync(string revision = "main");

    /// <summary>Somebody merges a pull request with their own tools: with a merge commit, or squashed.</summary>
    public abstract Task MergeAsync(PullRequest pull, bool isSquashed);

    /// <summary>Somebody deletes a branch.</summary>
    public abstract Task DeleteBranchAsync(string branch);

    /// <summary>A new version of the template; answers its commit.</summary>
    public abstract Task<string> ReleaseAsync(string version, IReadOnlyDictionary<string, string> files);

    /// <summary>How many pull requests there are, in whatever state.</summary>
    public abstract Task<int> PullRequestsAsync();

    public Task<string> CommitAsync(string branch, string path, string? text) =>
        CommitAsync(branch, new Dictionary<string, SiteFile?> { [path] = text is null ? null : SiteFile.Of(text) });

    public async Task<Snapshot> ReadAsync(string branch = "main") =>
        await Host.ReadAsync(Repository, branch, Area, CancellationToken.None) ?? throw new InvalidOperationException($"There is no branch {branch}.");

    /// <summary>The tree of a snapshot with these files put in or (null) taken out, in the work area.</summary>
    public async Task<string> ChangedAsync(Snapshot snapshot, IReadOnlyDictionary<string, SiteFile?> files)
    {
        var entries = new Dictionary<string, TreeEntry>();
        foreach (var entry in await Area.ListAsync(snapshot.Tree, CancellationToken.None))
        {
            entries[entry.Path] = entry;
        }

        foreach (var (path, file) in files)
        {
            entries.Remove(path);
            if (file is not null)
            {
                entries[path] = new TreeEntry(path, file.Mode, await Area.WriteBlobAsync(file.Content, CancellationToken.None));
            }
        }

        return await Area.WriteTreeAsync(entries.Values, CancellationToken.None);
    }

    /// <summary>Pushes one changed file on top of a branch, which begins at main when it is new.</summary>
    public async Task<string?> PushAsync(string branch, string path, string? text, string message = "Ours\n\nTemplate-Sync: " + Nonce)
    {
        var head = await Host.ReadAsync(Repository, branch, Area, CancellationToken.None) ?? await ReadAsync();
        var tree = await ChangedAsync(head, new Dictionary<string, SiteFile?> { [path] = text is null ? null : SiteFile.Of(text) });
        return await Host.PushAsync(Repository, new SyncPush(branch, tree, [head.Commit], message), Area, CancellationToken.None);
    }

    public virtual ValueTask DisposeAsync()
    {
        Folder.Dispose();
        return default;
    }
}
