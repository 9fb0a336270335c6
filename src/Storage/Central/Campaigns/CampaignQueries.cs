using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Central.Campaigns;

/// <inheritdoc cref="ICampaignQueries"/>
internal sealed class CampaignQueries(ScopedReads reads, DeploymentQueries deployments, TimeProvider time) : ICampaignQueries
{
    private const string Find =
        $"""
        select {CampaignViewRow.Columns} from campaign c
        where c.campaign_id = $1 and (cardinality($2::uuid[]) = 0 or c.campaign_id = any($2))
        """;

    private const string List =
        $"""
        select {CampaignViewRow.Columns} from campaign c
        where ($1::uuid is null or c.tenant_id = $1) and (cardinality($2::uuid[]) = 0 or c.campaign_id = any($2))
          and ($3::uuid is null or c.campaign_id < $3)
        order by c.campaign_id desc limit $4
        """;

    private const string FindByPart =
        $"""
        select {CampaignViewRow.Columns} from campaign_part p
        join campaign c on c.tenant_id = p.tenant_id and c.campaign_id = p.campaign_id
        where p.part_id = $1 and p.kind = $3 and (cardinality($2::uuid[]) = 0 or c.campaign_id = any($2))
        """;

    public async Task<CampaignView?> FindAsync(Scope scope, string campaignId, CancellationToken ct) =>
        Ids.TryParse(Ids.Campaign, campaignId, out var id) ? await FindAsync(scope, Find, [id, ScopedReads.Campaigns(scope)], ct) : null;

    public async Task<Page<CampaignView>> ListAsync(Scope scope, string? tenantId, int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        Guid? tenant = null;
        if (tenantId is not null)
        {
            if (!Ids.TryParse(Ids.Tenant, tenantId, out var one))
            {
                return new Page<CampaignView>([], null);
            }

            tenant = one;
        }

        await using var read = await reads.OpenAsync(scope, ct);
        var now = time.GetUtcNow();
        var found = await read.Connection.ListAsync(
            List, [tenant, ScopedReads.Campaigns(scope), after, Cursor.Fetch(limit)], row => CampaignViewRow.Read(row, now), ct);
        return Cursor.Cut(found, limit, campaign => Ids.Parse(Ids.Campaign, campaign.Id));
    }

    public Task<Page<DeploymentView>> DeploymentsAsync(Scope scope, string campaignId, int limit, string? cursor, CancellationToken ct) =>
        deployments.ListAsync(scope, campaignId, limit, cursor, ct);

    public Task<DeploymentView?> FindDeploymentAsync(Scope scope, string deploymentId, CancellationToken ct) =>
        deployments.FindAsync(scope, deploymentId, ct);

    /// <summary>Takes a prize's id as well.</summary>
    public async Task<CampaignView?> FindByPoolAsync(Scope scope, string poolId, CancellationToken ct) =>
        Ids.TryParse(Ids.Pool, poolId, out var pool) ? await FindByPartAsync(scope, pool, "pool", ct)
        : Ids.TryParse(Ids.Prize, poolId, out var prize) ? await FindByPartAsync(scope, prize, "prize", ct)
        : null;

    public async Task<CampaignView?> FindByDrawAsync(Scope scope, string drawId, CancellationToken ct) =>
        Ids.TryParse(Ids.Draw, drawId, out var draw) ? await FindByPartAsync(scope, draw, "draw", ct) : null;

    private Task<CampaignView?> FindByPartAsync(Scope scope, Guid part, string kind, CancellationToken ct) =>
        FindAsync(scope, FindByPart, [part, ScopedReads.Campaigns(scope), kind], ct);

    private async Task<CampaignView?> FindAsync(Scope scope, string sql, object?[] values, CancellationToken ct)
    {
        await using var read = await reads.OpenAsync(scope, ct);
        var now = time.GetUtcNow();
        return await read.Connection.FindAsync(sql, values, row => CampaignViewRow.Read(row, now), ct);
    }
}
