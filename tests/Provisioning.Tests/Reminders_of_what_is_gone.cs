using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Grains.Abstractions.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>Nothing goes on asking for a campaign that is gone; for one in the archive it asks rarely, and without failing.</summary>
public sealed class Reminders_of_what_is_gone(CloudStage stage) : IClassFixture<CloudStage>
{
    [Fact]
    public async Task end_with_the_campaign()
    {
        var (id, _) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready");
        await CreateBatchAsync(id, "AB2C");
        await stage.CentralAsync(
            """
            update site_sync set review = '{"number":7,"version":"v2.0.0","hasConflicts":false,"openedAt":"2026-01-01T00:00:00Z",
              "syncId":"00000000-0000-0000-0000-000000000001","after":{"tag":"v2.0.0","commit":"abc","picks":[]},"migrations":[]}', review_at = now()
            where campaign_id = $1 returning source
            """, Ids.Parse(Ids.Campaign, id));
        await SyncOf(id).WakeAsync();
        (await RemindersAsync(id)).ShouldContain("expire");
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        await LeapAsync();
        await SyncOf(id).WakeAsync();
        await stage.UntilAsync(id, async () => (await RemindersAsync(id)).Count == 0);
        (await stage.CentralAsync("select coalesce(review::text, '') || coalesce(review_at::text, '') from site_sync where campaign_id = $1", Ids.Parse(Ids.Campaign, id)))
            .ShouldBe([""]);
        (await stage.CentralAsync("select prefix from code_prefix where campaign_id = $1", Ids.Parse(Ids.Campaign, id))).ShouldBeEmpty();
    }

    [Fact]
    public async Task of_an_archived_campaign_rest_and_do_their_work_when_it_is_back()
    {
        var (id, _) = await stage.CompletedAsync();
        var batch = await CreateBatchAsync(id, "CD3E");
        (await stage.Campaign(id).ArchiveAsync(new CampaignCommand(CloudStage.Admin))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "archived");
        await LeapAsync();
        await stage.UntilAsync(id, async () => (await stage.CentralAsync(
            "select period::text from orleansreminderstable where grainid like '%' || $1 || '%' and remindername = 'expire'", id))[0] == "600000");
        (await stage.Campaign(id).UnarchiveAsync(new CampaignCommand(CloudStage.Admin))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "completed");
        await LeapAsync();
        await stage.UntilAsync(id, async () => !(await RemindersAsync(id)).Contains("expire"));
        (await stage.Get<ICodeQueries>().FindAsync(stage.TenantId, id, "entry", batch, default))!.State.ShouldBe("expired");
    }

    private async Task<string> CreateBatchAsync(string id, string prefix)
    {
        var now = stage.Clock.GetUtcNow();
        var batch = Ids.New(Ids.CodeBatch, now);
        (await stage.Get<IGrainFactory>().GetGrain<ICodeBatchGrain>(GrainKeys.CodeBatch(stage.TenantId, id, batch)).CreateAsync(
            new CreateCodeBatch(CloudStage.Admin, "entry", "imported", "Flyers", 0, prefix, null, now.AddDays(1)))).Refusal.ShouldBeNull();
        return batch;
    }

    /// <summary>Two days on, in a host that has just started, whatever was to come by then is due.</summary>
    private async Task LeapAsync()
    {
        stage.Clock.Leap(TimeSpan.FromDays(2));
        await stage.StopHostAsync();
        await stage.StartHostAsync();
    }

    private ITemplateSyncGrain SyncOf(string id) => stage.Get<IGrainFactory>().GetGrain<ITemplateSyncGrain>(GrainKeys.Campaign(stage.TenantId, id));

    private Task<List<string>> RemindersAsync(string id) =>
        stage.CentralAsync("select remindername::text from orleansreminderstable where grainid like '%' || $1 || '%'", id);
}
