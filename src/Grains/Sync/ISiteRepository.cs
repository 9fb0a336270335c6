using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>Finds the repository of a campaign's site and the template that it is kept with, by the accounts that are stored now.</summary>
internal interface ISiteRepositories
{
    Task<ISiteRepository> OfAsync(CampaignDeployment deployment, CancellationToken ct);
}

/// <summary>
/// One site's repository, and its template. Every call may be repeated, and may come after a crash in the middle of an earlier one. Failures are
/// <see cref="Providers.ProviderException"/>s.
/// </summary>
internal interface ISiteRepository
{
    /// <summary>Where the template is kept.</summary>
    string Source { get; }

    /// <summary>The template's newest versions, newest first.</summary>
    Task<ImmutableArray<TemplateVersion>> VersionsAsync(CancellationToken ct);

    /// <summary>The template's commit that a tag or an abbreviated id stands for; null for none.</summary>
    Task<string?> ResolveAsync(string revision, CancellationToken ct);

    /// <summary>Whether a version of the template has a commit in it.</summary>
    Task<bool> HasAsync(string version, string commit, CancellationToken ct);

    /// <summary>What <see cref="RunAsync"/> would do. Pushes nothing.</summary>
    Task<SyncOutcome> PreviewAsync(SyncOrder order, CancellationToken ct);

    /// <summary>Brings the repository to what is ordered. What was pushed under the order's nonce before is found, not pushed again.</summary>
    Task<SyncOutcome> RunAsync(SyncOrder order, CancellationToken ct);

    /// <summary>Whether anything was pushed under an order's nonce: to the branch that the site is built from, or to that of our pull request.</summary>
    Task<bool> HasPushedAsync(RepositoryRef repository, string nonce, CancellationToken ct);

    /// <summary>Puts back what a sync pushed; likewise.</summary>
    Task<SyncOutcome> RollBackAsync(RollBackOrder order, CancellationToken ct);

    /// <summary>What became of a pull request.</summary>
    Task<FollowedReview> FollowAsync(RepositoryRef repository, int number, CancellationToken ct);

    /// <summary>The files of an open pull request; null when it is not open any more.</summary>
    Task<SyncReview?> ReadAsync(RepositoryRef repository, int number, CancellationToken ct);

    /// <summary>Decides one file.</summary>
    Task<ReviewChange> DecideAsync(RepositoryRef repository, int number, FileDecision decision, CancellationToken ct);

    Task<ReviewChange> MergeAsync(RepositoryRef repository, int number, string head, string by, CancellationToken ct);

    /// <summary>Closes it without merging; closed already is fine.</summary>
    /// <param name="head">As it was read; null whatever it is.</param>
    Task<ReviewChange> CloseAsync(RepositoryRef repository, int number, string? head, CancellationToken ct);
}
