using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Domains;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Provisioning;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>All of a campaign goes, only of that campaign, whatever fails and whoever dies meanwhile.</summary>
public sealed class Decommissioning(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    private const string Name = "In the cloud";

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync()
    {
        stage.EndFaults();

        return Task.CompletedTask;
    }

    [Fact]
    public async Task leaves_nothing_and_says_what_is_gone()
    {
        var before = stage.Left;
        var (id, slug) = await ReadyAsync();
        (await AskAsync(id, "in the cloud")).Refusal!.Code.ShouldBe("campaign.name_not_confirmed");
        (await stage.Campaign(id).DecommissionAsync(new DecommissionCampaign(new Actor("usr_manager", Roles.CampaignManager), Name)))
            .Refusal!.Code.ShouldBe("auth.forbidden");
        stage.Left.Length.ShouldBe(before.Length + 3);
        (await AskAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
        (await stage.CentralAsync("select name from secret where scope = $1::text", id)).ShouldBeEmpty();
        var gone = (await stage.AuditAsync(id, "campaign.decommissioning_succeeded")).ShouldHaveSingleItem();
        gone.ShouldContain("\"repository\"");
        gone.ShouldContain("\"database\"");
        gone.ShouldContain(slug);
        (await AskAsync(id)).Refusal!.Code.ShouldBe("campaign.wrong_state");
        (await stage.Campaign(id).UpdateAsync(new UpdateCampaign(CloudStage.Admin, new CampaignSettings { Name = "Back" }, null))).Refusal!.Code.ShouldBe("campaign.wrong_state");
    }

    [Fact]
    public async Task goes_on_with_the_next_host_wherever_one_died()
    {
        var before = stage.Left;
        var (id, slug) = await ReadyAsync();
        var domains = stage.Get<IGrainFactory>().GetGrain<IDomainsGrain>(GrainKeys.Campaign(stage.TenantId, id));
        (await domains.AddAsync(new DomainCommand(CloudStage.Admin, $"{slug}.example.com"))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, async () => (await stage.Get<IDomainQueries>().ListAsync(stage.TenantId, id, default))[0].CheckedAt is not null);
        string[] steps = ["settle-records", "remove-domains", "remove-site", "close-database", "remove-database", "remove-repository", "remove-secrets"];
        SagaPoint[] points = [SagaPoint.IntentStored, SagaPoint.EffectDone, SagaPoint.ResultStored];
        HeldStep? last = null;
        foreach (var (step, point) in steps.SelectMany(s => points.Select(p => (s, p))))
        {
            var next = new HeldStep(stage, slug, step, point);
            if (last is null)
            {
                (await AskAsync(id)).Refusal.ShouldBeNull();
            }
            else
            {
                await stage.TakeOverAsync(last, () => stage.Campaign(id).WakeAsync());
            }

            await next.ReachedAsync();
            last = next;
        }

        await stage.TakeOverAsync(last!, () => stage.Campaign(id).WakeAsync());
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
        (await stage.AuditAsync(id, "campaign.decommissioning_succeeded")).Count.ShouldBe(1);
        (await stage.AuditAsync(id, "domain.removed")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task rests_in_quarantine_while_a_provider_refuses_and_goes_on_when_told()
    {
        var before = stage.Left;
        foreach (var (provider, operation) in new (Doubles.ProviderDouble, string)[]
        {
            (stage.Vercel, "vercel.delete-project"), (stage.Supabase, "supabase.delete"), (stage.GitHub, "github.delete"),
        })
        {
            var (id, _) = await ReadyAsync();
            provider.Faults.Always(operation, Fault.Before(422));
            (await AskAsync(id)).Refusal.ShouldBeNull();
            var deployment = await stage.RestsAsync(id, "quarantined");
            (await stage.Campaign(id).CancelDeploymentAsync(new CancelDeployment(CloudStage.Admin, deployment))).Refusal!.Code
                .ShouldBe("deployment.not_running", operation);
            (await stage.AuditAsync(id, "campaign.decommissioning_quarantined")).Count.ShouldBe(1, operation);
            (await AskAsync(id)).Refusal!.Code.ShouldBe("deployment.under_way");
            provider.Faults.Clear();
            (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, deployment))).Refusal.ShouldBeNull();
            await stage.UntilAsync(id, "decommissioned");
            stage.Left.ShouldBe(before, operation);
        }
    }

    [Fact]
    public async Task takes_over_what_an_undoing_has_in_quarantine()
    {
        var before = stage.Left;
        stage.Vercel.Faults.Always("vercel.create-project", Fault.Before(422));
        stage.GitHub.Faults.Always("github.delete", Fault.Before(500));
        var (id, _) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("failed");
        (await ClearedAsync(id)).ShouldBeEmpty();
        stage.GitHub.Faults.Clear();
        stage.Vercel.Faults.Clear();
        (await AskAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
        (await ClearedAsync(id)).Count.ShouldBe(1, "who was told that something is left is told that it is gone");
    }

    [Fact]
    public async Task of_a_campaign_that_was_rolled_back_asks_no_provider()
    {
        stage.GitHub.Faults.Always("github.generate", Fault.Before(422));
        var (id, _) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("rolled_back");
        stage.GitHub.Faults.Clear();
        var asked = stage.Doubles.Sum(d => d.Requests.Count);
        (await AskAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Doubles.Sum(d => d.Requests.Count).ShouldBe(asked);
    }

    [Fact]
    public async Task begins_a_failed_provisioning_anew_when_asked_to_try_again()
    {
        stage.GitHub.Faults.Always("github.generate", Fault.Before(422));
        var (id, _) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("rolled_back");
        stage.GitHub.Faults.Clear();
        var failed = (await stage.FindAsync(id)).DeploymentId!;
        var again = await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, failed));
        again.Refusal.ShouldBeNull();
        again.Value!.DeploymentId.ShouldNotBe(failed);
        (await stage.EndsAsync(id)).ShouldBe("ready");
        (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, failed))).Refusal!.Code.ShouldBe("deployment.not_retryable");
    }

    [Fact]
    public async Task waits_in_a_restored_installation_until_somebody_has_confirmed_it()
    {
        var before = stage.Left;
        var (id, slug) = await ReadyAsync();
        var (other, _) = await ReadyAsync();
        var (held, left) = (new HeldStep(stage, slug, "remove-site", SagaPoint.IntentStored), stage.Left);
        (await AskAsync(id)).Refusal.ShouldBeNull();
        await held.ReachedAsync();
        await stage.CentralAsync("update installation set incarnation = gen_random_uuid(), began_at = now(), confirmed_at = null returning $1::text", "set back");
        await stage.TakeOverAsync(held, () => stage.Campaign(id).WakeAsync());
        await stage.UntilAsync(id, async () => (await stage.LogAsync(id)).Any(l => l.Contains("has to confirm the installation", StringComparison.Ordinal)));
        (await AskAsync(other)).Refusal!.Code.ShouldBe("installation.unconfirmed");
        (await stage.Campaign(other).DeployContentAsync(new CampaignCommand(CloudStage.Admin))).Refusal!.Code.ShouldBe("installation.unconfirmed");
        stage.Left.ShouldBe(left);
        (await stage.CentralAsync("select count(*)::text from orleansreminderstable where grainid like $1 and remindername = 'provision'", $"%{id}%")).ShouldBe(["1"]);

        var incarnation = (await stage.Get<IIncarnation>().GetAsync(default)).Id;
        (await stage.Get<IGrainFactory>().GetGrain<IInstallationGrain>(GrainKeys.Platform).ConfirmAsync(new ConfirmIncarnation(CloudStage.Admin, incarnation)))
            .Refusal.ShouldBeNull();
        await stage.Campaign(id).WakeAsync();
        await stage.UntilAsync(id, "decommissioned");
        (await AskAsync(other)).Refusal.ShouldBeNull();
        await stage.UntilAsync(other, "decommissioned");
        stage.Left.ShouldBe(before);
        (await stage.AuditAsync(id, "campaign.decommissioning_succeeded")).Count.ShouldBe(1);
    }

    /// <summary>Written, relayed or not.</summary>
    private Task<List<string>> ClearedAsync(string id) => stage.CentralAsync(
        """
        select kind from (select body->>'kind' as kind, body->>'campaign' as campaign from outbox where kind = 'notice'
          union all select kind, body->>'campaign' from notice) n where campaign = $1 and kind = 'deployment.quarantine_cleared'
        """, id);

    private async Task<(string Id, string Slug)> ReadyAsync()
    {
        var begun = await stage.BeginAsync();
        (await stage.EndsAsync(begun.Id)).ShouldBe("ready", string.Join('\n', await stage.LogAsync(begun.Id)));
        return begun;
    }

    private Task<Result<CampaignView>> AskAsync(string id, string name = Name) =>
        stage.Campaign(id).DecommissionAsync(new DecommissionCampaign(CloudStage.Admin, name));
}
