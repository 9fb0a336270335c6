using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.GitHub;

/// <summary>The bodies that GitHub answers with, complete by its document.</summary>
internal sealed partial class GitHubForms(Uri api)
{
    private static readonly string[] RepositoryLinks =
    [
        "archive", "assignees", "blobs", "branches", "collaborators", "comments", "commits", "compare", "contents", "contributors", "deployments",
        "downloads", "events", "forks", "git_commits", "git_refs", "git_tags", "hooks", "issue_comment", "issue_events", "issues", "keys", "labels",
        "languages", "merges", "milestones", "notifications", "pulls", "releases", "stargazers", "statuses", "subscribers", "subscription", "tags",
        "teams", "trees",
    ];

    private static readonly string[] UserLinks =
    [
        "events", "followers", "following", "gists", "organizations", "received_events", "repos", "starred", "subscriptions",
    ];

    public static DoubleAnswer Error(int status, string message, params JsonNode[] errors)
    {
        var body = new JsonObject { ["message"] = message, ["documentation_url"] = "https://docs.github.com/rest", ["status"] = status.ToString(CultureInfo.InvariantCulture) };
        if (errors.Length > 0)
        {
            body["errors"] = new JsonArray(errors);
        }

        return new DoubleAnswer(status, body);
    }

    /// <summary>A 422 about one field.</summary>
    public static DoubleAnswer Invalid(string resource, string field, string code, string message) => Error(
        422, "Validation Failed", new JsonObject { ["resource"] = resource, ["field"] = field, ["code"] = code, ["message"] = message });

    public JsonObject User(string login, bool isOrganization) => UserLinks.Aggregate(
        new JsonObject
        {
            ["login"] = login, ["id"] = IdOf(login), ["node_id"] = Node("U", IdOf(login)), ["avatar_url"] = $"https://avatars.githubusercontent.com/u/{IdOf(login)}",
            ["gravatar_id"] = "", ["url"] = Url($"users/{login}"), ["html_url"] = $"https://github.com/{login}", ["site_admin"] = false,
            ["type"] = isOrganization ? "Organization" : "User",
        },
        (user, link) => With(user, link + "_url", Url($"users/{login}/{link}")));

    /// <summary>The token's own user, as a fine-grained token sees it.</summary>
    public JsonObject Self(string login)
    {
        var user = User(login, false);
        foreach (var name in (string[])["name", "company", "blog", "location", "email", "hireable", "bio"])
        {
            user[name] = null;
        }

        foreach (var name in (string[])["public_repos", "public_gists", "followers", "following"])
        {
            user[name] = 0;
        }

        (user["created_at"], user["updated_at"]) = ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z");
        return user;
    }

    public JsonObject Organization(string login)
    {
        var form = Self(login);
        foreach (var name in (string[])["name", "company", "blog", "location", "email", "hireable", "bio"])
        {
            form.Remove(name);
        }

        (form["type"], form["description"], form["archived_at"]) = ("Organization", null, null);
        (form["has_organization_projects"], form["has_repository_projects"]) = (true, true);
        return ((string[])["hooks", "issues", "members", "public_members"]).Aggregate(form, (made, link) => With(made, link + "_url", Url($"orgs/{login}/{link}")));
    }

    public JsonObject Repository(GitHubRepository repository, bool ownerIsOrganization, bool inFull = true)
    {
        var at = repository.MadeAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var form = new JsonObject
        {
            ["id"] = repository.Id, ["node_id"] = Node("R", repository.Id), ["name"] = repository.Name, ["full_name"] = repository.FullName,
            ["owner"] = User(repository.Owner, ownerIsOrganization), ["private"] = repository.IsPrivate, ["description"] = repository.Description,
            ["html_url"] = $"https://github.com/{repository.FullName}", ["url"] = Url($"repos/{repository.FullName}"),
            ["clone_url"] = $"https://github.com/{repository.FullName}.git", ["git_url"] = $"git://github.com/{repository.FullName}.git",
            ["ssh_url"] = $"git@github.com:{repository.FullName}.git", ["svn_url"] = $"https://github.com/{repository.FullName}",
            ["mirror_url"] = null, ["homepage"] = null, ["language"] = null, ["license"] = null, ["default_branch"] = repository.DefaultBranch,
            ["is_template"] = repository.IsTemplate, ["visibility"] = repository.IsPrivate ? "private" : "public", ["topics"] = new JsonArray(),
            ["created_at"] = at, ["updated_at"] = at, ["pushed_at"] = at,
        };
        foreach (var name in (string[])["fork", "archived", "disabled", "has_issues", "has_projects", "has_wiki", "has_pages", "has_downloads", "has_discussions"])
        {
            form[name] = false;
        }

        foreach (var name in (string[])["forks", "forks_count", "open_issues", "open_issues_count", "size", "stargazers_count", "watchers", "watchers_count"])
        {
            form[name] = 0;
        }

        form["archived"] = repository.IsArchived;
        if (inFull)
        {
            (form["network_count"], form["subscribers_count"]) = (0, 0);
            form["template_repository"] = repository.Template is { } template ? Repository(template, ownerIsOrganization, false) : null;
        }

        return RepositoryLinks.Aggregate(form, (made, link) => With(made, link + "_url", Url($"repos/{repository.FullName}/{link}")));
    }

