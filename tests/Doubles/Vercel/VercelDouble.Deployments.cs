using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.Vercel;

/// <summary>Builds.</summary>
public sealed partial class VercelDouble
{
    private const int EventsMax = 2000;

    /// <summary>The next build that is started goes like this; several take one build each. Without, builds go well.</summary>
    public void NextBuilds(params VercelCourse[] courses)
    {
        foreach (var course in courses)
        {
            _courses.Enqueue(course);
        }
    }

    /// <summary>The commit that a project serves; null for none.</summary>
    public string? Serving(string project) => ByName(project)?.Serving?.Commit;

    /// <summary>The commits of all builds of a project so far, in order.</summary>
    public IReadOnlyList<string> BuildsOf(string project) => [.. ByName(project)?.Deployments.Select(d => d.Commit) ?? []];

    /// <summary>The name of the project that a build is of; null for no such build.</summary>
    public string? ProjectOf(string build) => Deployment(build)?.Project.Name;

    /// <summary>Takes a project away with all that is in it, as a person may on Vercel's pages.</summary>
    public void Take(string name) => _projects = _projects.RemoveAll(p => p.Name == name);

    /// <summary>What a person does on Vercel's pages.</summary>
    public void CancelBuilds(string project) => ByName(project)!.Deployments.ForEach(d => d.Cancel());

    private void MapDeployments(DoubleRoutes routes)
    {
        routes.On("POST", "/v13/deployments", "vercel.deploy", Deploy);
        routes.On("GET", "/v13/deployments/{idOrUrl}", "vercel.deployment", request =>
        {
            if (Deployment(request["idOrUrl"]) is not { } deployment)
            {
                return NoDeployment;
            }

            GoOn(deployment);
            return Answer(deployment);
        });
        routes.On("GET", "/v6/deployments", "vercel.deployments", List);
        routes.On("PATCH", "/v12/deployments/{id}/cancel", "vercel.cancel-deployment", request =>
        {
            if (Deployment(request["id"]) is not { } deployment)
            {
                return NoDeployment;
            }

            if (!deployment.IsRunning)
            {
                return Problem(400, "bad_request", "The deployment is not running.");
            }

            deployment.Cancel();
            return Answer(deployment);
        });
        routes.On("GET", "/v3/deployments/{idOrUrl}/events", "vercel.deployment-events", Events);
    }

    private static DoubleAnswer NoDeployment => Problem(404, "not_found", "The deployment could not be found.");

    private VercelDeploymentState? Deployment(string id) => _projects.SelectMany(p => p.Deployments).FirstOrDefault(d => d.Id == id);

    private DoubleAnswer Deploy(DoubleRequest request)
    {
        var source = request.Body["gitSource"]?.AsObject();
        if (ByName(request.Text("project") ?? request.Text("name") ?? "") is not { } project)
        {
            return NoProject;
        }

        var commit = (string?)source?["sha"];
        if (source is null || commit is null || project.RepositoryId is not { } repository || (long?)source["repoId"] != repository || !HasCommit(repository, commit))
        {
            return Problem(
                400, "incorrect_git_source_info",
                "The provided GitHub repository does not contain the requested branch or commit reference. Please ensure the repository is not empty.");
        }

        if (_projects.Sum(p => p.Deployments.Count) >= DeploymentsMax)
        {
            var reset = Now.AddHours(24).ToUnixTimeSeconds();
            return Problem(429, "api-deployments-free-per-day", "Resource is limited - try again in 24 hours.", ("limit", new JsonObject
            {
                ["remaining"] = 0, ["reset"] = reset, ["resetMs"] = reset * 1000, ["total"] = DeploymentsMax,
            })).With("Retry-After", "86400");
        }

        var deployment = new VercelDeploymentState($"dpl_{++_ids:x8}", project, _courses.TryDequeue(out var course) ? course : VercelCourse.Good, Millis)
        {
            Commit = commit, Branch = (string)source["ref"]!, Target = request.Text("target"),
            Meta = [.. request.Body["meta"]?.AsObject().Select(m => (m.Key, (string)m.Value!)) ?? []],
        };
        project.Deployments = project.Deployments.Add(deployment);
        return Answer(deployment);
    }

