using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Provisioning;

/// <summary>A failure at each step, before its effect and after it, ends with nothing left; the next attempt succeeds.</summary>
[Collection(ProvisioningTests.Name)]
public sealed class Failing_at_each_step(Scene scene)
{
    private const string Before = "IntentStored", After = "EffectDone";

    public static TheoryData<string, string> Cases => Scene.EachStepAt(Before, After);

    internal static IEnumerable<string> Faults =>
        Scene.Steps.SelectMany(step => new[] { Before, After }.Select(point => $"{SlugOf(step, point)}/{step}:{point}:throw"));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task undoes_all_that_was_done_in_reverse_order_and_can_be_tried_again(string step, string point)
    {
        await scene.EnsureStartedAsync();
        var slug = SlugOf(step, point);
        var campaign = await scene.CreateAsync(slug);
        var ended = await scene.EndsAsync(campaign, "rolled_back");
        ended["siteUrl"].ShouldBeNull();
        (await Footprint.OfAsync(scene, slug)).ShouldBeNothing($"After a failure at {step}:{point}");
        var deployment = await scene.DeploymentAsync(campaign);
        deployment.ShouldBeRolledBackFrom(step);
        deployment.Log.ShouldContain(line => line.Level == "error" && line.Step == step && line.Message == $"A fault on order at {step}.", deployment.Told);

        await scene.ProvisionAgainAsync(campaign);
        (await scene.DeploymentAsync(campaign)).ShouldHaveSucceeded();
        (await Footprint.OfAsync(scene, slug)).ShouldBeOneCampaign(slug);
    }

    private static string SlugOf(string step, string point) => $"fails-{step}-{point.ToLowerInvariant()}";
}
