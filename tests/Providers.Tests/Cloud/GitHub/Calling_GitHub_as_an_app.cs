using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Threading.Tasks;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.GitHub;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.TestKit.Cloud;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.GitHub;

/// <summary>A campaign's repository made with the tokens of an app's installation, which the double issues and lets expire.</summary>
public sealed class Calling_GitHub_as_an_app : IAsyncLifetime
{
    private static readonly HttpClient Http = CloudClient.NewHttp();
    private readonly RSA _key = RSA.Create(2048);
    private readonly SteppedClock _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private GitHubDouble _github = null!;
    private TemplateVersion _version = null!;

    public async Task InitializeAsync()
    {
        _github = await GitHubDouble.StartedAsync(_clock);
        _github.ContentReads = [];
        var (_, commit) = _github.AddRepository(
            "agency", "site-template", new Dictionary<string, string> { ["template.json"] = """{ "version": "1.0.0" }""" }, isTemplate: true, tag: "v1.0.0");
        _version = new TemplateVersion("v1.0.0", commit);
        _github.AddApp(new GitHubInstalledApp("123", 4711, "agency", _key.ExportSubjectPublicKeyInfoPem()));
    }

    public async Task DisposeAsync()
    {
        _key.Dispose();
        await _github.DisposeAsync();
        _github.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task makes_a_repository_and_takes_another_token_before_the_first_ends()
    {
        var host = Host(Tokens(4711, _key));
        var request = new RepositoryRequest("summer", "0123456789abcdef", _version);
        var made = await host.CreateFromTemplateAsync(request, default);
        _clock.Move(TimeSpan.FromMinutes(55));
        await host.CommitAsync(made, new Dictionary<string, string> { ["content/campaign.json"] = "{}\n" }, "Customise", default);
        _github.History("agency/summer")[0].Author.Name.ShouldBe("app-123[bot]");
        _clock.Move(TimeSpan.FromHours(2));
        await host.DeleteIfOwnedAsync(request with { Id = made.Id }, default);
        _github.Left.ShouldHaveSingleItem().Name.ShouldBe("agency/site-template");
        _github.Requests.Count(r => r.Operation == "github.installationToken").ShouldBe(3);
    }

    [Theory]
    [InlineData(4711, false)] // a key that is not the app's
    [InlineData(4712, true)] // an installation that is not the app's
    public async Task is_refused_with_a_sentence_where_app_or_installation_are_unknown(long installation, bool isOurKey)
    {
        using var other = RSA.Create(2048);
        var host = Host(Tokens(installation, isOurKey ? _key : other));
        var request = new RepositoryRequest("summer", "0123456789abcdef", _version);
        var error = await Should.ThrowAsync<ProviderException>(() => host.CreateFromTemplateAsync(request, default));
        error.Fault.ShouldBe(ProviderFault.Unauthorized);
        _github.Requests.ShouldAllBe(r => r.Operation == "github.installationToken");
    }

    [Fact]
    public async Task believes_that_a_repository_is_gone_where_it_is_installed_for_all_of_the_owners_alone()
    {
        var host = Host(Tokens(4711, _key));
        var made = new RepositoryRequest("summer", "0123456789abcdef", _version) { Id = (await host.CreateFromTemplateAsync(new("summer", "0123456789abcdef", _version), default)).Id };
        _github.Select(4711, ["agency/site-template"]);
        (await DoubtAsync(host, made)).ShouldContain("install it for all repositories of agency");
        (await DoubtAsync(host, made with { Id = null })).ShouldContain("install it for all repositories of agency");
        _github.Left.ShouldContain(r => r.Name == "agency/summer");
        _github.Select(4711, null);
        _github.Delete("agency/summer");
        await host.DeleteIfOwnedAsync(made, default);

        // Somebody else's installation says nothing of what this owner has.
        _github.AddOwner("elsewhere");
        (await DoubtAsync(Host(Tokens(4711, _key), "elsewhere"), made)).ShouldContain("shows no repository of elsewhere");
    }

    private static async Task<string> DoubtAsync(GitHubRepositoryHost host, RepositoryRequest request)
    {
        var error = await Should.ThrowAsync<ProviderException>(() => host.DeleteIfOwnedAsync(request, default));
        error.Fault.ShouldBe(ProviderFault.Unauthorized);
        return error.Message;
    }

    private CloudOptions Options => GitHubOptions.Calls(_github.Address) with { WriteGap = TimeSpan.Zero, RepeatDelay = TimeSpan.Zero, LimitDelay = TimeSpan.Zero };

    private GitHubAppTokens Tokens(long installation, RSA key) => new(
        Http, new GitHubApp("123", installation, key.ExportPkcs8PrivateKeyPem()), Options, new RequestBudget(BudgetRules.None, _clock), _clock);

    private GitHubRepositoryHost Host(GitHubAppTokens tokens, string owner = "agency") => new(
        new CloudClient(Http, new GitHubDialect(), tokens.Account, Options, new RequestBudget(BudgetRules.None, TimeProvider.System), TimeProvider.System),
        new GitHubOptions
        {
            Owner = owner, TemplateOwner = "agency", TemplateName = "site-template", App = new GitHubInstallation("123", 4711),
            LookAgainDelay = TimeSpan.FromMilliseconds(1), AppearsWithin = TimeSpan.FromMilliseconds(20),
        }, TimeProvider.System);
}
