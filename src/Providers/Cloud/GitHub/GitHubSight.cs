using System;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>How much of an owner's private repositories a credential is shown.</summary>
internal enum GitHubSeen
{
    /// <summary>All: what it is not shown is not there.</summary>
    All,

    /// <summary>GitHub does not tell.</summary>
    Untold,

    /// <summary>Not all.</summary>
    Part,
}

/// <summary>
/// Whether what GitHub does not show is gone. It says 404 of a private repository that the credential may not see any more, since an app or a fine-grained
/// token can be narrowed to chosen repositories at any time. So a 404 is believed where GitHub itself says that the credential is shown everything: an app
/// that is installed for all repositories, the owner's own classic token, or as many private repositories in the list as the owner has. That other
/// repositories of ours are shown proves nothing of this one: they may be the chosen ones.
/// </summary>
internal sealed class GitHubSight(CloudClient cloud, GitHubListing listing, GitHubOptions options)
{
    /// <summary>What the credential is shown, and that as a sentence with what to do.</summary>
    public Task<(GitHubSeen Seen, string Says)> LookAsync(CancellationToken ct) => options.App is null ? OfTokenAsync(ct) : OfAppAsync(ct);

    /// <summary>
    /// Refuses to take for gone what is not shown: unless all is shown, where it was made, as an id says, or may have been; where nobody knows, if the credential is
    /// known to be shown a part alone.
    /// </summary>
    public async Task RequireAsync(RepositoryRequest request, CancellationToken ct)
    {
        var (seen, says) = await LookAsync(ct);
        if (seen == GitHubSeen.Part || (seen == GitHubSeen.Untold && (request.Id is not null || request.MayBeMade == true)))
        {
            var which = request.Id is { } id ? $" (id {id})" : request.MayBeMade == true ? " (which it may have made)" : "";
            throw new ProviderException(
                ProviderFault.Unauthorized, $"GitHub does not show the repository {options.Owner}/{request.Name}{which}, which does not mean that it is gone. {says}");
        }
    }

    /// <summary>An app's selection may be changed under the same installation; whose it is say the repositories that it is shown.</summary>
    private async Task<(GitHubSeen, string)> OfAppAsync(CancellationToken ct)
    {
        var body = (await cloud.SendAsync(Read("github.installation-repositories", CloudPath.Of($"/installation/repositories?per_page={100}")), ct)).Body;
        var isOwners = body.Items("repositories").Any(r => r.Text("owner", "login") is { } login && IsOwner(login));
        return (body.Text("repository_selection"), isOwners) switch
        {
            ("all", true) => (GitHubSeen.All, $"The app is installed for all repositories of {options.Owner}."),
            ("all", _) => (GitHubSeen.Untold, $"The app's installation shows no repository of {options.Owner}: make any one there, so that it can be told whose installation it is, then try again."),
            _ => (GitHubSeen.Part, $"The app is installed for selected repositories alone: install it for all repositories of {options.Owner}, then try again."),
        };
    }

    private async Task<(GitHubSeen, string)> OfTokenAsync(CancellationToken ct)
    {
        var user = await cloud.SendAsync(Read("github.user", "/user") with { AnswerHeader = "X-OAuth-Scopes" }, ct);
        var isOwn = user.Body.Text("login") is { } login && IsOwner(login);
        if (isOwn && (user.Header ?? "").Split(',', StringSplitOptions.TrimEntries).Contains("repo"))
        {
            return (GitHubSeen.All, $"The token is a classic one of {options.Owner}.");
        }

        if (await PrivateAsync(isOwn, ct) is not { } before)
        {
            return (GitHubSeen.Untold,
                $"GitHub does not tell whether this credential is shown all repositories of {options.Owner}. If this one is there, let the credential see it. If it was deleted, "
                + "store a credential of which GitHub tells that (docs/cloud-setup.md: When a repository is not shown), then try again.");
        }

        var (items, isWhole) = await listing.OfAsync(options.Owner, ct);

        // Told before and after: repositories come and go meanwhile, and one that came must not stand for one that is not shown.
        // An organisation's internal ones are listed as private too, and would stand for private ones that are not shown.
        var shown = items.Count(r => r.IsPrivate == true && !r.IsInternal);
        return await PrivateAsync(isOwn, ct) is not { } after ? (GitHubSeen.Untold, $"GitHub told how many private repositories {options.Owner} has, and then did not. Try again.")
            : shown >= Math.Max(before, after) ? (GitHubSeen.All, $"GitHub shows all private repositories of {options.Owner}.")
            : !isWhole ? (GitHubSeen.Untold, $"{options.Owner} has too many repositories to compare them all: use an app that is installed for all of them.")
            : (GitHubSeen.Part, $"This credential is not shown all private repositories of {options.Owner}: let it see all of them, then try again.");
    }

    /// <summary>How many private repositories the owner has; null where GitHub does not tell this credential.</summary>
    private async Task<long?> PrivateAsync(bool isOwn, CancellationToken ct)
    {
        var call = isOwn ? Read("github.user", "/user") : Read("github.organization", CloudPath.Of($"/orgs/{options.Owner}")) with { Expected = [404] };
        return (await cloud.SendAsync(call, ct)).Body.Number("owned_private_repos");
    }

    private bool IsOwner(string login) => login.Equals(options.Owner, StringComparison.OrdinalIgnoreCase);

    private static CloudCall Read(string operation, string path) => new(HttpMethod.Get, operation, path) { MayRepeat = true, MayTellOfOthers = true };
}
