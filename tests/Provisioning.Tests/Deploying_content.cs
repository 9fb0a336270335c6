using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>What a site is built from follows the campaign; the site that is up stays until the next one is there.</summary>
public sealed class Deploying_content(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync()
    {
        stage.EndFaults();

        return Task.CompletedTask;
    }

    [Fact]
    public async Task follows_a_change_of_brand_and_no_other()
    {
        var (id, slug) = await ReadyAsync();
        var first = (await stage.FindAsync(id)).DeploymentId;
        await ChangeAsync(id, s => s with { Brand = s.Brand with { Headline = "Texts come at run time" } });
        (await stage.FindAsync(id)).DeploymentId.ShouldBe(first);
        var builds = Builds();
        await ColourAsync(id, "#00aa11");
        await stage.RestsAsync(id, "succeeded");
        ContentOf(slug).ShouldContain("#00aa11");
        Builds().ShouldBe(builds + 1);
        var campaign = await stage.FindAsync(id);
        campaign.State.ShouldBe("ready");
        (await stage.NewestAsync(id)).Kind.ShouldBe("content");

        // By hand, with nothing changed: no commit and no build, since that commit is served.
        (await stage.Campaign(id).DeployContentAsync(new CampaignCommand(CloudStage.Admin))).Value!.DeploymentId.ShouldNotBe(campaign.DeploymentId);
        await stage.UntilAsync(id, async () => await stage.NewestAsync(id) is { State: "succeeded", Kind: "content" } newest && newest.Id != campaign.DeploymentId);
        Builds().ShouldBe(builds + 1);
    }

    [Fact]
    public async Task folds_changes_that_come_while_one_is_built()
    {
        var (id, slug) = await ReadyAsync();
        var held = new HeldStep(stage, slug, "deploy-site", SagaPoint.IntentStored);
        await ColourAsync(id, "#000001");
        await held.ReachedAsync();
        await ColourAsync(id, "#000002");
        await ColourAsync(id, "#000003");
        (await stage.Campaign(id).DeployContentAsync(new CampaignCommand(CloudStage.Admin))).Refusal!.Code.ShouldBe("deployment.under_way");

        // The first host dies there; the next one finishes its deployment, and makes one for all that came since.
        await stage.TakeOverAsync(held, () => stage.Campaign(id).WakeAsync());
        await stage.UntilAsync(id, () => Task.FromResult(ContentOf(slug).Contains("#000003", StringComparison.Ordinal)));
        await stage.RestsAsync(id, "succeeded");
        (await stage.AuditAsync(id, "campaign.content_succeeded")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task leaves_the_old_site_up_when_it_fails_and_never_rolls_the_campaign_back()
    {
        var (id, slug) = await ReadyAsync();
        var left = stage.Left;
        stage.Vercel.Faults.Always("vercel.deploy", Fault.Before(422));
        await ColourAsync(id, "#0000aa");
        var failed = await stage.RestsAsync(id, "rolled_back");
        (await stage.FindAsync(id)).State.ShouldBe("ready");
        stage.Left.ShouldBe(left);
        stage.Vercel.Faults.Clear();
        (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, failed))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, async () => await stage.NewestAsync(id) is { State: "succeeded" } newest && newest.Id != failed);
        ContentOf(slug).ShouldContain("#0000aa");
    }

    [Fact]
    public async Task waits_for_what_may_pass_and_gives_way_to_the_next_change()
    {
        var (id, slug) = await ReadyAsync();
        stage.GitHub.Faults.Always("github.tree", Fault.Before(503));
        stage.GitHub.Revoke(CloudStage.GitHubToken);
        await ColourAsync(id, "#0000bb");
        var waiting = await stage.RestsAsync(id, "paused");
        stage.GitHub.Faults.Clear();
        stage.GitHub.AddToken(CloudStage.GitHubToken, new Doubles.GitHub.GitHubToken("deployer") { Owners = [CloudStage.Owner] });
        await ColourAsync(id, "#0000cc");
        await stage.UntilAsync(id, async () => await stage.NewestAsync(id) is { State: "succeeded" } newest && newest.Id != waiting);
        ContentOf(slug).ShouldContain("#0000cc");
        (await stage.Get<ICampaignQueries>().FindDeploymentAsync(PrizeDraw.Grains.Abstractions.Campaigns.Scope.Of(stage.TenantId), waiting, default))!
            .State.ShouldBe("cancelled");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task is_not_given_up_for_a_sync_in_the_middle_of_its_retry(bool failsAgain)
    {
        var (id, slug) = await ReadyAsync();
        var (waiting, reached, goes) = await RetriedAsync(id, slug);
        var sync = new DeploySync(CloudStage.Admin, "sync", Ids.New(Ids.Deployment, stage.Clock.GetUtcNow()));
        (await stage.Campaign(id).DeploySyncAsync(sync)).Refusal.ShouldNotBeNull(reached).Code.ShouldBe("deployment.under_way");
        if (failsAgain)
        {
            stage.GitHub.Revoke(CloudStage.GitHubToken);
        }

        goes.SetResult();
        await stage.UntilAsync(id, async () => (await stage.Campaign(id).DeploySyncAsync(sync)).Refusal is null);
        if (failsAgain)
        {
            Allow();
        }

        await stage.UntilAsync(id, async () => await FindAsync(sync.DeploymentId) is "succeeded" or "paused");
        await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, sync.DeploymentId));
        await stage.UntilAsync(id, async () => await FindAsync(sync.DeploymentId) == "succeeded");
        (await FindAsync(waiting)).ShouldBe(failsAgain ? "cancelled" : "succeeded");
        ContentOf(slug).ShouldContain("#0000dd");
    }

    [Fact]
    public async Task stays_ended_whatever_its_last_attempt_comes_to()
    {
        var (id, slug) = await ReadyAsync();
        var (waiting, _, goes) = await RetriedAsync(id, slug);
        await stage.CentralAsync(
            "update deployment set state = 'cancelled', ended_at = now() where deployment_id = $1 returning state", Ids.Parse(Ids.Deployment, waiting));
        goes.SetResult();
        await ColourAsync(id, "#0000ee");
        await stage.UntilAsync(id, async () =>
        {
            // The activation whose attempt came too late has ended: the next call makes another one.
            await stage.Campaign(id).WakeAsync();
            var newest = await stage.NewestAsync(id);
            if (newest.Id == waiting)
            {
                await stage.Campaign(id).DeployContentAsync(new CampaignCommand(CloudStage.Admin));
            }

            return newest.Id != waiting && newest.State == "succeeded";
        });
        ContentOf(slug).ShouldContain("#0000ee");
        (await FindAsync(waiting)).ShouldBe("cancelled");
    }

    /// <summary>A content deployment that waited for a credential is tried again, and held in the middle of that.</summary>
    private async Task<(string Deployment, string Step, TaskCompletionSource Goes)> RetriedAsync(string id, string slug)
    {
        stage.GitHub.Revoke(CloudStage.GitHubToken);
        await ColourAsync(id, "#0000dd");
        var waiting = await stage.RestsAsync(id, "paused");
        Allow();
        var (reached, goes) = (new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        stage.Observer.On(slug, async (step, point) =>
        {
            if (point == SagaPoint.IntentStored && reached.TrySetResult(step))
            {
                await goes.Task;
            }
        });
        (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, waiting))).Refusal.ShouldBeNull();
        return (waiting, await reached.Task.WaitAsync(TimeSpan.FromMinutes(3)), goes);
    }

    private void Allow() => stage.GitHub.AddToken(CloudStage.GitHubToken, new Doubles.GitHub.GitHubToken("deployer") { Owners = [CloudStage.Owner] });

    private async Task<string?> FindAsync(string deployment) =>
        (await stage.Get<ICampaignQueries>().FindDeploymentAsync(PrizeDraw.Grains.Abstractions.Campaigns.Scope.Of(stage.TenantId), deployment, default))?.State;

    private int Builds() => stage.Vercel.Requests.Count(r => r.Operation == "vercel.deploy");

    private string ContentOf(string slug) => stage.GitHub.Files($"{CloudStage.Owner}/{slug}")!["content/campaign.json"];

    private Task ColourAsync(string id, string colour) => ChangeAsync(id, s => s with { Brand = s.Brand with { PrimaryColour = colour } });

    private async Task ChangeAsync(string id, Func<CampaignSettings, CampaignSettings> change) => (await stage.Campaign(id).UpdateAsync(
        new UpdateCampaign(CloudStage.Admin, change((await stage.FindAsync(id)).Settings), null))).Refusal.ShouldBeNull();

    private async Task<(string Id, string Slug)> ReadyAsync()
    {
        var begun = await stage.BeginAsync();
        (await stage.EndsAsync(begun.Id)).ShouldBe("ready", string.Join('\n', await stage.LogAsync(begun.Id)));
        return begun;
    }
}
