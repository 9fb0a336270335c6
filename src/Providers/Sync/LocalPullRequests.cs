using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Sync;

/// <summary>A pull request as it is kept.</summary>
/// <param name="Head">The newest commit of its branch when it was last looked at; of a merged one, the one that was merged.</param>
/// <param name="MergedAs">The commit that brought it into the default branch; null while it is not merged.</param>
internal sealed record LocalPullRequest(int Number, string Branch, string State, string Head, string Title, string Body, string? MergedAs = null)
{
    public const string Open = "open", Merged = "merged", Closed = "closed";

    public PullRequest AsSeen => new(Number, Branch, State, Head, null) { MergedAs = MergedAs };
}

/// <summary>
/// The pull requests of a bare repository: a small file each, in a folder of the repository that git does not know of. What people do with
/// their own git counts as at GitHub: a branch that was merged is merged, also squashed, and one that is gone is closed.
/// </summary>
internal sealed class LocalPullRequests(RepositoryLog log, LocalMerging merging, TimeProvider time)
{
    /// <summary>All pull requests as they stand, by number.</summary>
    public async Task<ImmutableArray<LocalPullRequest>> AllAsync(string repository, string onto, CancellationToken ct)
    {
        var kept = await KeptAsync(repository, ct);
        return kept.Any(p => p.State == LocalPullRequest.Open) ? await ChangeAsync(repository, onto, (all, _) => Task.FromResult(all), ct) : kept;
    }

    /// <summary>
    /// Changes pull requests while nobody else does, starting from how they stand now. <paramref name="change"/> is given the default
    /// branch's head too.
    /// </summary>
    public async Task<ImmutableArray<LocalPullRequest>> ChangeAsync(
        string repository, string onto, Func<ImmutableArray<LocalPullRequest>, Snapshot, Task<ImmutableArray<LocalPullRequest>>> change, CancellationToken ct)
    {
        var folder = FolderOf(repository);
        FolderModes.Ensure(folder, FolderModes.Private);
        using var alone = await FileLock.TakeAsync(Path.Combine(folder, "lock"), time, ct);
        var main = await log.HeadAsync(repository, onto, ct)
            ?? throw new ProviderException(ProviderFault.Rejected, $"The repository has no branch {onto}.");
        var kept = await KeptAsync(repository, ct);
        var seen = ImmutableArray.CreateBuilder<LocalPullRequest>();
        foreach (var pull in kept)
        {
            seen.Add(pull.State == LocalPullRequest.Open ? await LookAsync(repository, pull, main, ct) : pull);
        }

        var changed = await change(seen.ToImmutable(), main);
        foreach (var pull in changed.Except(kept))
        {
            await WriteAsync(folder, pull, ct);
        }

        return changed;
    }

    private async Task<LocalPullRequest> LookAsync(string repository, LocalPullRequest pull, Snapshot main, CancellationToken ct)
    {
        var head = await log.HeadAsync(repository, pull.Branch, ct);
        var newest = pull with { Head = head?.Commit ?? pull.Head };
        return await merging.MergedAsAsync(repository, main, newest.Head, ct) is { } commit ? newest with { State = LocalPullRequest.Merged, MergedAs = commit }
            : head is null ? newest with { State = LocalPullRequest.Closed }
            : newest;
    }

    private static async Task<ImmutableArray<LocalPullRequest>> KeptAsync(string repository, CancellationToken ct)
    {
        var folder = FolderOf(repository);
        var found = new List<LocalPullRequest>();
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [])
        {
            found.Add(Read(await File.ReadAllTextAsync(file, ct), file));
        }

        return [.. found.OrderBy(p => p.Number)];
    }

    private static LocalPullRequest Read(string text, string file)
    {
        try
        {
            return JsonSerializer.Deserialize<LocalPullRequest>(text) ?? throw new JsonException();
        }
        catch (JsonException error)
        {
            throw new ProviderException(ProviderFault.Rejected, $"The pull request {file} can't be read: mend or delete that file.", error);
        }
    }

    // Under another name first, so that nobody reads half a file, whenever this process ends.
    private static async Task WriteAsync(string folder, LocalPullRequest pull, CancellationToken ct)
    {
        var path = Path.Combine(folder, pull.Number.ToString(CultureInfo.InvariantCulture) + ".json");
        await File.WriteAllTextAsync(path + ".new", JsonSerializer.Serialize(pull), ct);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static string FolderOf(string repository) => Path.Combine(repository, "pull-requests");
}
