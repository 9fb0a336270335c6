using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>Vercel's calls for deployments, as we use them.</summary>
internal sealed class VercelDeployments(VercelApi api)
{
    private const int ListMax = 100;

    /// <summary>How many lines one look at a build's output brings at most.</summary>
    public const int LinesMax = 2000;

    /// <summary>What must not be told of the site.</summary>
    public SiteSecrets Secrets => api.Secrets;

    /// <summary>A deployment; null when there is none.</summary>
    public async Task<VercelDeployment?> GetAsync(string id, CancellationToken ct)
    {
        var answer = await api.SendAsync(VercelApi.Read("vercel.deployment", CloudPath.Of($"/v13/deployments/{id}")), ct);
        return answer.Status == 404 ? null : VercelDeployment.Read(answer.Body);
    }

    /// <summary>The newest deployments of a commit to production.</summary>
    public Task<ImmutableArray<VercelDeployment>> OfCommitAsync(string projectId, string commit, CancellationToken ct) =>
        ListAsync(CloudPath.Of($"/v6/deployments?projectId={projectId}&target={"production"}&sha={commit}&limit={ListMax}"), ct);

    /// <summary>What is being built, or waits for it.</summary>
    public Task<ImmutableArray<VercelDeployment>> RunningAsync(string projectId, CancellationToken ct) =>
        ListAsync(CloudPath.Of($"/v6/deployments?projectId={projectId}&state={"QUEUED,INITIALIZING,BUILDING"}&limit={ListMax}"), ct);

    /// <summary>Starts a build of exactly this commit for production, marked as ours.</summary>
    public async Task<VercelDeployment> CreateAsync(VercelProject project, string branch, string commit, string nonce, CancellationToken ct)
    {
        var body = new JsonObject
        {
            ["name"] = project.Name,
            ["project"] = project.Id,
            ["target"] = "production",
            ["gitSource"] = new JsonObject { ["type"] = "github", ["repoId"] = project.RepositoryId, ["ref"] = branch, ["sha"] = commit },
            ["meta"] = new JsonObject { [VercelDeployment.NonceMeta] = nonce, [VercelDeployment.CommitMeta] = commit },
        };
        var call = new CloudCall(HttpMethod.Post, "vercel.deploy", "/v13/deployments?forceNew=1&skipAutoDetectionConfirmation=1")
        {
            Body = body,
        };
        return VercelDeployment.Read((await api.SendAsync(call, ct)).Body);
    }

    /// <summary>Cancels a build. One that has ended, or is gone, needs none.</summary>
    public Task CancelAsync(string id, CancellationToken ct) => api.SendAsync(
        new CloudCall(HttpMethod.Patch, "vercel.cancel-deployment", CloudPath.Of($"/v12/deployments/{id}/cancel"))
        {
            MayRepeat = true, Expected = [400, 404, 409],
        },
        ct);

    /// <summary>The next lines of a build's output, from an instant (milliseconds since 1970) on.</summary>
    public async Task<ImmutableArray<VercelBuildLine>> LinesAsync(string id, long since, CancellationToken ct)
    {
        var path = CloudPath.Of($"/v3/deployments/{id}/events?direction={"forward"}&follow={0}&builds={1}&limit={LinesMax}&since={since}");
        var answer = await api.SendAsync(VercelApi.Read("vercel.deployment-events", path) with { MayRepeat = false }, ct);
        return [.. answer.Body.Items().OfType<JsonNode>().Select(VercelBuildLine.Read)];
    }

    private async Task<ImmutableArray<VercelDeployment>> ListAsync(string path, CancellationToken ct)
    {
        var answer = await api.SendAsync(VercelApi.Read("vercel.deployments", path), ct);
        return [.. answer.Body.Items("deployments").OfType<JsonNode>().Select(VercelDeployment.Read)];
    }
}

/// <summary>Follows a build's output: each line once, in Vercel's order.</summary>
internal sealed class VercelBuildLog(VercelDeployments deployments, string id, Action<string> log)
{
    private const int LineMax = 2000;
    private const int PagesMax = 50;
    private readonly HashSet<string> _told = [];
    private long _since;

    /// <summary>Tells what is new. A log that can't be read just now stops no build: its state is asked for separately.</summary>
    public async Task ReadAsync(CancellationToken ct)
    {
        try
        {
            for (var page = 0; page < PagesMax && await ReadPageAsync(ct); page++)
            {
            }
        }
        catch (ProviderException)
        {
            // The next look reads on from the same place.
        }
    }

    private async Task<bool> ReadPageAsync(CancellationToken ct)
    {
        // Asked for from the last line's instant on, since others may have been written in the same millisecond.
        var page = await deployments.LinesAsync(id, _since, ct);
        var lines = page.Where(l => _told.Add($"{l.CreatedAt} {l.Id} {l.Text}")).ToArray();
        foreach (var text in lines.SelectMany(l => l.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(l => l.TrimEnd()).Where(l => l.Length > 0))
        {
            log(Cut(deployments.Secrets.Hide(text)));
        }

        _since = lines.Select(l => l.CreatedAt).Append(_since).Max();
        return lines.Length > 0 && page.Length >= VercelDeployments.LinesMax;
    }

    private static string Cut(string line) => line.Length <= LineMax ? line : line[..LineMax] + "…";
}
