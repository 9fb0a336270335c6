using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <content>Trees, files, branches and histories, as template sync needs them.</content>
internal sealed partial class GitHubApi
{
    /// <summary>By name; by id where that is known and the name leads to another repository or to none, since it may have been renamed.</summary>
    public async Task<GitHubRepository?> LookAsync(string owner, string name, string? id, CancellationToken ct) =>
        await FindAsync(owner, name, ct) is var named && (id is null || named?.Id == id) ? named : await FindByIdAsync(id, ct) ?? named;

    /// <summary>The newest hundred commits that a branch or commit leads to, newest first.</summary>
    public async Task<ImmutableArray<CommitNote>> HistoryAsync(GitHubRepository repository, string revision, CancellationToken ct) =>
        NotesIn((await ReadAsync("github.commits", Of(repository) + CloudPath.Of($"/commits?sha={revision}&per_page={100}"), [404, 409, 422], ct)).Items());

    /// <summary>The commits after one commit up to another, newest first, 250 at most; null where the first does not lead to the second.</summary>
    public async Task<ImmutableArray<CommitNote>?> BetweenAsync(GitHubRepository repository, string since, string until, CancellationToken ct)
    {
        var body = await ReadAsync("github.compare", Of(repository) + CloudPath.Of($"/compare/{$"{since}...{until}"}"), [404], ct);
        return body.Text("status") is "ahead" or "identical" ? [.. NotesIn(body.Items("commits")).Reverse()] : null;
    }

    /// <summary>
    /// What a tree holds (with <paramref name="isWhole"/>, its folders' files too), and whether GitHub left out a part; null where it has no
    /// such tree.
    /// </summary>
    public async Task<(ImmutableArray<GitHubTreeEntry> Entries, bool IsCut)?> EntriesAsync(GitHubRepository repository, string tree, bool isWhole, CancellationToken ct)
    {
        var path = Of(repository) + (isWhole ? CloudPath.Of($"/git/trees/{tree}?recursive={1}") : CloudPath.Of($"/git/trees/{tree}"));
        if (await ReadAsync("github.read-tree", path, [404, 409], ct) is not { } body)
        {
            return null;
        }

        // A list skips nothing that can't be read: absence would be taken for a deletion.
        return ([.. body.Items("tree").Select(item => item.Text("path") is { } name && item.Text("mode") is { } mode && item.Text("type") is { } type && item.Text("sha") is { } sha
            ? new GitHubTreeEntry(name, mode, type, sha)
            : throw Unreadable("a tree"))], body.Flag("truncated") ?? false);
    }

    /// <summary>A file's content; null where GitHub has no such blob.</summary>
    public async Task<byte[]?> BlobAsync(GitHubRepository repository, string sha, CancellationToken ct)
    {
        var body = await ReadAsync("github.read-blob", Of(repository) + CloudPath.Of($"/git/blobs/{sha}"), [404, 409], ct);
        try
        {
            return body is null ? null : Convert.FromBase64String(body.Text("content") ?? throw Unreadable("a file"));
        }
        catch (FormatException)
        {
            throw Unreadable("a file");
        }
    }

    public Task<string?> WriteBlobAsync(GitHubRepository repository, byte[] content, CancellationToken ct) =>
        MadeAsync(Write(HttpMethod.Post, "github.write-blob", Of(repository) + "/git/blobs") with
        {
            Body = new JsonObject { ["content"] = Convert.ToBase64String(content), ["encoding"] = "base64" },
        }, ct);

    /// <summary>A tree of these entries, on top of the base where there is one.</summary>
    public Task<string?> WriteTreeAsync(GitHubRepository repository, string? baseTree, IEnumerable<JsonObject> entries, CancellationToken ct)
    {
        var body = new JsonObject { ["tree"] = new JsonArray([.. entries]) };
        if (baseTree is not null)
        {
            body["base_tree"] = baseTree;
        }

        return MadeAsync(Write(HttpMethod.Post, "github.tree", Of(repository) + "/git/trees") with { Body = body }, ct);
    }

    /// <summary>Makes a branch; false when it is there already, or GitHub does not show the commit everywhere yet.</summary>
    public async Task<bool> BeginBranchAsync(GitHubRepository repository, string branch, string commit, CancellationToken ct)
    {
        var call = Write(HttpMethod.Post, "github.begin-branch", Of(repository) + "/git/refs") with
        {
            Body = new JsonObject { ["ref"] = "refs/heads/" + branch, ["sha"] = commit }, Expected = [409, 422],
        };
        var answer = await cloud.SendAsync(call, ct);
        var isThere = answer.Status == 422 && (GitHubDialect.IsTaken(answer.Body) || MissingPattern().IsMatch(GitHubDialect.Said(answer.Body)));
        return answer.Status < 300 || (isThere ? false : throw cloud.Refusal(call, answer));
    }

    /// <summary>Deletes a branch; one that is gone is done.</summary>
    public async Task EndBranchAsync(GitHubRepository repository, string branch, CancellationToken ct)
    {
        var call = Write(HttpMethod.Delete, "github.end-branch", Of(repository) + CloudPath.Of($"/git/refs/{"heads/" + branch}")) with { Expected = [404, 422] };
        var answer = await cloud.SendAsync(call, ct);
        if (answer.Status == 422 && !MissingPattern().IsMatch(GitHubDialect.Said(answer.Body)))
        {
            throw cloud.Refusal(call, answer);
        }
    }

    /// <summary>The tags whose names begin so, with the objects that they name: a commit, or a tag object of its own.</summary>
    public async Task<ImmutableArray<(string Name, string Type, string Sha)>> TagsAsync(GitHubRepository repository, string start, CancellationToken ct)
    {
        const string tags = "refs/tags/";
        var body = await ReadAsync("github.tags", Of(repository) + CloudPath.Of($"/git/matching-refs/{"tags/" + start}"), [404, 409], ct);
        return
        [
            .. body.Items().Where(item => item.Text("ref")?.StartsWith(tags, StringComparison.Ordinal) == true)
                .Select(item => (item.Text("ref")![tags.Length..], item.Text("object", "type") ?? "", item.Text("object", "sha") ?? throw Unreadable("a tag"))),
        ];
    }

    private static ImmutableArray<CommitNote> NotesIn(JsonArray items) =>
    [
        .. items.Select(item => item.Text("sha") is { } sha && item.Text("commit", "tree", "sha") is { } tree
            ? new CommitNote(sha, tree, [.. item.Items("parents").Select(p => p.Text("sha")).OfType<string>()], item.Text("commit", "message") ?? "")
            : throw Unreadable("a commit")),
    ];
}
