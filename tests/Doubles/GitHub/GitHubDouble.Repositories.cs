using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.GitHub;

/// <content>Users, repositories, protection of branches.</content>
public sealed partial class GitHubDouble
{
    private const string Repository = "/repos/{owner}/{repo}";

    /// <inheritdoc/>
    protected override void Map(DoubleRoutes routes)
    {
        void On(string method, string path, string operation, Func<DoubleRequest, GitHubToken, DoubleAnswer> handle) =>
            routes.On(method, path, operation, request => Held(request, handle));

        On("GET", "/user", "github.user", (_, token) => token.IsApp
            ? Error(403, "Resource not accessible by integration") : new DoubleAnswer(200, Counted(_forms.Self(token.Login), token)));
        routes.On("POST", "/app/installations/{installation_id}/access_tokens", "github.installationToken", request => Locked(() => IssueToken(request)));
        On("GET", "/users/{username}", "github.account", (request, _) => _owners.TryGetValue(request["username"], out var isOrganization)
            ? new DoubleAnswer(200, isOrganization ? With(_forms.Self(request["username"]), "type", "Organization") : _forms.Self(request["username"])) : NotFound());
        On("GET", "/rate_limit", "github.rateLimit", (request, _) => new DoubleAnswer(200, _meter.Overview(request.Seen.Token!)));
        On("GET", "/user/repos", "github.ownRepositories", (request, token) => Listed(request, r => MayWrite(token, r.Owner) && Sees(token, r)));
        On("GET", "/orgs/{org}/repos", "github.organizationRepositories", (request, token) => _owners.TryGetValue(request["org"], out var isOrganization) && isOrganization
            ? Listed(request, r => r.Owner.Equals(request["org"], StringComparison.OrdinalIgnoreCase) && Sees(token, r)) : NotFound());
        On("POST", "/user/repos", "github.createOwn", (request, token) => Create(request, token, token.Login));
        On("POST", "/orgs/{org}/repos", "github.create", (request, token) => Create(request, token, request["org"]));
        On("POST", "/repos/{template_owner}/{template_repo}/generate", "github.generate", Generate);
        On("GET", Repository, "github.read", Read);
        On("PATCH", Repository, "github.update", Update);
        On("DELETE", Repository, "github.delete", Remove);
        routes.OnUndescribed("PUT", Repository + "/branches/{branch}/protection", "github.protect", "REST documentation, Update branch protection",
            request => Held(request, Protect));
        routes.OnUndescribed("GET", Repository + "/branches/{branch}/protection", "github.readProtection", "REST documentation, Get branch protection",
            request => Held(request, ReadProtection));
        routes.OnUndescribed("GET", "/repositories/{id}", "github.readById", "where GitHub's redirects lead",
            request => Held(request, ReadById));
        MapSight(On);
        MapGit(On);
    }

    // A token may be revoked between the door and here.
    private DoubleAnswer Held(DoubleRequest request, Func<DoubleRequest, GitHubToken, DoubleAnswer> handle) =>
        Locked(() => _tokens.TryGetValue(request.Seen.Token!, out var token) ? handle(request, token) : Error(401, "Bad credentials"));

    private DoubleAnswer Listed(DoubleRequest request, Func<GitHubRepository, bool> wanted)
    {
        var (page, size) = (Number(request, "page", 1), Math.Min(100, Number(request, "per_page", 30)));
        var all = _repositories.Where(wanted).OrderBy(r => r.FullName, StringComparer.Ordinal).ToArray();
        var answer = new DoubleAnswer(200, new JsonArray([.. all.Skip((page - 1) * size).Take(size).Select(r => _forms.Repository(r, _owners[r.Owner], false))]));
        var next = _forms.Url($"{request.Seen.Path.TrimStart('/')}?per_page={size}&page={page + 1}");
        return page * size < all.Length ? answer.With("Link", $"<{next}>; rel=\"next\"") : answer;
    }

