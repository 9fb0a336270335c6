using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>The calls of GitHub's API that are needed, one method each. Null where GitHub does not have it (yet).</summary>
internal sealed partial class GitHubApi(CloudClient cloud)
{
    // Creating calls count five against the limit of points, and against that of content-creating calls.
    private const int WritePoints = 5;

    private const string Content = "content";

    public async Task<GitHubRepository?> FindAsync(string owner, string name, CancellationToken ct) =>
        await ReadAsync("github.repository", CloudPath.Of($"/repos/{owner}/{name}"), [404], ct, mayTellOfOthers: true) is { } body ? RepositoryIn(body) : null;

    /// <summary>
    /// A repository wherever it was moved. GitHub's redirects lead to this address, though its documentation leaves it out; so it is asked only
    /// when the name leads elsewhere.
    /// </summary>
    public async Task<GitHubRepository?> FindByIdAsync(string id, CancellationToken ct) =>
        await ReadAsync("github.repository-by-id", CloudPath.Of($"/repositories/{id}"), [404], ct) is { } body ? RepositoryIn(body) : null;

    /// <summary>How many requests are left in this hour, and which scopes the token has: null where GitHub does not say. Costs nothing.</summary>
    public async Task<(long? Left, long? Of, string? Scopes)> LimitsAsync(CancellationToken ct)
    {
        var call = new CloudCall(HttpMethod.Get, "github.limits", "/rate_limit") { MayRepeat = true, MayTellOfOthers = true, Points = 0, AnswerHeader = "X-OAuth-Scopes" };
        var answer = await cloud.SendAsync(call, ct);
        return (answer.Body.Number("resources", "core", "remaining"), answer.Body.Number("resources", "core", "limit"), answer.Header);
    }

    /// <summary>The login of the token's user; null for an app, which has none.</summary>
    public async Task<string?> LoginAsync(CancellationToken ct) => (await ReadAsync("github.user", "/user", [403], ct, mayTellOfOthers: true)).Text("login");

    /// <summary>Whether an owner is a <c>User</c> or an <c>Organization</c>; null where there is none.</summary>
    public async Task<string?> KindOfAsync(string owner, CancellationToken ct) =>
        (await ReadAsync("github.owner", CloudPath.Of($"/users/{owner}"), [404], ct, mayTellOfOthers: true)).Text("type");

    public async Task<GitHubRepository> GenerateAsync(GitHubOptions options, string name, string description, CancellationToken ct)
    {
        var call = new CloudCall(HttpMethod.Post, "github.generate", CloudPath.Of($"/repos/{options.TemplateOwner}/{options.TemplateName}/generate"))
        {
            Body = new JsonObject
            {
                ["owner"] = options.Owner, ["name"] = name, ["description"] = description, ["include_all_branches"] = false, ["private"] = options.IsPrivate,
            },
            Points = WritePoints, Bucket = Content, Expected = [404],
        };
        var answer = await cloud.SendAsync(call, ct);
        return answer.Status != 404
            ? RepositoryIn(answer.Body)
            : throw new ProviderException(ProviderFault.Rejected,
                $"GitHub does not find the template {options.TemplateOwner}/{options.TemplateName}, it is not marked as a template, or the credential may not create "
                + $"repositories for {options.Owner}. Mend that, then try again.");
    }

    /// <summary>False while GitHub does not show the repository everywhere.</summary>
    public async Task<bool> DescribeAsync(GitHubRepository repository, string description, CancellationToken ct) => (await cloud.SendAsync(
        Write(HttpMethod.Patch, "github.describe", Of(repository)) with { Body = new JsonObject { ["description"] = description }, Expected = [404] }, ct)).Status != 404;

    /// <summary>The commit that a branch points at; null while the repository is empty or lacks the branch.</summary>
    public async Task<string?> HeadAsync(GitHubRepository repository, string branch, CancellationToken ct) =>
        (await ReadAsync("github.ref", Of(repository) + CloudPath.Of($"/git/ref/{"heads/" + branch}"), [404, 409], ct)).Text("object", "sha");

    public async Task<GitHubCommit?> CommitAsync(GitHubRepository repository, string sha, CancellationToken ct) =>
        await ReadAsync("github.commit", Of(repository) + CloudPath.Of($"/git/commits/{sha}"), [404, 409], ct) is { } body
        && body.Text("sha") is { } found && body.Text("tree", "sha") is { } tree
            ? new GitHubCommit(found, tree)
            : null;

    /// <summary>The commit of a name such as a tag.</summary>
    public async Task<string?> ResolveAsync(GitHubRepository repository, string name, CancellationToken ct) =>
        (await ReadAsync("github.resolve", Of(repository) + CloudPath.Of($"/commits/{name}"), [404, 409, 422], ct)).Text("sha");

    /// <summary>A text file at a commit.</summary>
    public async Task<string?> FileAsync(GitHubRepository repository, string path, string commit, CancellationToken ct)
    {
        var body = await ReadAsync("github.file", Of(repository) + CloudPath.Of($"/contents/{path}?ref={commit}"), [404, 409], ct);
        return body.Text("content") is { } content ? TextOf(content) : null;
    }

