using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Grains.Provisioning;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>
/// A token whose choice of repositories was narrowed is answered "not found" of a campaign's: nothing counts as gone for that, and all of it goes on once the
/// token sees again.
/// </summary>
public sealed partial class Losing_sight_of_a_repository(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    private const string Other = "another-clients";

    Task IAsyncLifetime.InitializeAsync()
    {
        if (stage.GitHub.Left.All(r => !r.Name.EndsWith(Other, System.StringComparison.Ordinal)))
        {
            stage.GitHub.AddRepository(CloudStage.Owner, Other, new Dictionary<string, string> { ["a.txt"] = "a\n" }, isPrivate: true);
        }

        return Task.CompletedTask;
    }

    Task IAsyncLifetime.DisposeAsync()
    {
        Allow(true);
        stage.Vercel.Role = "MEMBER";
        stage.EndFaults();

        return Task.CompletedTask;
    }

    [Fact]
    public async Task makes_a_removal_wait_that_says_why_until_it_is_seen_again()
    {
        var before = stage.Left;
        var (id, slug) = await ReadyAsync();
        Narrow();
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "paused");
        (await WaitsForAsync(id)).ShouldContain("does not mean that it is gone");
        stage.Left.Except(before).ShouldHaveSingleItem().ShouldContain(slug);
        await AgainAsync(id);
        await stage.RestsAsync(id, "paused");
        stage.GitHub.Select(CloudStage.GitHubToken, null);
        await AgainAsync(id);
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
    }

    [Fact]
    public async Task keeps_a_roll_back_in_quarantine_until_it_is_seen_again()
    {
        var before = stage.Left;
        var slug = stage.NextSlug();
        stage.Vercel.Faults.Always("vercel.create-project", Fault.Before(422));
        stage.Observer.On(slug, (step, point) =>
        {
            if ((step, point) == ("create-repository", SagaPoint.UndoStored))
            {
                Narrow();
            }

            return Task.CompletedTask;
        });
        var (id, _) = await stage.BeginAsync(slug);
        (await stage.EndsAsync(id)).ShouldBe("failed");
        stage.Left.Except(before).ShouldHaveSingleItem().ShouldContain(slug);
        stage.Observer.On(slug, (_, _) => Task.CompletedTask);
        stage.GitHub.Select(CloudStage.GitHubToken, null);
        await AgainAsync(id);
        await stage.UntilAsync(id, "rolled_back");
        stage.Left.ShouldBe(before);
    }

    [Fact]
    public async Task that_is_the_only_one_waits_for_a_credential_of_which_GitHub_tells_that_it_sees_all()
    {
        var before = stage.Left;
        var (id, slug) = await ReadyAsync();
        Allow(false);
        stage.GitHub.Delete($"{CloudStage.Owner}/{slug}");
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "paused");
        (await WaitsForAsync(id)).ShouldContain("docs/cloud-setup.md");
        Allow(true);
        await AgainAsync(id);
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
    }

    [Fact]
    public async Task after_its_deletion_by_a_host_that_died_needs_no_witness()
    {
        var before = stage.Left;
        var (id, slug) = await ReadyAsync();
        Allow(false);
        var held = new HeldStep(stage, slug, "remove-repository", SagaPoint.EffectDone);
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await held.ReachedAsync();
        stage.Left.ShouldBe(before);
        await stage.TakeOverAsync(held, () => stage.Campaign(id).WakeAsync());
        await stage.UntilAsync(id, "decommissioned");
    }

    [Fact]
    public async Task is_told_by_the_checks()
    {
        var (id, _) = await ReadyAsync();
        Narrow();
        var checks = await stage.Get<IProviderChecks>().OfCampaignAsync(await stage.FindAsync(id), default);
        checks.Single(c => (c.Provider, c.Name) == ("github", "name")).State.ShouldBe("failed");
        checks = (await stage.Get<IProviderChecks>().OfAccountAsync(null, "github", default))!.Value;
        checks.Single(c => c.Name == "sight").State.ShouldBe("failed");
        stage.GitHub.Select(CloudStage.GitHubToken, null);
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
    }

    private void Narrow() => stage.GitHub.Select(CloudStage.GitHubToken, [$"{CloudStage.Owner}/{Other}"]);

    /// <summary>A token for all of the owner's, of which GitHub tells that or not.</summary>
    private void Allow(bool isTold) =>
        stage.GitHub.AddToken(CloudStage.GitHubToken, new GitHubToken("deployer") { Owners = [CloudStage.Owner], IsToldCounts = isTold });

    private async Task<string> WaitsForAsync(string id) => (await stage.CentralAsync(
        "select coalesce(message, '') from deployment_step s join campaign c using (tenant_id, deployment_id) where c.campaign_id = $1 and s.state = 'running'", Ids.Parse(Ids.Campaign, id)))
        .ShouldHaveSingleItem();

    private async Task AgainAsync(string id) =>
        (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, (await stage.FindAsync(id)).DeploymentId!))).Refusal.ShouldBeNull();

    private async Task<(string Id, string Slug)> ReadyAsync()
    {
        var begun = await stage.BeginAsync();
        (await stage.EndsAsync(begun.Id)).ShouldBe("ready", string.Join('\n', await stage.LogAsync(begun.Id)));
        return begun;
    }
}
