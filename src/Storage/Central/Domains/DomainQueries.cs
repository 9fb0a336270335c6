using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Domains;

namespace PrizeDraw.Storage.Central.Domains;

/// <inheritdoc cref="IDomainQueries"/>
internal sealed class DomainQueries(ScopedReads reads) : IDomainQueries
{
    private const string List =
        $"select {DomainRow.Columns} from campaign_domain where tenant_id = $1 and campaign_id = $2 order by added_at, name limit 100";

    public async Task<ImmutableArray<DomainView>> ListAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        var tenant = Ids.Parse(Ids.Tenant, tenantId);
        await using var read = await reads.OpenAsync([tenant], ct);
        return await read.Connection.ListAsync(List, [tenant, Ids.Parse(Ids.Campaign, campaignId)], row => DomainRow.Read(row).View, ct);
    }

    public async Task<DomainView?> FindAsync(string tenantId, string campaignId, string name, CancellationToken ct) =>
        (await ListAsync(tenantId, campaignId, ct)).FirstOrDefault(domain => domain.Name == name);
}
