using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Doubles.Supabase;

/// <content>What the double answers to.</content>
public sealed partial class SupabaseDouble
{
    /// <summary>The organization's plan; null hides it from the token.</summary>
    public string? Plan { get; set; } = "pro";

    /// <summary>The regions that projects can be made in.</summary>
    public string[] Regions { get; set; } = ["eu-central-1", "eu-west-2", "us-east-1"];

    /// <inheritdoc/>
    protected override void Map(DoubleRoutes routes)
    {
        routes.On("GET", "/v1/organizations/{slug}/projects", "supabase.search", Search);
        routes.On("GET", "/v1/organizations/{slug}", "supabase.organization", ShowOrganization);
        routes.On("GET", "/v1/projects/available-regions", "supabase.regions", _ => new DoubleAnswer(200, RegionsTold()));
        routes.On("POST", "/v1/projects", "supabase.create", CreateAsync);
        OnProject(routes, "GET", "", "supabase.project", (_, project) => Look(project));
        OnProject(routes, "DELETE", "", "supabase.delete", (_, project) => DeleteAsync(project));
        OnProject(routes, "GET", "/health", "supabase.health", Health);
        OnProject(routes, "PATCH", "/postgrest", "supabase.data_api", ServeSchemas);
        OnProject(routes, "GET", "/ssl-enforcement", "supabase.ssl", (_, project) => Ssl(project));
        OnProject(routes, "PUT", "/ssl-enforcement", "supabase.enforce_ssl", EnforceSsl);
        OnProject(routes, "GET", "/config/database/pooler", "supabase.pooler", (_, project) => Pooler(project));
        OnProject(routes, "PATCH", "/database/password", "supabase.password", SetPasswordAsync);
        OnProject(routes, "POST", "/pause", "supabase.pause", (_, project) => Go(project, Pausing));
        OnProject(routes, "POST", "/restore", "supabase.restore", (_, project) => Go(project, Waking));
        routes.OnUndescribed(
            "GET", "/front/{ref}/rest/v1/{table}", "supabase.front_door", "PostgREST, which is no part of the management API", ReadAtFrontDoor);
    }

    private void OnProject(
        DoubleRoutes routes, string method, string path, string operation, Func<DoubleRequest, DoubleProject, DoubleAnswer> handle) =>
        OnProject(routes, method, path, operation, (request, project) => Task.FromResult(handle(request, project)));

    private void OnProject(
        DoubleRoutes routes, string method, string path, string operation, Func<DoubleRequest, DoubleProject, Task<DoubleAnswer>> handle) =>
        routes.On(method, "/v1/projects/{ref}" + path, operation, request =>
            _projects.TryGetValue(request["ref"], out var project) ? handle(request, project) : Task.FromResult(Error(404, "Project not found")));

    private DoubleAnswer ShowOrganization(DoubleRequest request) => Plan is null || request["slug"] != Organization
        ? Error(403, "Forbidden resource")
        : new DoubleAnswer(200, new JsonObject
        {
            ["id"] = Organization, ["name"] = "Double", ["plan"] = Plan, ["opt_in_tags"] = new JsonArray(), ["allowed_release_channels"] = new JsonArray("ga"),
        });

    private DoubleAnswer ShowStranger(SeenRequest request, string organization) =>
        request.Path.StartsWith("/v1/projects/", StringComparison.Ordinal) ? Error(404, "Project not found")
        : request.Path != $"/v1/organizations/{organization}/projects" ? Error(403, "Forbidden resource")
        : new DoubleAnswer(200, new JsonObject { ["projects"] = new JsonArray(), ["pagination"] = new JsonObject { ["count"] = 0, ["limit"] = 100, ["offset"] = 0 } });

    private JsonObject RegionsTold()
    {
        JsonObject Told(string code, string type) => new() { ["name"] = code, ["code"] = code, ["type"] = type };
        JsonArray Specific() => [.. Regions.Select(code =>
        {
            var told = Told(code, "specific");
            told["provider"] = "AWS";
            return told;
        })];
        return new JsonObject
        {
            ["recommendations"] = new JsonObject { ["smartGroup"] = Told("emea", "smartGroup"), ["specific"] = Specific() },
            ["all"] = new JsonObject { ["smartGroup"] = new JsonArray(Told("emea", "smartGroup"), Told("apac", "smartGroup")), ["specific"] = Specific() },
        };
    }

