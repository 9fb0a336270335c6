using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PrizeDraw.Doubles.GitHub;

/// <summary>A repository at the double.</summary>
internal sealed partial class GitHubRepository(long id, string owner, string name)
{
    public long Id => id;

    public string Owner => owner;

    public string Name { get; set; } = name;

    public string FullName => $"{Owner}/{Name}";

    public string? Description { get; set; }

    public bool IsPrivate { get; set; }

    public bool IsTemplate { get; set; }

    /// <summary>What it was generated from, or null.</summary>
    public GitHubRepository? Template { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    public string DefaultBranch { get; set; } = "main";

    public GitObjects Objects { get; set; } = new();

    /// <summary>By full name, such as refs/heads/main. None as long as the repository is empty.</summary>
    public SortedDictionary<string, string> Refs { get; } = new(StringComparer.Ordinal);

    /// <summary>By branch: the body of the request that protects it.</summary>
    public Dictionary<string, JsonObject> Protections { get; } = [];

    /// <summary>Whether it only can be read.</summary>
    public bool IsArchived { get; set; }

    /// <summary>Branches that take changes by pull requests alone.</summary>
    public HashSet<string> Reviewed { get; } = [];

    /// <summary>In the order of their numbers.</summary>
    public List<GitHubPull> Pulls { get; } = [];

    /// <summary>Reads still to come that don't see it (404), by front ends that lag behind.</summary>
    public int HiddenReads { get; set; }

    /// <summary>For each read of its content still to come whether that read sees it; all see it once these are over.</summary>
    public Queue<bool> ContentReads { get; } = new();

    /// <summary>The ownership marker in its description: 16 hex digits.</summary>
    public string? Marker => Description is not null && Nonce().Match(Description) is { Success: true } match ? match.Value : null;

    /// <summary>A branch, a full or shortened reference, or a commit, whose name may be cut to seven digits or more.</summary>
    public GitCommit? Resolve(string revision) => Named(revision) ?? (revision.Length >= 7 ? Objects.Commits.FirstOrDefault(c => c.Sha.StartsWith(revision, StringComparison.Ordinal)) : null);

    private GitCommit? Named(string revision) => Objects.Commit(
        Refs.GetValueOrDefault("refs/heads/" + revision) ?? Refs.GetValueOrDefault("refs/" + revision)
        ?? Refs.GetValueOrDefault("refs/tags/" + revision) ?? Refs.GetValueOrDefault(revision) ?? revision);

    [GeneratedRegex(@"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])")]
    private static partial Regex Nonce();
}
