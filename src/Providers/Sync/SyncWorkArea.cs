using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Sync;

/// <summary>
/// An isolated bare repository in which trees are compared and merged. It holds nothing that can't be brought again, has no branches of
/// its own, and may be deleted whenever nobody works in it. Failures are <see cref="ProviderException"/>s.
/// </summary>
public sealed partial class SyncWorkArea
{
    /// <summary>Bytes that one reading of many blobs may answer together: 64 Mi.</summary>
    public const int ReadMax = 64 * 1024 * 1024;

    private const int LooseInOneFolderMax = 27, ListsMax = 16;
    private readonly ConcurrentDictionary<string, ImmutableArray<TreeEntry>> _lists = new();
    private readonly Git _git;
    private readonly TimeProvider _time;
    private readonly LooseObjects _objects;

    private SyncWorkArea(string folder, Git git, TimeProvider time)
    {
        Folder = folder;
        _git = git;
        _time = time;
        _objects = new LooseObjects(Path.Combine(folder, "objects"));
    }

    /// <summary>The bare repository's folder.</summary>
    public string Folder { get; }

    /// <summary>Opens the area at a folder such as <c>data/sync/name.git</c>; makes it when it is not there.</summary>
    public static async Task<SyncWorkArea> OpenAsync(string folder, TimeProvider time, CancellationToken ct, TimeSpan? gitTimeLimit = null)
    {
        folder = Path.GetFullPath(folder);
        var git = new Git(gitTimeLimit ?? TimeSpan.FromMinutes(1), time);
        if (!File.Exists(Path.Combine(folder, "HEAD")))
        {
            LocalFolders.RenameAndDelete(folder);
            Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
            await LocalFolders.BuildAndRenameAsync(folder, building => git.InitialiseAsync(building, ct));
        }

        var area = new SyncWorkArea(folder, git, time);
        await area.PackAsync(ct);
        return area;
    }

