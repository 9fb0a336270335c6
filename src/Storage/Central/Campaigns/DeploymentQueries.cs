using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Central.Campaigns;

/// <summary>
/// Reads deployments with their steps. A list leaves the logs away; one deployment has its first two hundred lines, which tell how it began,
/// and its last eight hundred.
/// </summary>
internal sealed class DeploymentQueries(ScopedReads reads, TimeProvider clock)
{
    private const int FirstLines = 200, LastLines = 800;

    private const string Find =
        """
        select deployment_id, campaign_id, kind, state, started_at, ended_at from deployment
        where deployment_id = $1 and (cardinality($2::uuid[]) = 0 or campaign_id = any($2))
        """;

    private const string List =
        """
        select deployment_id, campaign_id, kind, state, started_at, ended_at from deployment
        where campaign_id = $1 and (cardinality($2::uuid[]) = 0 or campaign_id = any($2)) and ($3::uuid is null or deployment_id < $3)
        order by deployment_id desc limit $4
        """;

    private const string Steps =
        """
        select deployment_id, name, state, attempts, started_at, ended_at, message from deployment_step
        where deployment_id = any($1) order by deployment_id, ordinal
        """;

    private const string Log =
        """
        with one as (select line, at, step, level, message, attempt, call from deployment_log where deployment_id = $1),
          first as (select * from one order by line limit $2), last as (select * from one order by line desc limit $3)
        select at, step, level, message, attempt, call::text,
          line = (select min(line) from last) and exists (select from one where line < (select min(line) from last) and line > (select max(line) from first))
        from (select * from first union select * from last) shown order by line
        """;

    public async Task<Page<DeploymentView>> ListAsync(Scope scope, string campaignId, int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        if (!Ids.TryParse(Ids.Campaign, campaignId, out var campaign))
        {
            return new Page<DeploymentView>([], null);
        }

        await using var read = await OpenAsync(scope, "select tenant_id from campaign where campaign_id = $1", campaign, ct);
        if (read is null)
        {
            return new Page<DeploymentView>([], null);
        }

        var found = await read.Connection.ListAsync(
            List, [campaign, ScopedReads.Campaigns(scope), after, Cursor.Fetch(limit)], Read, ct);
        var page = Cursor.Cut(found, limit, deployment => Ids.Parse(Ids.Deployment, deployment.Id));
        return page with { Items = await WithStepsAsync(read.Connection, page.Items, ct) };
    }

    public async Task<DeploymentView?> FindAsync(Scope scope, string deploymentId, CancellationToken ct)
    {
        if (!Ids.TryParse(Ids.Deployment, deploymentId, out var id))
        {
            return null;
        }

        await using var read = await OpenAsync(scope, "select tenant_id from deployment where deployment_id = $1", id, ct);
        var found = read is null ? null : await read.Connection.FindAsync(Find, [id, ScopedReads.Campaigns(scope)], Read, ct);
        if (found is null)
        {
            return null;
        }

        var whole = (await WithStepsAsync(read!.Connection, [found], ct))[0];
        return whole with { Log = await LogAsync(read.Connection, id, ct) };
    }

    // Steps and logs are not among the tables that the system role reads: across tenants, it only tells whose they are.
    private async Task<ScopedRead?> OpenAsync(Scope scope, string tenantOf, Guid id, CancellationToken ct)
    {
        if (!scope.All)
        {
            return await reads.OpenAsync(scope, ct);
        }

        await using var system = await reads.OpenAsync(scope, ct);
        var tenant = await system.Connection.ScalarAsync<Guid?>(tenantOf, [id], ct);
        return tenant is { } one ? await reads.OpenAsync([one], ct) : null;
    }

    private static DeploymentView Read(NpgsqlDataReader row) => new(
        Ids.Format(Ids.Deployment, row.GetGuid(0)), Ids.Format(Ids.Campaign, row.GetGuid(1)), row.GetString(2), row.GetString(3),
        row.Time(4), row.TimeOrNull(5), [], []);

    private async Task<ImmutableArray<DeploymentView>> WithStepsAsync(
        NpgsqlConnection connection, ImmutableArray<DeploymentView> deployments, CancellationToken ct)
    {
        var ids = deployments.Select(deployment => Ids.Parse(Ids.Deployment, deployment.Id)).ToArray();
        var steps = await connection.ListAsync(
            Steps, [ids],
            row => (Deployment: Ids.Format(Ids.Deployment, row.GetGuid(0)), Step: new DeploymentStepView(
                row.GetString(1), row.GetString(2), row.GetInt32(3), row.TimeOrNull(4), row.TimeOrNull(5), row.TextOrNull(6))), ct);
        var byDeployment = steps.ToLookup(step => step.Deployment, step => step.Step);
        var whole = ImmutableArray.CreateBuilder<DeploymentView>();
        foreach (var deployment in deployments.Select(deployment => deployment with { Steps = [.. byDeployment[deployment.Id]] }))
        {
            whole.Add(deployment with { Estimate = await DeploymentEstimates.OfAsync(connection, deployment, clock.GetUtcNow(), ct) });
        }

        return whole.ToImmutable();
    }

    private static async Task<ImmutableArray<DeploymentLogLine>> LogAsync(NpgsqlConnection connection, Guid deployment, CancellationToken ct)
    {
        var lines = await connection.ListAsync(
            Log, [deployment, FirstLines, LastLines],
            row => (IsAfterGap: row.GetBoolean(6), Line: new DeploymentLogLine(
                row.Time(0), row.TextOrNull(1), row.GetString(2), row.GetString(3), row.IntegerOrNull(4), Call(row.TextOrNull(5)))), ct);
        return [.. lines.SelectMany(read => read.IsAfterGap ? [new DeploymentLogLine(read.Line.At, null, "info", "… Lines are left out here …"), read.Line] : (DeploymentLogLine[])[read.Line])];
    }

    private static DeploymentCall? Call(string? json) => json is null ? null : JsonSerializer.Deserialize<DeploymentCall>(json, StorageJson.Options);
}
