using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>The saga against all three providers at once. After each test nothing is at a provider that should not be, and the contracts were kept.</summary>
public sealed class Provisioning_in_the_cloud(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    private string[] before = [];

    Task IAsyncLifetime.InitializeAsync()
    {
        before = stage.Left;
        return Task.CompletedTask;
    }

    Task IAsyncLifetime.DisposeAsync()
    {
        stage.EndFaults();

        return Task.CompletedTask;
    }

    [Fact]
    public async Task makes_one_of_each_and_tells_no_secret()
    {
        var (id, slug) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready", await ToldAsync(id));
        New().Select(r => r.Split(' ')[0]).ShouldBe(["project", "project", "repository"], ignoreOrder: true);
        stage.GitHub.Files($"{CloudStage.Owner}/{slug}")!["content/campaign.json"].ShouldContain(slug);
        var log = await ToldAsync(id);
        log.ShouldContain("supabase.create → 201");
        var made = await stage.Get<ICampaignQueries>().FindAsync(Scope.Of(stage.TenantId), id, default);
        var lines = (await stage.Get<ICampaignQueries>().FindDeploymentAsync(Scope.Of(stage.TenantId), made!.DeploymentId!, default))!.Log;
        var create = lines.Single(line => line.Call?.Operation == "supabase.create");
        (create.Step, create.Attempt, create.Call!.Attempt, create.Call.Status).ShouldBe(("create-database", 1, 1, 201));
        create.Call.Request.ShouldStartWith("POST /v1/projects {");
        create.Call.Answer!.ShouldContain("\"ref\":");
        foreach (var secret in (string[])[CloudStage.GitHubToken, stage.Supabase.Token, stage.Vercel.Token!])
        {
            log.ShouldNotContain(secret);
        }
    }

    /// <summary>Every tenant may be served by one account: each reads the logs of its own campaigns, where nothing of another's may stand.</summary>
    [Fact]
    public async Task tells_nothing_of_what_else_is_at_the_accounts()
    {
        var (first, unannounced) = await stage.BeginAsync();
        (await stage.EndsAsync(first)).ShouldBe("ready", await ToldAsync(first));
        stage.Supabase.AddForeign("agencys-own");
        var (id, _) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready", await ToldAsync(id));
        var log = await ToldAsync(id);
        foreach (var other in (string[])[unannounced, unannounced.Replace('-', '_'), "agencys-own", "stagingPrefix"])
        {
            log.ShouldNotContain(other);
        }

        log.ShouldContain("in a list; not kept");
    }

    /// <summary>A campaign's slug is its manager's to choose: whoever chose another's would read there whatever that other one has.</summary>
    [Fact]
    public async Task tells_nothing_of_what_has_the_name_already()
    {
        var slug = stage.NextSlug();
        stage.GitHub.AddRepository(CloudStage.Owner, slug, new Dictionary<string, string> { ["theirs.txt"] = "theirs" });
        stage.GitHub.Describe($"{CloudStage.Owner}/{slug}", "an unannounced campaign");
        var (id, _) = await stage.BeginAsync(slug);
        (await stage.EndsAsync(id)).ShouldBe("rolled_back", await ToldAsync(id));
        (await ToldAsync(id)).ShouldNotContain("an unannounced campaign");
    }

    [Fact]
    public async Task waits_for_a_revoked_token_and_goes_on_where_it_was()
    {
        stage.GitHub.Revoke(CloudStage.GitHubToken);
        var (id, _) = await stage.BeginAsync();
        await stage.RestsAsync(id, "paused");

        stage.GitHub.AddToken(CloudStage.GitHubToken, new Doubles.GitHub.GitHubToken("deployer") { Owners = [CloudStage.Owner] });
        (await stage.Campaign(id).ProvisionAsync(new CampaignCommand(CloudStage.Admin, null))).Refusal.ShouldBeNull();
        (await stage.EndsAsync(id)).ShouldBe("ready", await ToldAsync(id));
        New().Length.ShouldBe(3);
    }

    [Fact]
    public async Task touches_nothing_that_somebody_else_called_the_same()
    {
        var (first, next) = await stage.BeginAsync();
        await stage.EndsAsync(first);
        var taken = $"cloudy-{int.Parse(next.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture) + 1:D5}";
        stage.GitHub.AddRepository(CloudStage.Owner, taken, new Dictionary<string, string> { ["theirs.txt"] = "theirs" });
        var (id, slug) = await stage.BeginAsync();
        slug.ShouldBe(taken);
        (await stage.EndsAsync(id)).ShouldBe("rolled_back");
        stage.GitHub.Files($"{CloudStage.Owner}/{taken}")!.Keys.ShouldBe(["theirs.txt"]);
        stage.Vercel.Left.ShouldAllBe(r => r.Name != taken);
    }

    [Theory]
    [InlineData("create-repository", null)]
    [InlineData("create-repository", "prizedraw:0123456789abcdef")]
    [InlineData("create-site", null)]
    [InlineData("create-site", "0123456789abcdef")]
    public async Task fails_clearly_where_somebody_takes_the_name_between_the_check_and_the_making(string taken, string? marker)
    {
        var (slug, theirs, record) = (stage.NextSlug(), "", "");
        ProviderDouble host = taken == "create-site" ? stage.Vercel : stage.GitHub;
        stage.Observer.On(slug, (step, point) =>
        {
            if (step == taken && point == SagaPoint.IntentStored && theirs.Length == 0)
            {
                theirs = host == stage.Vercel ? stage.Vercel.PutForeign(slug, marker) : stage.GitHub.AddRepository(
                    CloudStage.Owner, slug, new Dictionary<string, string> { ["theirs.txt"] = "theirs" }, isPrivate: true, description: $"Theirs {marker}").Id.ToString(CultureInfo.InvariantCulture);
                record = host.Record(theirs);
            }

            return Task.CompletedTask;
        });
        var (id, _) = await stage.BeginAsync(slug);
        (await stage.EndsAsync(id)).ShouldBe("rolled_back", await ToldAsync(id));
        (await stage.FailureAsync(id)).ShouldMatch($"^{taken}: .*{slug}.*(taken|belongs)");
        (await stage.LogAsync(id)).ShouldNotContain(line => line.StartsWith($"{taken}: Attempt", StringComparison.Ordinal), "what is somebody else's is not asked for again");
        New().ShouldHaveSingleItem().ShouldContain(theirs);
        host.Record(theirs).ShouldBe(record);
    }

    private string[] New() => [.. stage.Left.Except(before)];

    private async Task<string> ToldAsync(string id) => string.Join('\n', await stage.LogAsync(id));
}