    /// <summary>Each look finds the build one state further on, and some lines more in its log.</summary>
    private void GoOn(VercelDeploymentState deployment)
    {
        var before = deployment.Now;
        deployment.Look();
        if (deployment.Now.State != "QUEUED" && deployment.Lines.Count == 0)
        {
            Say(deployment, $"Cloning github.com/{deployment.Project.Repository} (Branch: {deployment.Branch}, Commit: {deployment.Commit[..7]})");
            // Builds have been seen to print their environment.
            foreach (var variable in deployment.Project.Variables.Values)
            {
                Say(deployment, $"env {variable.Name}={variable.Value}");
            }

            for (var i = 1; i <= BuildLines; i++)
            {
                Say(deployment, $"page {i}", i);
            }
        }

        if (deployment.Now is { State: "READY", IsAssigned: true } && deployment.Project.Serving != deployment && !before.IsAssigned)
        {
            Say(deployment, "Deployment completed", BuildLines);
            deployment.Project.Serving = deployment;
        }
    }

    private void Say(VercelDeploymentState deployment, string text, int millis = 0) =>
        deployment.Lines.Add(new VercelLine($"line{deployment.Lines.Count:x6}", deployment.CreatedAt + millis, text));

    private DoubleAnswer List(DoubleRequest request)
    {
        var states = request.Query("state")?.Split(',');
        var found = _projects.Where(p => p.Id == request.Query("projectId")).SelectMany(p => p.Deployments)
            .Where(d => request.Query("sha") is not { } sha || d.Commit == sha)
            .Where(d => request.Query("target") is not { } target || d.Target == target)
            .Where(d => states is null || states.Contains(d.Now.State))
            .OrderByDescending(d => d.CreatedAt).Take(int.Parse(request.Query("limit") ?? "20", CultureInfo.InvariantCulture)).ToArray();
        return Described(found.Select(d => d.Now), new JsonObject
        {
            ["deployments"] = new JsonArray([.. found.Select(ListBody)]),
            ["pagination"] = new JsonObject { ["count"] = found.Length, ["next"] = null, ["prev"] = null },
        });
    }

    private DoubleAnswer Events(DoubleRequest request)
    {
        if (Deployment(request["idOrUrl"]) is not { } deployment)
        {
            return NoDeployment;
        }

        var since = long.Parse(request.Query("since") ?? "0", CultureInfo.InvariantCulture);
        var limit = int.Parse(request.Query("limit") ?? "100", CultureInfo.InvariantCulture);
        var lines = deployment.Lines.Where(l => l.At >= since).Take(Math.Min(limit, EventsMax)).ToArray();
        return new DoubleAnswer(200, new JsonArray([.. lines.Select((l, i) => i % 2 == 0 ? FlatLine(deployment, l) : NestedLine(deployment, l))]));
    }

    // Two forms are described, and both have been seen.
    private static JsonObject FlatLine(VercelDeploymentState deployment, VercelLine line) => new()
    {
        ["type"] = "stdout", ["created"] = line.At, ["date"] = line.At, ["deploymentId"] = deployment.Id, ["id"] = line.Id, ["serial"] = line.Id,
        ["text"] = line.Text, ["info"] = new JsonObject { ["type"] = "build", ["name"] = "bld_1" },
    };

    private static JsonObject NestedLine(VercelDeploymentState deployment, VercelLine line) => new()
    {
        ["type"] = "stdout", ["created"] = line.At,
        ["payload"] = new JsonObject { ["deploymentId"] = deployment.Id, ["id"] = line.Id, ["date"] = line.At, ["serial"] = line.Id, ["text"] = line.Text },
    };

    private DoubleAnswer Answer(VercelDeploymentState deployment) => Described([deployment.Now], DeploymentBody(deployment));

