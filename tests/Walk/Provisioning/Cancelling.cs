using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Provisioning;

/// <summary>A deployment that its user cancels: the running step ends, then all is undone.</summary>
[Collection(ProvisioningTests.Name)]
public sealed class Cancelling(Scene scene)
{
    private const string Killed = "cancelled-and-killed", KilledAt = "create-repository";

    private static readonly string[] CancelledAt = ["create-database", "customise-repository", "verify-site"];

    public static TheoryData<string> Cases => [.. CancelledAt];

    internal static IEnumerable<string> Faults =>
        [.. CancelledAt.Select(step => $"{SlugOf(step)}/{step}:EffectDone:hold"), $"{Killed}/{KilledAt}:EffectDone:hold"];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task during_a_step_undoes_all_once_that_step_has_ended(string step)
    {
        var slug = SlugOf(step);
        await scene.EnsureStartedAsync();
        var campaign = await scene.CreateAsync(slug);
        await CancelAsync(campaign, $"{slug}/{step}:EffectDone");
        scene.LetGo(slug);
        await ShouldBeCancelledAsync(campaign, slug, step);

        await scene.ProvisionAgainAsync(campaign);
        (await Footprint.OfAsync(scene, slug)).ShouldBeOneCampaign(slug);
    }

    [Fact]
    public async Task is_kept_through_a_kill()
    {
        await scene.EnsureStartedAsync();
        var campaign = await scene.CreateAsync(Killed);
        await CancelAsync(campaign, $"{Killed}/{KilledAt}:EffectDone");
        await scene.StartAsync();
        await ShouldBeCancelledAsync(campaign, Killed, KilledAt);
    }

    private static string SlugOf(string step) => "cancelled-" + step;

    private async Task CancelAsync(string campaign, string at)
    {
        await scene.HoldingAsync(at);
        var running = await scene.DeploymentAsync(campaign);
        var cancel = await scene.Admin.PostAsync($"/v1/deployments/{running.Id}/cancel");
        cancel.Status.ShouldBe(202, cancel.Body?.ToJsonString());
    }

    private async Task ShouldBeCancelledAsync(string campaign, string slug, string step)
    {
        await scene.EndsAsync(campaign, "rolled_back");
        (await Footprint.OfAsync(scene, slug)).ShouldBeNothing("After the cancellation");
        var ended = await scene.DeploymentAsync(campaign);
        ended.State.ShouldBe("cancelled", ended.Told);
        Scene.Steps.TakeWhile(s => s != step).ShouldBeSubsetOf(ended.Undone, ended.Told);
        ended.Undone.ShouldBe(Scene.Steps.Reverse().SkipWhile(s => s != ended.Undone[0]), ended.Told);
        (await scene.Admin.PostAsync($"/v1/deployments/{ended.Id}/cancel")).Status.ShouldBe(409);
    }
}