    public JsonObject Reference(GitHubRepository repository, string name, string sha) => new()
    {
        ["ref"] = name, ["node_id"] = Node("F", repository.Id), ["url"] = Url($"repos/{repository.FullName}/git/{name}"),
        ["object"] = new JsonObject { ["type"] = "commit", ["sha"] = sha, ["url"] = Url($"repos/{repository.FullName}/git/commits/{sha}") },
    };

    /// <summary>A commit as the Git Data API shows it.</summary>
    public JsonObject GitCommit(GitHubRepository repository, GitCommit commit) => new()
    {
        ["sha"] = commit.Sha, ["node_id"] = Node("C", repository.Id), ["url"] = Url($"repos/{repository.FullName}/git/commits/{commit.Sha}"),
        ["html_url"] = $"https://github.com/{repository.FullName}/commit/{commit.Sha}", ["author"] = Person(commit.Author),
        ["committer"] = Person(commit.Committer), ["tree"] = Linked(repository, "git/trees", commit.Tree), ["message"] = commit.Message,
        ["parents"] = Parents(repository, commit), ["verification"] = Unverified(),
    };

    /// <summary>A commit as the rest of the API shows it.</summary>
    public JsonObject Commit(GitHubRepository repository, GitCommit commit) => new()
    {
        ["sha"] = commit.Sha, ["node_id"] = Node("C", repository.Id), ["url"] = Url($"repos/{repository.FullName}/commits/{commit.Sha}"),
        ["html_url"] = $"https://github.com/{repository.FullName}/commit/{commit.Sha}",
        ["comments_url"] = Url($"repos/{repository.FullName}/commits/{commit.Sha}/comments"),
        ["commit"] = new JsonObject
        {
            ["url"] = Url($"repos/{repository.FullName}/git/commits/{commit.Sha}"), ["author"] = Person(commit.Author), ["committer"] = Person(commit.Committer),
            ["message"] = commit.Message, ["comment_count"] = 0, ["tree"] = Linked(repository, "git/trees", commit.Tree), ["verification"] = Unverified(),
        },
        ["author"] = null, ["committer"] = null, ["parents"] = Parents(repository, commit),
    };

    public JsonObject Tree(GitHubRepository repository, string sha, JsonArray entries, bool isTruncated = false) => new()
    {
        ["sha"] = sha, ["url"] = Url($"repos/{repository.FullName}/git/trees/{sha}"), ["tree"] = entries, ["truncated"] = isTruncated,
    };

    public JsonObject Branch(GitHubRepository repository, string name, GitCommit commit)
    {
        var url = Url($"repos/{repository.FullName}/branches/{Uri.EscapeDataString(name)}");
        var isProtected = repository.Protections.ContainsKey(name);
        return new JsonObject
        {
            ["name"] = name, ["commit"] = Commit(repository, commit), ["protected"] = isProtected, ["protection"] = new JsonObject { ["enabled"] = isProtected },
            ["protection_url"] = url + "/protection", ["_links"] = new JsonObject { ["html"] = $"https://github.com/{repository.FullName}/tree/{name}", ["self"] = url },
        };
    }

    public string Url(string path) => new Uri(api, path).AbsoluteUri;

    public static string Node(string kind, long id) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{kind}{id}"));

    public JsonObject Linked(GitHubRepository repository, string place, string sha) => new() { ["sha"] = sha, ["url"] = Url($"repos/{repository.FullName}/{place}/{sha}") };

    private JsonArray Parents(GitHubRepository repository, GitCommit commit) => new([.. commit.Parents.Select(p =>
        With(Linked(repository, "git/commits", p), "html_url", $"https://github.com/{repository.FullName}/commit/{p}"))]);

    private static JsonObject Person(GitPerson person) => new()
    {
        ["name"] = person.Name, ["email"] = person.Email, ["date"] = person.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
    };

    private static JsonObject Unverified() => new()
    {
        ["verified"] = false, ["reason"] = "unsigned", ["signature"] = null, ["payload"] = null, ["verified_at"] = null,
    };

    private static JsonObject With(JsonObject form, string name, string value)
    {
        form[name] = value;
        return form;
    }

    // Stable, and the same in every test.
    private static long IdOf(string login) => login.Aggregate(17L, (id, letter) => ((id * 31) + letter) % 100_000_000);
}
