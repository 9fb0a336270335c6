using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Hosting;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>Vercel's calls for projects and their variables, as we use them; the team stands on every one.</summary>
internal sealed class VercelApi(CloudClient client, VercelOptions options, SiteSecrets secrets)
{
    /// <summary>The variable that says whose a project is. It stands in the call that creates the project.</summary>
    public const string Marker = "PRIZEDRAW_NONCE";

    /// <summary>What must not be told of the site that the calls are for.</summary>
    public SiteSecrets Secrets => secrets;

    private static readonly ImmutableArray<string> ValueFields = ["value"];

    /// <summary>The project of this name or id; null when there is none.</summary>
    /// <param name="isOurs">Whether it is known to be the campaign's own.</param>
    public async Task<VercelProject?> ProjectAsync(string idOrName, bool isOurs, CancellationToken ct)
    {
        var answer = await SendAsync(
            Read("vercel.project", CloudPath.Of($"/v9/projects/{idOrName}")) with { SecretFields = ValueFields, MayTellOfOthers = !isOurs }, ct);
        return answer.Status == 404 ? null : VercelProject.Read(answer.Body);
    }

    /// <summary>The team's projects by id and name, at most <see cref="Holdings.Most"/>, and whether that is all.</summary>
    public async Task<(ImmutableArray<(string Id, string Name)> Items, bool IsWhole)> ProjectsAsync(CancellationToken ct)
    {
        var found = ImmutableArray.CreateBuilder<(string, string)>();
        for (string? from = null; found.Count < Holdings.Most;)
        {
            var path = from is null ? CloudPath.Of($"/v10/projects?limit={"100"}") : CloudPath.Of($"/v10/projects?limit={"100"}&from={from}");
            var body = (await SendAsync(Read("vercel.projects", path) with { MayTellOfOthers = true, Expected = [], SecretFields = ValueFields }, ct)).Body;
            found.AddRange(body.Items("projects").Select(p => (VercelRead.Required(p, "id"), VercelRead.Required(p, "name"))));
            from = body.Text("pagination", "next") ?? body.Number("pagination", "next")?.ToString(CultureInfo.InvariantCulture);
            if (from is null)
            {
                return (found.ToImmutable(), true);
            }
        }

        return (found.ToImmutable(), false);
    }

    /// <summary>Creates the project with its marker, its variables and its link in one call; null when the name is taken.</summary>
    public async Task<VercelProject?> CreateProjectAsync(SiteRequest request, CancellationToken ct)
    {
        var body = new JsonObject
        {
            ["name"] = request.Name,
            ["framework"] = options.Framework,
            ["environmentVariables"] = Variables([new SiteVariable(Marker, request.Nonce, IsSecret: false), .. request.Variables]),
        };
        if (request.Repository is { } repository)
        {
            body["gitRepository"] = new JsonObject { ["type"] = "github", ["repo"] = GitHubName.Of(repository) };
        }

        var answer = await SendAsync(
            new CloudCall(HttpMethod.Post, "vercel.create-project", "/v11/projects") { Body = body, Expected = [409], SecretFields = ValueFields },
            ct);
        return answer.Status == 409 ? null : VercelProject.Read(answer.Body);
    }

    /// <summary>Deletes a project with all that is in it. One that is gone needs it no more.</summary>
    public Task DeleteProjectAsync(string id, CancellationToken ct) => SendAsync(
        new CloudCall(HttpMethod.Delete, "vercel.delete-project", CloudPath.Of($"/v9/projects/{id}")) { MayRepeat = true, Expected = [404] }, ct);

    /// <summary>Pauses a project, or ends its pause; may be repeated.</summary>
    public Task PauseAsync(string id, bool pause, CancellationToken ct) => SendAsync(
        pause
            ? new CloudCall(HttpMethod.Post, "vercel.pause-project", CloudPath.Of($"/v1/projects/{id}/pause")) { MayRepeat = true }
            : new CloudCall(HttpMethod.Post, "vercel.unpause-project", CloudPath.Of($"/v1/projects/{id}/unpause")) { MayRepeat = true },
        ct);

