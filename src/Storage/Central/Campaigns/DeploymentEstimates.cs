using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Central.Campaigns;

/// <summary>
/// How long a running deployment will take, from the newest twenty that succeeded of the same kind, client and choice of providers: the median of
/// each step.
/// </summary>
internal static class DeploymentEstimates
{
    private const string Medians =
        """
        with past as (
          select d.tenant_id, d.deployment_id from deployment d join campaign c using (tenant_id, campaign_id)
          where d.kind = $1 and d.state = 'succeeded'
            and c.settings -> 'providers' is not distinct from (select settings -> 'providers' from campaign where campaign_id = $2)
          order by d.started_at desc limit 20)
        select s.name, percentile_cont(0.5) within group (order by extract(epoch from s.ended_at - s.started_at)::float8)
        from deployment_step s join past using (tenant_id, deployment_id)
        where s.state = 'succeeded' and s.ended_at >= s.started_at group by s.name
        """;

    /// <summary>Null for one that does not run, and while none of its kind has succeeded.</summary>
    public static async Task<DeploymentEstimate?> OfAsync(NpgsqlConnection connection, DeploymentView deployment, DateTimeOffset now, CancellationToken ct)
    {
        if (deployment.State != "running")
        {
            return null;
        }

        var medians = await connection.ListAsync(
            Medians, [deployment.Kind, Ids.Parse(Ids.Campaign, deployment.CampaignId)], row => KeyValuePair.Create(row.GetString(0), row.GetDouble(1)), ct);
        return medians.IsEmpty ? null : Of(deployment.Steps, medians.ToDictionary(), now);
    }

    /// <summary>What is left of the step under way, and all of those after it. A step that no past run had counts nothing.</summary>
    private static DeploymentEstimate Of(ImmutableArray<DeploymentStepView> steps, Dictionary<string, double> medians, DateTimeOffset now)
    {
        var left = 0.0;
        int? current = null;
        foreach (var step in steps.Where(step => step.State != "succeeded"))
        {
            var usual = medians.GetValueOrDefault(step.Name);
            left += step.StartedAt is { } began ? Math.Max(0, usual - (now - began).TotalSeconds) : usual;
            current ??= Seconds(usual);
        }

        return new DeploymentEstimate(Seconds(left), current ?? 0);
    }

    private static int Seconds(double seconds) => (int)Math.Ceiling(Math.Min(seconds, int.MaxValue));
}
