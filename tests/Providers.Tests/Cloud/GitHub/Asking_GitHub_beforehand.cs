using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Providers.Cloud.GitHub;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.GitHub;

/// <summary>A classic token tells its scopes: one that is missing is found before anything is made.</summary>
public sealed class Asking_GitHub_beforehand : GitHubSpec
{
    [Theory]
    [InlineData("repo, delete_repo", true, "workflow")]
    [InlineData("repo, workflow", true, "delete_repo")]
    [InlineData("delete_repo, workflow", true, "repo")]
    [InlineData("repo, delete_repo, workflow", true, null)]
    [InlineData("repo, delete_repo", false, null)]
    public async Task finds_a_scope_that_is_missing(string scopes, bool hasWorkflows, string? missing)
    {
        var failed = (await CheckAsync(scopes, hasWorkflows)).Where(c => c.State == PreflightState.Failed).ToArray();

        failed.Select(c => (c.Fault, c.Message)).ShouldAllBe(c => c.Fault == ProviderFault.Unauthorized && c.Message.Contains($"the scope {missing}"));
        failed.Length.ShouldBe(missing is null ? 0 : 1);
    }

    [Fact]
    public async Task does_not_ask_for_workflows_of_a_token_that_tells_no_scopes()
    {
        var checks = await CheckAsync(null, hasWorkflows: true);

        checks.Single(c => c.Name == "rights").State.ShouldBe(PreflightState.Unknown);
        checks.ShouldNotContain(c => c.State == PreflightState.Failed);
        GitHub.Requests.ShouldNotContain(r => r.Path.Contains("/git/trees/"));
    }

    private async Task<IReadOnlyList<PreflightCheck>> CheckAsync(string? scopes, bool hasWorkflows)
    {
        GitHub.AddToken(Token, new GitHubToken("agency-robot") { Owners = [Agency], Scopes = scopes });
        GitHub.AddRepository(Agency, "another-template", new Dictionary<string, string>
        {
            ["template.json"] = """{ "version": "1.0.0" }""" + "\n", [hasWorkflows ? ".github/workflows/check.yml" : ".github/workflows.md"] = "on: push\n",
        }, isTemplate: true, tag: "v1.0.0");
        return await new GitHubRepositoryHost(Client(), Options with { TemplateName = "another-template" }, TimeProvider.System).CheckAsync(null, TimeSpan.FromSeconds(30), default);
    }
}