    /// <summary>A tree that is the base with these files put into it.</summary>
    public async Task<string?> TreeAsync(GitHubRepository repository, string baseTree, IReadOnlyDictionary<string, string> files, CancellationToken ct)
    {
        var entries = files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => (JsonNode)new JsonObject
        {
            ["path"] = file.Key, ["mode"] = "100644", ["type"] = "blob", ["content"] = file.Value,
        });
        return await MadeAsync(Write(HttpMethod.Post, "github.tree", Of(repository) + "/git/trees") with
        {
            // Without the base the rest of the tree would be dropped.
            Body = new JsonObject { ["base_tree"] = baseTree, ["tree"] = new JsonArray([.. entries]) },
        }, ct);
    }

    /// <summary>A commit on no branch yet. Its author is the credential's user, whom hosts that build the repository know.</summary>
    public Task<string?> WriteCommitAsync(GitHubRepository repository, string message, string tree, ImmutableArray<string> parents, CancellationToken ct) =>
        MadeAsync(Write(HttpMethod.Post, "github.write-commit", Of(repository) + "/git/commits") with
        {
            Body = new JsonObject { ["message"] = message, ["tree"] = tree, ["parents"] = new JsonArray([.. parents.Select(p => JsonValue.Create(p))]) },
        }, ct);

    /// <summary>Moves a branch forward; false when it has moved meanwhile, so that this would lose a commit.</summary>
    public async Task<bool> MoveAsync(GitHubRepository repository, string branch, string commit, CancellationToken ct)
    {
        var call = Write(HttpMethod.Patch, "github.move-ref", Of(repository) + CloudPath.Of($"/git/refs/{"heads/" + branch}")) with
        {
            Body = new JsonObject { ["sha"] = commit, ["force"] = false }, Expected = [403, 404, 409, 422],
        };
        var answer = await cloud.SendAsync(call, ct);
        var said = GitHubDialect.Said(answer.Body);
        return answer.Status switch
        {
            < 300 => true,
            403 or 409 or 422 when RulePattern().IsMatch(said) => throw new ProviderException(
                ProviderFault.Rejected, $"GitHub takes no push to the branch {branch} of {repository.Owner}/{repository.Name}: {SpacePattern().Replace(said, " ")}"),
            404 or 409 => false,
            422 when MissingPattern().IsMatch(said) => false,
            _ => throw cloud.Refusal(call, answer),
        };
    }

    /// <summary>Whether a branch is protected; null where there is none.</summary>
    public async Task<bool?> IsProtectedAsync(string owner, string name, string branch, CancellationToken ct) =>
        await ReadAsync("github.branch", CloudPath.Of($"/repos/{owner}/{name}/branches/{branch}"), [404], ct) is { } body ? (bool?)body["protected"] : null;

    /// <summary>Protects a branch against deletion and rewriting; false where the plan has no protection, null while GitHub does not know the branch.</summary>
    public async Task<bool?> ProtectAsync(GitHubRepository repository, string branch, CancellationToken ct)
    {
        var call = Write(HttpMethod.Put, "github.protect", Of(repository) + CloudPath.Of($"/branches/{branch}/protection")) with
        {
            Body = new JsonObject
            {
                ["required_status_checks"] = null, ["enforce_admins"] = true, ["required_pull_request_reviews"] = null, ["restrictions"] = null,
                ["allow_force_pushes"] = false, ["allow_deletions"] = false,
            },
            Expected = [403, 404],
        };
        var answer = await cloud.SendAsync(call, ct);
        var isBeyondPlan = answer.Status == 403 && GitHubDialect.Said(answer.Body).Contains("upgrade", StringComparison.OrdinalIgnoreCase);
        return answer.Status switch
        {
            403 when !isBeyondPlan => throw cloud.Refusal(call, answer),
            403 => false,
            404 => null,
            _ => true,
        };
    }

    /// <summary>Deletes; already gone is done.</summary>
    public Task DeleteAsync(GitHubRepository repository, CancellationToken ct) =>
        cloud.SendAsync(Write(HttpMethod.Delete, "github.delete", Of(repository)) with { Expected = [404] }, ct);

    private static string Of(GitHubRepository repository) => CloudPath.Of($"/repos/{repository.Owner}/{repository.Name}");

    // What is written by content or to a fixed value may be written twice.
    private static CloudCall Write(HttpMethod method, string operation, string path) =>
        new(method, operation, path) { MayRepeat = true, Points = WritePoints, Bucket = Content };

    private async Task<JsonNode?> ReadAsync(string operation, string path, ImmutableArray<int> absent, CancellationToken ct, bool mayTellOfOthers = false)
    {
        var call = new CloudCall(HttpMethod.Get, operation, path) { MayRepeat = true, MayTellOfOthers = mayTellOfOthers, Expected = absent };
        var answer = await cloud.SendAsync(call, ct);
        return answer.Status is >= 200 and <= 299 ? answer.Body : null;
    }

    // Null where GitHub does not have what the new object builds on: the servers that answer are not all equally far.
    private async Task<string?> MadeAsync(CloudCall call, CancellationToken ct)
    {
        var expecting = call with { Expected = [404, 409, 422] };
        var answer = await cloud.SendAsync(expecting, ct);
        return answer.Status switch
        {
            < 300 => answer.Body.Text("sha") ?? throw Unreadable(call.Operation),
            422 when !MissingPattern().IsMatch(GitHubDialect.Said(answer.Body)) => throw cloud.Refusal(call, answer),
            _ => null,
        };
    }

    private static GitHubRepository RepositoryIn(JsonNode? body) => GitHubRepository.Read(body) ?? throw Unreadable("a repository");

    private static ProviderException Unreadable(string what) =>
        new(ProviderFault.Transient, $"GitHub's answer about {what} lacks what it should hold. It is looked up again later.") { MayHaveHappened = true };

    private static string? TextOf(string content)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(content));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // GitHub's rules for branches speak in many words.
    [GeneratedRegex("rule violation|protected branch|pull request|review|status check|hook declined|cannot be updated|verified signature", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RulePattern();

    [GeneratedRegex(@"\s+")]
    private static partial Regex SpacePattern();

    [GeneratedRegex("fast.forward|does not exist|base_tree|not a valid tree", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MissingPattern();
}
