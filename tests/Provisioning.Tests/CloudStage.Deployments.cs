using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.TestKit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>What tests of deployments after the first one wait for and look at.</summary>
public sealed partial class CloudStage
{
    /// <summary>Another host goes on while this one is held; only then does this one end.</summary>
    public async Task TakeOverAsync(HeldStep held, Func<Task> wake)
    {
        var first = host!;
        await StartHostAsync();
        await wake();
        held.Die();
        await first.StopAsync();
        first.Dispose();
    }

    public async Task<CampaignView> FindAsync(string id) => (await Get<ICampaignQueries>().FindAsync(Scope.Of(TenantId), id, default))!;

    public async Task<DeploymentView> NewestAsync(string id) =>
        (await Get<ICampaignQueries>().DeploymentsAsync(Scope.Of(TenantId), id, 1, null, default)).Items[0];

    public Task UntilAsync(string id, Func<Task<bool>> holds) =>
        Polling.UntilAsync(holds, TimeSpan.FromSeconds(60), async () => string.Join("\n", await LogAsync(id)));

    public Task UntilAsync(string id, string state) => UntilAsync(id, async () => (await FindAsync(id)).State == state);

    /// <summary>The newest deployment, once it is in this state.</summary>
    public async Task<string> RestsAsync(string id, string state)
    {
        await UntilAsync(id, async () => (await NewestAsync(id)).State == state);
        return (await NewestAsync(id)).Id;
    }

    /// <summary>What the campaign's audit events of this action say of afterwards.</summary>
    public Task<List<string>> AuditAsync(string id, string action) => CentralAsync(
        $"select coalesce(after::text, '') from audit_event where campaign_id = $1 and action = '{action}' order by event_id", Ids.Parse(Ids.Campaign, id));
}
