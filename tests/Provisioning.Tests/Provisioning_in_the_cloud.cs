using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions.Campaigns;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>The saga against all three providers at once. After each test nothing is at a provider that should not be, and the contracts were kept.</summary>
public sealed class Provisioning_in_the_cloud(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    private static readonly Fault[] Kinds = [Fault.DropAfter, Fault.After(502), Fault.Before(503)];
    private static readonly string[] Creating = ["github.generate", "supabase.create", "vercel.create-project", "vercel.deploy"];
    private string[] before = [];

    Task IAsyncLifetime.InitializeAsync()
    {
        before = stage.Left;
        return Task.CompletedTask;
    }

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
    public async Task makes_one_of_each_and_tells_no_secret()
    {
        var (id, slug) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready", await ToldAsync(id));
        New().Select(r => r.Split(' ')[0]).ShouldBe(["project", "project", "repository"], ignoreOrder: true);
        stage.GitHub.Files($"{CloudStage.Owner}/{slug}")!["content/campaign.json"].ShouldContain(slug);
        var log = await ToldAsync(id);
        log.ShouldContain("supabase.create → 201");
        foreach (var secret in (string[])[CloudStage.GitHubToken, stage.Supabase.Token, stage.Vercel.Token!])
        {
            log.ShouldNotContain(secret);
        }
    }

    [Fact]
    public async Task survives_each_call_lost_or_failed_once()
    {
        var operations = await OperationsAsync();
        operations.Count.ShouldBeGreaterThan(15);
        operations.Select(o => o.Operation).Intersect(Creating).Count().ShouldBe(Creating.Length, string.Join(' ', operations.Select(o => o.Operation)));
        foreach (var (index, (provider, operation)) in operations.Index())
        {
            // What makes something is lost in every way, all else in one of them: the providers' own tests have the rest.
            foreach (var kind in Creating.Contains(operation) ? Kinds : [Kinds[index % Kinds.Length]])
            {
                var was = stage.Left;
                provider.Faults.On(operation, kind);
                var (id, slug) = await stage.BeginAsync();
                var ended = await stage.EndsAsync(id);
                provider.Faults.Clear();
                var made = stage.Left.Except(was).ToArray();
                ended.ShouldBe("ready", $"{operation} {kind}: {await ToldAsync(id)}");
                made.Length.ShouldBe(3, $"{operation} {kind}: {string.Join("; ", made)}");
            }
        }
    }

    [Fact]
    public async Task leaves_nothing_when_a_call_is_refused_for_good()
    {
        foreach (var (provider, operation) in await OperationsAsync())
        {
            var was = stage.Left;
            provider.Faults.Always(operation, Fault.Before(422));
            var (id, _) = await stage.BeginAsync();
            var ended = await stage.EndsAsync(id);
            provider.Faults.Clear();
            if (ended == "failed")
            {
                // What undoing needs was refused too: it goes on once that has ended.
                (await stage.Campaign(id).ProvisionAsync(new CampaignCommand(CloudStage.Admin, null))).Refusal.ShouldBeNull();
                ended = await RolledBackAsync(id);
            }

            // What is only looked at may be refused without harm.
            if (ended != "ready")
            {
                ended.ShouldBe("rolled_back", $"{operation}: {await ToldAsync(id)}");
                stage.Left.ShouldBe(was, $"{operation}: {await ToldAsync(id)}");
            }
        }
    }

    [Fact]
    public async Task waits_for_a_revoked_token_and_goes_on_where_it_was()
    {
        stage.GitHub.Revoke(CloudStage.GitHubToken);
        var (id, _) = await stage.BeginAsync();
        while (!(await ToldAsync(id)).Contains("Waiting until it is mended", StringComparison.Ordinal))
        {
            await Task.Delay(20);
        }

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
        var taken = $"cloudy-{int.Parse(next.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture) + 1}";
        stage.GitHub.AddRepository(CloudStage.Owner, taken, new Dictionary<string, string> { ["theirs.txt"] = "theirs" });
        var (id, slug) = await stage.BeginAsync();
        slug.ShouldBe(taken);
        (await stage.EndsAsync(id)).ShouldBe("rolled_back");
        stage.GitHub.Files($"{CloudStage.Owner}/{taken}")!.Keys.ShouldBe(["theirs.txt"]);
        stage.Vercel.Left.ShouldAllBe(r => r.Name != taken);
    }

    private string[] New() => [.. stage.Left.Except(before)];

    private async Task<string> ToldAsync(string id) => string.Join('\n', await stage.LogAsync(id));

    private async Task<string> RolledBackAsync(string id)
    {
        for (var i = 0; i < 1500; i++)
        {
            if (await stage.EndsAsync(id) is "rolled_back" or "ready")
            {
                break;
            }

            await Task.Delay(20);
        }

        return await stage.EndsAsync(id);
    }

    /// <summary>The calls that a campaign without trouble makes.</summary>
    private async Task<List<(ProviderDouble Provider, string Operation)>> OperationsAsync()
    {
        var already = stage.Doubles.ToDictionary(d => d, d => d.Requests.Count);
        (await stage.EndsAsync((await stage.BeginAsync()).Id)).ShouldBe("ready");
        return [.. stage.Doubles.SelectMany(d => d.Requests.Skip(already[d]).Select(r => r.Operation!).Distinct().Select(o => (d, o)))];
    }
}
