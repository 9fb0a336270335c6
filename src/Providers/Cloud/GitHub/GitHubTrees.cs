using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>
/// Carries trees between GitHub and a work area by the names of their objects: only files that the other side lacks travel, and each tree is
/// held against its name.
/// </summary>
internal sealed class GitHubTrees(GitHubApi api)
{
    private const int EntriesMax = 100_000, DepthMax = 40, AtOnce = 4;

    // Text goes along with the tree; what is longer, or no text, is a write of its own.
    private const int TextMax = 256 * 1024, TextsMax = 4 * 1024 * 1024, FileMax = 32 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>A commit's tree never changes: each is asked for once.</summary>
    private readonly ConcurrentDictionary<(string Repository, string Commit), string> _trees = [];

    /// <summary>A commit with its tree brought into the work area; null where GitHub has no such commit.</summary>
    public async Task<Snapshot?> BringCommitAsync(GitHubRepository repository, string commit, SyncWorkArea area, CancellationToken ct)
    {
        if (!_trees.TryGetValue((repository.Id, commit), out var tree))
        {
            if (await api.CommitAsync(repository, commit, ct) is not { } read)
            {
                return null;
            }

            tree = _trees[(repository.Id, commit)] = read.Tree;
        }

        return await BringAsync(repository, tree, area, ct) ? new Snapshot(commit, tree) : throw Unlike(repository, "a commit has no tree");
    }

