using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Provisioning;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>An account at GitHub that is an app's installation: its tokens are made as they are needed, and only its key is stored.</summary>
public sealed class Provisioning_as_a_GitHub_App(CloudStage stage) : IClassFixture<CloudStage>
{
    private const string Installation = "4711";

    [Fact]
    public async Task makes_and_removes_repositories_with_few_tokens_and_is_checked_beforehand()
    {
        using var key = RSA.Create(2048);
        stage.GitHub.AddApp(new GitHubInstalledApp("123", 4711, CloudStage.Owner, key.ExportSubjectPublicKeyInfoPem()));
        var settings = new ProviderSettings(null, null, null, CloudStage.Owner, $"{CloudStage.Owner}/{CloudStage.Template}", null) { App = "123", Installation = Installation };
        (await SetAsync(null, settings)).Refusal!.Errors!.Keys.ShouldBe(["token"], "the token that is stored is no app's key");
        (await SetAsync("ghp_no_key", settings)).Refusal!.Errors!.Keys.ShouldBe(["token"]);
        (await SetAsync(key.ExportSubjectPublicKeyInfoPem(), settings)).Refusal!.Errors!.Keys.ShouldBe(["token"], "a public key is none to sign with");
        (await SetAsync(null, settings with { App = null })).Refusal!.Errors!.Keys.ShouldBe(["app"]);
        await stage.SetAccountAsync("github", key.ExportRSAPrivateKeyPem(), settings);
        (await SetAsync(null, settings)).Refusal.ShouldBeNull("the app's own key is kept");

        var before = stage.Left;
        var (id, slug) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready", string.Join('\n', await stage.LogAsync(id)));
        var checks = (await stage.Get<IProviderChecks>().OfAccountAsync(null, "github", default)).ShouldNotBeNull();
        checks.Select(c => c.Name).ShouldBe(["token", "rights", "owner", "template", "sight"], string.Join(' ', checks.Select(c => c.Message)));
        checks.ShouldAllBe(c => c.State != "failed");
        stage.GitHub.History($"{CloudStage.Owner}/{slug}")[0].Author.Name.ShouldBe("app-123[bot]");
        (await stage.Campaign(id).DecommissionAsync(new DecommissionCampaign(CloudStage.Admin, "In the cloud"))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
        // One lives for an hour, which the stage's clock may skip; by far not one for each call.
        stage.GitHub.Requests.Count(r => r.Operation == "github.installationToken").ShouldBeLessThanOrEqualTo(3);
        stage.GitHub.Violations.ShouldBeEmpty();
    }

    private Task<Result<ProviderAccountView>> SetAsync(string? token, ProviderSettings settings) =>
        stage.Get<IGrainFactory>().GetGrain<IProviderAccountsGrain>(GrainKeys.Platform).SetAsync(new SetProviderAccount(CloudStage.Admin, "github", token, settings));
}
