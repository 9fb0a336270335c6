using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>The repositories of an owner, a hundred at a time.</summary>
internal sealed class GitHubListing(CloudClient cloud)
{
    private const int PageSize = 100;

    /// <summary>All of them, at most <see cref="Holdings.Most"/>, and whether that is all. GitHub lists organisations and users apart.</summary>
    public async Task<(ImmutableArray<GitHubRepository> Items, bool IsWhole)> OfAsync(string owner, CancellationToken ct) =>
        await PagesAsync(page => CloudPath.Of($"/orgs/{owner}/repos?type={"all"}&per_page={PageSize}&page={page}"), owner, ct)
        ?? await PagesAsync(page => CloudPath.Of($"/user/repos?affiliation={"owner"}&per_page={PageSize}&page={page}"), owner, ct)
        ?? throw new ProviderException(ProviderFault.Rejected, $"GitHub knows no organisation {owner}, and does not list the credential's own repositories.");

    private async Task<(ImmutableArray<GitHubRepository> Items, bool IsWhole)?> PagesAsync(Func<int, string> path, string owner, CancellationToken ct)
    {
        var found = ImmutableArray.CreateBuilder<GitHubRepository>();
        for (var page = 1; found.Count < Holdings.Most; page++)
        {
            var answer = await cloud.SendAsync(new CloudCall(HttpMethod.Get, "github.list", path(page)) { MayRepeat = true, MayTellOfOthers = true, Expected = [404] }, ct);
            if (answer.Status == 404)
            {
                return null;
            }

            var items = answer.Body as JsonArray ?? throw new ProviderException(ProviderFault.Transient, "GitHub's list of repositories is none. It is asked again later.");
            // A list skips nothing that can't be read: absence would be concluded from it.
            found.AddRange(items.Select(item => GitHubRepository.Read(item)
                ?? throw new ProviderException(ProviderFault.Transient, "GitHub's list of repositories lacks what it should hold. It is asked again later.")));
            if (items.Count < PageSize)
            {
                return ([.. found.Where(r => r.Owner.Equals(owner, StringComparison.OrdinalIgnoreCase))], true);
            }
        }

        return ([.. found.Where(r => r.Owner.Equals(owner, StringComparison.OrdinalIgnoreCase))], false);
    }
}
