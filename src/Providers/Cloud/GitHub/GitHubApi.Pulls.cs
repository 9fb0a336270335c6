using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>A pull request as GitHub tells of it.</summary>
/// <param name="Head">The newest commit of its branch; of a merged one, the one that was merged.</param>
/// <param name="MergedAs">The commit that brought it in; null while it is not merged.</param>
/// <param name="IsMergeable">Null while GitHub works it out, and in lists.</param>
internal sealed record GitHubPullRequest(
    int Number, string Branch, string Head, bool IsOpen, string? MergedAs, string Page, string Title, string Body, bool? IsMergeable)
{
    public bool IsDraft { get; init; }

    /// <summary>Null when a field that counts is missing.</summary>
    public static GitHubPullRequest? Read(JsonNode? body) =>
        body.Number("number") is { } number and <= int.MaxValue && body.Text("head", "ref") is { } branch && body.Text("head", "sha") is { } head && body.Text("state") is { } state
            ? new GitHubPullRequest(
                (int)number, branch, head, state == "open", body.Text("merged_at") is null ? null : body.Text("merge_commit_sha") ?? head,
                body.Text("html_url") ?? "", body.Text("title") ?? "", (body.Text("body") ?? "").Replace("\r\n", "\n", StringComparison.Ordinal), body.Flag("mergeable"))
            {
                IsDraft = body.Flag("draft") ?? false,
            }
            : null;
}

/// <content>Pull requests.</content>
internal sealed partial class GitHubApi
{
    /// <summary>The newest hundred pull requests of a branch into another one, whatever their state, newest first.</summary>
    public async Task<ImmutableArray<GitHubPullRequest>> PullsAsync(GitHubRepository repository, string branch, string onto, CancellationToken ct)
    {
        var body = await ReadAsync("github.pulls", Of(repository)
            + CloudPath.Of($"/pulls?state={"all"}&head={$"{repository.Owner}:{branch}"}&base={onto}&sort={"created"}&direction={"desc"}&per_page={100}"), [], ct);
        return [.. body.Items().Select(PullIn)];
    }

    public async Task<GitHubPullRequest?> PullAsync(GitHubRepository repository, int number, CancellationToken ct) =>
        await ReadAsync("github.pull", PullPath(repository, number), [404], ct) is { } body ? PullIn(body) : null;

    /// <summary>
    /// Opens a pull request. Null when there is an open one of that branch already, or GitHub does not show the branch everywhere yet. Where the
    /// plan has no drafts it is opened as one that is ready.
    /// </summary>
    public async Task<GitHubPullRequest?> OpenPullAsync(
        GitHubRepository repository, string branch, string onto, string title, string text, bool isDraft, CancellationToken ct)
    {
        // Written twice is refused the second time, so that there are never two.
        var call = Write(HttpMethod.Post, "github.open-pull", Of(repository) + "/pulls") with
        {
            Body = new JsonObject { ["head"] = branch, ["base"] = onto, ["title"] = title, ["body"] = text, ["draft"] = isDraft }, Expected = [422],
        };
        var answer = await cloud.SendAsync(call, ct);
        if (answer.Status < 300)
        {
            return PullIn(answer.Body);
        }

        var said = GitHubDialect.Said(answer.Body);
        if (isDraft && said.Contains("draft", StringComparison.OrdinalIgnoreCase))
        {
            return await OpenPullAsync(repository, branch, onto, title, text, false, ct);
        }

        var isUnseen = answer.Body.Items("errors").Any(error => error.Text("field") == "head" && error.Text("code") == "invalid");
        return isUnseen || GitHubDialect.IsTaken(answer.Body) ? null : throw cloud.Refusal(call, answer);
    }

    /// <summary>Changes fields of a pull request: <c>title</c>, <c>body</c>, <c>state</c>.</summary>
    public async Task<GitHubPullRequest> ChangePullAsync(GitHubRepository repository, int number, IReadOnlyDictionary<string, string> fields, CancellationToken ct)
    {
        var body = new JsonObject(fields.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value)));
        return PullIn((await cloud.SendAsync(Write(HttpMethod.Patch, "github.change-pull", PullPath(repository, number)) with { Body = body }, ct)).Body);
    }

    /// <summary>
    /// Merges an open pull request by a merge commit. No commit when GitHub does not merge it now, or its head is another one; with its words
    /// where a rule is in the way, such as a review that is wanted.
    /// </summary>
    public async Task<(string? Commit, string? Rule)> MergePullAsync(GitHubRepository repository, int number, string head, string message, CancellationToken ct)
    {
        var lines = message.Split('\n', 2);
        var call = Write(HttpMethod.Put, "github.merge-pull", PullPath(repository, number) + "/merge") with
        {
            Body = new JsonObject
            {
                ["sha"] = head, ["merge_method"] = "merge", ["commit_title"] = lines[0], ["commit_message"] = lines.ElementAtOrDefault(1)?.Trim() ?? "",
            },
            Expected = [404, 405, 409],
        };
        var answer = await cloud.SendAsync(call, ct);
        var said = GitHubDialect.Said(answer.Body);
        var isRule = answer.Status == 405 && !said.Contains("not mergeable", StringComparison.OrdinalIgnoreCase) && !said.Contains("modified", StringComparison.OrdinalIgnoreCase);
        return (answer.Body.Text("sha"), isRule ? said : null);
    }

    private static string PullPath(GitHubRepository repository, int number) => Of(repository) + CloudPath.Of($"/pulls/{number}");

    private static GitHubPullRequest PullIn(JsonNode? body) => GitHubPullRequest.Read(body) ?? throw Unreadable("a pull request");
}
