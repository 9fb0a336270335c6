using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Storage.Central.Provisioning;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>
/// Twenty campaigns at once, by one account at each provider, with the published limits on both sides. A minute takes three seconds here and an
/// hour three minutes, so that this takes seconds; the numbers are the real ones.
/// </summary>
public sealed class Twenty_campaigns_of_one_account(CloudStage stage, ITestOutputHelper output) : IClassFixture<CloudStage>
{
    private const int Campaigns = 20;
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task are_all_provisioned_and_no_limit_is_ever_overstepped()
    {
        await stage.StopHostAsync();
        stage.Also = UnderLimits;
        await stage.StartHostAsync();
        (stage.GitHub.Limits, stage.Supabase.Meter.RequestsMax, stage.Vercel.Meter.RequestsMax) = (new GitHubLimits { Minute = Minute }, 120, 260);
        (stage.Supabase.Meter.Window, stage.Vercel.Meter.Window) = (Minute, Minute);
        var (there, before, began) = (stage.Left, stage.GitHub.Requests.Count, Stopwatch.GetTimestamp());
        var all = await Task.WhenAll(Enumerable.Range(0, Campaigns).Select(_ => stage.BeginAsync()));
        foreach (var (id, _) in all)
        {
            (await stage.EndsAsync(id)).ShouldBe("ready", string.Join("\n", await stage.LogAsync(id)));
        }

        var writes = stage.GitHub.Requests.Skip(before).Where(request => request.Method != "GET").Select(request => request.At).ToArray();
        var most = writes.Max(last => writes.Count(at => at <= last && at > last - Minute));
        output.WriteLine(
            $"{Campaigns} campaigns in {Stopwatch.GetElapsedTime(began)}: {stage.Doubles.Sum(d => d.Requests.Count)} requests, {writes.Length} writes at GitHub, {most} in a minute");

        // More than fit in a minute were asked for, and none was refused.
        writes.Length.ShouldBeGreaterThan(80);
        most.ShouldBeLessThanOrEqualTo(80);
        (stage.GitHub.LimitRefusals, stage.Supabase.Meter.Refusals, stage.Vercel.Meter.Refusals).ShouldBe((0, 0, 0));
        stage.Doubles.SelectMany(d => d.Violations).ShouldBeEmpty();
        stage.Left.Except(there).Count().ShouldBe(3 * Campaigns);
    }

    private static void UnderLimits(IServiceCollection services)
    {
        string[] buckets = ["github", "github.content", "supabase", "supabase.*", "vercel", "vercel.*"];
        var scale = Minute / TimeSpan.FromMinutes(1);
        var rules = new BudgetRules(buckets.Select(bucket => KeyValuePair.Create(
            bucket, BudgetRules.Published.Of(bucket).Select(rule => rule with { Window = rule.Window * scale }).ToImmutableArray())));
        var before = (CloudProvidersOptions)services.Last(service => service.ServiceType == typeof(CloudProvidersOptions)).ImplementationInstance!;
        CloudOptions Waits(CloudOptions calls) => calls with { WaitMax = TimeSpan.FromMinutes(10) * scale };

        // What they all do on two processors takes as long as ever: only a fifth of what the windows are scaled by.
        ((ProvisioningOptions)services.Last(service => service.ServiceType == typeof(ProvisioningOptions)).ImplementationInstance!).StepTimes = scale * 5;
        services.AddSingleton(before with
        {
            GitHub = Waits(before.GitHub) with { WriteGap = TimeSpan.FromSeconds(1) * scale }, Supabase = Waits(before.Supabase), Vercel = Waits(before.Vercel),
            OfSupabase = account => before.OfSupabase(account) with { PollInterval = TimeSpan.FromSeconds(5) * scale },
            OfVercel = account => before.OfVercel(account) with { PollInterval = TimeSpan.FromSeconds(5) * scale },
        });
        services.AddSingleton<IRequestBudget>(host => new SharedRequestBudget(
            host.GetRequiredService<RequestBudgetStore>(), rules, host.GetRequiredService<TimeProvider>()));
    }
}
