using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central;

namespace PrizeDraw.Storage.Campaign;

/// <summary>Tells a campaign whose database is put away from one that has none yet.</summary>
public sealed class CampaignStanding(CentralDatabase central)
{
    // While it is being put away it is out of reach already; a decommissioned one never comes back.
    private const string Find =
        """
        select case
          when c.state in ('archived', 'decommissioned') then c.state
          when d.kind in ('archive', 'unarchive', 'decommission') and d.state in ('running', 'paused', 'rolling_back', 'quarantined') then 'moving'
          end
        from campaign c left join deployment d on d.tenant_id = c.tenant_id and d.deployment_id = c.deployment_id
        where c.tenant_id = $1 and c.campaign_id = $2
        """;

    /// <summary>Throws <see cref="CampaignPutAwayException"/> when the campaign's database is put away.</summary>
    public async Task RequireInUseAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        var tenant = Ids.Parse(Ids.Tenant, tenantId);
        await using var work = await central.BeginAsync(tenant, ct);
        var state = await work.Connection.ScalarAsync<string>(Find, [tenant, Ids.Parse(Ids.Campaign, campaignId)], ct);
        if (state is not null)
        {
            throw new CampaignPutAwayException(state switch
            {
                "archived" => "The campaign is archived: its data rests. Bring the campaign back from the archive first.",
                "decommissioned" => "The campaign is decommissioned: its data is gone. What is public stays.",
                _ => "The campaign is being put away or brought back. Wait until that has ended.",
            }) { IsForGood = state == "decommissioned" };
        }
    }
}
