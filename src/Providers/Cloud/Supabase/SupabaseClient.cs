using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>The operations of Supabase's management API that the platform uses. Failures are <see cref="ProviderException"/>s.</summary>
public sealed class SupabaseClient(CloudClient cloud)
{
    private const int PageSize = 100;

    /// <summary>The organization's projects of exactly this name, without those that are gone or going; the oldest first.</summary>
    public async Task<ImmutableArray<SupabaseProject>> NamedAsync(string organization, string name, CancellationToken ct)
    {
        var found = ImmutableArray.CreateBuilder<(string Since, SupabaseProject Project)>();
        for (var offset = 0; ; offset += PageSize)
        {
            var path = CloudPath.Of($"/v1/organizations/{organization}/projects?search={name}&limit={PageSize}&offset={offset}");
            var page = (await SearchAsync(path, ct)).Items("projects");
            found.AddRange(page.Select(p => (p.TextOr("inserted_at", ""), ProjectOf(p))));
            if (page.Length < PageSize)
            {
                break;
            }
        }

        return [.. found.Where(f => f.Project.Name == name && !SupabaseStatus.IsGoing(f.Project.Status))
            .OrderBy(f => f.Since, StringComparer.Ordinal).ThenBy(f => f.Project.Ref, StringComparer.Ordinal).Select(f => f.Project)];
    }

    /// <summary>How many projects of the organization are neither paused nor gone. Reads at most a hundred.</summary>
    public async Task<int> ActiveAsync(string organization, CancellationToken ct)
    {
        var page = await SearchAsync(CloudPath.Of($"/v1/organizations/{organization}/projects?limit={PageSize}&offset={0}"), ct);
        return page.Items("projects").Count(p => p.TextOr("status", "") is not SupabaseStatus.Paused and var status && !SupabaseStatus.IsGoing(status));
    }

    /// <summary>The organization's plan, such as <c>free</c>; null where the token may not see it, or Supabase does not say.</summary>
    public async Task<string?> PlanAsync(string organization, CancellationToken ct)
    {
        var call = Read("supabase.organization", CloudPath.Of($"/v1/organizations/{organization}")) with { MayTellOfOthers = true, Expected = [403, 404] };
        return SupabaseJson.Of((await cloud.SendAsync(call, ct)).Body, call).Text("plan");
    }

    /// <summary>Codes of regions, and of groups of regions, that projects can be made in; empty where Supabase does not say. It calls this unstable.</summary>
    public async Task<ImmutableArray<string>> RegionsAsync(string organization, CancellationToken ct)
    {
        var call = Read("supabase.regions", CloudPath.Of($"/v1/projects/available-regions?organization_slug={organization}")) with { Expected = [400, 403, 404] };
        var all = (await cloud.SendAsync(call, ct)).Body.At("all");
        return [.. all.Items("smartGroup").Concat(all.Items("specific")).Select(region => region.Text("code")).OfType<string>()];
    }

    /// <summary>The organization's projects, without those that are gone or going, and whether that is all of them.</summary>
    public async Task<(ImmutableArray<SupabaseProject> Items, bool IsWhole)> AllAsync(string organization, CancellationToken ct)
    {
        var found = ImmutableArray.CreateBuilder<SupabaseProject>();
        for (var offset = 0; offset < Holdings.Most; offset += PageSize)
        {
            var path = CloudPath.Of($"/v1/organizations/{organization}/projects?limit={PageSize}&offset={offset}");
            var page = (await SearchAsync(path, ct)).Items("projects");
            found.AddRange(page.Select(ProjectOf).Where(p => !SupabaseStatus.IsGoing(p.Status)));
            if (page.Length < PageSize)
            {
                return (found.ToImmutable(), true);
            }
        }

        return (found.ToImmutable(), false);
    }

    /// <summary>Makes a project. Not repeated when there is no answer: whoever calls must look first whether it happened.</summary>
    public async Task<SupabaseProject> CreateAsync(SupabaseOptions options, string name, string password, CancellationToken ct)
    {
        var isGroup = options.Region is "americas" or "emea" or "apac";
        var body = new JsonObject
        {
            ["name"] = name,
            ["organization_slug"] = options.Organization,
            ["db_pass"] = password,
            ["region_selection"] = new JsonObject { ["type"] = isGroup ? "smartGroup" : "specific", ["code"] = options.Region },
        };
        if (options.InstanceSize is { } size)
        {
            body["desired_instance_size"] = size;
        }

        var call = Call(HttpMethod.Post, "supabase.create", "/v1/projects") with { Body = body, SecretFields = ["db_pass"] };
        return ProjectOf(SupabaseJson.Of((await cloud.SendAsync(call, ct)).Body, call));
    }

    /// <summary>The project, or null when the provider knows none of this id.</summary>
    public async Task<SupabaseProject?> FindAsync(string project, CancellationToken ct)
    {
        var call = Read("supabase.project", CloudPath.Of($"/v1/projects/{project}")) with { Expected = [404] };
        var answer = await cloud.SendAsync(call, ct);
        return answer.Status == 404 ? null : ProjectOf(SupabaseJson.Of(answer.Body, call));
    }

    /// <summary>Whether the project's database answers, as the provider sees it.</summary>
    public async Task<bool> IsDatabaseHealthyAsync(string project, CancellationToken ct)
    {
        var services = await ReadAsync("supabase.health", CloudPath.Of($"/v1/projects/{project}/health?services={"db"}"), ct);
        return services.Items().Any(s => s.TextOr("name", "") == "db" && s.TextOr("status", "") == SupabaseStatus.Healthy);
    }

