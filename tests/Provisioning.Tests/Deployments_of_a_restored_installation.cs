using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>Whatever was under way when the central database was set back stands still until somebody has confirmed it, and nothing new is begun that changes what stands.</summary>
public sealed class Deployments_of_a_restored_installation(ReadyStage ready) : IClassFixture<ReadyStage>, IAsyncLifetime
{
    private const string Content = "content", Waits = "has to confirm the installation";
    private readonly CloudStage stage = ready.Stage;

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync()
    {
        stage.Doubles.SelectMany(d => d.Violations).ShouldBeEmpty();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(Content, "deploy-site")]
    [InlineData(Rotated.SiteKey, "customise-repository")]
    [InlineData(Rotated.DatabasePassword, "set-password")]
    [InlineData(Rotated.OwnerPassword, "set-owner-password")]
    public async Task wait_at_their_step(string what, string step)
    {
        var (id, slug) = ready.Campaign;
        stage.Clock.Leap(TimeSpan.FromHours(25));
        var held = new HeldStep(stage, slug, step, SagaPoint.IntentStored);
        (await AskAsync(id, what)).Refusal.ShouldBeNull();
        await held.ReachedAsync();
        var deployment = (await stage.NewestAsync(id)).Id;
        await using (await stage.SetBackAsync())
        {
            var (stood, waits) = (await StandsAsync(id), await WaitsAsync(id));
            await stage.TakeOverAsync(held, () => stage.Campaign(id).WakeAsync());
            await stage.UntilAsync(id, async () => await WaitsAsync(id) > waits);
            await RefusesAsync(id, deployment);
            await stage.Campaign(id).WakeAsync();
            (await StandsAsync(id)).ShouldBe(stood);
            (await stage.CentralAsync("select remindername from orleansreminderstable where remindername = 'provision' and grainid like '%' || $1", id)).Count.ShouldBe(1);
        }

        await stage.Campaign(id).WakeAsync();
        (await stage.RestsAsync(id, "succeeded")).ShouldBe(deployment);
    }

    [Fact]
    public async Task wait_where_they_made_a_campaign_but_not_those_of_campaigns_that_are_made_since()
    {
        var slug = stage.NextSlug();
        var held = new HeldStep(stage, slug, "create-site", SagaPoint.IntentStored);
        var (id, _) = await stage.BeginAsync(slug);
        await held.ReachedAsync();
        await using (await stage.SetBackAsync())
        {
            var waits = await WaitsAsync(id);
            await stage.TakeOverAsync(held, () => stage.Campaign(id).WakeAsync());
            await stage.UntilAsync(id, async () => await WaitsAsync(id) > waits);
            var (fresh, _) = await stage.BeginAsync();
            (await stage.EndsAsync(fresh)).ShouldBe("ready");
            (await stage.FindAsync(id)).State.ShouldBe("provisioning");
            stage.Left.ShouldNotContain(l => l.StartsWith("project ", StringComparison.Ordinal) && l.Contains($" {slug} ", StringComparison.Ordinal));
        }

        await stage.Campaign(id).WakeAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready");
    }

    private Task<Result<CampaignView>> AskAsync(string id, string what) => what == Content
        ? stage.Campaign(id).DeployContentAsync(new CampaignCommand(CloudStage.Admin))
        : stage.Campaign(id).RotateAsync(new RotateSecret(CloudStage.Admin, what));

    private async Task RefusesAsync(string id, string deployment)
    {
        foreach (var what in (string[])[Content, Rotated.SiteKey, Rotated.DatabasePassword, Rotated.OwnerPassword])
        {
            (await AskAsync(id, what)).Refusal!.Code.ShouldBe("installation.unconfirmed", what);
        }

        (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, deployment))).Refusal!.Code.ShouldBe("installation.unconfirmed");
    }

    /// <summary>How often the campaign's deployments have said what they wait for.</summary>
    private async Task<int> WaitsAsync(string id) => (await stage.LogAsync(id)).Count(line => line.Contains(Waits, StringComparison.Ordinal));

    /// <summary>Where the deployment's steps stand, how many calls have changed anything, and what the campaign's secrets are.</summary>
    private async Task<List<string>> StandsAsync(string id) =>
    [
        .. await stage.CentralAsync(
            "select s.name || ' ' || s.state || ' ' || coalesce(s.result::text, '') from deployment_step s join campaign c using (tenant_id, deployment_id) where c.campaign_id = $1 order by s.ordinal",
            Ids.Parse(Ids.Campaign, id)),
        $"{stage.Changes} changes",
        .. await stage.CentralAsync("select name || ' ' || encode(sha256(envelope), 'hex') from secret where scope = $1 order by name", id),
    ];
}
