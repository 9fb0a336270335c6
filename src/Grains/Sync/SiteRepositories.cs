using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;

namespace PrizeDraw.Grains.Sync;

/// <inheritdoc/>
internal sealed class SiteRepositories(IProviderDirectory providers, SyncWorkAreas areas) : ISiteRepositories
{
    public async Task<ISiteRepository> OfAsync(CampaignDeployment deployment, CancellationToken ct) =>
        new SiteRepository(await providers.SyncHostAsync(deployment, ct), await providers.TemplateHistoryAsync(deployment, ct), areas);
}

/// <summary>A repository where it is, compared in a work area of its own or of its template.</summary>
internal sealed class SiteRepository(ISyncHost host, ITemplateHistory history, SyncWorkAreas areas) : ISiteRepository
{
    public string Source => history.Source;

    public Task<ImmutableArray<TemplateVersion>> VersionsAsync(CancellationToken ct) => history.VersionsAsync(ct);

    public Task<string?> ResolveAsync(string revision, CancellationToken ct) => history.ResolveAsync(revision, ct);

    public async Task<bool> HasAsync(string version, string commit, CancellationToken ct) =>
        version == commit || await history.CommitsAsync(commit, version, ct) is { IsEmpty: false };

    public async Task<SyncOutcome> PreviewAsync(SyncOrder order, CancellationToken ct) => await (await SyncAsync(order.Repository, ct)).PreviewAsync(order, ct);

    public async Task<SyncOutcome> RunAsync(SyncOrder order, CancellationToken ct) => await (await SyncAsync(order.Repository, ct)).RunAsync(order, ct);

    public async Task<bool> HasPushedAsync(RepositoryRef repository, string nonce, CancellationToken ct) =>
        await (await SyncAsync(repository, ct)).HasPushedAsync(repository, nonce, ct);

    public async Task<SyncOutcome> RollBackAsync(RollBackOrder order, CancellationToken ct) => await (await SyncAsync(order.Repository, ct)).RollBackAsync(order, ct);

    public async Task<FollowedReview> FollowAsync(RepositoryRef repository, int number, CancellationToken ct) =>
        await (await SyncAsync(repository, ct)).FollowAsync(repository, number, ct);

    public async Task<SyncReview?> ReadAsync(RepositoryRef repository, int number, CancellationToken ct) =>
        await (await SyncAsync(repository, ct)).ReviewAsync(repository, number, ct);

    public async Task<ReviewChange> DecideAsync(RepositoryRef repository, int number, FileDecision decision, CancellationToken ct) =>
        await (await SyncAsync(repository, ct)).ResolveAsync(repository, number, decision, ct);

    public async Task<ReviewChange> MergeAsync(RepositoryRef repository, int number, string head, string by, CancellationToken ct) =>
        await (await SyncAsync(repository, ct)).MergeReviewAsync(repository, number, head, by, ct);

    public async Task<ReviewChange> CloseAsync(RepositoryRef repository, int number, string? head, CancellationToken ct)
    {
        // Whoever names no head wants it closed as it is.
        var known = head ?? (await host.GetPullRequestAsync(repository, number, ct))?.Head;
        return known is null ? new ReviewChange(ReviewChange.Gone, null) : await (await SyncAsync(repository, ct)).CloseReviewAsync(repository, number, known, ct);
    }

    private async Task<RepositorySync> SyncAsync(RepositoryRef repository, CancellationToken ct) =>
        new(host, history, await areas.OpenAsync(history.Source, repository, ct));
}
