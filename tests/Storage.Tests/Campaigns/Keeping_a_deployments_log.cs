using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Campaigns;

/// <summary>What waits, or can't be undone, is tried again every five minutes for as long as it takes: its log must neither grow for ever nor lose how it began.</summary>
[Collection(CentralCollection.Name)]
public sealed class Keeping_a_deployments_log(CentralFixture fixture)
{
    [Fact]
    public async Task shows_how_it_began_and_how_it_stands_with_a_mark_for_what_is_left_out()
    {
        var run = await RunAsync();
        await WriteAsync(run, 1000);
        var whole = await ShownAsync(run);
        whole.ShouldBe([.. Enumerable.Range(1, 1000).Select(n => $"Line {n}.")]);

        await WriteAsync(run, 1, 1001);
        var shown = await ShownAsync(run);
        shown.Length.ShouldBe(1001);
        (shown[0], shown[199], shown[200], shown[201], shown[^1]).ShouldBe(("Line 1.", "Line 200.", "… Lines are left out here …", "Line 202.", "Line 1001."));
    }

    [Fact]
    public async Task keeps_ten_thousand_lines_however_often_a_step_is_tried()
    {
        var run = await RunAsync();
        await WriteAsync(run, 10_500);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await new DeploymentStore(fixture.Central).SetStepAsync(run, run.Steps[0] with { Attempts = attempt }, fixture.Time.Now, "info", $"Attempt {attempt}.", default);
        }

        (await CountAsync(run)).ShouldBe(10_000);
        var shown = await ShownAsync(run);
        (shown[0], shown[^1], shown[^2]).ShouldBe(("Line 1.", "Attempt 3.", "Attempt 2."));
        shown.ShouldContain("… Lines are left out here …");
    }

    private async Task<DeploymentRow> RunAsync()
    {
        var tenant = await fixture.AddTenantAsync();
        var campaign = await SampleCampaigns.AddAsync(fixture, tenant, "provisioning", new CampaignSettings { Name = "Long" });
        var run = new DeploymentRow(
            tenant, fixture.NewId(), campaign, "provision", "running", false, null, [new StepRow(0, "create-site", "pending", 0, "0123456789abcdef", null, null)]);
        await using var work = await fixture.Central.BeginAsync(tenant, default);
        await DeploymentStore.InsertAsync(work, run, fixture.Time.Now, default);
        var epoch = await work.Connection.ScalarAsync<long?>("select epoch from campaign where campaign_id = $1", [campaign], default);
        await work.CommitAsync(default);
        return run with { Epoch = epoch ?? 0 };
    }

    private Task WriteAsync(DeploymentRow run, int count, int from = 1) => new DeploymentStore(fixture.Central).LogAsync(
        run, [.. Enumerable.Range(from, count).Select(n => new LogLine(fixture.Time.Now, "create-site", "info", $"Line {n}."))], default);

    private async Task<string[]> ShownAsync(DeploymentRow run) => [.. (await fixture.Get<ICampaignQueries>().FindDeploymentAsync(
        Scope.Of(Ids.Format(Ids.Tenant, run.TenantId)), Ids.Format(Ids.Deployment, run.DeploymentId), default))!.Log.Select(line => line.Message)];

    private async Task<long> CountAsync(DeploymentRow run)
    {
        await using var work = await fixture.Central.BeginAsync(run.TenantId, default);
        return (await work.Connection.ScalarAsync<long?>("select count(*) from deployment_log where deployment_id = $1", [run.DeploymentId], default))!.Value;
    }
}
