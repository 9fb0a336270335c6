using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Vercel;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Tests.Cloud.Supabase;
using Shouldly;
using Xunit;
using static PrizeDraw.Providers.Tests.Cloud.Vercel.VercelWorkshop;

namespace PrizeDraw.Providers.Tests.Cloud.Vercel;

/// <summary>One build of exactly one commit, followed until it serves its addresses.</summary>
public sealed class Deploying_at_Vercel
{
    private const string Later = "c0ffee0000000000000000000000000000000002";

    [Fact]
    public async Task builds_the_commit_once_and_answers_the_address_that_it_has()
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        (await workshop.Hosting.IsServingAsync(made, Commit, CancellationToken.None)).ShouldBeFalse();
        var site = await workshop.DeployAsync(made);
        site.ShouldBe(new SiteRef(Name, "https://summer-draw.vercel.app") { Id = made.Id, Account = VercelDouble.Team });
        workshop.Vercel.Serving(Name).ShouldBe(Commit);
        var body = workshop.RequestsOf("vercel.deploy").ShouldHaveSingleItem().Body!;
        (((string)body["gitSource"]!["sha"]!), (string)body["gitSource"]!["ref"]!, (long)body["gitSource"]!["repoId"]!).ShouldBe((Commit, "main", RepositoryId));
        ((string)body["meta"]!["prizedrawNonce"]!).ShouldBe(Nonce);
        (await workshop.Hosting.IsServingAsync(made, Commit, CancellationToken.None)).ShouldBeTrue();
        (await workshop.Hosting.IsServingAsync(made, Later, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task tells_each_line_of_the_build_once_and_no_secret_that_it_prints()
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        await workshop.DeployAsync(made);
        workshop.Log.ShouldContain(l => l.StartsWith("Cloning github.com/promoters/summer-draw", StringComparison.Ordinal));
        workshop.Log.ShouldContain("env SITE_NAME=Summer draw");
        workshop.Log.ShouldContain("env REVALIDATION_KEY=•••");
        workshop.Log.ShouldContain("Deployment completed");
        workshop.Log.Distinct().Count().ShouldBe(workshop.Log.Count);
    }

    [Fact]
    public async Task tells_all_of_a_long_log_in_its_order()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.BuildLines = 4_500;
        var made = await workshop.MadeAsync();
        await workshop.DeployAsync(made);
        workshop.Log.Where(l => l.StartsWith("page ", StringComparison.Ordinal)).ShouldBe(Enumerable.Range(1, 4_500).Select(i => $"page {i}"));
    }