    /// <summary>Brings a tree, with everything in it, into the work area; false where GitHub has no such tree.</summary>
    private async Task<bool> BringAsync(GitHubRepository repository, string tree, SyncWorkArea area, CancellationToken ct)
    {
        // A tree is written here only after all that is in it.
        if (await area.HasAsync(tree, ct))
        {
            return true;
        }

        var entries = new List<TreeEntry>();
        if (!await ListAsync(repository, tree, "", 0, entries, ct))
        {
            return false;
        }

        var missing = await area.MissingAsync([.. entries.Where(e => e.Mode != TreeEntry.Submodule).Select(e => e.Id)], ct);
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (id, token) =>
        {
            var content = await api.BlobAsync(repository, id, token) ?? throw Unlike(repository, "a file is missing");
            if (await area.WriteBlobAsync(content, token) != id)
            {
                throw Unlike(repository, "a file came damaged");
            }
        });
        return await area.WriteTreeAsync(entries, ct) == tree ? true : throw Unlike(repository, "its tree came damaged");
    }

    /// <summary>
    /// Makes a tree of the work area at GitHub, where it builds on another one that is there. Null while GitHub does not show everywhere what it
    /// builds on.
    /// </summary>
    public async Task<bool> PutAsync(GitHubRepository repository, string tree, string baseTree, SyncWorkArea area, CancellationToken ct)
    {
        if (tree == baseTree)
        {
            return true;
        }

        var before = (await area.ListAsync(baseTree, ct)).ToDictionary(e => e.Path);
        var after = await area.ListAsync(tree, ct);
        var changed = after.Where(e => before.GetValueOrDefault(e.Path) is not { } was || (was.Mode, was.Id) != (e.Mode, e.Id)).ToImmutableArray();
        var gone = before.Keys.Except(after.Select(e => e.Path)).Order(StringComparer.Ordinal);
        var known = before.Values.Select(e => e.Id).ToHashSet();
        var news = await area.ReadBlobsAsync([.. changed.Where(e => e.Mode != TreeEntry.Submodule && !known.Contains(e.Id)).Select(e => e.Id)], FileMax, ct);
        if (changed.FirstOrDefault(e => e.Mode != TreeEntry.Submodule && !known.Contains(e.Id) && !news.ContainsKey(e.Id)) is { } large)
        {
            throw new ProviderException(ProviderFault.Rejected, $"The file {large.Path} is larger than {FileMax / 1024 / 1024} MiB, which is not sent to GitHub.");
        }

        var texts = TextsOf(news);
        foreach (var (id, content) in news.Where(n => !texts.ContainsKey(n.Key)))
        {
            await WriteAsync(repository, id, content, ct);
        }

        var entries = changed.Select(e => Entry(e, texts.GetValueOrDefault(e.Id))).Concat(gone.Select(path => Entry(before[path], isGone: true)));
        return await TryAsync(() => api.WriteTreeAsync(repository, baseTree, entries, ct), tree)
            || await PutPlainlyAsync(repository, tree, after, news.Where(n => texts.ContainsKey(n.Key)), ct);
    }

    /// <summary>File by file and without a base, where GitHub understood the short way otherwise (a file where a folder was, odd text).</summary>
    private async Task<bool> PutPlainlyAsync(
        GitHubRepository repository, string tree, ImmutableArray<TreeEntry> all, IEnumerable<KeyValuePair<string, byte[]>> unsent, CancellationToken ct)
    {
        foreach (var (id, content) in unsent)
        {
            await WriteAsync(repository, id, content, ct);
        }

        var made = await api.WriteTreeAsync(repository, null, all.Select(e => Entry(e)), ct);
        return made is null ? false : made == tree ? true : throw new ProviderException(
            ProviderFault.Rejected, $"GitHub made another tree in {repository.Owner}/{repository.Name} than the one that was merged. Nothing was pushed.");
    }

    private static async Task<bool> TryAsync(Func<Task<string?>> write, string tree)
    {
        try
        {
            return await write() == tree;
        }
        catch (ProviderException refusal) when (refusal.Fault == ProviderFault.Rejected)
        {
            return false;
        }
    }

    private async Task WriteAsync(GitHubRepository repository, string id, byte[] content, CancellationToken ct)
    {
        if (await api.WriteBlobAsync(repository, content, ct) != id)
        {
            throw Unlike(repository, "it keeps a file under another name");
        }
    }

    private static Dictionary<string, string> TextsOf(ImmutableDictionary<string, byte[]> news)
    {
        var texts = new Dictionary<string, string>();
        var left = TextsMax;
        foreach (var (id, content) in news.Where(n => n.Value.Length <= TextMax))
        {
            if (content.Length <= left && TextOf(content) is { } text)
            {
                texts[id] = text;
                left -= content.Length;
            }
        }

        return texts;
    }

    // Not what begins with a byte order mark or holds zeros: some readers of JSON drop these.
    private static string? TextOf(byte[] content)
    {
        try
        {
            return Strict.GetString(content) is var text && !text.StartsWith('\uFEFF') && !text.Contains('\0') ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static JsonObject Entry(TreeEntry entry, string? text = null, bool isGone = false)
    {
        var form = new JsonObject { ["path"] = entry.Path, ["mode"] = entry.Mode, ["type"] = entry.Type };
        form[text is null ? "sha" : "content"] = isGone ? null : text ?? entry.Id;
        return form;
    }

    // Folder by folder where GitHub leaves out a part of the whole.
    private async Task<bool> ListAsync(GitHubRepository repository, string tree, string prefix, int depth, List<TreeEntry> found, CancellationToken ct)
    {
        if (await api.EntriesAsync(repository, tree, true, ct) is not { } whole)
        {
            return false;
        }

        var listed = whole.IsCut ? await api.EntriesAsync(repository, tree, false, ct) : whole;
        if (listed is not { IsCut: false } all || found.Count + all.Entries.Length > EntriesMax || depth > DepthMax)
        {
            throw new ProviderException(ProviderFault.Rejected, $"GitHub's repository {repository.Owner}/{repository.Name} has more files than can be compared.");
        }

        foreach (var entry in all.Entries)
        {
            if (entry.Type != "tree")
            {
                found.Add(new TreeEntry(prefix + entry.Path, entry.Mode, entry.Sha));
            }
            else if (whole.IsCut && !await ListAsync(repository, entry.Sha, prefix + entry.Path + "/", depth + 1, found, ct))
            {
                throw Unlike(repository, "a folder is missing");
            }
        }

        return true;
    }

    private static ProviderException Unlike(GitHubRepository repository, string why) => new(
        ProviderFault.Transient, $"What GitHub tells of {repository.Owner}/{repository.Name} does not fit together: {why}. It is asked again later.");
}
