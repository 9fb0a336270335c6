using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Reconciliation;
using PrizeDraw.Storage.Central.Notices;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>
/// The reconciler against all three providers. Days pass by moving what is stored back; each test has names of its own, since the accounts are shared.
/// </summary>
public sealed partial class Reconciling(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    private static readonly string[] Providers = ["github", "supabase", "vercel"];

    private IReconcilerGrain Grain => stage.Get<IGrainFactory>().GetGrain<IReconcilerGrain>(GrainKeys.Platform);

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        foreach (var provider in Providers)
        {
            await SwitchAsync(provider, false);
        }

        stage.Vercel.Faults.Clear();
        await SqlAsync("update installation set confirmed_at = now(); update reconciliation_finding set state = 'dismissed' where state in ('reported', 'due')");
        stage.Doubles.SelectMany(d => d.Violations).ShouldBeEmpty();
    }

    [Fact]
    public async Task reports_orphans_first_and_deletes_them_once_their_grace_is_over_and_an_earlier_run_has_said_so()
    {
        var slug = await OrphanedAsync();
        await RunAsync();
        (await FoundAsync(slug)).ShouldBe(["github orphan reported", "supabase orphan reported", "vercel orphan reported"]);
        foreach (var provider in Providers)
        {
            await SwitchAsync(provider, true);
        }

        // Seen twice, but not for long enough; then long enough, which this run is the first to say.
        await RunAsync();
        (await FoundAsync(slug)).ShouldAllBe(f => f.EndsWith("orphan reported", StringComparison.Ordinal));
        await PassAsync(days: 8);
        await RunAsync();
        (await FoundAsync(slug)).ShouldBe(["github orphan due", "supabase orphan due", "vercel orphan due"]);
        Left(slug).Length.ShouldBe(3);

        // Asked for by hand, a run deletes nothing.
        (await Grain.AskAsync(new AskReconciliation(CloudStage.Admin))).Refusal.ShouldBeNull();
        await RanAsync();
        Left(slug).Length.ShouldBe(3);

        await RunAsync();
        await HoldsAsync(async () => (await FoundAsync(slug)).SequenceEqual(["github orphan deleted", "supabase orphan deleted", "vercel orphan deleted"]));
        Left(slug).ShouldBeEmpty();
    }

    [Fact]
    public async Task never_touches_what_somebody_else_called_the_same_or_another_installation_made()
    {
        const string slug = "not-ours";
        stage.GitHub.AddRepository(CloudStage.Owner, slug, new Dictionary<string, string> { ["a"] = "b" }, description: $"Campaign site {slug} prizedraw:0123456789abcdef");
        stage.GitHub.AddRepository(CloudStage.Owner, slug + "-plain", new Dictionary<string, string> { ["a"] = "b" }, description: "Our own");
        stage.Vercel.PutForeign(slug, "0123456789abcdef");
        stage.Vercel.PutForeign(slug + "-plain");
        stage.Supabase.AddForeign("cmp_not_ours_0123456789abcdef");
        stage.Supabase.AddForeign("not-ours-plain");
        foreach (var provider in Providers)
        {
            await SwitchAsync(provider, true);
        }

        await RunAsync();
        await PassAsync(days: 30);
        await RunAsync();
        await RunAsync();
        (await FoundAsync("not")).ShouldBe(["github stranger reported", "supabase stranger reported", "vercel stranger reported"]);
        (await Grain.DeleteAsync(new FindingCommand(CloudStage.Admin, await IdAsync("github", slug)))).Refusal!.Code.ShouldBe("reconciliation.not_deletable");
        stage.Left.Count(r => r.Contains("not-ours", StringComparison.Ordinal) || r.Contains("not_ours", StringComparison.Ordinal)).ShouldBe(6);
    }

    [Fact]
    public async Task refuses_to_delete_much_at_once()
    {
        for (var i = 0; i < 8; i++)
        {
            await MarkedAsync($"many-{i}");
        }

        await SwitchAsync("github", true);
        await RunAsync();
        await PassAsync(days: 8);
        await RunAsync();
        await RunAsync();
        (await FoundAsync("many-")).ShouldBe(Enumerable.Repeat("github orphan due", 8));
        await stage.Get<CentralNotices>().RelayAsync(default);
        (await TextsAsync("select kind || ' ' || (body->>'orphans') from notice where body->>'provider' = 'github' and (body->>'orphans')::int >= 8 order by 1"))
            .ShouldBe(["reconciliation.found 8", "reconciliation.refused 8"]);
        (await AccountAsync("github")).RefusedAt.ShouldNotBeNull();
        Left("many-").Length.ShouldBe(8);

        // A person may: one by one, and what is left is few enough then.
        for (var i = 0; i < 6; i++)
        {
            (await Grain.DeleteAsync(new FindingCommand(CloudStage.Admin, await IdAsync("github", $"many-{i}")))).Refusal.ShouldBeNull();
        }

        await RunAsync();
        await RunAsync();
        await HoldsAsync(() => Task.FromResult(Left("many-").Length == 0));
        (await AccountAsync("github")).RefusedAt.ShouldBeNull();
    }

    [Fact]
    public async Task leaves_alone_what_a_deployment_that_is_under_way_has_made()
    {
        stage.Vercel.Faults.Always("vercel.create-project", Fault.Before(403));
        stage.Vercel.Faults.Always("vercel.projects", Fault.Before(503));
        var (id, slug) = await stage.BeginAsync();
        await HoldsAsync(async () => (await stage.LogAsync(id)).Any(l => l.Contains("Waiting until it is mended", StringComparison.Ordinal)));

        await RunAsync();
        Left(slug).Length.ShouldBe(2);
        (await FoundAsync(slug)).ShouldBeEmpty();
        (await AccountAsync("vercel")).Outcome.ShouldBe("failed");
        stage.Vercel.Faults.Clear();
        (await stage.Campaign(id).ProvisionAsync(new CampaignCommand(CloudStage.Admin, null))).Refusal.ShouldBeNull();
        (await stage.EndsAsync(id)).ShouldBe("ready");
        await RunAsync();
        (await FoundAsync(slug)).ShouldBeEmpty();
    }

    [Fact]
    public async Task goes_on_with_a_deletion_that_was_cut_short_before_or_after_it_was_made()
    {
        var (one, other) = (await MarkedAsync("cut-before"), await MarkedAsync("cut-after"));
        await SwitchAsync("github", true);
        await RunAsync();
        await SqlAsync("update reconciliation_finding set state = 'deleting' where provider = 'github' and state = 'reported' and name = any($1)", (object)new[] { one, other });
        stage.GitHub.Delete($"{CloudStage.Owner}/{one}");
        await RunAsync();
        await FinishedAsync("cut-");
        (await FoundAsync("cut-")).ShouldBe(["github orphan deleted", "github orphan deleted"]);
        stage.GitHub.Left.ShouldAllBe(r => !r.Name.EndsWith(other, StringComparison.Ordinal));
    }

    [Fact]
    public async Task deletes_nothing_more_once_it_was_switched_off_whatever_was_begun()
    {
        var (begun, byHand) = (await MarkedAsync("off-begun"), await MarkedAsync("off-by-hand"));
        await SwitchAsync("github", true);
        await RunAsync();
        await SwitchAsync("github", false);
        // As a host that died before its calls left them; a person's word needs no switch.
        await SqlAsync("update reconciliation_finding set state = 'deleting', is_by_hand = (name = $1) where provider = 'github' and starts_with(name, 'off-')", byHand);
        await RunAsync();
        await FinishedAsync("off-");
        (await FoundAsync("off-", "github")).ShouldBe(["github orphan deleted", "github orphan due"]);
        (Left(begun).Length, Left(byHand).Length).ShouldBe((1, 0));
        (await TextsAsync("select error from reconciliation_finding where name = $1 and state = 'due'", begun)).ShouldHaveSingleItem().ShouldContain("switched off");
    }

    [Fact]
    public async Task stops_at_the_deletion_during_which_it_is_switched_off()
    {
        await MarkedAsync("stop-one");
        await MarkedAsync("stop-two");
        await SwitchAsync("github", true);
        await RunAsync();
        await PassAsync(days: 8);
        await RunAsync();
        (await FoundAsync("stop-", "github")).ShouldBe(["github orphan due", "github orphan due"]);
        stage.GitHub.Faults.Meanwhile = async (_, operation) =>
        {
            if (operation == "github.delete")
            {
                await SwitchAsync("github", false);
            }

            return null;
        };
        await RunAsync();
        stage.GitHub.Faults.Clear();
        await HoldsAsync(async () => (await FoundAsync("stop-", "github")).SequenceEqual(["github orphan deleted", "github orphan due"]));
        Left("stop-").Length.ShouldBe(1);
    }

    [Fact]
    public async Task deletes_nothing_that_was_changed_since_it_was_found()
    {
        const string slug = "renamed-since";
        stage.Vercel.PutForeign(slug, await TagAsync() + "77777777");
        await RunAsync();
        await PassAsync(days: 8);
        await RunAsync();
        var project = stage.Vercel.Left.Single(r => r.Kind == "project" && r.Name == slug);
        stage.Vercel.Rename(slug, slug + "-kept");
        (await Grain.DeleteAsync(new FindingCommand(CloudStage.Admin, await IdAsync("vercel", slug)))).Refusal.ShouldBeNull();
        await HoldsAsync(async () => (await FoundAsync(slug, "vercel")).SequenceEqual(["vercel orphan due"]));
        stage.Vercel.Left.ShouldContain(r => r.Id == project.Id);
        (await TextsAsync("select error from reconciliation_finding where provider = 'vercel' and name = $1 and error is not null", slug)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task leaves_what_a_person_has_dismissed_though_a_run_in_between_did_not_see_it()
    {
        var name = await MarkedAsync("dismissed-for-good");
        var marked = stage.GitHub.DescriptionOf($"{CloudStage.Owner}/{name}");
        await SwitchAsync("github", true);
        await RunAsync();
        (await Grain.DismissAsync(new FindingCommand(CloudStage.Admin, await IdAsync("github", name)))).Refusal.ShouldBeNull();
        stage.GitHub.Describe($"{CloudStage.Owner}/{name}", "Not marked for a day");
        await RunAsync();
        stage.GitHub.Describe($"{CloudStage.Owner}/{name}", marked);
        await RunAsync();
        await PassAsync(days: 8);
        await RunAsync();
        await RunAsync();
        (await FoundAsync(name, "github")).ShouldBe(["github orphan dismissed"]);
        Left(name).Length.ShouldBe(1);
    }

    [Fact]
    public async Task only_reports_while_an_incarnation_is_unconfirmed()
    {
        var slug = await MarkedAsync("unconfirmed");
        await SwitchAsync("github", true);
        await SqlAsync("update installation set confirmed_at = null");
        await RunAsync();
        await PassAsync(days: 8);
        await RunAsync();
        await RunAsync();
        (await FoundAsync(slug, "github")).ShouldBe(["github orphan reported"]);
        var id = await IdAsync("github", slug);
        (await Grain.DeleteAsync(new FindingCommand(CloudStage.Admin, id))).Refusal!.Code.ShouldBe("installation.unconfirmed");
        Left(slug).Length.ShouldBe(1);

        var incarnation = (await stage.Get<IIncarnation>().GetAsync(default)).Id;
        var grain = stage.Get<IGrainFactory>().GetGrain<IInstallationGrain>(GrainKeys.Platform);
        (await grain.ConfirmAsync(new ConfirmIncarnation(CloudStage.Admin, incarnation))).Refusal.ShouldBeNull();
        (await Grain.DeleteAsync(new FindingCommand(CloudStage.Admin, id))).Refusal.ShouldBeNull();
        await HoldsAsync(async () => (await FoundAsync(slug, "github")).SequenceEqual(["github orphan deleted"]));
    }

    [Fact]
    public async Task says_what_is_missing_and_what_has_changed_until_it_is_mended()
    {
        var (id, slug) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready");
        var name = $"{CloudStage.Owner}/{slug}";
        stage.GitHub.Rename(name, slug + "-renamed");
        stage.Vercel.Rename(slug, slug + "-renamed");
        await RunAsync();
        (await FoundAsync(slug)).ShouldBe(["github drift reported", "vercel drift reported"]);
        stage.GitHub.Rename(name + "-renamed", slug);
        stage.Vercel.Rename(slug + "-renamed", slug);
        stage.GitHub.Describe(name, "Ours now");
        await RunAsync();
        (await FoundAsync(slug)).ShouldBe(["github drift reported", "github drift resolved", "vercel drift resolved"]);
        stage.GitHub.Delete(name);
        await RunAsync();
        (await FoundAsync(slug)).ShouldBe(["github drift resolved", "github drift resolved", "github missing reported", "vercel drift resolved"]);
    }

    [Fact]
    public async Task says_that_a_branch_has_lost_the_protection_that_it_was_made_with()
    {
        var (id, slug) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready");
        await RunAsync();
        (await FoundAsync(slug)).ShouldBeEmpty();
        stage.GitHub.Unprotect($"{CloudStage.Owner}/{slug}");
        await RunAsync();
        (await FoundAsync(slug)).ShouldBe(["github drift reported"]);
        (await TextsAsync("select detail from reconciliation_finding where name = $1 and kind = 'drift' and campaign_id is not null", slug)).ShouldHaveSingleItem()
            .ShouldContain("main is no longer protected");
    }
}
