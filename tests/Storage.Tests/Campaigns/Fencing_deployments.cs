using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Campaigns;

/// <summary>A saga whose campaign another activation has taken over: where the deployment stands is not its to say any more.</summary>
[Collection(CentralCollection.Name)]
public sealed class Fencing_deployments(CentralFixture fixture)
{
    [Fact]
    public async Task lets_the_one_that_holds_the_campaign_write_alone()
    {
        var (campaigns, deployments) = (new CampaignStore(fixture.Central), new DeploymentStore(fixture.Central));
        var (tenant, campaign) = (await fixture.AddTenantAsync(), fixture.NewId());
        var row = new CampaignRow
        {
            TenantId = tenant, CampaignId = campaign, Name = "Fenced", State = "provisioning", Settings = "{}", CreatedAt = fixture.Time.Now,
        };
        var created = new AuditEvent(tenant, fixture.NewId(), fixture.Time.Now, campaign, "usr_test", "campaign.created", "test", null, null);
        var run = new DeploymentRow(
            tenant, fixture.NewId(), campaign, "provision", "running", false, null, [new StepRow(0, "create-site", "pending", 0, "0011223344556677", null, null)]);
        (await campaigns.InsertAsync(row, [], null, created, default, (work, ct) => DeploymentStore.InsertAsync(work, run, fixture.Time.Now, ct)))
            .ShouldBe(CampaignWrite.Written);
        var stale = run with { Epoch = (await campaigns.TakeAsync(tenant, campaign, default)).ShouldNotBeNull().Epoch };
        await deployments.SetStepAsync(stale, stale.Steps[0] with { State = "running" }, fixture.Time.Now, "info", "Started.", default);

        var mine = run with { Epoch = (await campaigns.TakeAsync(tenant, campaign, default)).ShouldNotBeNull().Epoch };
        await Should.ThrowAsync<DeploymentTakenOverException>(() => deployments.SetStepAsync(
            stale, stale.Steps[0] with { State = "succeeded" }, fixture.Time.Now, "info", "Done.", default));
        await Should.ThrowAsync<DeploymentTakenOverException>(() => deployments.SetStateAsync(stale, "rolling_back", "Stale.", null, default));

        var stored = (await deployments.FindAsync(tenant, run.DeploymentId, default)).ShouldNotBeNull();
        (stored.State, stored.Failure, stored.Steps.Single().State).ShouldBe(("running", null, "running"));
        await deployments.SetStepAsync(mine, mine.Steps[0] with { State = "succeeded" }, fixture.Time.Now, "info", "Done.", default);
        (await deployments.FindAsync(tenant, run.DeploymentId, default))!.Steps.Single().State.ShouldBe("succeeded");
    }
}
