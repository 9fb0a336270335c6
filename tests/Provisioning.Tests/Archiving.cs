using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Campaign;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>An archived campaign has its site down and its database at rest, and comes back as it was.</summary>
public sealed class Archiving(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync()
    {
        foreach (var one in stage.Doubles)
        {
            one.Faults.Clear();
            one.Violations.ShouldBeEmpty();
        }

        return Task.CompletedTask;
    }

    [Fact]
    public async Task takes_the_site_down_refuses_what_needs_data_and_brings_all_of_it_back()
    {
        var (id, slug) = await CompletedAsync();
        var left = stage.Left;
        (await ArchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "archived");
        stage.Vercel.IsPaused(slug).ShouldBeTrue();
        await Should.ThrowAsync<CampaignPutAwayException>(() => stage.Get<CampaignConnections>().OpenAsync(stage.TenantId, id, default));
        (await ArchiveAsync(id)).Refusal!.Code.ShouldBe("campaign.wrong_state");
        (await stage.Campaign(id).UnarchiveAsync(new CampaignCommand(CloudStage.Admin))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "completed");
        stage.Vercel.IsPaused(slug).ShouldBeFalse();
        await using var lease = await stage.Get<CampaignConnections>().RequireAsync(stage.TenantId, id, default);
        stage.Left.ShouldBe(left);
    }

    [Fact]
    public async Task that_fails_leaves_the_campaign_as_it_was()
    {
        var (id, slug) = await CompletedAsync();
        stage.Supabase.Faults.Always("supabase.pause", Fault.Before(422));
        (await ArchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "rolled_back");
        (await stage.FindAsync(id)).State.ShouldBe("completed");
        stage.Vercel.IsPaused(slug).ShouldBeFalse();
        await using var lease = await stage.Get<CampaignConnections>().RequireAsync(stage.TenantId, id, default);
    }

    [Fact]
    public async Task is_refused_while_instant_wins_are_not_recounted_and_lets_an_archived_one_be_removed()
    {
        var before = stage.Left;
        var (id, _) = await CompletedAsync(settled: false);
        (await ArchiveAsync(id)).Refusal!.Errors!.Keys.ShouldContain("instant");
        await SettleAsync(id);
        (await ArchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "archived");
        (await stage.Campaign(id).DecommissionAsync(new DecommissionCampaign(CloudStage.Admin, "In the cloud"))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
    }

    private Task<Result<CampaignView>> ArchiveAsync(string id) => stage.Campaign(id).ArchiveAsync(new CampaignCommand(CloudStage.Admin));

    /// <summary>As the draws of a campaign leave it; how it comes there is shown elsewhere.</summary>
    private async Task<(string Id, string Slug)> CompletedAsync(bool settled = true)
    {
        var begun = await stage.BeginAsync();
        (await stage.EndsAsync(begun.Id)).ShouldBe("ready");
        await stage.CentralAsync("update campaign set state = 'completed', published_at = now() where campaign_id = $1 returning name", Ids.Parse(Ids.Campaign, begun.Id));
        await stage.StopHostAsync();
        await stage.StartHostAsync();
        if (settled)
        {
            await SettleAsync(begun.Id);
        }

        return begun;
    }

    private Task SettleAsync(string id) => stage.Get<PrizeDraw.Storage.Central.Evidence.PublicFiles>().PutAsync(
        Ids.Parse(Ids.Tenant, stage.TenantId), Ids.Parse(Ids.Campaign, id), "instant-check.json", "application/json", "{}"u8.ToArray(), default);
}
