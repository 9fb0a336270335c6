using System;
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
        stage.EndFaults();

        return Task.CompletedTask;
    }

    [Fact]
    public async Task takes_the_site_down_refuses_what_needs_data_and_brings_all_of_it_back()
    {
        var (id, slug) = await stage.CompletedAsync();
        var left = stage.Left;
        await stage.CentralAsync("update installation set confirmed_at = null returning $1::text", "restored");
        (await ArchiveAsync(id)).Refusal!.Code.ShouldBe("installation.unconfirmed");
        await stage.CentralAsync("update installation set confirmed_at = now() returning $1::text", "confirmed");
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
        var (id, slug) = await stage.CompletedAsync();
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
        var (id, _) = await stage.CompletedAsync(settled: false);
        (await ArchiveAsync(id)).Refusal!.Errors!.Keys.ShouldContain("instant");
        await stage.SettleAsync(id);
        (await ArchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "archived");
        (await stage.Campaign(id).DecommissionAsync(new DecommissionCampaign(CloudStage.Admin, "In the cloud"))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
    }

    [Fact]
    public async Task and_removing_are_refused_while_a_claim_or_a_mail_is_open_whatever_name_is_typed()
    {
        var (id, slug) = await stage.CompletedAsync();
        var left = stage.Left;
        await stage.InDatabaseAsync(slug,
            $"""
            insert into prizedraw.claim (campaign_id, claim_id, draw_id, position, entry_id, prize, token_hash, told_at, deadline)
              values ('{Ids.Parse(Ids.Campaign, id)}', gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid(), 'Mug', 'abc', now(), now() + interval '14 days');
            insert into prizedraw.entrant_mail (campaign_id, mail_id, entry_id, kind, body, next_at, created_at)
              values ('{Ids.Parse(Ids.Campaign, id)}', gen_random_uuid(), gen_random_uuid(), 'claim-told', '{JsonEmpty}', now() + interval '1 day', now())
            """);
        foreach (var refusal in new[] { (await ArchiveAsync(id)).Refusal!, (await RemoveAsync(id)).Refusal! })
        {
            refusal.Code.ShouldBe("campaign.not_settled");
            refusal.Errors!.Keys.ShouldBe(["claims", "mails"]);
        }

        await stage.InDatabaseAsync(slug, "update prizedraw.claim set state = 'delivered'; update prizedraw.entrant_mail set state = 'sent'");
        stage.Left.ShouldBe(left);
        (await RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.Length.ShouldBe(left.Length - 3);
    }

    private const string JsonEmpty = "{}";

    private Task<Result<CampaignView>> RemoveAsync(string id) =>
        stage.Campaign(id).DecommissionAsync(new DecommissionCampaign(CloudStage.Admin, "In the cloud"));

    private Task<Result<CampaignView>> ArchiveAsync(string id) => stage.Campaign(id).ArchiveAsync(new CampaignCommand(CloudStage.Admin));
}