    /// <summary>
    /// The document is older than the state BLOCKED: answers that hold it, or one that nobody knows, can't be held against the document.
    /// </summary>
    private static DoubleAnswer Described(IEnumerable<VercelMoment> moments, JsonNode body) =>
        moments.All(m => m.State is "QUEUED" or "INITIALIZING" or "BUILDING" or "READY" or "ERROR" or "CANCELED")
            ? new DoubleAnswer(200, body)
            : new DoubleAnswer(200) { Text = ("application/json; charset=utf-8", body.ToJsonString()) };

    private JsonObject DeploymentBody(VercelDeploymentState deployment)
    {
        var now = deployment.Now;
        var project = deployment.Project;
        var body = new JsonObject
        {
            ["id"] = deployment.Id, ["name"] = project.Name, ["projectId"] = project.Id, ["ownerId"] = Owner, ["plan"] = "pro", ["type"] = "LAMBDAS",
            ["version"] = 2, ["url"] = deployment.Url, ["target"] = deployment.Target, ["status"] = now.State, ["readyState"] = now.State,
            ["createdAt"] = deployment.CreatedAt, ["bootedAt"] = deployment.CreatedAt, ["buildingAt"] = deployment.CreatedAt, ["buildSkipped"] = false,
            ["createdIn"] = "iad1", ["regions"] = new JsonArray("iad1"), ["public"] = false, ["routes"] = null,
            ["inspectorUrl"] = $"https://vercel.com/double/{project.Name}/{deployment.Id[4..]}", ["isInConcurrentBuildsQueue"] = false,
            ["isInSystemBuildsQueue"] = now.State == "QUEUED", ["creator"] = new JsonObject { ["uid"] = "user_double" },
            ["build"] = new JsonObject { ["env"] = new JsonArray() }, ["env"] = new JsonArray(), ["projectSettings"] = new JsonObject(),
            ["aliasAssigned"] = now.IsAssigned, ["meta"] = MetaBody(deployment),
            ["alias"] = now.IsAssigned
                ? new JsonArray($"{project.Name}-git-{deployment.Branch}-double.vercel.app", $"{project.Name}-double.vercel.app", $"{project.Name}.vercel.app")
                : new JsonArray(),
        };
        foreach (var (name, value) in now.Fields)
        {
            body[name] = value?.DeepClone();
        }

        return body;
    }

    private static JsonObject ListBody(VercelDeploymentState deployment) => new()
    {
        ["uid"] = deployment.Id, ["name"] = deployment.Project.Name, ["projectId"] = deployment.Project.Id, ["url"] = deployment.Url,
        ["created"] = deployment.CreatedAt, ["createdAt"] = deployment.CreatedAt, ["type"] = "LAMBDAS", ["target"] = deployment.Target,
        ["state"] = deployment.Now.State, ["readyState"] = deployment.Now.State, ["inspectorUrl"] = null,
        ["creator"] = new JsonObject { ["uid"] = "user_double" }, ["meta"] = MetaBody(deployment),
        // An instant here, where a single answer says true.
        ["aliasAssigned"] = deployment.Now.IsAssigned ? deployment.CreatedAt : null,
    };

    private static JsonObject ServingBody(VercelDeploymentState deployment) => new()
    {
        ["id"] = deployment.Id, ["name"] = deployment.Project.Name, ["url"] = deployment.Url, ["deploymentHostname"] = deployment.Url,
        ["readyState"] = "READY", ["target"] = deployment.Target, ["type"] = "LAMBDAS", ["plan"] = "pro", ["private"] = false,
        ["createdAt"] = deployment.CreatedAt, ["createdIn"] = "iad1", ["userId"] = "user_double",
        ["creator"] = new JsonObject { ["uid"] = "user_double", ["username"] = "double", ["email"] = "double@example.com" },
    };

    private static JsonObject MetaBody(VercelDeploymentState deployment)
    {
        var meta = new JsonObject { ["githubCommitSha"] = deployment.Commit, ["githubCommitRef"] = deployment.Branch, ["githubDeployment"] = "1" };
        foreach (var (name, value) in deployment.Meta)
        {
            meta[name] = value;
        }

        return meta;
    }
}