    /// <summary>The project's variables; null when there is no such project, or none yet.</summary>
    public async Task<IReadOnlyList<VercelVariable>?> VariablesAsync(string projectId, bool isOurs, CancellationToken ct)
    {
        var call = Read("vercel.variables", CloudPath.Of($"/v10/projects/{projectId}/env")) with { SecretFields = ValueFields, MayTellOfOthers = !isOurs };
        var answer = await SendAsync(call, ct);
        return answer.Status == 404 ? null : ReadVariables(answer.Body);
    }

    // Three forms are described: a list with or without pages, and a single variable as it is.
    private static IReadOnlyList<VercelVariable> ReadVariables(JsonNode? body) =>
        body.At("envs") is not null ? [.. body.Items("envs").OfType<JsonNode>().Select(VercelVariable.Read)]
        : body.At("key") is not null ? [VercelVariable.Read(body!)] : [];

    /// <summary>Sets variables, over what they were. The answer may say 201 and still have left some out: that is a failure.</summary>
    public async Task SetVariablesAsync(string projectId, IReadOnlyList<SiteVariable> variables, CancellationToken ct)
    {
        var call = new CloudCall(HttpMethod.Post, "vercel.set-variables", CloudPath.Of($"/v10/projects/{projectId}/env") + "?upsert=true")
        {
            Body = Variables(variables), MayRepeat = true, SecretFields = ValueFields,
        };
        var body = (await SendAsync(call, ct)).Body;
        if (body.Items("failed").FirstOrDefault() is { } failed)
        {
            throw Unset(failed.At("error"));
        }
    }

    /// <summary>A read that may be repeated, and whose 404 is an answer.</summary>
    public static CloudCall Read(string operation, string path) =>
        new(HttpMethod.Get, operation, path) { MayRepeat = true, Expected = [404] };

    /// <summary>Makes a call for the team. Vercel's limits hold for one endpoint each, and so do the buckets.</summary>
    public Task<CloudAnswer> SendAsync(CloudCall call, CancellationToken ct) => AskAsync(call with { Path = WithTeam(call.Path) }, ct);

    /// <summary>As above, about the token's user or a team itself: such calls name no team beside.</summary>
    public Task<CloudAnswer> AskAsync(CloudCall call, CancellationToken ct) => client.SendAsync(
        call with { SecretValues = secrets.Values, Bucket = call.Operation[(call.Operation.IndexOf('.', StringComparison.Ordinal) + 1)..] }, ct);

    private string WithTeam(string path) => options.TeamId is not { } team
        ? path
        : path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + CloudPath.Of($"teamId={team}");

    private static JsonArray Variables(IEnumerable<SiteVariable> variables) => [.. variables.Select(v => new JsonObject
    {
        ["key"] = v.Name,
        ["value"] = v.Value,
        ["type"] = TypeOf(v),
        // Not "development": that is for people's own machines, and takes no sensitive values.
        ["target"] = new JsonArray("production", "preview"),
    })];

    /// <summary>Vercel's word for how a variable is kept: a sensitive one can't be read back by anybody.</summary>
    public static string TypeOf(SiteVariable variable) => variable.IsSecret ? "sensitive" : "plain";

    private ProviderException Unset(JsonNode? error)
    {
        var name = error.Text("key") ?? error.Text("envVarKey") ?? "?";
        var said = secrets.Hide(VercelRefusals.Clipped(error.Text("message") ?? error.Text("code") ?? "no reason is given"));
        var fault = VercelRefusals.IsLimitCode(error.Text("code")) ? ProviderFault.Quota : ProviderFault.Rejected;
        return new ProviderException(fault, $"Vercel did not take the variable {secrets.Hide(name)}: {said}. Nothing is deployed without it.");
    }
}
