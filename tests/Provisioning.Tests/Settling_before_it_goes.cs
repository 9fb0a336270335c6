using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.Supabase;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Campaign;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>No winner, and nothing that was written, is lost with a campaign's database, whenever it came: between the asking and the end, too.</summary>
public sealed class Settling_before_it_goes(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    private const string Note =
        """
        insert into prizedraw.outbox (campaign_id, event_id, kind, created_at, body) values ($campaign, $event, 'audit', now(),
          jsonb_build_object('event_id', $event, 'at', now(), 'campaign_id', $campaign, 'actor', 'usr_late', 'action', 'test.late', 'subject', 'x'))
        """;

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync()
    {
        stage.EndFaults();

        return Task.CompletedTask;
    }

    [Fact]
    public async Task ends_a_removal_that_a_winner_came_in_before_with_the_campaign_as_it_was()
    {
        var before = stage.Left;
        var (id, slug) = await stage.CompletedAsync();
        var left = stage.Left;
        TellWinnerAt(id, slug, "settle-records", SagaPoint.IntentStored);
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "rolled_back");
        (await stage.FailureAsync(id)).ShouldContain("prize(s) are told");
        await ShouldBeInUseAsync(id);
        stage.Left.ShouldBe(left);
        await stage.InDatabaseAsync(slug, "update prizedraw.claim set state = 'delivered'");
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
    }

    [Fact]
    public async Task ends_an_archiving_that_a_winner_came_in_before_with_the_campaign_as_it_was()
    {
        var (id, slug) = await stage.CompletedAsync();
        TellWinnerAt(id, slug, "suspend-site", SagaPoint.ResultStored);
        (await ArchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "rolled_back");
        (await stage.FailureAsync(id)).ShouldContain("prize(s) are told");
        await ShouldBeInUseAsync(id);
        stage.Vercel.IsPaused(slug).ShouldBeFalse();
    }

    [Fact]
    public async Task refuses_what_needs_the_data_while_a_removal_waits()
    {
        var before = stage.Left;
        var (id, _) = await stage.CompletedAsync();
        stage.Vercel.Faults.Always("vercel.delete-project", Fault.Before(403));
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, async () => (await stage.NewestAsync(id)).State is "paused" or "quarantined");
        await Should.ThrowAsync<CampaignPutAwayException>(() => stage.Get<CampaignConnections>().OpenAsync(stage.TenantId, id, default));
        stage.Vercel.Faults.Clear();
        (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, (await stage.NewestAsync(id)).Id))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
    }

    [Fact]
    public async Task keeps_the_data_out_of_reach_until_the_campaign_is_back()
    {
        var (id, slug) = await stage.CompletedAsync();
        (await ArchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "archived");
        stage.Vercel.Faults.Always("vercel.unpause-project", Fault.Before(401));
        (await stage.Campaign(id).UnarchiveAsync(new CampaignCommand(CloudStage.Admin))).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "paused");
        await Should.ThrowAsync<CampaignPutAwayException>(() => stage.Get<CampaignConnections>().OpenAsync(stage.TenantId, id, default));
        stage.Vercel.Faults.Clear();
        await stage.CancelAsync(slug);
        await stage.RestsAsync(id, "cancelled");
        (await stage.FindAsync(id)).State.ShouldBe("archived");
    }

    /// <summary>As grains write: over the connection that everybody takes, at every point of the archiving.</summary>
    [Fact]
    public async Task carries_over_all_that_was_written_before_nobody_could()
    {
        var (id, slug) = await stage.CompletedAsync();
        var (written, refused) = (0, 0);
        stage.Observer.On(slug, async (_, _) =>
        {
            try
            {
                await using var lease = await stage.Get<CampaignConnections>().RequireAsync(stage.TenantId, id, default);
                await using var command = lease.Connection.CreateCommand();
                command.CommandText = Note.Replace("$campaign", $"'{Ids.Parse(Ids.Campaign, id)}'::uuid", StringComparison.Ordinal)
                    .Replace("$event", $"'{Guid.CreateVersion7(stage.Clock.GetUtcNow())}'::uuid", StringComparison.Ordinal);
                await command.ExecuteNonQueryAsync();
                written++;
            }
            catch (CampaignPutAwayException)
            {
                refused++;
            }
        });
        (await ArchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "archived");
        written.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan(0);
        (await stage.AuditAsync(id, "test.late")).Count.ShouldBe(written);
    }

    [Fact]
    public async Task counts_nothing_in_a_database_that_is_lost()
    {
        var before = stage.Left;
        var (id, slug) = await stage.CompletedAsync(settled: false);
        await stage.TellWinnerAsync(id, slug);
        await stage.Supabase.RemoveAsync(stage.ProjectOf(slug));
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
    }

    [Fact]
    public async Task asks_for_a_database_that_sleeps_to_be_woken()
    {
        var (id, slug) = await stage.CompletedAsync();
        var (project, left) = (stage.ProjectOf(slug), stage.Left);
        SupabaseDouble.Put(project, "INACTIVE");
        foreach (var refusal in new[] { (await ArchiveAsync(id)).Refusal!, (await stage.RemoveAsync(id)).Refusal! })
        {
            refusal.Code.ShouldBe("campaign.not_settled");
            refusal.Errors!["database"].Single().ShouldContain("Wake it");
        }

        stage.Left.ShouldBe(left);
    }

    [Fact]
    public async Task removes_a_campaign_that_took_no_entries_though_its_database_sleeps()
    {
        var before = stage.Left;
        var (id, slug) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready");
        SupabaseDouble.Put(stage.ProjectOf(slug), "INACTIVE");
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
    }

    private void TellWinnerAt(string id, string slug, string step, SagaPoint point)
    {
        var isTold = false;
        stage.Observer.On(slug, async (s, p) =>
        {
            if (!isTold && (s, p) == (step, point))
            {
                isTold = true;
                await stage.TellWinnerAsync(id, slug);
            }
        });
    }

    private async Task ShouldBeInUseAsync(string id)
    {
        (await stage.FindAsync(id)).State.ShouldBe("completed");
        await using var lease = await stage.Get<CampaignConnections>().RequireAsync(stage.TenantId, id, default);
    }

    private Task<Result<CampaignView>> ArchiveAsync(string id) => stage.Campaign(id).ArchiveAsync(new CampaignCommand(CloudStage.Admin));
}
