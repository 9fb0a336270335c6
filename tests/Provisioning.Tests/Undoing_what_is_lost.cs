using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>What somebody removed at a provider, or what a provider refuses for ever, leaves no campaign without a way out.</summary>
public sealed class Undoing_what_is_lost(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync()
    {
        stage.EndFaults();

        return Task.CompletedTask;
    }

    [Fact]
    public async Task ends_an_archiving_whose_site_is_gone_with_the_campaign_as_it_was()
    {
        var before = stage.Left;
        var (id, slug) = await stage.CompletedAsync();
        stage.Vercel.Take(slug);
        (await ArchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "rolled_back");
        (await stage.FindAsync(id)).State.ShouldBe("completed");
        await RemovedAsync(id, before);
    }

    [Fact]
    public async Task ends_an_unarchiving_whose_database_is_gone_with_the_campaign_archived()
    {
        var before = stage.Left;
        var (id, slug) = await stage.CompletedAsync();
        (await ArchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "archived");
        await stage.Supabase.RemoveAsync(stage.ProjectOf(slug));
        (await UnarchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "rolled_back");
        (await stage.FindAsync(id)).State.ShouldBe("archived");
        stage.Vercel.IsPaused(slug).ShouldBeTrue();
        await RemovedAsync(id, before);
    }

    [Theory]
    [InlineData(Rotated.DatabasePassword)]
    [InlineData(Rotated.OwnerPassword)]
    public async Task ends_a_rotation_whose_database_is_gone(string what)
    {
        var before = stage.Left;
        var (id, slug) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready");
        await stage.Supabase.RemoveAsync(stage.ProjectOf(slug));
        (await stage.Campaign(id).RotateAsync(new RotateSecret(CloudStage.Admin, what))).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "paused");
        await stage.CancelAsync(slug);
        await stage.RestsAsync(id, "cancelled");
        await RemovedAsync(id, before);
    }

    [Fact]
    public async Task waits_for_a_site_that_is_there_and_lets_the_campaign_be_removed_meanwhile()
    {
        var before = stage.Left;
        var (id, slug) = await stage.CompletedAsync();
        RefusePauses();
        (await ArchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "quarantined");
        (await ArchiveAsync(id)).Refusal!.Code.ShouldBe("deployment.under_way");
        stage.Left.ShouldContain(l => l.Contains(slug));
        await RemovedAsync(id, before);
        (await stage.AuditAsync(id, "campaign.decommissioning_started")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task lets_a_campaign_be_removed_whose_unarchiving_is_stuck()
    {
        var before = stage.Left;
        var (id, _) = await stage.CompletedAsync();
        (await ArchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "archived");
        RefusePauses();
        (await UnarchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "quarantined");
        await RemovedAsync(id, before);
    }

    [Fact]
    public async Task lets_a_campaign_be_removed_whose_rotation_is_stuck()
    {
        var before = stage.Left;
        var (id, slug) = await stage.CompletedAsync();
        stage.Supabase.Faults.Always("supabase.password", Fault.Before(422));
        (await stage.Campaign(id).RotateAsync(new RotateSecret(CloudStage.Admin, Rotated.OwnerPassword))).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "paused");
        await stage.CancelAsync(slug);
        await stage.RestsAsync(id, "quarantined");
        await RemovedAsync(id, before);
    }

    [Fact]
    public async Task takes_no_cancelling_and_changes_nothing_by_refusing_it()
    {
        var (id, slug) = await stage.CompletedAsync();
        stage.Vercel.Faults.Always("vercel.pause-project", Fault.Before(422));
        Refusal? refused = null;
        (long Before, long After) versions = default;
        stage.Observer.On(slug, async (step, point) =>
        {
            if (refused is null && (step, point) == ("suspend-site", SagaPoint.UndoStored))
            {
                versions.Before = (await stage.FindAsync(id)).Version;
                refused = (await stage.Campaign(id).CancelDeploymentAsync(new CancelDeployment(CloudStage.Admin, (await stage.NewestAsync(id)).Id))).Refusal;
                versions.After = (await stage.FindAsync(id)).Version;
            }
        });
        (await ArchiveAsync(id)).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "rolled_back");
        refused!.Code.ShouldBe("deployment.not_running");
        versions.After.ShouldBe(versions.Before);
        (await stage.AuditAsync(id, "deployment.cancel_requested")).ShouldBeEmpty();
    }

    private void RefusePauses()
    {
        stage.Vercel.Faults.Always("vercel.pause-project", Fault.Before(422));
        stage.Vercel.Faults.Always("vercel.unpause-project", Fault.Before(422));
    }

    private async Task RemovedAsync(string id, string[] before)
    {
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
        (await stage.SecretsAsync(id)).ShouldBeEmpty();
    }

    private Task<Result<CampaignView>> ArchiveAsync(string id) => stage.Campaign(id).ArchiveAsync(new CampaignCommand(CloudStage.Admin));

    private Task<Result<CampaignView>> UnarchiveAsync(string id) => stage.Campaign(id).UnarchiveAsync(new CampaignCommand(CloudStage.Admin));
}
