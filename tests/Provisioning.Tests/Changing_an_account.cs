using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Domains;
using PrizeDraw.Grains.Abstractions.Provisioning;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>
/// What a campaign has is looked for, changed and removed in the account that it was made in. Any other account says "not found" of all of it, which must
/// never pass for "gone".
/// </summary>
public sealed partial class Changing_an_account(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    private const string OtherOwner = "betaworks", OtherOrganization = "beta-org", OtherTeam = "team_beta";

    /// <summary>By provider: the platform's account as the stage has set it, and one of somebody else that nothing of ours is in.</summary>
    private static readonly Dictionary<string, (ProviderSettings Stage, ProviderSettings Other, string OtherToken, string What)> Accounts = new(StringComparer.Ordinal)
    {
        ["github"] = (Own("github"), new(null, null, null, OtherOwner, $"{CloudStage.Owner}/{CloudStage.Template}", null), "ghp_of_beta", "owner"),
        ["supabase"] = (Own("supabase"), new(OtherOrganization, "eu-central-1", null, null, null, null), "sbp_of_beta", "organization"),
        ["vercel"] = (Own("vercel"), new(null, null, null, null, null, OtherTeam), "vercel-of-beta", "team"),
    };

    Task IAsyncLifetime.InitializeAsync()
    {
        stage.GitHub.AddOwner(OtherOwner);
        stage.GitHub.AddToken("ghp_of_beta", new GitHubToken("beta-deployer") { Owners = [OtherOwner] });
        stage.Supabase.Strangers["sbp_of_beta"] = OtherOrganization;
        stage.Vercel.Strangers["vercel-of-beta"] = OtherTeam;
        return Task.CompletedTask;
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        foreach (var provider in Accounts.Keys)
        {
            await RemoveAsync(stage.TenantId, provider);
        }

        stage.EndFaults();
    }

    [Fact]
    public async Task leaves_a_clients_campaigns_in_the_platforms_when_it_gets_its_own_and_all_that_is_done_to_them_is_done_there()
    {
        var before = stage.Left;
        var (id, slug) = await ReadyAsync();
        await OwnAccountsAsync();
        (await CommittedAsync(slug, () => stage.Campaign(id).DeployContentAsync(new CampaignCommand(CloudStage.Admin)), "content")).ShouldBe("succeeded");
        (await CommittedAsync(slug, () => stage.Campaign(id).RotateAsync(new RotateSecret(CloudStage.Admin, Rotated.DatabasePassword)), "rotate_database_password")).ShouldBe("succeeded");
        (await stage.Get<IGrainFactory>().GetGrain<IDomainsGrain>(GrainKeys.Campaign(stage.TenantId, id)).AddAsync(new DomainCommand(CloudStage.Admin, $"{slug}.example.com")))
            .Refusal.ShouldBeNull();
        await stage.UntilAsync(id, async () => (await stage.Get<IDomainQueries>().ListAsync(stage.TenantId, id, default))[0].CheckedAt is not null);
        (await stage.Get<IDomainQueries>().ListAsync(stage.TenantId, id, default))[0].Problem.ShouldBeNull();
        var checks = await stage.Get<IProviderChecks>().OfCampaignAsync(await stage.FindAsync(id), default);
        checks.Where(c => c.State == "failed").ShouldBeEmpty(string.Join(' ', checks.Select(c => c.Message)));
        (await PreviewedAsync(id)).ShouldBe("succeeded");
        await DecommissionAsync(id);
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
        AskedElsewhere().ShouldBeEmpty();
    }

    [Fact]
    public async Task while_a_deployment_waits_leaves_nothing_behind_when_that_is_rolled_back()
    {
        var before = stage.Left;
        stage.Vercel.Faults.Always("vercel.create-project", Fault.Before(401));
        var (id, slug) = await stage.BeginAsync();
        await stage.RestsAsync(id, "paused");
        stage.Left.Length.ShouldBe(before.Length + 2);
        await OwnAccountsAsync();
        stage.Vercel.Faults.Clear();
        await stage.CancelAsync(slug);
        (await stage.EndsAsync(id)).ShouldBe("rolled_back", string.Join('\n', await stage.LogAsync(id)));
        stage.Left.ShouldBe(before);
        AskedElsewhere().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("github")]
    [InlineData("supabase")]
    [InlineData("vercel")]
    public async Task is_refused_while_campaigns_have_something_there_but_a_new_token_is_taken(string provider)
    {
        var before = stage.Left;
        var (id, _) = await ReadyAsync();
        var (own, other, token, what) = Accounts[provider];
        var refusal = (await SetAsync(GrainKeys.Platform, provider, token, other)).Refusal.ShouldNotBeNull();
        refusal.Code.ShouldBe("provider.in_use");
        refusal.Detail.ShouldContain(what);
        (await RemoveAsync(GrainKeys.Platform, provider))!.Code.ShouldBe("provider.in_use");
        (await stage.Get<IProviderAccountQueries>().ListAsync(null, default)).Single(a => a.Provider == provider).Settings.ShouldBe(own);

        // What says nothing of where things are may change, and so may the token.
        stage.GitHub.AddToken("ghp_new", new GitHubToken("deployer") { Owners = [CloudStage.Owner] });
        (await SetAsync(GrainKeys.Platform, provider, provider == "github" ? "ghp_new" : TokenOf(provider), Otherwise(own))).Refusal.ShouldBeNull();
        await DecommissionAsync(id);
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);

        // Nothing is there any more.
        (await SetAsync(GrainKeys.Platform, provider, token, other)).Refusal.ShouldBeNull();
        (await RemoveAsync(GrainKeys.Platform, provider)).ShouldBeNull();
        (await SetAsync(GrainKeys.Platform, provider, TokenOf(provider), own)).Refusal.ShouldBeNull();
    }

    [Theory]
    [InlineData("github")]
    [InlineData("supabase")]
    [InlineData("vercel")]
    public async Task of_a_client_is_refused_for_what_was_made_in_that_alone(string provider)
    {
        var (shared, _) = await ReadyAsync();
        (await SetAsync(stage.TenantId, provider, TokenOf(provider), Accounts[provider].Stage)).Refusal.ShouldBeNull();
        (await RemoveAsync(stage.TenantId, provider)).ShouldBeNull("the campaign is in the platform's");
        (await SetAsync(stage.TenantId, provider, TokenOf(provider), Accounts[provider].Stage)).Refusal.ShouldBeNull();
        var (own, _) = await ReadyAsync();
        (await RemoveAsync(stage.TenantId, provider))!.Code.ShouldBe("provider.in_use");
        await DecommissionAsync(own);
        await stage.UntilAsync(own, "decommissioned");
        (await RemoveAsync(stage.TenantId, provider)).ShouldBeNull();
        await DecommissionAsync(shared);
        await stage.UntilAsync(shared, "decommissioned");
    }

    [Theory]
    [InlineData("github", "remove-repository")]
    [InlineData("supabase", "remove-database")]
    [InlineData("vercel", "remove-site")]
    public async Task behind_the_platforms_back_makes_removing_wait_and_never_counts_as_done(string provider, string step)
    {
        var before = stage.Left;
        var (id, _) = await ReadyAsync();
        await PutAsync(provider, Accounts[provider].Other, Accounts[provider].Stage);
        await DecommissionAsync(id);
        await stage.RestsAsync(id, "paused");
        var told = (await stage.CentralAsync(
            "select coalesce(message, '') from deployment_step s join campaign c using (tenant_id, deployment_id) where c.campaign_id = $1 and s.state = 'running'", Ids.Parse(Ids.Campaign, id)))
            .ShouldHaveSingleItem();
        told.ShouldContain("Set it as it was under Providers.");
        stage.Left.Length.ShouldBeGreaterThan(before.Length, step);
        await PutAsync(provider, Accounts[provider].Stage, Accounts[provider].Other);
        (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, (await stage.FindAsync(id)).DeploymentId!))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
        AskedElsewhere().ShouldBeEmpty();
    }

    [Fact]
    public async Task matters_to_nothing_that_was_made_before_accounts_were_told_apart()
    {
        var before = stage.Left;
        var (id, _) = await ReadyAsync();
        await stage.CentralAsync(
            """
            update deployment_step s set account_owner = null, account_provider = null, account_place = null from campaign c
            where c.tenant_id = s.tenant_id and c.deployment_id = s.deployment_id and c.campaign_id = $1 returning s.name
            """, Ids.Parse(Ids.Campaign, id));
        await DecommissionAsync(id);
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
    }
}
