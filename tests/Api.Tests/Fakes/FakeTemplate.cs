using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;

namespace PrizeDraw.Api.Tests.Fakes;

/// <summary>Two versions of the template, one release, and for each campaign a site at the older version with one sync and an open review.</summary>
internal sealed class FakeTemplate(FakePlatform platform) : ITemplateQueries, ITemplateReviews
{
    public const string Release = "rel_0193a5f2c0de7a10b1c2d3e4f5a6b7c8", Head = "5c8f2f7d0a0b4a6c8f1a2b3c4d5e6f708192a3b4";

    private static readonly DateTimeOffset Seen = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    /// <summary>What reached a sync grain, or the one that looks for versions, newest last.</summary>
    public ConcurrentQueue<object> Asked { get; } = new();

    /// <summary>When set, every sync grain refuses with it.</summary>
    public Refusal? Refusal { get; set; }

    public ConcurrentDictionary<string, ReleaseView> Releases { get; } = new()
    {
        [Release] = Planned(new CreateRelease(new Actor("usr_admin", Roles.SuperAdmin), "v1.1.0", [], [new WaveSettings([], 100, 0)], new ReleaseSettings([]), true), Release),
    };

    /// <summary>Campaigns without a site of the template.</summary>
    public ConcurrentDictionary<string, bool> Siteless { get; } = new();

    public static string SyncOf(string campaignId) => Ids.Format(Ids.Sync, Ids.Parse(Ids.Campaign, campaignId));

    public ITemplateSyncGrain SyncGrain(string key) => new FakeSyncGrain(this, GrainKeys.Split(key)[1]);

    public IReleaseGrain ReleaseGrain(string key) => new FakeReleaseGrain(platform, this, GrainKeys.Split(key)[1]);

    public ITemplateVersionsGrain VersionsGrain() => new FakeVersionsGrain(this);

    public Task<Page<TemplateVersionView>> VersionsAsync(Scope scope, int limit, string? cursor, CancellationToken ct) =>
        Of(Page(new TemplateVersionView("local", "v1.1.0", Head, "Say who won", Seen.AddDays(1), 0), new TemplateVersionView("local", "v1.0.0", Head, null, Seen, 2)));

    public Task<Page<SiteSyncView>> SitesAsync(Scope scope, int limit, string? cursor, CancellationToken ct) =>
        Of(Page([.. platform.Campaigns.Values.Where(campaign => FakePlatform.Covers(scope, campaign)).Select(Site)]));

    public Task<SiteSyncView?> FindSiteAsync(Scope scope, string campaignId, CancellationToken ct) =>
        Of(platform.Campaigns.TryGetValue(campaignId, out var campaign) && FakePlatform.Covers(scope, campaign) && !Siteless.ContainsKey(campaignId) ? Site(campaign) : null);

    public Task<Page<SyncView>> SyncsAsync(Scope scope, string campaignId, int limit, string? cursor, CancellationToken ct) =>
        Of(Page(Sync(campaignId) with { Diff = null }));

    public Task<SyncView?> FindSyncAsync(Scope scope, string campaignId, string syncId, CancellationToken ct) =>
        Of(syncId == SyncOf(campaignId) ? Sync(campaignId) : null);

    public Task<Page<ReleaseView>> ReleasesAsync(int limit, string? cursor, CancellationToken ct) => Of(Page([.. Releases.Values]));

    public Task<ReleaseView?> FindReleaseAsync(string releaseId, CancellationToken ct) => Of(Releases.TryGetValue(releaseId, out var found) ? found : null);

    public Task<Page<ReleaseSiteView>> ReleaseSitesAsync(string releaseId, string? state, int limit, string? cursor, CancellationToken ct) => Of(Page<ReleaseSiteView>(
        [.. platform.Campaigns.Values.Where(_ => state is null or "pushed").Select(campaign => new ReleaseSiteView(
            campaign.TenantId, campaign.Id, campaign.Settings.Name, 1, "pushed", null, "healthy", SyncOf(campaign.Id), "v1.0.0", campaign.SiteUrl, Seen, null))]));

    public Task<Result<OpenReviewView>> ReadAsync(string tenantId, string campaignId, CancellationToken ct) => Of<Result<OpenReviewView>>(Siteless.ContainsKey(campaignId)
        ? new Refusal("template.no_site", "There is none.")
        : new OpenReviewView(
            Review, Head, false, [new ReviewFileView("app/page.tsx", null, "conflict", "Both changed it.", false, false, false, "ours", "base", "theirs", "<<<<<<< site")], "diff", false));

