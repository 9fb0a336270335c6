using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Doubles.Supabase;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Central.Evidence;
using PrizeDraw.TestKit;
using Shouldly;

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
        Polling.UntilAsync(holds, TimeSpan.FromMinutes(5), async () => string.Join("\n", await LogAsync(id)));

    public Task UntilAsync(string id, string state) => UntilAsync(id, async () => (await FindAsync(id)).State == state);

    /// <summary>The newest deployment, once it is in this state.</summary>
    public async Task<string> RestsAsync(string id, string state)
    {
        await UntilAsync(id, async () => (await NewestAsync(id)).State == state);
        return (await NewestAsync(id)).Id;
    }

    /// <summary>As the draws of a campaign leave it; how it comes there is shown elsewhere.</summary>
    public async Task<(string Id, string Slug)> CompletedAsync(bool settled = true)
    {
        var begun = await BeginAsync();
        (await EndsAsync(begun.Id)).ShouldBe("ready", string.Join('\n', await LogAsync(begun.Id)));
        await CentralAsync("update campaign set state = 'completed', published_at = now() where campaign_id = $1 returning name", Ids.Parse(Ids.Campaign, begun.Id));
        await StopHostAsync();
        await StartHostAsync();
        if (settled)
        {
            await SettleAsync(begun.Id);
        }

        return begun;
    }

    /// <summary>The instant wins are recounted.</summary>
    public Task SettleAsync(string id) => Get<PublicFiles>().PutAsync(
        Ids.Parse(Ids.Tenant, TenantId), Ids.Parse(Ids.Campaign, id), "instant-check.json", "application/json", "{}"u8.ToArray(), default);

    /// <summary>The project that has a campaign's database.</summary>
    public DoubleProject ProjectOf(string slug) =>
        Supabase.Projects.Single(p => p.Name.Contains(slug.Replace('-', '_'), StringComparison.Ordinal));

    /// <summary>In the campaign's database, past what its rows lead to.</summary>
    public async Task InDatabaseAsync(string slug, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(Superuser) { Database = "project_" + ProjectOf(slug).Ref, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("set session_replication_role = replica; " + sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A winner is told of a prize, and has not answered.</summary>
    public Task TellWinnerAsync(string id, string slug) => InDatabaseAsync(slug,
        $"""
        insert into prizedraw.claim (campaign_id, claim_id, draw_id, position, entry_id, prize, token_hash, told_at, deadline)
          values ('{Ids.Parse(Ids.Campaign, id)}', gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid(), 'Mug', 'abc', now(), now() + interval '14 days')
        """);

    public Task<Result<CampaignView>> RemoveAsync(string id) => Campaign(id).DecommissionAsync(new DecommissionCampaign(Admin, "In the cloud"));

    /// <summary>What the campaign's audit events of this action say of afterwards.</summary>
    public Task<List<string>> AuditAsync(string id, string action) => CentralAsync(
        $"select coalesce(after::text, '') from audit_event where campaign_id = $1 and action = '{action}' order by event_id", Ids.Parse(Ids.Campaign, id));
}