    private DoubleAnswer Generate(DoubleRequest request, GitHubToken token)
    {
        var template = Named($"{request["template_owner"]}/{request["template_repo"]}");
        if (template is null || !template.IsTemplate || !Sees(token, template))
        {
            return NotFound();
        }

        var (owner, name) = (request.Text("owner") ?? token.Login, request.Text("name")!);
        if (Refused(token, owner, name, "Could not clone: Name already exists on this account") is { } refusal)
        {
            return refusal;
        }

        var made = Made(owner, name, request.Text("description"), (bool?)request.Body["private"] == true, template);
        made.HiddenReads = HiddenReads;
        ContentReads.ToList().ForEach(made.ContentReads.Enqueue);
        Fill(made, template, token);
        return new DoubleAnswer(201, Form(made));
    }

    // The template's tree in one new commit: the two share no history.
    private void Fill(GitHubRepository made, GitHubRepository template, GitHubToken token)
    {
        made.DefaultBranch = template.DefaultBranch;
        var tree = template.Resolve(template.DefaultBranch)!.Tree;
        made.Objects = template.Objects.CopyOf(tree);
        var person = PersonOf(token);
        made.Refs["refs/heads/" + made.DefaultBranch] = made.Objects.AddCommit(tree, [], "Initial commit", person, person).Sha;
    }

    private DoubleAnswer Create(DoubleRequest request, GitHubToken token, string owner)
    {
        var name = request.Text("name")!;
        if (Refused(token, owner, name, "name already exists on this account") is { } refusal)
        {
            return refusal;
        }

        var made = Made(owner, name, request.Text("description"), (bool?)request.Body["private"] == true);
        made.IsTemplate = (bool?)request.Body["is_template"] == true;
        if ((bool?)request.Body["auto_init"] == true)
        {
            Commit(made, new System.Collections.Generic.Dictionary<string, string> { ["README.md"] = $"# {name}\n" }, "Initial commit", []);
        }

        return new DoubleAnswer(201, Form(made));
    }

    private DoubleAnswer? Refused(GitHubToken token, string owner, string name, string taken) =>
        !_owners.ContainsKey(owner) || !MayWrite(token, owner) ? Error(403, "Resource not accessible by personal access token")
        : !NamePattern().IsMatch(name) ? GitHubForms.Invalid("Repository", "name", "invalid", "name is not a valid repository name")
        : Named($"{owner}/{name}") is not null ? GitHubForms.Invalid("Repository", "name", "custom", taken)
        : null;

    private DoubleAnswer Read(DoubleRequest request, GitHubToken token) => Find(request, token, out var repository)
        ?? new DoubleAnswer(200, Form(repository!));

    private DoubleAnswer Update(DoubleRequest request, GitHubToken token)
    {
        if (Find(request, token, out var repository) is { } refusal)
        {
            return refusal;
        }

        if (!MayWrite(token, repository!.Owner))
        {
            return Error(403, "Must have admin rights to Repository.");
        }

        repository.Description = request.Body.ContainsKey("description") ? request.Text("description") : repository.Description;
        repository.IsPrivate = (bool?)request.Body["private"] ?? repository.IsPrivate;
        repository.IsTemplate = (bool?)request.Body["is_template"] ?? repository.IsTemplate;
        return new DoubleAnswer(200, Form(repository));
    }

    private DoubleAnswer Remove(DoubleRequest request, GitHubToken token)
    {
        if (Find(request, token, out var repository) is { } refusal)
        {
            return refusal;
        }

        if (!MayWrite(token, repository!.Owner) || !token.MayDelete)
        {
            return Error(403, "Must have admin rights to Repository.");
        }

        _repositories.Remove(repository);
        return new DoubleAnswer(204);
    }

