using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.Vercel;

/// <summary>
/// A stand-in for Vercel's API: projects with variables and a link, builds that go on by one state at each look, domains with their proof.
/// One team or one person, one token; repositories are seen once its GitHub app was given access to them.
/// </summary>
public sealed partial class VercelDouble : ProviderDouble
{
    public const string Team = "team_double";

    private readonly Dictionary<string, long> _repositories = new(StringComparer.OrdinalIgnoreCase);
    // Never changed in place: tests look while calls are served.
    private ImmutableList<VercelProjectState> _projects = [];
    private readonly Queue<VercelCourse> _courses = [];
    private int _ids;

    public VercelDouble(TimeProvider clock)
        : base("vercel", clock) =>
        Sees = name => _repositories.TryGetValue(name, out var id) ? id : null;

    /// <summary>The token that is accepted; null for none any more.</summary>
    public string? Token { get; set; } = "vercel-double-token";

    /// <summary>GitHub's id of a repository (<c>owner/name</c>) that the team's GitHub app sees, or null.</summary>
    public Func<string, long?> Sees { get; set; }

    /// <summary>Whether a repository, by GitHub's id, has a commit.</summary>
    public Func<long, string, bool> HasCommit { get; set; } = (_, _) => true;

    /// <summary>How many projects the plan allows.</summary>
    public int ProjectsMax { get; set; } = 200;

    /// <summary>How many deployments the plan allows in a day.</summary>
    public int DeploymentsMax { get; set; } = 100;

    /// <summary>Names of variables that are not taken, though the answer is 201.</summary>
    public HashSet<string> RefusedVariables { get; } = [];

    /// <summary>How many lines a build prints beside its own.</summary>
    public int BuildLines { get; set; }

    /// <summary>How many looks at a project find nothing after it was made.</summary>
    public int LooksUntilSeen { get; set; }

    /// <summary>How many looks at a project still find it after it was deleted.</summary>
    public int LooksUntilGone { get; set; }

    /// <inheritdoc/>
    public override IReadOnlyList<DoubleResource> Left =>
    [
        .. _projects.Where(p => p.LooksUntilGone is null).SelectMany(p => new[] { new DoubleResource("project", p.Name, p.Id, p.Marker) }
            .Concat(p.Domains.Keys.Select(d => new DoubleResource("domain", d, p.Id, p.Marker)))
            .Concat(p.Deployments.Where(d => d.IsRunning).Select(d => new DoubleResource("build", d.Commit, d.Id, p.Marker)))),
    ];

    /// <summary>Lets the team's GitHub app see a repository.</summary>
    public void Grant(string repository, long id) => _repositories[repository] = id;

    /// <summary>A project that somebody else made in the team; answers its id.</summary>
    public string PutForeign(string name, string? marker = null)
    {
        var project = NewProject(name, null);
        if (marker is not null)
        {
            Put(project, "PRIZEDRAW_NONCE", marker, "plain");
        }

        return project.Id;
    }

    /// <summary>What a person does on Vercel's pages.</summary>
    public void Rename(string name, string to) => ByName(name)!.Name = to;

    /// <summary>The value of a project's variable, whether or not the API would tell it; null when there is none.</summary>
    public string? ValueOf(string project, string variable) => ByName(project)?.Variables.GetValueOrDefault(variable)?.Value;

    /// <summary>How a project's variable is kept.</summary>
    public string? TypeOf(string project, string variable) => ByName(project)?.Variables.GetValueOrDefault(variable)?.Type;

