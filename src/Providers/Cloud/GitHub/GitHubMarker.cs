using System.Text.RegularExpressions;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>
/// Whose a repository is and what it was made from, in its description: <c>Campaign site NAME prizedraw:NONCE</c>, which the creating call
/// carries, and once it is complete <c>template:COMMIT@TAG</c> behind.
/// </summary>
internal static partial class GitHubMarker
{
    public static string Begun(RepositoryRequest request) => $"Campaign site {request.Name} prizedraw:{request.Nonce}";

    public static string Complete(RepositoryRequest request, TemplateVersion template) => $"{Begun(request)} template:{template.Commit}@{template.Tag}";

    /// <summary>Whether the description carries this campaign's name and nonce.</summary>
    public static bool IsOn(string description, RepositoryRequest request) =>
        Pattern().Match(description) is { Success: true } found && found.Groups["name"].Value == request.Name && found.Groups["nonce"].Value == request.Nonce;

    /// <summary>The name and the nonce that a description carries, whosever they are; null without them.</summary>
    public static (string Name, string Nonce)? In(string description) =>
        Pattern().Match(description) is { Success: true } found ? (found.Groups["name"].Value, found.Groups["nonce"].Value) : null;

    /// <summary>What a complete repository was made from, else null.</summary>
    public static TemplateVersion? TemplateOf(string description) =>
        Pattern().Match(description) is { Success: true } found && found.Groups["commit"].Success
            ? new TemplateVersion(found.Groups["tag"].Value, found.Groups["commit"].Value)
            : null;

    [GeneratedRegex(@"Campaign site (?<name>\S+) prizedraw:(?<nonce>[0-9a-f]{16})(?![0-9a-f])( template:(?<commit>[0-9a-f]{40,64})@(?<tag>\S+))?")]
    private static partial Regex Pattern();
}