    /// <summary>Lets the area see all objects of a repository on this machine without a copy. Repeated it changes nothing.</summary>
    public async Task BorrowAsync(string repository, CancellationToken ct)
    {
        var file = Path.Combine(Folder, "objects", "info", "alternates");
        var line = Path.Combine(Path.GetFullPath(repository), "objects");
        var lines = File.Exists(file) ? await File.ReadAllLinesAsync(file, ct) : [];
        if (!lines.Contains(line))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var written = file + "." + Path.GetRandomFileName();
            await File.WriteAllLinesAsync(written, [.. lines.Where(l => Directory.Exists(l)), line], ct);
            File.Move(written, file, overwrite: true);
        }
    }

    /// <summary>Whether an object, given by its whole id, is in the area.</summary>
    public async Task<bool> HasAsync(string id, CancellationToken ct) => (await MissingAsync([id], ct)).IsEmpty;

    /// <summary>Those of these objects that are not in the area.</summary>
    public async Task<ImmutableArray<string>> MissingAsync(IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        var sizes = await SizesAsync(ids, ct);
        return [.. ids.Where(id => !sizes.ContainsKey(id)).Distinct()];
    }

    /// <summary>Writes a blob and answers its id.</summary>
    public Task<string> WriteBlobAsync(ReadOnlyMemory<byte> content, CancellationToken ct) => _objects.WriteAsync("blob", content, ct);

    /// <summary>A blob's content; null where it is not there or larger than <paramref name="sizeMax"/> bytes.</summary>
    public async Task<byte[]?> ReadBlobAsync(string id, int sizeMax, CancellationToken ct) =>
        (await ReadBlobsAsync([id], sizeMax, ct)).GetValueOrDefault(id);

    /// <summary>
    /// Many blobs at once, by id: those that are there and no larger than <paramref name="sizeMax"/> bytes each.
    /// <see cref="ProviderFault.Rejected"/> when they are larger than <see cref="ReadMax"/> together.
    /// </summary>
    public async Task<ImmutableDictionary<string, byte[]>> ReadBlobsAsync(IReadOnlyCollection<string> ids, int sizeMax, CancellationToken ct)
    {
        var sizes = await SizesAsync(ids, ct);
        return await ReadAsync([.. sizes.Where(s => s.Value <= sizeMax).Select(s => (s.Key, s.Value))], ct);
    }

    /// <summary>All files of a tree or of a commit's tree, in the order of their paths, with their sizes.</summary>
    public async Task<ImmutableArray<TreeEntry>> ListAsync(string tree, CancellationToken ct)
    {
        // A tree never changes, and one sync looks into the same few again and again.
        if (_lists.TryGetValue(tree, out var known))
        {
            return known;
        }

        var listed = await ReadListAsync(tree, ct);
        if (_lists.Count >= ListsMax)
        {
            _lists.Clear();
        }

        _lists[tree] = listed;
        return listed;
    }

    private async Task<ImmutableArray<TreeEntry>> ReadListAsync(string tree, CancellationToken ct)
    {
        LooseObjects.RequireId(tree);
        var listed = await _git.TryForBytesAsync(Folder, ["ls-tree", "-r", "-z", "-l", "--full-tree", tree], ReadMax, ct);
        if (listed.ExitCode != 0)
        {
            throw new ProviderException(ProviderFault.Rejected, $"The tree {tree} can't be read: {listed.Error.Trim()}");
        }

        var entries = ImmutableArray.CreateBuilder<TreeEntry>();
        foreach (var line in Text(listed.Output, tree).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            var fields = line[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var size = long.TryParse(fields[3], CultureInfo.InvariantCulture, out var bytes) ? bytes : -1;
            entries.Add(new TreeEntry(line[(tab + 1)..], fields[0], fields[2], size));
        }

        return entries.ToImmutable();
    }

    /// <summary>
    /// Writes a tree with exactly these files and answers its id. <see cref="ProviderFault.Rejected"/> for a path that no tree may hold
    /// (<see cref="TreeEntry.IsPath"/>), one that stands there twice, or a file that is a folder too.
    /// </summary>
    public Task<string> WriteTreeAsync(IEnumerable<TreeEntry> entries, CancellationToken ct) => TreeWriting.WriteAsync(_objects, entries, ct);

    /// <summary>Writes a commit by the platform, dated now, and answers its id. It is on no branch.</summary>
    public Task<string> WriteCommitAsync(string tree, IEnumerable<string> parents, string message, CancellationToken ct)
    {
        var who = $"{Git.Author} <{Git.Email}> {_time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)} +0000";
        var lines = string.Concat(parents.Select(p => $"parent {p}\n"));
        return _objects.WriteAsync("commit", Encoding.UTF8.GetBytes($"tree {tree}\n{lines}author {who}\ncommitter {who}\n\n{message}\n"), ct);
    }

    /// <summary>The tree of a commit; null where the commit is not in the area.</summary>
    public Task<string?> TreeOfAsync(string commit, CancellationToken ct) => _git.ResolveAsync(Folder, commit + "^{tree}", ct);

    // Object ids with their sizes, of those that are there.
    private async Task<Dictionary<string, long>> SizesAsync(IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var asked = string.Concat(ids.Distinct().Select(id => LooseObjects.RequireId(id) + "\n"));
        var listed = await _git.RunAsync(Folder, ["cat-file", "--batch-check=%(objectname) %(objectsize)", "--buffer"], ct, new GitContext(Input: asked));
        return listed.Split('\n').Select(l => l.Split(' ')).Where(l => l is [_, not "missing"])
            .ToDictionary(l => l[0], l => long.Parse(l[1], CultureInfo.InvariantCulture));
    }

    private static string Text(byte[] bytes, string tree)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new ProviderException(ProviderFault.Rejected, $"A file name in the tree {tree} is not UTF-8: rename it.", error);
        }
    }

    // As git's own collection judges: a look into one of the 256 folders. Nothing here is reachable from a branch, so that packing says what
    // to pack by name; it loses nothing, and others may read meanwhile.
    private async Task PackAsync(CancellationToken ct)
    {
        if (_objects.CountIn("17") > LooseInOneFolderMax)
        {
            var pack = Path.Combine(Folder, "objects", "pack", "pack");
            Directory.CreateDirectory(Path.GetDirectoryName(pack)!);
            var loose = string.Concat(_objects.List().Select(id => id + "\n"));
            await _git.RunAsync(Folder, ["pack-objects", "-q", pack], ct, new GitContext(Input: loose));
            await _git.RunAsync(Folder, ["prune-packed", "-q"], ct);
        }
    }
}