    /// <inheritdoc/>
    protected override void Map(DoubleRoutes routes)
    {
        routes.On("GET", "/v9/projects/{idOrName}", "vercel.project", request =>
            Seen(request["idOrName"]) is { } project ? new DoubleAnswer(200, ProjectBody(project)) : NoProject);
        routes.On("GET", "/v10/projects", "vercel.projects", ListProjects);
        routes.On("POST", "/v11/projects", "vercel.create-project", Create);
        routes.On("DELETE", "/v9/projects/{idOrName}", "vercel.delete-project", Delete);
        MapPauses(routes);
        routes.On("GET", "/v10/projects/{idOrName}/env", "vercel.variables", request => Seen(request["idOrName"]) is { } project
            ? new DoubleAnswer(200, new JsonObject { ["envs"] = new JsonArray([.. project.Variables.Values.Select(VariableBody)]) })
            : NoProject);
        routes.On("POST", "/v10/projects/{idOrName}/env", "vercel.set-variables", SetVariables);
        MapOwners(routes);
        MapDeployments(routes);
        MapDomains(routes);
    }

    /// <inheritdoc/>
    protected override DoubleAnswer Error(int status, string message) => Problem(status, status switch
    {
        400 => "bad_request", 402 => "payment_required", 403 => "forbidden", 404 => "not_found", 409 => "conflict", 429 => "rate_limited",
        _ => "internal_server_error",
    }, message);

    /// <inheritdoc/>
    protected override DoubleAnswer? Refuse(SeenRequest request)
    {
        if (!IsStranger(request) && !IsForOwner(request))
        {
            Violated($"{request.Method} {request.Path}{request.Query}: another account's things are meant");
        }

        return ShownToStranger(request) is { } nothing ? nothing
            : Token is not null && request.Token == Token
            ? OverLimit(request)
            : new DoubleAnswer(403, new JsonObject { ["error"] = new JsonObject { ["code"] = "forbidden", ["message"] = "Not authorized", ["invalidToken"] = true } });
    }

    private static DoubleAnswer NoProject => Problem(404, "not_found", "Project not found.");

    private static DoubleAnswer Problem(int status, string code, string message, params (string Name, JsonNode? Value)[] further)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        foreach (var (name, value) in further)
        {
            error[name] = value?.DeepClone();
        }