    private static ReviewView Review => new(1, null, "v1.1.0", true, Seen);

    private SiteSyncView Site(CampaignView campaign) => new(
        campaign.TenantId, campaign.Id, campaign.Settings.Name, campaign.State, "local", "v1.0.0", Head, [], 1, "push", false, [], [], [], 2, Review, Sync(campaign.Id) with { Diff = null });

    private static SyncView Sync(string campaignId) => new(
        SyncOf(campaignId), "sync", null, "v1.0.0", "v1.1.0", [], "succeeded", "pushed", null, Head, null, "healthy",
        [new SyncedFileView("app/page.tsx", null, "modified", "merged", null)], "diff --git a/app/page.tsx b/app/page.tsx", false, Seen, Seen.AddMinutes(1));

    public static ReleaseView Planned(CreateRelease made, string id) => new(
        id, made.Version, made.Picks, made.IsDryRun ? "planned" : "running", null, made.Settings,
        [.. made.Waves.Select((wave, index) => new WaveView(index + 1, "pending", wave, 2, ImmutableDictionary<string, int>.Empty.Add("pending", 2), null, null))],
        Seen, made.Actor.Id, null, null);

    private static Page<T> Page<T>(params ImmutableArray<T> items) => new(items, null);

    private Task<T> Of<T>(T value)
    {
        platform.Read();
        return Task.FromResult(value);
    }

    private Result<T> Take<T>(object command, T value)
    {
        platform.Command();
        Asked.Enqueue(command);
        return Refusal is { } refusal ? refusal : value;
    }

    private sealed class FakeVersionsGrain(FakeTemplate template) : ITemplateVersionsGrain
    {
        public Task<Result<bool>> RefreshAsync(RefreshVersions command) => Task.FromResult(template.Take(command, true));
    }

    private sealed class FakeSyncGrain(FakeTemplate template, string campaign) : ITemplateSyncGrain
    {
        public Task<Result<string>> SyncAsync(SyncSite command) => TakeAsync(command, SyncOf(campaign));

        public Task<Result<string>> ForgoAsync(ForgoSync command) => TakeAsync(command, SyncOf(campaign));

        public Task<Result<string>> RollBackAsync(RollBackSite command) => TakeAsync(command, SyncOf(campaign));

        public Task<Result<string>> PreviewAsync(SyncSite command) => TakeAsync(("preview", command), SyncOf(campaign));

        public Task<Result<bool>> SetPolicyAsync(SetSyncPolicy command) => TakeAsync(command, true);

        public Task<Result<bool>> ResolveAsync(ResolveFile command) => TakeAsync(command, true);

        public Task<Result<bool>> EndReviewAsync(EndReview command) => TakeAsync(command, true);

        public Task WakeAsync() => Task.CompletedTask;

        private Task<Result<T>> TakeAsync<T>(object command, T value) => Task.FromResult(template.Take(command, value));
    }

    private sealed class FakeReleaseGrain(FakePlatform platform, FakeTemplate template, string id) : IReleaseGrain
    {
        public Task<Result<ReleaseView>> CreateAsync(CreateRelease command)
        {
            platform.Command();
            template.Asked.Enqueue(command);
            return Task.FromResult<Result<ReleaseView>>(command.Version == "v9" ? new Refusal("template.version_unknown", "There is no v9.") : template.Releases[id] = Planned(command, id));
        }

        public Task<Result<ReleaseView>> StartAsync(ReleaseCommand command) => MoveAsync("running", "planned");

        public Task<Result<ReleaseView>> PauseAsync(ReleaseCommand command) => MoveAsync("paused", "running");

        public Task<Result<ReleaseView>> ResumeAsync(ReleaseCommand command) => MoveAsync("running", "paused");

        public Task<Result<ReleaseView>> RollBackAsync(ReleaseCommand command) => MoveAsync("rolling_back", "running", "paused");

        public Task WakeAsync() => Task.CompletedTask;

        private Task<Result<ReleaseView>> MoveAsync(string to, params string[] from)
        {
            platform.Command();
            var release = template.Releases[id];
            return Task.FromResult<Result<ReleaseView>>(from.Contains(release.State)
                ? template.Releases[id] = release with { State = to }
                : new Refusal("release.wrong_state", $"It is {release.State}."));
        }
    }
}