    /// <summary>Takes every schema off the Data API, which then serves nothing; answers whether that is so.</summary>
    public async Task<bool> CloseDataApiAsync(string project, CancellationToken ct)
    {
        var path = CloudPath.Of($"/v1/projects/{project}/postgrest");
        var answer = await WriteAsync(HttpMethod.Patch, "supabase.data_api", path, new JsonObject { ["db_schema"] = "" }, ct);
        return answer.Text("db_schema") == "";
    }

    /// <summary>Whether the database refuses connections without TLS.</summary>
    public async Task<bool> IsSslEnforcedAsync(string project, CancellationToken ct) =>
        IsEnforced(await ReadAsync("supabase.ssl", CloudPath.Of($"/v1/projects/{project}/ssl-enforcement"), ct));

    /// <summary>Has the database refuse connections without TLS; answers whether it does already. The database restarts for it.</summary>
    public async Task<bool> EnforceSslAsync(string project, CancellationToken ct)
    {
        var body = new JsonObject { ["requestedConfig"] = new JsonObject { ["database"] = true } };
        return IsEnforced(await WriteAsync(HttpMethod.Put, "supabase.enforce_ssl", CloudPath.Of($"/v1/projects/{project}/ssl-enforcement"), body, ct));
    }

    /// <summary>
    /// Where whole sessions are taken for the project's own database, or null while the provider does not know. The host is never made up
    /// from the region: a project stands behind one of several, and the others answer "tenant or user not found".
    /// </summary>
    public async Task<SupabasePooler?> PoolerAsync(string project, int sessionPort, CancellationToken ct)
    {
        var poolers = await ReadAsync("supabase.pooler", CloudPath.Of($"/v1/projects/{project}/config/database/pooler"), ct);
        var primary = poolers.Items().FirstOrDefault(p => p.TextOr("database_type", "") == "PRIMARY" && p.TextOr("db_host", "").Length > 0);
        if (primary is null)
        {
            return null;
        }

        var port = primary.TextOr("pool_mode", "") == "session" ? primary.NumberOr("db_port", sessionPort) : sessionPort;
        return new SupabasePooler(primary.TextOr("db_host", ""), port, primary.TextOr("db_name", "postgres"));
    }

    /// <summary>Gives the project's owner another password.</summary>
    public Task SetPasswordAsync(string project, string password, CancellationToken ct) => WriteAsync(
        HttpMethod.Patch, "supabase.password", CloudPath.Of($"/v1/projects/{project}/database/password"), new JsonObject { ["password"] = password }, ct);

    /// <summary>Begins to pause the project.</summary>
    public Task PauseAsync(string project, CancellationToken ct) =>
        cloud.SendAsync(Call(HttpMethod.Post, "supabase.pause", CloudPath.Of($"/v1/projects/{project}/pause")), ct);

    /// <summary>Begins to wake a paused project.</summary>
    public Task ResumeAsync(string project, CancellationToken ct) =>
        cloud.SendAsync(Call(HttpMethod.Post, "supabase.restore", CloudPath.Of($"/v1/projects/{project}/restore")), ct);

    /// <summary>Begins to delete the project, for good. Gone already is fine.</summary>
    public Task DeleteAsync(string project, CancellationToken ct) => cloud.SendAsync(
        Call(HttpMethod.Delete, "supabase.delete", CloudPath.Of($"/v1/projects/{project}")) with { MayRepeat = true, Expected = [404] }, ct);

    private static CloudCall Read(string operation, string path) => Call(HttpMethod.Get, operation, path) with { MayRepeat = true };

    /// <summary>Supabase counts each endpoint for itself: one that is used up must not hold up the others.</summary>
    private static CloudCall Call(HttpMethod method, string operation, string path) =>
        new(method, operation, path) { Bucket = operation["supabase.".Length..] };

    /// <summary>The search takes a part of a name for the name, so that what it finds may be anybody's.</summary>
    private Task<SupabaseJson> SearchAsync(string path, CancellationToken ct) => ReadAsync(Read("supabase.search", path) with { MayTellOfOthers = true }, ct);

    private Task<SupabaseJson> ReadAsync(string operation, string path, CancellationToken ct) => ReadAsync(Read(operation, path), ct);

    private async Task<SupabaseJson> ReadAsync(CloudCall call, CancellationToken ct) =>
        SupabaseJson.Of((await cloud.SendAsync(call, ct)).Body, call);

    /// <summary>Settings: writing them twice is as good as once.</summary>
    private async Task<SupabaseJson> WriteAsync(HttpMethod method, string operation, string path, JsonObject body, CancellationToken ct)
    {
        var call = Call(method, operation, path) with { Body = body, MayRepeat = true };
        return SupabaseJson.Of((await cloud.SendAsync(call, ct)).Body, call);
    }

    private static bool IsEnforced(SupabaseJson answer) => answer.Field("currentConfig").Flag("database") && answer.Flag("appliedSuccessfully");

    private static SupabaseProject ProjectOf(SupabaseJson project) =>
        new(project.Required("ref"), project.Required("name"), project.TextOr("status", "UNKNOWN"))
        {
            MadeAt = DateTimeOffset.TryParse(
                project.Text("inserted_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null,
        };
}
