using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;

namespace PrizeDraw.Api.Health;

/// <summary>How the process is.</summary>
/// <param name="Status">live or ready.</param>
[Example("""{"status":"ready"}""")]
public sealed record HealthAnswer(string Status);

internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder root)
    {
        var health = root.MapGroup("").WithTags("Health");
        ((IEndpointConventionBuilder)health).Finally(Operations.Complete);
        health.MapGet("/health/live", () => Answer.Ok(new HealthAnswer("live"))).Describe("getLive", "Whether the process runs.")
            .Answers<HealthAnswer>(200);
        health.MapGet("/health/ready", ReadyAsync).Describe("getReady", "Whether requests can be served.").Answers<HealthAnswer>(200);
        health.MapGet("/metrics", (PrometheusText metrics) => TypedResults.Text(metrics.Print(), "text/plain; version=0.0.4; charset=utf-8"))
            .Describe("getMetrics", "Counters in Prometheus' text format.")
            .WithMetadata(new ProducesResponseTypeMetadata(200, typeof(string), ["text/plain"]));
    }

    private static async Task<IResult> ReadyAsync(HealthCheckService health, CancellationToken ct) =>
        (await health.CheckHealthAsync(ct)).Status == HealthStatus.Unhealthy
            ? new Problem(ErrorCodes.StorageUnavailable, retryAfter: 1)
            : Answer.Ok(new HealthAnswer("ready"));
}
