using System;
using System.Text.RegularExpressions;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>The name that Vercel links a repository by, <c>owner/name</c>, read from where git clones it from.</summary>
internal static partial class GitHubName
{
    /// <summary>Throws <see cref="ProviderFault.Rejected"/> for a repository that is not at GitHub.</summary>
    public static string Of(RepositoryRef repository)
    {
        var match = Pattern().Match(repository.Location);
        return match.Success
            ? match.Groups["name"].Value
            : throw new ProviderException(
                ProviderFault.Rejected, $"Vercel builds from GitHub alone, and the repository '{repository.Name}' is elsewhere. Choose GitHub for this campaign's repository.");
    }

    /// <summary>GitHub's id of the repository, once it is known.</summary>
    public static long? IdOf(RepositoryRef repository) => long.TryParse(repository.Id, out var id) ? id : null;

    [GeneratedRegex(@"\Ahttps?://[^/@\s]+/(?<name>[A-Za-z0-9-]+/[A-Za-z0-9._-]+?)(\.git)?/?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
