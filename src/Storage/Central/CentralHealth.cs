using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using PrizeDraw.Shared;

namespace PrizeDraw.Storage.Central;

/// <summary>Whether the central database answers, as the writing role.</summary>
internal sealed class CentralHealth(CentralConnections connections) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var connection = await connections.App.OpenSteadilyAsync(cancellationToken);
            await connection.RunAsync("select 1", [], cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("The central database does not answer.");
        }
    }
}
