using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Hosting;
using Shouldly;
using Xunit;
using static PrizeDraw.Providers.Tests.Cloud.Vercel.VercelWorkshop;

namespace PrizeDraw.Providers.Tests.Cloud.Vercel;

/// <summary>Whatever goes wrong at whichever call: one project, one build, and nothing left once it is undone.</summary>
public sealed class Surviving_Vercels_faults
{
    private static readonly (string Name, Fault Fault)[] Kinds =
    [
        ("dropped, not done", Fault.DropBefore), ("dropped, done", Fault.DropAfter), ("500, not done", Fault.Before(500)), ("500, done", Fault.After(500)),
        ("429 by seconds", Fault.Before(429, null, ("Retry-After", "0"))),
        ("429 by date", Fault.Before(429, null, ("Retry-After", "Thu, 01 Jan 2026 00:00:00 GMT"))),
        ("404 for a moment", Fault.Before(404)),
        ("a proxy's page", new Fault(true, FaultKind.Answer) { Text = ("text/html", "<h1>502</h1>") }),
    ];

    public static TheoryData<string, string> OperationsAndKinds()
    {
        var all = new TheoryData<string, string>();
        foreach (var operation in new[]
        {
            "vercel.project", "vercel.create-project", "vercel.variables", "vercel.deployments", "vercel.deploy", "vercel.deployment",
            "vercel.deployment-events", "vercel.cancel-deployment", "vercel.delete-project",
        })
        {
            foreach (var (name, _) in Kinds)
            {
                all.Add(operation, name);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(OperationsAndKinds))]
    public async Task of_one_kind_at_one_call_ends_with_one_site_and_then_with_none(string operation, string kind)
    {
        await using var workshop = await OpenAsync(goneMs: 50);
        var foreign = workshop.Vercel.PutForeign("somebody-elses");
        workshop.Vercel.Faults.On(operation, Kinds.Single(k => k.Name == kind).Fault);
        await LiveAsync(workshop);
        workshop.Vercel.Faults.Hits.ShouldNotBeEmpty();
        workshop.Vercel.Left.ShouldHaveSingleItem().Id.ShouldBe(foreign);
    }

    [Fact]
    public async Task drawn_from_a_seed_end_alike()
    {
        var first = Environment.TickCount;
        for (var seed = first; seed < first + 12; seed++)
        {
            await using var workshop = await OpenAsync(goneMs: 50);
            var foreign = workshop.Vercel.PutForeign("somebody-elses");
            workshop.Vercel.Faults.Seeded(seed, 0.15);
            try
            {
                await LiveAsync(workshop, attempts: 60);
                workshop.Vercel.Left.ShouldHaveSingleItem().Id.ShouldBe(foreign);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.Message}", e);
            }
        }
    }

    [Fact]
    public async Task a_lost_answer_and_then_a_name_that_exists_is_told_from_a_name_that_is_somebody_elses()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.Faults.On("vercel.create-project", Fault.After(500)).On("vercel.project", 2, Fault.Before(500));
        await RefusalOfAsync(() => workshop.Hosting.CreateAsync(Site, CancellationToken.None));
        // Not to be seen at first, so that it is made again: 409.
        workshop.Vercel.Faults.On("vercel.project", Fault.Before(404));
        var site = await workshop.Hosting.CreateAsync(Site, CancellationToken.None);
        workshop.RequestsOf("vercel.create-project").Count.ShouldBe(2);
        workshop.Vercel.Left.ShouldHaveSingleItem().Id.ShouldBe(site.Id);
    }

    [Fact]
    public async Task a_token_that_is_revoked_midway_stops_everything_until_it_is_mended()
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        workshop.Vercel.Token = null;
        (await RefusalOfAsync(() => workshop.DeployAsync(made))).Fault.ShouldBe(ProviderFault.Unauthorized);
        (await RefusalOfAsync(() => workshop.Hosting.DeleteIfOwnedAsync(made, CancellationToken.None))).Fault.ShouldBe(ProviderFault.Unauthorized);
        workshop.Vercel.Left.Count.ShouldBe(1);
        workshop.Vercel.Token = "vercel-double-token";
        await workshop.DeployAsync(made);
        workshop.Vercel.Serving(Name).ShouldBe(Commit);
    }

    [Fact]
    public async Task tell_no_secret_in_traces_exceptions_logs_or_references()
    {
        await using var workshop = await OpenAsync();
        var told = new List<string>();
        var traces = new ConcurrentQueue<CloudTrace>();
        using var tracing = CloudTracing.To(traces.Enqueue);
        // A provider that says in its refusals what it was sent.
        foreach (var operation in new[] { "vercel.create-project", "vercel.set-variables", "vercel.deploy" })
        {
            workshop.Vercel.Faults.On(operation, Fault.Before(400, new JsonObject
            {
                ["error"] = new JsonObject { ["code"] = "bad_request", ["message"] = $"Bad: {Secret} by Bearer vercel-double-token" },
            }));
        }

        told.Add((await RefusalOfAsync(() => workshop.Hosting.CreateAsync(Site, CancellationToken.None))).ToString());
        var made = await workshop.MadeAsync();
        told.Add((await RefusalOfAsync(() => workshop.Hosting.CreateAsync(made, CancellationToken.None))).ToString());
        told.Add((await RefusalOfAsync(() => workshop.DeployAsync(made))).ToString());
        told.Add((await workshop.DeployAsync(made)).ToString());
        told.AddRange(workshop.Log);
        told.AddRange(traces.Select(t => t.ToString()));
        traces.Count.ShouldBe(workshop.Vercel.Requests.Count);
        workshop.Vercel.ValueOf(Name, "REVALIDATION_KEY").ShouldBe(Secret);
        told.ShouldAllBe(t => !t.Contains(Secret) && !t.Contains("vercel-double-token"));
    }

    /// <summary>Makes the site, deploys it, sees it serve, leaves a second build running and undoes everything, as a saga would.</summary>
    private static async Task LiveAsync(VercelWorkshop workshop, int attempts = 12)
    {
        var site = await PersistAsync(() => workshop.Hosting.CreateAsync(Site, CancellationToken.None), attempts);
        workshop.Vercel.Left.Count(l => l.Marker == Nonce).ShouldBe(1);
        var stored = Site with { Id = site.Id };
        await PersistAsync(() => workshop.DeployAsync(stored), attempts);
        workshop.Vercel.BuildsOf(Name).ShouldBe([Commit]);
        (await PersistAsync(() => workshop.Hosting.IsServingAsync(stored, Commit, CancellationToken.None), attempts)).ShouldBeTrue();
        await LeaveABuildRunningAsync(workshop, stored);
        await PersistAsync(async () =>
        {
            await workshop.Hosting.DeleteIfOwnedAsync(stored, CancellationToken.None);
            return true;
        }, attempts);
    }

    private static async Task LeaveABuildRunningAsync(VercelWorkshop workshop, SiteRequest stored)
    {
        workshop.Vercel.NextBuilds(PrizeDraw.Doubles.Vercel.VercelCourse.StuckAt("BUILDING"));
        using var leaving = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var other = Commit[..39] + "2";
        var deploying = PersistAsync(() => workshop.Hosting.DeployAsync(stored, Repository, other, _ => started.TrySetResult(), leaving.Token), 60);
        await Task.WhenAny(started.Task, deploying).WaitAsync(TimeSpan.FromMinutes(2));
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => deploying);
    }
}
