using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.GitHub;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.TestKit.Cloud;
using Shouldly;

namespace PrizeDraw.Sync.Tests.Hosts;

/// <summary>A repository at the double of GitHub, which holds every request and answer against GitHub's own document.</summary>
internal sealed class RepositoryAtGitHub : SyncedRepository
{
    public const string Full = "agency/spring", TemplateName = "agency/site-template", Token = "planted-token-7f3a9c";
    private static readonly HttpClient Http = CloudClient.NewHttp();
    private readonly GitHubOptions _options = new()
    {
        Owner = "agency", TemplateOwner = "agency", TemplateName = "site-template", LookAgainDelay = TimeSpan.FromMilliseconds(1), Patience = TimeSpan.FromMinutes(2),
    };

    private RepositoryAtGitHub(GitHubDouble github) => GitHub = github;

    public GitHubDouble GitHub { get; }

    public static async Task<SyncedRepository> BeginAsync() => await BeginHereAsync();

    public static async Task<RepositoryAtGitHub> BeginHereAsync()
    {
        var made = new RepositoryAtGitHub(await GitHubDouble.StartedAsync());
        made.GitHub.AddOwner("agency");
        made.GitHub.AddToken(Token, new GitHubToken("agency-robot") { Owners = ["agency"] });
        made.GitHub.Limits = new GitHubLimits { RequestsPerHourMax = 1_000_000, PointsPerMinuteMax = 1_000_000, ContentPerMinuteMax = 1_000_000 };
        made.GitHub.ContentReads = [];
        var (_, commit) = made.GitHub.AddRepository("agency", "site-template", Files, isTemplate: true, tag: "v1.0.0");
        var calls = GitHubOptions.Calls(made.GitHub.Address) with { WriteGap = TimeSpan.Zero, RepeatDelay = TimeSpan.Zero, LimitDelay = TimeSpan.Zero, BreakAfter = 1000 };
        var cloud = new CloudClient(
            Http, new GitHubDialect(), CloudAccount.Of("github", Token), calls, new RequestBudget(BudgetRules.None, TimeProvider.System), TimeProvider.System);
        made.Repository = await new GitHubRepositoryHost(cloud, made._options with { ProtectBranch = false }, TimeProvider.System)
            .CreateFromTemplateAsync(new RepositoryRequest(Name, Nonce, new TemplateVersion("v1.0.0", commit)), CancellationToken.None);
        made.Host = new GitHubSyncHost(cloud, made._options, TimeProvider.System);
        made.Template = new GitHubTemplateHistory(cloud, made._options);
        await made.OpenAreaAsync();
        return made;
    }

    public override Task<string> CommitAsync(string branch, IReadOnlyDictionary<string, SiteFile?> files) => Task.FromResult(
        GitHub.PushTo(Full, branch, files.ToDictionary(f => f.Key, f => f.Value is null ? null : new GitHubFile(f.Value.Content, f.Value.Mode))));

    public override Task<IReadOnlyDictionary<string, SiteFile>> FilesAsync(string revision = "main") => Task.FromResult<IReadOnlyDictionary<string, SiteFile>>(
        GitHub.Files(Full, revision)!.Keys.ToDictionary(path => path, path => GitHub.File(Full, path, revision) is { } file ? new SiteFile(file.Content, file.Mode) : null!));

    public override Task MergeAsync(PullRequest pull, bool isSquashed) => Task.FromResult(GitHub.MergeReview(Full, pull.Number, isSquashed));

    public override Task DeleteBranchAsync(string branch)
    {
        GitHub.DeleteBranch(Full, branch);
        return Task.CompletedTask;
    }

    public override Task<string> ReleaseAsync(string version, IReadOnlyDictionary<string, string> files)
    {
        var commit = GitHub.Push(TemplateName, files.Append(KeyValuePair.Create("template.json", $$"""{ "version": "{{version}}" }""")).ToDictionary(), "Version " + version);
        GitHub.Tag(TemplateName, "v" + version);
        return Task.FromResult(commit);
    }

    public override Task<int> PullRequestsAsync() => Task.FromResult(GitHub.Reviews(Full).Count);

    public override async ValueTask DisposeAsync()
    {
        await GitHub.DisposeAsync();
        await base.DisposeAsync();
        GitHub.Violations.ShouldBeEmpty();
    }
}
