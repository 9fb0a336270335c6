using System.Collections.Immutable;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Sync;

/// <summary>What a site has of the template: a version, and commits after it that it took by themselves, in their order.</summary>
public sealed record TemplateBase(string Tag, string Commit)
{
    public ImmutableArray<string> Picks { get; init; } = [];
}

/// <summary>One repository to be brought to <paramref name="Target"/>.</summary>
/// <param name="Base">What it is recorded to have.</param>
/// <param name="Target">What it is to have: another version, or its own base with further picks.</param>
/// <param name="Nonce">Marks what this order pushes, 16 hex digits, so that a push before a crash is found again.</param>
public sealed record SyncOrder(RepositoryRef Repository, TemplateBase Base, TemplateBase Target, string Nonce)
{
    /// <summary>Whether what merges cleanly is pushed to the site's branch; otherwise it waits in a pull request.</summary>
    public bool PushesClean { get; init; }

    /// <summary>Ids of the template's migrations that this repository has had.</summary>
    public ImmutableArray<string> Migrations { get; init; } = [];

    /// <summary>The number of its open sync pull request; null for none known.</summary>
    public int? PullRequest { get; init; }
}

/// <summary>What became of one file.</summary>
/// <param name="Change">What happens to the site's file: <c>added</c>, <c>modified</c>, <c>deleted</c>, <c>renamed</c> or <c>none</c>.</param>
/// <param name="Verdict">
/// <c>taken</c> (the template's), <c>merged</c>, <c>kept</c> (the site's, told of only where the template wanted another) or <c>conflict</c>.
/// </param>
/// <param name="Note">Why, in a sentence; null where it goes without saying.</param>
public sealed record SyncedFile(string Path, string Change, string Verdict, string? Note = null, string? OldPath = null);

/// <summary>How a sync came out, or would.</summary>
/// <param name="Kind"><c>up_to_date</c>, <c>pushed</c>, <c>pull_request</c>, <c>conflict_pull_request</c> or <c>refused</c>.</param>
/// <param name="Base">What the site has of the template from now on.</param>
public sealed record SyncOutcome(string Kind, TemplateBase Base)
{
    public const string UpToDate = "up_to_date", Pushed = "pushed", PullRequested = "pull_request", Conflict = "conflict_pull_request", Refused = "refused";

    /// <summary>Why, where there is something to say.</summary>
    public string? Reason { get; init; }

    /// <summary>The commit that was pushed, and the branch's head before it; null for none.</summary>
    public string? Commit { get; init; }

    public string? Before { get; init; }

    public PullRequest? PullRequest { get; init; }

    public ImmutableArray<SyncedFile> Files { get; init; } = [];

    /// <summary>The change to the site as a unified diff, 256 Ki characters at most.</summary>
    public string Diff { get; init; } = "";

    public bool DiffIsCut { get; init; }

    /// <summary>How many files of the site differ from its base, those of the platform apart; null where nobody has counted.</summary>
    public int? LocalChanges { get; init; }

    /// <summary>All migrations that the repository has had from now on (once merged, for a pull request).</summary>
    public ImmutableArray<string> Migrations { get; init; } = [];
}