    private DoubleAnswer Protect(DoubleRequest request, GitHubToken token)
    {
        // These four must be sent, null or not, by the documentation.
        foreach (var name in (string[])["required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions"])
        {
            if (!request.Body.ContainsKey(name))
            {
                Violated($"github.protect: the body lacks {name}");
                return Error(422, $"Invalid request.\n\n\"{name}\" wasn't supplied.");
            }
        }

        if (Find(request, token, out var repository) is { } refusal)
        {
            return refusal;
        }

        if (!MayWrite(token, repository!.Owner) || (repository.IsPrivate && !ProtectsPrivate))
        {
            return Error(403, "Upgrade to GitHub Pro or make this repository public to enable this feature.");
        }

        if (!repository.Refs.ContainsKey("refs/heads/" + request["branch"]))
        {
            return Error(404, "Branch not found");
        }

        repository.Protections[request["branch"]] = request.Body.DeepClone().AsObject();
        return ReadProtection(request, token);
    }

    private DoubleAnswer ReadById(DoubleRequest request, GitHubToken token) =>
        _repositories.SingleOrDefault(r => $"{r.Id}" == request["id"] && Sees(token, r)) is { } found && !IsHidden(request, found)
            ? new DoubleAnswer(200, Form(found)) : NotFound();

    private DoubleAnswer ReadProtection(DoubleRequest request, GitHubToken token)
    {
        if (Find(request, token, out var repository) is { } refusal)
        {
            return refusal;
        }

        if (!repository!.Protections.TryGetValue(request["branch"], out var rules))
        {
            return Error(404, "Branch not protected");
        }

        var url = _forms.Url($"repos/{repository.FullName}/branches/{Uri.EscapeDataString(request["branch"])}/protection");
        JsonObject Rule(string name) => new() { ["enabled"] = (bool?)rules[name] == true };
        return new DoubleAnswer(200, new JsonObject
        {
            ["url"] = url, ["enforce_admins"] = With(Rule("enforce_admins"), "url", url + "/enforce_admins"),
            ["allow_force_pushes"] = Rule("allow_force_pushes"), ["allow_deletions"] = Rule("allow_deletions"),
        });
    }

    // Null where the repository is found and seen. A renamed one is told by a redirect; one that may not be seen is not told from none.
    private DoubleAnswer? Find(DoubleRequest request, GitHubToken token, out GitHubRepository? repository)
    {
        var name = $"{request["owner"]}/{request["repo"]}";
        repository = Named(name);
        if (repository is null && _moved.TryGetValue(name, out var moved) && _repositories.Contains(moved) && Sees(token, moved))
        {
            var url = _forms.Url($"repositories/{moved.Id}");
            var told = new JsonObject { ["message"] = "Moved Permanently", ["url"] = url, ["documentation_url"] = "https://docs.github.com/rest" };
            return new DoubleAnswer(request.Seen.Method == "GET" ? 301 : 307, told).With("Location", url);
        }

        if (repository is null || !Sees(token, repository))
        {
            return NotFound();
        }

        return IsHidden(request, repository) ? NotFound() : null;
    }

    // The servers that are read from are not all equally far, whichever way a repository is asked for.
    private static bool IsHidden(DoubleRequest request, GitHubRepository repository) => request.Seen.Method == "GET" && repository.HiddenReads-- > 0;

    private static bool Sees(GitHubToken token, GitHubRepository repository) => !repository.IsPrivate
        || (MayWrite(token, repository.Owner) && (token.Selected is not { } selected || selected.Contains(repository.FullName, StringComparer.OrdinalIgnoreCase)));

    private static bool MayWrite(GitHubToken token, string owner) =>
        token.Owners.Append(token.Login).Contains(owner, StringComparer.OrdinalIgnoreCase);

    private JsonObject Form(GitHubRepository repository) => _forms.Repository(repository, _owners[repository.Owner]);

    private GitPerson PersonOf(GitHubToken token) => new(token.Login, $"{token.Login}@users.noreply.github.com", Now);

    private static DoubleAnswer NotFound() => GitHubForms.Error(404, "Not Found");

    private static int Number(DoubleRequest request, string name, int otherwise) => int.TryParse(request.Query(name), out var number) ? number : otherwise;

    private static JsonObject With(JsonObject form, string name, JsonNode value)
    {
        form[name] = value;
        return form;
    }
}
