using System;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Provisioning;

/// <summary>
/// The platform killed by SIGKILL with sagas at every point of every step, forwards and backwards: after the next start each campaign
/// comes to its end by itself, complete or gone. All are held at their points and die with one process, and are resumed by one.
/// </summary>
[Collection(ProvisioningTests.Name)]
public sealed class Killed_at_each_step(Scene scene, Killed_at_each_step.Kill kill) : IClassFixture<Killed_at_each_step.Kill>
{
    private static readonly string[] Forwards = ["IntentStored", "EffectDone", "ResultStored"], Backwards = ["UndoStored", "UndoDone"];

    public static TheoryData<string, string> ForwardCases => Scene.EachStepAt(Forwards);

    public static TheoryData<string, string> BackwardCases => Scene.EachStepAt(Backwards);

    [Theory]
    [MemberData(nameof(ForwardCases))]
    public async Task a_campaign_becomes_ready_by_itself_with_one_of_everything(string step, string point)
    {
        await kill.DoneAsync(scene);
        var slug = SlugOf(step, point);
        var campaign = await scene.IdOfAsync(slug);
        var ready = await scene.EndsAsync(campaign, "ready");
        (await Footprint.OfAsync(scene, slug)).ShouldBeOneCampaign(slug);
        var deployment = await scene.DeploymentAsync(campaign);
        deployment.ShouldHaveSucceeded();
        deployment.AttemptsOf(step).ShouldBe(point == "ResultStored" ? 1 : 2, $"The step was not cut short where it was to be: {deployment.Told}");
        await Sites.ShouldServeAsync((string)ready["siteUrl"]!, slug);
    }

    [Theory]
    [MemberData(nameof(BackwardCases))]
    public async Task a_rollback_goes_on_by_itself_and_leaves_nothing(string step, string point)
    {
        await kill.DoneAsync(scene);
        var slug = SlugOf(step, point);
        var campaign = await scene.IdOfAsync(slug);
        await scene.EndsAsync(campaign, "rolled_back");
        (await Footprint.OfAsync(scene, slug)).ShouldBeNothing($"After a rollback killed at {step}:{point}");
        var deployment = await scene.DeploymentAsync(campaign);
        deployment.ShouldBeRolledBackFrom(Scene.Steps[^1]);
        deployment.Log.Count(line => line.Step == step && line.Message == "Undoing.")
            .ShouldBe(2, $"The undo was not cut short where it was to be: {deployment.Told}");
    }

    private static string SlugOf(string step, string point) => $"killed-{step}-{point.ToLowerInvariant()}";

    /// <summary>The one kill of all these campaigns, before the first test.</summary>
    public sealed class Kill
    {
        private Task? done;

        public Task DoneAsync(Scene scene) => done ??= RunAsync(scene);

        private static async Task RunAsync(Scene scene)
        {
            var (up, down) = (Scene.EachStepAt(Forwards), Scene.EachStepAt(Backwards));
            var all = up.Concat(down).Select(row => (Step: (string)row[0], Point: (string)row[1])).ToArray();
            await scene.StartAsync(
            [
                .. all.Select(at => $"{SlugOf(at.Step, at.Point)}/{at.Step}:{at.Point}:hold"),
                .. all.Where(at => Backwards.Contains(at.Point)).Select(at => $"{SlugOf(at.Step, at.Point)}/{Scene.Steps[^1]}:EffectDone:throw"),
            ]);
            await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (at, _) =>
            {
                await scene.CreateAsync(SlugOf(at.Step, at.Point));
                await scene.HoldingAsync($"{SlugOf(at.Step, at.Point)}/{at.Step}:{at.Point}");
            });

            await scene.KillAsync();
            await scene.StartAsync();

            // Those that come to no end are left to their own test.
            await Scene.UntilAsync(async () => (await Tables.ColumnAsync<long>(
                scene.Central, "select count(*) from campaign where slug like 'killed-%' and state = 'provisioning'"))[0] == 0, () => "")
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}

/// <summary>Killed at each step in turn, one and the same campaign still becomes ready.</summary>
[Collection(ProvisioningTests.Name)]
public sealed class Killed_again_and_again(Scene scene)
{
    [Fact]
    public async Task one_campaign_becomes_ready_through_a_kill_at_every_step()
    {
        const string Slug = "again-and-again";
        await scene.StartAsync($"{Slug}/{Scene.Steps[0]}:EffectDone:kill");
        var campaign = await scene.CreateToDieAsync(Slug);
        foreach (var step in Scene.Steps.Skip(1))
        {
            await scene.StartToDieAsync($"{Slug}/{step}:EffectDone:kill");
        }

        await scene.StartAsync();
        var ready = await scene.EndsAsync(campaign, "ready");
        (await Footprint.OfAsync(scene, Slug)).ShouldBeOneCampaign(Slug);
        var deployment = await scene.DeploymentAsync(campaign);
        deployment.ShouldHaveSucceeded();
        Scene.Steps.ShouldAllBe(step => deployment.AttemptsOf(step) == 2, deployment.Told);
        await Sites.ShouldServeAsync((string)ready["siteUrl"]!, Slug);
    }

    [Fact]
    public async Task a_rollback_ends_clean_through_kills_of_its_undoing()
    {
        const string Slug = "down-and-down";
        var last = Scene.Steps[^1];
        await scene.StartAsync($"{Slug}/{last}:IntentStored:throw", $"{Slug}/{last}:UndoDone:kill");
        var campaign = await scene.CreateToDieAsync(Slug);
        foreach (var step in (string[])["deploy-site", "create-site", "create-database"])
        {
            await scene.StartToDieAsync($"{Slug}/{step}:UndoDone:kill");
        }

        await scene.StartAsync();
        await scene.EndsAsync(campaign, "rolled_back");
        (await Footprint.OfAsync(scene, Slug)).ShouldBeNothing("After kills of its undoing");
        (await scene.DeploymentAsync(campaign)).ShouldBeRolledBackFrom(last);
        await scene.ProvisionAgainAsync(campaign);
    }
}

internal static class Sites
{
    public static async Task ShouldServeAsync(string url, string slug)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(3) };
        (await http.GetStringAsync(new Uri(url))).ShouldContain($"<title>{slug}</title>");
    }
}
