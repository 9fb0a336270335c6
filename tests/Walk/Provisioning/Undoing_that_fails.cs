using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Provisioning;

/// <summary>What cannot be undone is kept in quarantine where everybody sees it, and tried again.</summary>
[Collection(ProvisioningTests.Name)]
public sealed class Undoing_that_fails(Scene scene)
{
    private const string Failing = "create-site", Once = "undo-once", Always = "undo-never", OnRequest = "undo-on-request";

    internal static IEnumerable<string> Faults =>
    [
        $"{Once}/deploy-site:IntentStored:throw", $"{Once}/create-database:UndoDone:throw",
        $"{Always}/verify-site:IntentStored:throw", $"{Always}/{Failing}:UndoStored:throw-always",

        // All attempts of the first round, and none of the next.
        $"{OnRequest}/verify-site:IntentStored:throw", .. Enumerable.Repeat($"{OnRequest}/{Failing}:UndoStored:throw", 3),
    ];

    [Fact]
    public async Task once_is_tried_again_at_once()
    {
        await scene.EnsureStartedAsync();
        var campaign = await scene.CreateAsync(Once);
        await scene.EndsAsync(campaign, "rolled_back");
        (await Footprint.OfAsync(scene, Once)).ShouldBeNothing("After an undo that failed once");
        (await scene.DeploymentAsync(campaign)).ShouldBeRolledBackFrom("deploy-site");
    }

    [Fact]
    public async Task always_is_quarantined_and_ends_clean_after_a_restart_without_the_fault()
    {
        await scene.EnsureStartedAsync();
        var campaign = await scene.CreateAsync(Always);
        await ShouldBeQuarantinedAsync(campaign, Always);
        (await RemindersAsync(campaign)).ShouldBe(1, "Nothing reminds of the quarantine.");

        await scene.StartWithoutFaultsAsync();
        await Scene.UntilAsync(async () => (string?)(await scene.Admin.GetAsync($"/v1/campaigns/{campaign}"))["state"] == "rolled_back", () => "The quarantine was not tried again at the start.");
        await ShouldBeCleanAsync(campaign, Always);
        await NothingRemindsAsync(campaign, "A reminder is left of the quarantine.");
        await scene.ProvisionAgainAsync(campaign);
        await NothingRemindsAsync(campaign, "A reminder is left of the provisioning.");
    }

    [Fact]
    public async Task is_tried_again_on_request()
    {
        await scene.EnsureStartedAsync();
        var campaign = await scene.CreateAsync(OnRequest);
        await ShouldBeQuarantinedAsync(campaign, OnRequest);

        var retry = await scene.Admin.PostAsync($"/v1/campaigns/{campaign}/provision");
        retry.Status.ShouldBe(202, retry.Body?.ToJsonString());
        await scene.Admin.WaitForStateAsync(campaign, "rolled_back");
        await ShouldBeCleanAsync(campaign, OnRequest);
        await scene.ProvisionAgainAsync(campaign);
        (await Footprint.OfAsync(scene, OnRequest)).ShouldBeOneCampaign(OnRequest);
    }

    private async Task ShouldBeQuarantinedAsync(string campaign, string slug)
    {
        await scene.EndsAsync(campaign, "failed");
        var deployment = await scene.DeploymentAsync(campaign);
        deployment.State.ShouldBe("quarantined", deployment.Told);

        // What lies before the quarantined step waits for it: it may need what is still there.
        deployment.Steps.ShouldBe(
        [
            .. Scene.Steps.TakeWhile(s => s != Failing).Select(s => $"{s} succeeded"), $"{Failing} quarantined",
            .. Scene.Steps.SkipWhile(s => s != Failing).Skip(1).Select(s => $"{s} undone"),
        ], deployment.Told);
        deployment.Log.ShouldContain(line => line.Step == Failing && line.Level == "error" && line.Message.Contains("quarantine"), deployment.Told);
        (await scene.Admin.PostAsync($"/v1/deployments/{deployment.Id}/cancel")).Status.ShouldBe(409);
        (await scene.TryCreateAsync(slug)).Code.ShouldBe("campaign.slug_taken");
    }

    private async Task ShouldBeCleanAsync(string campaign, string slug)
    {
        (await Footprint.OfAsync(scene, slug)).ShouldBeNothing("After the quarantine");
        var deployment = await scene.DeploymentAsync(campaign);
        deployment.ShouldBeRolledBackFrom(Scene.Steps[^1]);
    }

    // The reminder goes last, after the end that it would bring about is there to be seen.
    private Task NothingRemindsAsync(string campaign, string otherwise) => Scene.UntilAsync(async () => await RemindersAsync(campaign) == 0, () => otherwise);

    private async Task<long> RemindersAsync(string campaign) => (await Tables.ColumnAsync<long>(
        scene.Central, $"select count(*) from orleansreminderstable where remindername = 'provision' and grainid like '%{campaign}%'"))[0];
}
