using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Sync;

/// <summary>Reads commits and branches of a bare repository on this machine.</summary>
internal sealed class RepositoryLog(Git git)
{
    /// <summary>Bytes of commits that are read at once.</summary>
    private const int ReadMax = 16 * 1024 * 1024;

    /// <summary>The repository's folder; <see cref="ProviderFault.Rejected"/> where it is gone.</summary>
    public static string FolderOf(RepositoryRef repository) => Directory.Exists(repository.Location)
        ? repository.Location
        : throw new ProviderException(ProviderFault.Rejected, $"The repository '{repository.Name}' is gone from the data folder.");

    /// <summary>A branch's full name; <see cref="ProviderFault.Rejected"/> for what is none.</summary>
    public static string ReferenceOf(string branch) =>
        branch.Length is > 0 and <= 200 && branch.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_')
        && branch.Split('/').All(part => part.Length > 0 && !part.StartsWith('.') && !part.EndsWith(".lock", StringComparison.Ordinal)) && !branch.Contains("..", StringComparison.Ordinal)
            ? "refs/heads/" + branch
            : throw new ProviderException(ProviderFault.Rejected, $"'{branch}' is not the name of a branch.");

    /// <summary>A branch's head and tree; null where there is no such branch.</summary>
    public async Task<Snapshot?> HeadAsync(string folder, string branch, CancellationToken ct)
    {
        var reference = ReferenceOf(branch);
        var listed = await git.RunAsync(folder, ["for-each-ref", "--format=%(refname) %(objectname) %(tree)", reference], ct);
        return listed.Split('\n').Select(line => line.Split(' ')).FirstOrDefault(line => line[0] == reference) is [_, var commit, var tree] ? new Snapshot(commit, tree) : null;
    }

    /// <summary>A commit, by its whole id; null where there is none.</summary>
    public async Task<Snapshot?> CommitAsync(string folder, string commit, CancellationToken ct) =>
        await git.ResolveAsync(folder, LooseObjects.RequireId(commit) + "^{tree}", ct) is { } tree ? new Snapshot(commit, tree) : null;

    /// <summary>Whether all of these commits are in the repository.</summary>
    public async Task<bool> HasAsync(string folder, ImmutableArray<string> commits, CancellationToken ct)
    {
        var asked = string.Concat(commits.Select(id => LooseObjects.RequireId(id) + "\n"));
        var found = await git.RunAsync(folder, ["cat-file", "--batch-check=%(objecttype)"], ct, new GitContext(Input: asked));
        return found.Split('\n').All(type => type == "commit");
    }

    /// <summary>The commits of a range such as <c>main</c> or <c>since..until</c>, newest first; empty where there is no such thing.</summary>
    public async Task<ImmutableArray<CommitNote>> NotesAsync(string folder, string range, int max, CancellationToken ct, params string[] how)
    {
        var read = await git.TryForBytesAsync(
            folder, ["log", "-z", "--format=%H%n%T%n%P%n%B", $"--max-count={max}", .. how, "--end-of-options", range], ReadMax, ct);
        return read.ExitCode != 0 ? [] :
        [
            .. System.Text.Encoding.UTF8.GetString(read.Output).Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('\n', 4))
                .Select(lines => new CommitNote(lines[0], lines[1], [.. lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)], lines[3].TrimEnd('\n'))),
        ];
    }

    /// <summary>Whether one commit is another, or leads to it.</summary>
    public async Task<bool> LeadsAsync(string folder, string from, string to, CancellationToken ct) =>
        (await git.TryAsync(folder, ["merge-base", "--is-ancestor", from, to], ct)).ExitCode == 0;
}
