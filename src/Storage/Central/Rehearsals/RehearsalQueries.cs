using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Rehearsals;

namespace PrizeDraw.Storage.Central.Rehearsals;

/// <inheritdoc cref="IRehearsalQueries"/>
internal sealed class RehearsalQueries(ScopedReads reads) : IRehearsalQueries
{
    private const string List =
        $"""
        select {RehearsalRow.Columns} from rehearsal
        where tenant_id = $1 and campaign_id = $2 and ($3::uuid is null or rehearsal_id < $3)
        order by rehearsal_id desc limit $4
        """;

    private const string Find =
        $"select {RehearsalRow.Columns} from rehearsal where tenant_id = $1 and campaign_id = $2 and rehearsal_id = $3";

    private const string FindByToken =
        $"select {RehearsalRow.Columns} from rehearsal where tenant_id = $1 and campaign_id = $2 and token_hash = $3";

    public async Task<Page<RehearsalView>> ListAsync(string tenantId, string campaignId, int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        await using var read = await reads.OpenAsync([Ids.Parse(Ids.Tenant, tenantId)], ct);
        var found = await read.Connection.ListAsync(
            List, [Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId), after, Cursor.Fetch(limit)], RehearsalRow.View, ct);
        return Cursor.Cut(found, limit, rehearsal => Ids.Parse(Ids.Rehearsal, rehearsal.Id));
    }

    public async Task<RehearsalView?> FindAsync(string tenantId, string campaignId, string rehearsalId, CancellationToken ct) =>
        Ids.TryParse(Ids.Rehearsal, rehearsalId, out var id) ? await FindAsync(tenantId, campaignId, Find, id, ct) : null;

    public Task<RehearsalView?> FindByTokenAsync(string tenantId, string campaignId, string tokenHash, CancellationToken ct) =>
        FindAsync(tenantId, campaignId, FindByToken, Convert.FromHexString(tokenHash), ct);

    private async Task<RehearsalView?> FindAsync(string tenantId, string campaignId, string sql, object which, CancellationToken ct)
    {
        var tenant = Ids.Parse(Ids.Tenant, tenantId);
        await using var read = await reads.OpenAsync([tenant], ct);
        return await read.Connection.FindAsync(sql, [tenant, Ids.Parse(Ids.Campaign, campaignId), which], RehearsalRow.View, ct);
    }
}
