using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Central.Campaigns;

/// <inheritdoc cref="ITermsVersions"/>
internal sealed class TermsVersions(CentralDatabase central) : ITermsVersions
{
    public async Task<TermsVersion?> FindAsync(string tenantId, string campaignId, int version, CancellationToken ct)
    {
        var tenant = Ids.Parse(Ids.Tenant, tenantId);
        await using var work = await central.ReadAsync([tenant], ct);
        return await work.Connection.FindAsync(
            "select version, body, free_route, hash from terms_version where tenant_id = $1 and campaign_id = $2 and version = $3",
            [tenant, Ids.Parse(Ids.Campaign, campaignId), version],
            row => new TermsVersion(
                row.GetInt32(0), row.GetString(1), row.TextOrNull(2), Convert.ToHexStringLower(row.GetFieldValue<byte[]>(3))), ct);
    }
}
