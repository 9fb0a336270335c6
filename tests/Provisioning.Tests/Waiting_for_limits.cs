using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.Vercel;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Cloud;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>
/// What is no failure fails nothing: a provider's limit, a budget that is used up, a queue. Calls wait a tenth of a second here in place of
/// ten minutes, and steps have seconds in place of minutes.
/// </summary>
public sealed class Waiting_for_limits(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    private const string Made = "vercel.create-project", Deleted = "vercel.delete-project";
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(14);

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync()
    {
        stage.EndFaults();

        return Task.CompletedTask;
    }

    [Fact]
    public async Task a_limit_of_several_times_what_a_step_may_take_is_waited_out_within_one_attempt()
    {
        await InOneAttemptAsync("create-site", TimeSpan.FromSeconds(15), async time =>
        {
            // Three minutes are that time.
            await HostAsync(o => o.StepTimes = time / TimeSpan.FromMinutes(3), callsWait: TimeSpan.FromMinutes(10));
            stage.Vercel.Faults.On(Made, Limit(time * 1.7));
        });
    }

    [Fact]
    public async Task a_limit_longer_than_a_call_waits_lets_the_campaign_rest_until_then_and_says_so()
    {
        await HostAsync(callsWait: TimeSpan.FromMilliseconds(100));
        var (id, slug, waiting) = await SeenWaitingAsync(Told) ?? await SeenWaitingAsync(Told * 8) ?? throw new TimeoutException("It was never seen to wait.");
        (waiting.State, waiting.Steps.Single(s => s.Name == "create-site").State).ShouldBe(("running", "running"), await ToldAsync(id));
        waiting.Steps.Single(s => s.Name == "create-site").Message!.ShouldContain("asks to wait until 20");
        (await stage.EndsAsync(id)).ShouldBe("ready", await ToldAsync(id));
        await NothingWasUndoneAsync(id);
        stage.Vercel.Requests.Count(r => r.Operation == Made && stage.IsAbout(r, slug)).ShouldBe(2, "nobody asks before the time that was told");
    }

    [Fact]
    public async Task a_limit_met_while_all_is_undone_is_waited_for_too_and_is_no_quarantine()
    {
        await HostAsync(callsWait: TimeSpan.FromMilliseconds(100));
        var (before, slug) = (stage.Left, stage.NextSlug());
        stage.Vercel.Faults.On(Deleted, Limit(Told));
        stage.Observer.On(slug, (step, point) => step == "verify-site" && point == SagaPoint.IntentStored
            ? throw new ProviderException(ProviderFault.Rejected, "A fault on order.") : Task.CompletedTask);
        var (id, _) = await stage.BeginAsync(slug);
        (await stage.EndsAsync(id)).ShouldBe("rolled_back", await ToldAsync(id));
        (await stage.AuditAsync(id, "campaign.provisioning_quarantined")).ShouldBeEmpty();
        stage.Left.ShouldBe(before);
    }

    [Fact]
    public async Task a_budget_that_is_used_up_for_longer_than_a_call_waits_undoes_nothing()
    {
        await HostAsync(callsWait: TimeSpan.FromMilliseconds(100));
        var slug = stage.NextSlug();
        stage.Observer.On(slug, async (step, point) =>
        {
            if (step == "create-site" && point == SagaPoint.IntentStored)
            {
                stage.Observer.On(slug, (_, _) => Task.CompletedTask);
                await stage.Get<IRequestBudget>().BlockAsync(CloudAccount.Of("vercel", stage.Vercel.Token!).Id, "vercel", stage.Clock.GetUtcNow() + Told, default);
            }
        });
        var (id, _) = await stage.BeginAsync(slug);
        (await stage.EndsAsync(id)).ShouldBe("ready", await ToldAsync(id));
        await NothingWasUndoneAsync(id);
    }

    [Fact]
    public async Task a_limit_that_holds_for_longer_than_a_day_is_given_up()
    {
        await HostAsync(callsWait: TimeSpan.FromMilliseconds(100));
        var before = stage.Left;
        stage.Vercel.Faults.Always(Made, Limit(TimeSpan.FromSeconds(3)));
        var (id, _) = await stage.BeginAsync();
        await stage.UntilAsync(id, async () => (await stage.LogAsync(id)).Any(line => line.Contains("Waiting until", StringComparison.Ordinal)));
        stage.Clock.Leap(TimeSpan.FromHours(25));
        (await stage.EndsAsync(id)).ShouldBe("rolled_back", await ToldAsync(id));
        (await stage.FailureAsync(id)).ShouldContain("Vercel");
        stage.Left.ShouldBe(before);
    }

    [Fact]
    public async Task a_build_that_waits_in_the_hosts_queue_is_not_building_yet()
    {
        await InOneAttemptAsync("deploy-site", TimeSpan.FromSeconds(4), async time =>
        {
            var pause = TimeSpan.FromMilliseconds(25);
            await HostAsync(o => o.BuildTimeOut = time, pollEvery: pause);
            stage.Vercel.NextBuilds(new VercelCourse(
                [.. Enumerable.Repeat(new VercelMoment("QUEUED"), (int)(2 * time / pause)), new VercelMoment("BUILDING"), new VercelMoment("READY") { IsAssigned = true }]));
        });
    }

    [Fact]
    public async Task a_new_address_that_does_not_answer_at_once_is_looked_at_for_a_while()
    {
        var looks = 0;
        await HostAsync(site: () => Interlocked.Increment(ref looks) > 7);
        var (id, _) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready", await ToldAsync(id));
        looks.ShouldBe(8);
    }

    [Fact]
    public async Task a_site_that_never_answers_is_undone_all_the_same()
    {
        await HostAsync(o => o.SiteAnswersWithin = TimeSpan.FromMilliseconds(50), site: () => false);
        var before = stage.Left;
        var (id, _) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("rolled_back", await ToldAsync(id));
        (await stage.FailureAsync(id)).ShouldContain("verify-site: The site answered 404");
        stage.Left.ShouldBe(before);
    }

    /// <summary>
    /// A step needs one attempt though it waits for longer than it may take. A busy machine may take longer for the rest of it too: then more time is
    /// given to both, and waiting that counted would be too long each time.
    /// </summary>
    private async Task InOneAttemptAsync(string step, TimeSpan time, Func<TimeSpan, Task> waitsLongerThanAsync)
    {
        for (var longest = time * 10; ; time *= 3)
        {
            await waitsLongerThanAsync(time);
            var before = stage.Left;
            var (id, _) = await stage.BeginAsync();
            (await stage.EndsAsync(id)).ShouldBe("ready", await ToldAsync(id));
            stage.Left.Except(before).Count().ShouldBe(3);
            var log = await stage.LogAsync(id);
            if (time >= longest || !log.Any(line => line.StartsWith($"{step}: Attempt", StringComparison.Ordinal)))
            {
                log.ShouldNotContain(line => line.StartsWith($"{step}: Attempt", StringComparison.Ordinal));
                return;
            }
        }
    }

    /// <summary>A campaign that was told to wait, as it was seen to; null where nobody looked in time.</summary>
    private async Task<(string Id, string Slug, DeploymentView Seen)?> SeenWaitingAsync(TimeSpan told)
    {
        stage.Vercel.Faults.On(Made, Limit(told));
        var (id, slug) = await stage.BeginAsync();
        var seen = await stage.NewestAsync(id);
        await stage.UntilAsync(id, async () =>
            IsTold(seen = await stage.NewestAsync(id)) || (await stage.StateAsync(id)).Campaign is not ("draft" or "provisioning"));
        return IsTold(seen) ? (id, slug, seen) : null;

        static bool IsTold(DeploymentView one) => one.Steps.Single(s => s.Name == "create-site").Message is not null;
    }

    private async Task NothingWasUndoneAsync(string id) =>
        (await stage.LogAsync(id)).ShouldNotContain(line => line.Contains("Rolling back", StringComparison.Ordinal));

    private async Task<string> ToldAsync(string id) => string.Join('\n', await stage.LogAsync(id));

    private static Fault Limit(TimeSpan told) => Fault.Before(429, null, ("Retry-After", $"{told.TotalSeconds:0}"));

    /// <summary>A host anew, with these options.</summary>
    private async Task HostAsync(
        Action<ProvisioningOptions>? options = null, TimeSpan? callsWait = null, TimeSpan? pollEvery = null, Func<bool>? site = null)
    {
        await stage.StopHostAsync();
        stage.Also = services =>
        {
            options?.Invoke((ProvisioningOptions)services.Last(s => s.ServiceType == typeof(ProvisioningOptions)).ImplementationInstance!);
            var before = (CloudProvidersOptions)services.Last(s => s.ServiceType == typeof(CloudProvidersOptions)).ImplementationInstance!;
            CloudOptions Waits(CloudOptions calls) => calls with { WaitMax = callsWait ?? calls.WaitMax };
            services.AddSingleton(before with
            {
                GitHub = Waits(before.GitHub), Supabase = Waits(before.Supabase), Vercel = Waits(before.Vercel),
                OfVercel = account => before.OfVercel(account) is var own && pollEvery is { } pause ? own with { PollInterval = pause } : before.OfVercel(account),
            });
            if (site is not null)
            {
                services.AddHttpClient("site-check").ConfigurePrimaryHttpMessageHandler(() => new Site(site));
            }
        };
        await stage.StartHostAsync();
    }

    private sealed class Site(Func<bool> answers) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(answers() ? HttpStatusCode.OK : HttpStatusCode.NotFound));
    }
}
