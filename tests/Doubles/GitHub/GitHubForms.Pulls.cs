using System;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.GitHub;

/// <content>Pull requests and comparisons.</content>
internal sealed partial class GitHubForms
{
    private static readonly string[] PullLinks = ["commits", "comments", "statuses", "review_comments", "review_comment", "issue"];

    /// <summary>A pull request as lists have it.</summary>
    public JsonObject Pull(GitHubRepository repository, GitHubPull pull)
    {
        var (url, page) = (Url($"repos/{repository.FullName}/pulls/{pull.Number}"), $"https://github.com/{repository.FullName}/pull/{pull.Number}");
        var form = new JsonObject
        {
            ["url"] = url, ["id"] = repository.Id * 1000 + pull.Number, ["node_id"] = Node("PR", pull.Number), ["number"] = pull.Number,
            ["html_url"] = page, ["diff_url"] = page + ".diff", ["patch_url"] = page + ".patch", ["state"] = pull.IsOpen ? "open" : "closed",
            ["locked"] = false, ["title"] = pull.Title, ["user"] = User(pull.Author, false), ["body"] = pull.Body, ["labels"] = new JsonArray(),
            ["milestone"] = null, ["assignee"] = null, ["auto_merge"] = null, ["author_association"] = "MEMBER", ["draft"] = pull.IsDraft,
            ["created_at"] = At(pull.MadeAt), ["updated_at"] = At(pull.ClosedAt ?? pull.MadeAt), ["closed_at"] = At(pull.ClosedAt),
            ["merged_at"] = pull.MergedAs is null ? null : At(pull.ClosedAt), ["merge_commit_sha"] = pull.MergedAs,
            ["head"] = End(repository, pull.Branch, pull.Head), ["base"] = End(repository, pull.Onto, repository.Refs["refs/heads/" + pull.Onto]),
            ["_links"] = new JsonObject([.. PullLinks.Append("html").Append("self").Select(link => new System.Collections.Generic.KeyValuePair<string, JsonNode?>(
                link, new JsonObject { ["href"] = link == "html" ? page : link == "self" ? url : $"{url}/{link}" }))]),
        };
        return PullLinks.Aggregate(form, (made, link) => With(made, link + "_url", $"{url}/{link}"));
    }

    /// <summary>A pull request by itself.</summary>
    public JsonObject PullInFull(GitHubRepository repository, GitHubPull pull, bool? isMergeable, int commits)
    {
        var form = Pull(repository, pull);
        (form["merged"], form["mergeable"], form["maintainer_can_modify"]) = (pull.MergedAs is not null, isMergeable, false);
        form["mergeable_state"] = isMergeable switch { null => "unknown", true => pull.IsDraft ? "draft" : "clean", false => "dirty" };
        form["merged_by"] = pull.MergedAs is null ? null : User("somebody", false);
        (form["comments"], form["review_comments"], form["commits"]) = (0, 0, commits);
        (form["additions"], form["deletions"], form["changed_files"]) = (1, 0, 1);
        return form;
    }

    public JsonObject Comparison(GitHubRepository repository, GitCommit from, GitCommit to, GitCommit parting, GitCommit[] ahead, int behind)
    {
        var page = $"https://github.com/{repository.FullName}/compare/{from.Sha}...{to.Sha}";
        return new JsonObject
        {
            ["url"] = Url($"repos/{repository.FullName}/compare/{from.Sha}...{to.Sha}"), ["html_url"] = page, ["permalink_url"] = page,
            ["diff_url"] = page + ".diff", ["patch_url"] = page + ".patch", ["base_commit"] = Commit(repository, from),
            ["merge_base_commit"] = Commit(repository, parting),
            ["status"] = (ahead.Length, behind) switch { (0, 0) => "identical", (_, 0) => "ahead", (0, _) => "behind", _ => "diverged" },
            ["ahead_by"] = ahead.Length, ["behind_by"] = behind, ["total_commits"] = ahead.Length,
            ["commits"] = new JsonArray([.. ahead.TakeLast(250).Select(c => Commit(repository, c))]), ["files"] = new JsonArray(),
        };
    }

    private JsonObject End(GitHubRepository repository, string branch, string sha) => new()
    {
        ["label"] = $"{repository.Owner}:{branch}", ["ref"] = branch, ["sha"] = sha, ["user"] = User(repository.Owner, true),
        ["repo"] = Repository(repository, true, false),
    };

    private static string? At(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
