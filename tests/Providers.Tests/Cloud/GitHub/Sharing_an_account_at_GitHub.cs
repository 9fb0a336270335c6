using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.GitHub;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.TestKit.Cloud;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.GitHub;

/// <summary>Many campaigns at one account.</summary>
public sealed class Sharing_an_account_at_GitHub : GitHubSpec
{
    [Fact]
    public async Task twenty_campaigns_at_once_keep_to_its_limits()
    {
        var budget = new RequestBudget(BudgetRules.Published, Clock);
        var began = Clock.GetUtcNow();
        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            var host = new GitHubRepositoryHost(Client(budget: budget), Options, Clock);
            var request = new RepositoryRequest($"site-{i}", $"{i:x16}", Version);
            var repository = await host.CreateFromTemplateAsync(request, default);
            await host.CommitAsync(repository, Content($"{i}\n"), "Customise", default);
            return repository;
        }));
        made.Select(m => m.Id).Distinct().Count().ShouldBe(20);
        Enumerable.Range(0, 20).ShouldAllBe(i => GitHub.Files($"agency/site-{i}", "main")!["content/campaign.json"] == $"{i}\n");
        // GitHub's own limits, by its own count, were never met: what was waited for was our budget.
        GitHub.LimitRefusals.ShouldBe(0);
        (Clock.GetUtcNow() - began).ShouldBeGreaterThan(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task an_account_that_others_have_used_up_is_told_and_goes_on_when_there_is_room()
    {
        GitHub.Limits = new GitHubLimits { RequestsPerHourMax = 8 };
        var host = new GitHubRepositoryHost(Client(Calls() with { WaitMax = TimeSpan.Zero }), Options, Clock);
        var error = await RefusedAsync(() => host.CreateFromTemplateAsync(Request, default));
        (error.Fault, GitHub.LimitRefusals).ShouldBe((ProviderFault.Transient, 1));
        GitHub.Limits = new GitHubLimits();
        (await host.CreateFromTemplateAsync(Request, default)).Id.ShouldNotBeNull();
        GitHub.Requests.Count(r => r.Operation == "github.generate").ShouldBe(1);
    }
}