        return new DoubleAnswer(status, new JsonObject { ["error"] = error });
    }

    private long Millis => Now.ToUnixTimeMilliseconds();

    private VercelProjectState? ByName(string idOrName) => _projects.FirstOrDefault(p => p.Id == idOrName || p.Name == idOrName);

    private VercelProjectState? Seen(string idOrName)
    {
        if (ByName(idOrName) is not { } project)
        {
            return null;
        }

        if (project.LooksUntilGone is { } looks)
        {
            project.LooksUntilGone = looks - 1;
            if (looks <= 0)
            {
                _projects = _projects.Remove(project);
                return null;
            }
        }

        return project.LooksUntilSeen-- > 0 ? null : project;
    }

    private DoubleAnswer Create(DoubleRequest request)
    {
        var name = request.Text("name") ?? "";
        if (_projects.Any(p => p.Name == name))
        {
            return Problem(409, "conflict", $"Project \"{name}\" already exists, please use a new name.");
        }

        if (_projects.Count >= ProjectsMax)
        {
            return Problem(400, "projects_limit_exceeded", "You have reached the limit of projects of your plan.");
        }

        var repository = (string?)request.Body["gitRepository"]?["repo"];
        if (repository is not null && Sees(repository) is null)
        {
            return Problem(
                400, "bad_request", "To link a GitHub repository, you need to install the GitHub integration first.",
                ("action", "Install GitHub App"), ("link", "https://github.com/apps/vercel"), ("repo", repository));
        }

        var project = NewProject(name, repository, request.Text("framework"));
        project.LooksUntilSeen = LooksUntilSeen;
        foreach (var variable in request.Body["environmentVariables"]?.AsArray().OfType<JsonObject>() ?? [])
        {
            if (!RefusedVariables.Contains((string)variable["key"]!))
            {
                Put(project, (string)variable["key"]!, (string)variable["value"]!, (string?)variable["type"] ?? "encrypted");
            }
        }

        return new DoubleAnswer(200, ProjectBody(project));
    }

    private VercelProjectState NewProject(string name, string? repository, string? framework = null)
    {
        var project = new VercelProjectState($"prj_{++_ids:x8}", name)
        {
            Framework = framework, Repository = repository, RepositoryId = repository is null ? null : Sees(repository),
        };
        _projects = _projects.Add(project);
        return project;
    }

    private DoubleAnswer Delete(DoubleRequest request)
    {
        if (ByName(request["idOrName"]) is not { LooksUntilGone: null } project)
        {
            return NoProject;
        }

        project.Deployments.ForEach(d => d.Cancel());
        if (LooksUntilGone == 0)
        {
            _projects = _projects.Remove(project);
        }

        project.LooksUntilGone = LooksUntilGone;
        return new DoubleAnswer(204);
    }

    private DoubleAnswer SetVariables(DoubleRequest request)
    {
        if (Seen(request["idOrName"]) is not { } project)
        {
            return NoProject;
        }

        var created = new JsonArray();
        var failed = new JsonArray();
        var variables = request.Seen.Body is JsonArray many ? many.OfType<JsonObject>() : [request.Body];
        foreach (var variable in variables)
        {
            var name = (string)variable["key"]!;
            var isKnown = project.Variables.ContainsKey(name);
            if (RefusedVariables.Contains(name) || (isKnown && request.Query("upsert") != "true"))
            {
                failed.Add(new JsonObject { ["error"] = new JsonObject { ["code"] = isKnown ? "ENV_CONFLICT" : "invalid_value", ["message"] = $"The value {(string?)variable["value"]} cannot be saved.", ["key"] = name } });
                continue;
            }

            created.Add(VariableBody(Put(project, name, (string)variable["value"]!, (string)variable["type"]!)));
        }

        return new DoubleAnswer(201, new JsonObject { ["created"] = created, ["failed"] = failed });
    }

    private VercelVariableState Put(VercelProjectState project, string name, string value, string type)
    {
        var before = project.Variables.GetValueOrDefault(name);
        return project.Variables[name] = new VercelVariableState(
            before?.Id ?? $"env{++_ids:x8}", name, value, type, before?.CreatedAt ?? Millis, Millis);
    }

    private static JsonObject VariableBody(VercelVariableState variable) => new()
    {
        ["id"] = variable.Id, ["key"] = variable.Name, ["type"] = variable.Type,
        // What is sensitive is never told; what is encrypted comes encrypted.
        ["value"] = variable.Type switch { "plain" => variable.Value, "sensitive" => "", _ => "eyJ2IjoidjIifQ" },
        ["target"] = new JsonArray("production", "preview"), ["createdAt"] = variable.CreatedAt, ["updatedAt"] = variable.UpdatedAt,
    };

    private JsonObject ProjectBody(VercelProjectState project)
    {
        var body = new JsonObject
        {
            ["accountId"] = Owner, ["id"] = project.Id, ["name"] = project.Name, ["framework"] = project.Framework, ["directoryListing"] = false,
            ["nodeVersion"] = "22.x", ["live"] = false,
            ["resourceConfig"] = new JsonObject { ["functionDefaultRegions"] = new JsonArray("iad1") },
            ["defaultResourceConfig"] = new JsonObject { ["functionDefaultRegions"] = new JsonArray("iad1") },
            // A field that no document names yet.
            ["sandboxPolicy"] = new JsonObject { ["level"] = 3 },
            ["targets"] = project.Serving is { } serving ? new JsonObject { ["production"] = ServingBody(serving) } : new JsonObject(),
        };
        if (project is { Repository: { } repository, RepositoryId: { } id })
        {
            body["link"] = new JsonObject
            {
                ["type"] = "github", ["org"] = repository.Split('/')[0], ["repo"] = repository.Split('/')[1], ["repoId"] = id,
                ["gitCredentialId"] = "cred_" + id.ToString("x8", CultureInfo.InvariantCulture), ["productionBranch"] = "main", ["deployHooks"] = new JsonArray(),
            };
        }

        return body;
    }
}
