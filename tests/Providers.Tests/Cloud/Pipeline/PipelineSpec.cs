using System;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.GitHub;
using PrizeDraw.TestKit.Cloud;
using PrizeDraw.TestKit;
using Shouldly;

namespace PrizeDraw.Providers.Tests.Cloud.Pipeline;

/// <summary>A client of GitHub's dialect on a clock on which nobody waits.</summary>
public abstract class PipelineSpec
{
    protected const string Token = "github_pat_recognisable0token";

    protected static readonly DateTimeOffset Noon = new(2026, 12, 5, 12, 0, 0, TimeSpan.Zero);

    protected LeapingClock Clock { get; } = new(Noon);

    internal ScriptedHttp Http { get; } = new();

    protected CloudAccount Account { get; } = CloudAccount.Of("github", Token);

    protected CloudOptions Options { get; init; } = new() { Address = new Uri("http://localhost:1/api/"), RepeatDelay = TimeSpan.FromSeconds(1) };

    protected static CloudCall Read { get; } = new(HttpMethod.Get, "github.repository", CloudPath.Of($"/repos/{"acme"}/{"site"}")) { MayRepeat = true };

    protected static CloudCall Write { get; } = new(HttpMethod.Post, "github.generate", "/repos/acme/template/generate") { Body = new JsonObject { ["name"] = "site" } };

    protected IRequestBudget Budget { get; set; } = null!;

    protected PipelineSpec() => Budget = new RequestBudget(BudgetRules.None, Clock);

    protected CloudClient Client(CloudAccount? account = null, CloudOptions? options = null) =>
        new(Http.Client, new GitHubDialect(), account ?? Account, options ?? Options, Budget, Clock);

    protected Task<CloudAnswer> SendAsync(CloudCall call) => Client().SendAsync(call, default);

    protected async Task<ProviderException> RefusedAsync(CloudCall call, ProviderFault fault)
    {
        var refusal = await Should.ThrowAsync<ProviderException>(() => SendAsync(call));
        refusal.Fault.ShouldBe(fault, refusal.Message);
        return refusal;
    }
}
