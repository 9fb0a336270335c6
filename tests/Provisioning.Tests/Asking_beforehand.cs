using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Grains.Provisioning;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>What is in the way is said before anything is made, by a deployment's first step and by whoever asks.</summary>
public sealed class Asking_beforehand(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    private static readonly string[] Writing = ["POST", "PUT", "PATCH", "DELETE"];
    private int seen;

    Task IAsyncLifetime.InitializeAsync()
    {
        seen = Written();
        return Task.CompletedTask;
    }

    Task IAsyncLifetime.DisposeAsync()
    {
        stage.EndFaults();

        (stage.Supabase.Plan, stage.Vercel.Role) = ("pro", "MEMBER");
        stage.GitHub.AddToken(CloudStage.GitHubToken, new GitHubToken("deployer") { Owners = [CloudStage.Owner] });
        return Task.CompletedTask;
    }

    [Fact]
    public async Task a_name_that_is_somebody_elses_ends_the_deployment_before_anything_is_made()
    {
        var slug = stage.NextSlug();
        stage.GitHub.AddRepository(CloudStage.Owner, slug, new Dictionary<string, string> { ["theirs.txt"] = "theirs" });
        seen = Written();
        var (id, _) = await stage.BeginAsync(slug);
        (await stage.EndsAsync(id)).ShouldBe("rolled_back", await ToldAsync(id));
        Written().ShouldBe(seen);
        (await ToldAsync(id)).ShouldContain("exists and belongs to something else. Choose another name.");
    }

    [Fact]
    public async Task a_plan_that_is_used_up_ends_the_deployment_before_anything_is_made()
    {
        for (var i = 0; i < 2; i++)
        {
            stage.Supabase.AddForeign($"another-{i}");
        }

        stage.Supabase.Plan = "free";
        var (id, _) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("rolled_back", await ToldAsync(id));
        Written().ShouldBe(seen);
        (await ToldAsync(id)).ShouldContain("The free plan of Supabase allows 2 active projects");
    }

    [Fact]
    public async Task a_token_without_a_right_makes_it_wait_with_nothing_made()
    {
        stage.GitHub.AddToken(CloudStage.GitHubToken, new GitHubToken("deployer") { Owners = [CloudStage.Owner], Scopes = "repo, workflow" });
        var (id, _) = await stage.BeginAsync();
        await stage.UntilAsync(id, async () => (await stage.StateAsync(id)).Deployment == "paused");

        Written().ShouldBe(seen);
        (await ToldAsync(id)).ShouldContain("The GitHub token lacks the scope delete_repo.");
        stage.GitHub.AddToken(CloudStage.GitHubToken, new GitHubToken("deployer") { Owners = [CloudStage.Owner], Scopes = "repo, delete_repo" });
        (await stage.Campaign(id).ProvisionAsync(new CampaignCommand(CloudStage.Admin, null))).Refusal.ShouldBeNull();
        (await stage.EndsAsync(id)).ShouldBe("ready", await ToldAsync(id));
    }

    [Fact]
    public async Task whoever_asks_is_told_of_each_part_and_nothing_is_changed()
    {
        var (id, _) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready", await ToldAsync(id));
        seen = Written();
        var campaign = await stage.Get<ICampaignQueries>().FindAsync(Scope.Of(stage.TenantId), id, default);
        var checks = await stage.Get<IProviderChecks>().OfCampaignAsync(campaign!, default);

        // What is the campaign's own is not in its way.
        checks.ShouldNotContain(c => c.State == "failed", string.Join("\n", checks));
        checks.Where(c => c.State == "passed").Select(c => $"{c.Provider} {c.Name}").Order(StringComparer.Ordinal).ShouldBe(
            ["github name", "github owner", "github template", "github token", "supabase certificate", "supabase quota", "supabase region", "supabase token", "vercel name", "vercel token"]);
        Written().ShouldBe(seen);
    }

    /// <summary>Such a site would answer 200 to whoever looks, the campaign would be ready, and no entrant could enter.</summary>
    [Fact]
    public async Task an_address_that_only_this_machine_reaches_ends_the_deployment_before_anything_is_made()
    {
        stage.Get<ProvisioningOptions>().IsForThisMachineAlone = true;
        try
        {
            var (id, _) = await stage.BeginAsync();
            (await stage.EndsAsync(id)).ShouldBe("rolled_back", await ToldAsync(id));
            Written().ShouldBe(seen);
            (await ToldAsync(id)).ShouldContain("Start the platform with --public-url");
            (await stage.Get<IProviderChecks>().OfAccountAsync(null, "vercel", default))!.Value.Last().Name.ShouldBe("public-url");
            (await stage.Get<IProviderChecks>().OfAccountAsync(null, "github", default))!.Value.ShouldNotContain(c => c.Name == "public-url");
        }
        finally
        {
            stage.Get<ProvisioningOptions>().IsForThisMachineAlone = false;
        }
    }

    [Fact]
    public async Task an_account_is_asked_for_itself_and_what_is_wrong_says_what_to_do()
    {
        var checks = stage.Get<IProviderChecks>();
        (await checks.OfAccountAsync(null, "github", default))!.Value.ShouldNotContain(c => c.Name == "name");
        (await checks.OfAccountAsync(stage.TenantId, "vercel", default))!.Value[0].State.ShouldBe("passed");
        (await checks.OfAccountAsync(null, "nobody", default)).ShouldBeNull();
        stage.Vercel.Role = "VIEWER";
        (await checks.OfAccountAsync(null, "vercel", default))!.Value.ShouldHaveSingleItem().ShouldBe(new ProviderCheck(
            "vercel", "token", "failed", "The token's user may only look on in the Vercel team (role VIEWER). Give them the role of a member."));
        stage.Supabase.Faults.Always("supabase.search", Fault.Before(503));
        (await checks.OfAccountAsync(null, "supabase", default))!.Value.ShouldHaveSingleItem().State.ShouldBe("unknown");
        await stage.SetAccountAsync("supabase", stage.Supabase.Token, new ProviderSettings(Doubles.Supabase.SupabaseDouble.Organization, "atlantis", null, null, null, null));
        stage.Supabase.Faults.Clear();
        (await checks.OfAccountAsync(null, "supabase", default))!.Value.Single(c => c.State == "failed").Message.ShouldStartWith("Supabase has no region atlantis. Choose one of apac, emea,");
        await stage.SetAccountAsync("supabase", stage.Supabase.Token, new ProviderSettings(Doubles.Supabase.SupabaseDouble.Organization, "eu-central-1", null, null, null, null));
    }

    private int Written() => stage.Doubles.Sum(d => d.Requests.Count(r => Writing.Contains(r.Method)));

    private async Task<string> ToldAsync(string id) => string.Join("\n", await stage.LogAsync(id));
}