    [Fact]
    public async Task again_finds_the_build_that_there_is()
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        var first = await workshop.DeployAsync(made);
        (await workshop.DeployAsync(made)).ShouldBe(first);
        workshop.Vercel.BuildsOf(Name).ShouldBe([Commit]);
    }

    [Fact]
    public async Task of_the_same_commit_builds_again_when_a_variable_has_changed_since()
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        await workshop.DeployAsync(made);
        await AMillisecondLaterAsync();
        await workshop.DeployAsync(made with { Variables = [new SiteVariable("SITE_NAME", "Autumn draw", IsSecret: false)] });
        workshop.Vercel.BuildsOf(Name).ShouldBe([Commit, Commit]);
        workshop.Vercel.ValueOf(Name, "SITE_NAME").ShouldBe("Autumn draw");
    }

    [Fact]
    public async Task of_another_commit_serves_that_one()
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        await workshop.DeployAsync(made);
        await workshop.DeployAsync(made, Later);
        workshop.Vercel.Serving(Name).ShouldBe(Later);
        (await workshop.Hosting.IsServingAsync(made, Commit, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task says_why_a_build_failed_and_makes_another_when_asked_again()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.NextBuilds(VercelCourse.EndingWith(
            "ERROR", ("errorCode", "BUILD_FAILED"), ("errorStep", "buildStep"), ("errorMessage", "Command \"npm run build\" exited with 1")));
        var made = await workshop.MadeAsync();
        var refusal = await RefusalOfAsync(() => workshop.DeployAsync(made));
        refusal.Fault.ShouldBe(ProviderFault.Rejected);
        refusal.Message.ShouldContain("buildStep: BUILD_FAILED: Command \"npm run build\" exited with 1");
        refusal.Message.ShouldContain("See https://vercel.com/double/summer-draw/");
        await workshop.DeployAsync(made);
        workshop.Vercel.BuildsOf(Name).Count.ShouldBe(2);
    }

    [Fact]
    public async Task says_that_somebody_cancelled_the_build()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.NextBuilds(VercelCourse.EndingWith("CANCELED"));
        var made = await workshop.MadeAsync();
        var refusal = await RefusalOfAsync(() => workshop.DeployAsync(made));
        (refusal.Fault, refusal.Message[..40]).ShouldBe((ProviderFault.Rejected, "The build was cancelled at Vercel. Start"));
    }

    [Theory]
    [InlineData("TEAM_ACCESS_REQUIRED", "no member of the Vercel team")]
    [InlineData("COMMIT_AUTHOR_REQUIRED", "does not know the commit's author")]
    [InlineData("SOMETHING_NEW", "the deployment is blocked (SOMETHING_NEW)")]
    public async Task says_why_Vercel_blocks_a_build(string code, string told)
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.NextBuilds(VercelCourse.EndingWith("BLOCKED", ("seatBlock", new JsonObject { ["blockCode"] = code })));
        var made = await workshop.MadeAsync();
        var refusal = await RefusalOfAsync(() => workshop.DeployAsync(made));
        refusal.Fault.ShouldBe(ProviderFault.Rejected);
        refusal.Message.ShouldContain(told);
    }

    [Fact]
    public async Task waits_through_a_state_that_nobody_knew_when_this_was_written()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.NextBuilds(new VercelCourse(
            new VercelMoment("QUEUED"), new VercelMoment("PROVISIONING_SANDBOX"), new VercelMoment("READY") { IsAssigned = true }));
        var made = await workshop.MadeAsync();
        await workshop.DeployAsync(made);
        workshop.Vercel.Serving(Name).ShouldBe(Commit);
    }

    [Fact]
    public async Task is_not_done_before_the_addresses_are_assigned()
    {
        await using var workshop = await OpenAsync(buildMs: 50);
        workshop.Vercel.NextBuilds(VercelCourse.StuckAt("READY"));
        var made = await workshop.MadeAsync();
        var refusal = await RefusalOfAsync(() => workshop.DeployAsync(made));
        (refusal.Fault, refusal.Message).ShouldBe((ProviderFault.Transient, "The site is built, but Vercel has not given it its address yet. It is looked at again."));
        (await workshop.Hosting.IsServingAsync(made, Commit, CancellationToken.None)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("aliasError", """{"code":"cert_missing","message":"No certificate"}""", "could not give it its address: No certificate")]
    [InlineData("checksConclusion", "\"failed\"", "checks that are set up at Vercel failed")]
    public async Task is_not_done_when_the_end_of_it_failed(string field, string value, string told)
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.NextBuilds(VercelCourse.EndingWith("READY", (field, JsonNode.Parse(value)), ("aliasAssigned", true)));
        var made = await workshop.MadeAsync();
        var refusal = await RefusalOfAsync(() => workshop.DeployAsync(made));
        refusal.Fault.ShouldBe(ProviderFault.Rejected);
        refusal.Message.ShouldContain(told);
    }

    [Fact]
    public async Task that_takes_too_long_can_be_taken_up_again()
    {
        await using var workshop = await OpenAsync(buildMs: 20);
        workshop.Vercel.NextBuilds(VercelCourse.StuckAt("QUEUED"));
        var made = await workshop.MadeAsync();
        var refusal = await RefusalOfAsync(() => workshop.DeployAsync(made));
        refusal.Fault.ShouldBe(ProviderFault.Transient);
        refusal.Message.ShouldContain("waits in Vercel's queue");
        await RefusalOfAsync(() => workshop.DeployAsync(made));
        workshop.Vercel.BuildsOf(Name).ShouldBe([Commit]);
    }

    [Fact]
    public async Task may_take_as_long_as_builds_may_once_it_is_out_of_the_queue()
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        workshop.Vercel.NextBuilds(new VercelCourse(
            [.. Enumerable.Repeat(new VercelMoment("QUEUED"), 15), .. Enumerable.Repeat(new VercelMoment("BUILDING"), 15), new VercelMoment("READY") { IsAssigned = true }]));
        var hosting = workshop.HostingBy(
            new HurriedClock(TimeProvider.System.GetUtcNow()),
            workshop.Options with { PollInterval = TimeSpan.FromMinutes(1), BuildPatience = TimeSpan.FromMinutes(20) });
        await hosting.DeployAsync(made, Repository, Commit, workshop.Log.Add, CancellationToken.None);
        workshop.Vercel.Serving(Name).ShouldBe(Commit);
    }

    [Fact]
    public async Task of_a_commit_that_Vercel_does_not_see_yet_is_tried_again_and_says_what_may_be_wrong()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.HasCommit = (_, _) => false;
        var made = await workshop.MadeAsync();
        var refusal = await RefusalOfAsync(() => workshop.DeployAsync(made));
        refusal.Fault.ShouldBe(ProviderFault.Transient);
        refusal.Message.ShouldContain("give it access to the repository");
        workshop.Vercel.HasCommit = (_, _) => true;
        await workshop.DeployAsync(made);
        workshop.Vercel.Serving(Name).ShouldBe(Commit);
    }

    [Fact]
    public async Task beyond_the_days_limit_is_a_quota_and_waits_for_no_tomorrow()
    {
        await using var workshop = await OpenAsync(repeatsMax: 3);
        workshop.Vercel.DeploymentsMax = 0;
        var made = await workshop.MadeAsync();
        (await RefusalOfAsync(() => workshop.DeployAsync(made))).Fault.ShouldBe(ProviderFault.Quota);
        workshop.RequestsOf("vercel.deploy").Count.ShouldBe(1);
    }

    [Fact]
    public async Task to_a_site_that_is_somebody_elses_is_refused()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.PutForeign(Name);
        (await RefusalOfAsync(() => workshop.DeployAsync(Site))).Fault.ShouldBe(ProviderFault.Rejected);
        workshop.Vercel.Requests.ShouldAllBe(r => r.Method == "GET");
    }

    [Fact]
    public async Task that_the_caller_leaves_ends_at_once()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.NextBuilds(VercelCourse.StuckAt("BUILDING"));
        var made = await workshop.MadeAsync();
        using var leaving = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var deploying = workshop.Hosting.DeployAsync(made, Repository, Commit, _ => started.TrySetResult(), leaving.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(120));
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => deploying);
    }

    // The clock of the stand-in counts milliseconds: two events within one can't be told apart.
    private static async Task AMillisecondLaterAsync()
    {
        for (var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(); TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() == now;)
        {
            await Task.Yield();
        }
    }
}
