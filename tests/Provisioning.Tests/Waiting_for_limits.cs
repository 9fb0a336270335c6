using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.Vercel;
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
        foreach (var one in stage.Doubles)
        {
            one.Faults.Clear();
            one.Violations.ShouldBeEmpty();
        }

        return Task.CompletedTask;
    }

    [Fact]
    public async Task a_limit_of_several_times_what_a_step_may_take_is_waited_out_within_one_attempt()
    {
        // Three minutes are 15 s.
        await HostAsync(o => o.StepTimes = 1 / 12d, callsWait: TimeSpan.FromMinutes(10));
        var before = stage.Left;
        stage.Vercel.Faults.On(Made, Limit(TimeSpan.FromSeconds(25)));
        var (id, _) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready", await ToldAsync(id));
        (await stage.LogAsync(id)).ShouldNotContain(line => line.StartsWith("create-site: Attempt", StringComparison.Ordinal));
        stage.Left.Except(before).Count().ShouldBe(3);
    }

    [Fact]
    public async Task a_limit_longer_than_a_call_waits_lets_the_campaign_rest_until_then_and_says_so()
    {
        await HostAsync(callsWait: TimeSpan.FromMilliseconds(100));
        stage.Vercel.Faults.On(Made, Limit(Told));
        var (id, slug) = await stage.BeginAsync();
        await stage.UntilAsync(id, async () => (await stage.NewestAsync(id)).Steps.Single(s => s.Name == "create-site").Message is not null);
        var waiting = await stage.NewestAsync(id);
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
        await HostAsync(o => o.BuildTimeOut = TimeSpan.FromSeconds(2), pollEvery: TimeSpan.FromMilliseconds(25));
        stage.Vercel.NextBuilds(new VercelCourse(
            [.. Enumerable.Repeat(new VercelMoment("QUEUED"), 600), new VercelMoment("BUILDING"), new VercelMoment("READY") { IsAssigned = true }]));
        var (id, _) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready", await ToldAsync(id));
        (await stage.LogAsync(id)).ShouldNotContain(line => line.StartsWith("deploy-site: Attempt", StringComparison.Ordinal));
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
