using System.Globalization;
using System.Text.Json.Nodes;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>A repository as GitHub tells of it.</summary>
/// <param name="Id">GitHub's id; outlives renames.</param>
/// <param name="Owner">Of the address that it has now.</param>
/// <param name="Name">Of the address that it has now.</param>
internal sealed record GitHubRepository(string Id, string Owner, string Name, string Description, string Branch, string CloneAddress, bool IsTemplate)
{
    /// <summary>Whether only those see it who may; null where GitHub does not say.</summary>
    public bool? IsPrivate { get; init; }

    /// <summary>Whether everybody in the owner's enterprise sees it. It is told as private, too.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Whether it only can be read.</summary>
    public bool IsArchived { get; init; }

    /// <summary>Null when a field that counts is missing.</summary>
    public static GitHubRepository? Read(JsonNode? body) =>
        body.Number("id") is { } id && body.Text("full_name") is { } full && full.Split('/') is [{ Length: > 0 } owner, { Length: > 0 } name]
            ? new GitHubRepository(
                id.ToString(CultureInfo.InvariantCulture), owner, name, body.Text("description") ?? "", body.Text("default_branch") ?? "main",
                body.Text("clone_url") ?? $"https://github.com/{full}.git", body.Flag("is_template") ?? false)
            {
                IsPrivate = body.Flag("private"), IsInternal = body.Text("visibility") == "internal", IsArchived = body.Flag("archived") ?? false,
            }
            : null;
}

/// <summary>A commit and its tree.</summary>
internal sealed record GitHubCommit(string Sha, string Tree);

/// <summary>An entry of a tree, with its path from that tree on.</summary>
/// <param name="Type"><c>blob</c>, <c>tree</c> or <c>commit</c>.</param>
internal sealed record GitHubTreeEntry(string Path, string Mode, string Type, string Sha);