    private DoubleAnswer Search(DoubleRequest request)
    {
        if (request["slug"] != Organization)
        {
            return Error(403, "Forbidden resource");
        }

        var (limit, offset) = (int.Parse(request.Query("limit") ?? "100"), int.Parse(request.Query("offset") ?? "0"));
        foreach (var hidden in Projects.Where(p => p.LooksUnknown > 0))
        {
            hidden.LooksUnknown--;
        }

        // By what the name contains, not by what it is.
        var found = Projects.Where(p => p.LooksUnknown == 0 && p.Name.Contains(request.Query("search") ?? "", StringComparison.OrdinalIgnoreCase)).ToArray();
        return new DoubleAnswer(200, new JsonObject
        {
            ["projects"] = new JsonArray([.. found.Skip(offset).Take(limit).Select(p => new JsonObject
            {
                ["ref"] = p.Ref, ["name"] = p.Name, ["cloud_provider"] = "AWS", ["region"] = "eu-central-1", ["is_branch"] = false, ["status"] = p.Status,
                ["inserted_at"] = p.Since, ["databases"] = new JsonArray(),
            })]),
            ["pagination"] = new JsonObject { ["count"] = found.Length, ["limit"] = limit, ["offset"] = offset },
        });
    }

    private static DoubleAnswer Health(DoubleRequest request, DoubleProject project) => new(200, new JsonArray([.. request.Queries("services")
        .Select(name => new JsonObject { ["name"] = name, ["healthy"] = project.IsUp, ["status"] = project.IsUp ? "ACTIVE_HEALTHY" : "COMING_UP" })]));

    private static DoubleAnswer ServeSchemas(DoubleRequest request, DoubleProject project)
    {
        project.ServedSchemas = request.Text("db_schema") ?? project.ServedSchemas;
        return new DoubleAnswer(200, new JsonObject
        {
            ["db_schema"] = project.ServedSchemas, ["max_rows"] = 1000, ["db_extra_search_path"] = "public, extensions", ["db_pool"] = null,
        });
    }

    private static DoubleAnswer Ssl(DoubleProject project) => new(200, new JsonObject
    {
        ["currentConfig"] = new JsonObject { ["database"] = project.IsSslEnforced }, ["appliedSuccessfully"] = true,
    });

    private static DoubleAnswer EnforceSsl(DoubleRequest request, DoubleProject project)
    {
        project.IsSslEnforced = (bool)request.Body["requestedConfig"]!["database"]!;
        project.Go("RESTARTING", "ACTIVE_HEALTHY");
        return Ssl(project);
    }

    private static DoubleAnswer Go(DoubleProject project, string[] course)
    {
        project.Go(course);
        return new DoubleAnswer(200);
    }

    private DoubleAnswer Pooler(DoubleProject project)
    {
        if (project.LooksWithoutPooler > 0)
        {
            project.LooksWithoutPooler--;
            return new DoubleAnswer(200, new JsonArray());
        }

        JsonObject Told(string type, string host) => new()
        {
            ["identifier"] = project.Ref, ["database_type"] = type, ["is_using_scram_auth"] = true, ["db_user"] = "postgres." + project.Ref,
            ["db_host"] = host, ["db_port"] = 6543, ["db_name"] = "postgres", ["connection_string"] = "postgresql://[YOUR-PASSWORD]",
            ["connectionString"] = "postgresql://[YOUR-PASSWORD]", ["default_pool_size"] = null, ["max_client_conn"] = null, ["pool_mode"] = "transaction",
        };
        return new DoubleAnswer(200, new JsonArray(Told("READ_REPLICA", "replica.invalid"), Told("PRIMARY", "127.0.0.1")));
    }

    private async Task<DoubleAnswer> SetPasswordAsync(DoubleRequest request, DoubleProject project)
    {
        await _databases.SetPasswordAsync(project, request.Text("password")!);
        return new DoubleAnswer(200, new JsonObject { ["message"] = "Password updated" });
    }

    /// <summary>Reads a table as PostgREST does: as the role of the key, from a schema that is served.</summary>
    private DoubleAnswer ReadAtFrontDoor(DoubleRequest request)
    {
        if (!_projects.TryGetValue(request["ref"], out var project))
        {
            return Error(404, "Project not found");
        }

        if (project.Keys.FirstOrDefault(k => k.Secret == request.Seen.Header("apikey")) is not { } key)
        {
            return Error(401, "Invalid API key");
        }

        var served = project.ServedSchemas.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var schema = request.Seen.Header("Accept-Profile") is { Length: > 0 } asked ? asked : served.FirstOrDefault("");
        if (!served.Contains(schema))
        {
            return Error(406, "Invalid schema: " + schema);
        }

        try
        {
            return new DoubleAnswer(200, JsonNode.Parse(_databases.ReadAsync(project, key.Role, schema, request["table"]).GetAwaiter().GetResult()));
        }
        catch (PostgresException refusal)
        {
            return Error(refusal.SqlState == PostgresErrorCodes.UndefinedTable ? 404 : 403, $"{refusal.SqlState}: {refusal.MessageText}");
        }
    }
}
