using System.Collections.Immutable;

namespace PrizeDraw.Providers.Sync;

/// <summary>An open pull request of sync as the review page shows it.</summary>
/// <param name="Head">Its newest commit: what is decided is decided on this one.</param>
/// <param name="Target">What the site has of the template once it is merged.</param>
/// <param name="IsDecided">Whether it can be merged.</param>
/// <param name="Diff">What merging it would change at the site, 256 Ki characters at most.</param>
public sealed record SyncReview(
    PullRequest PullRequest, string Head, TemplateBase Target, bool IsDecided, ImmutableArray<ReviewFile> Files, string Diff, bool DiffIsCut);

/// <summary>A file that must be, or was, decided.</summary>
/// <param name="Kind">As in <see cref="Merging.SyncConflict"/>.</param>
/// <param name="Site">Each side's text, and the branch's; null where there is none, it is no text, or it is longer than 256 Ki bytes.</param>
public sealed record ReviewFile(string Path, string Kind, string Note, bool IsDecided, string? Base, string? Site, string? Template, string? Branch)
{
    /// <summary>Which sides have the file at all: to take a side without it deletes the file.</summary>
    public bool SiteHasIt { get; init; }

    public bool TemplateHasIt { get; init; }
}

/// <summary>A person's decision of one file.</summary>
/// <param name="Head">The review's head as they saw it.</param>
/// <param name="Choice"><c>site</c> or <c>template</c>: where git put markers that side's lines between them, in JSON merged by key the keys in question, otherwise its whole file; or <c>text</c>.</param>
/// <param name="Text">The whole file, with <c>text</c>.</param>
/// <param name="By">Who decided; stands in the commit.</param>
public sealed record FileDecision(string Head, string Path, string Choice, string? Text, string By);

/// <summary>What came of a change to a review.</summary>
/// <param name="Result"><c>done</c>, or nothing was changed: <c>changed</c> (its head is another one), <c>undecided</c>, <c>unknown</c> (no such file or choice) or <c>gone</c> (it is not open).</param>
/// <param name="Head">Its head from now on; null where it is gone.</param>
public sealed record ReviewChange(string Result, string? Head)
{
    public const string Done = "done", Changed = "changed", Undecided = "undecided", Unknown = "unknown", Gone = "gone";
}

/// <summary>What became of a pull request.</summary>
/// <param name="State"><c>open</c>, <c>merged</c>, <c>closed</c> or <c>gone</c>.</param>
public sealed record FollowedReview(string State)
{
    public const string Open = "open", Merged = "merged", Closed = "closed", Gone = "gone";

    public PullRequest? PullRequest { get; init; }

    /// <summary>What the site has of the template with it; null where its commits are ours no more.</summary>
    public TemplateBase? Base { get; init; }

    public ImmutableArray<string> Migrations { get; init; } = [];

    /// <summary>Of a merged one: the commit on the default branch that brought it, and the one before; null where that can't be told.</summary>
    public string? Commit { get; init; }

    public string? Before { get; init; }

    /// <summary>Of an open one: whether it can be merged.</summary>
    public bool IsDecided { get; init; }
}

/// <summary>A push to be put back, keeping what people have changed since.</summary>
/// <param name="Commit">What was pushed, or the merge of its pull request.</param>
/// <param name="Before">The commit before it.</param>
/// <param name="Base">What the site had of the template before.</param>
/// <param name="SyncNonce">Of the sync.</param>
/// <param name="Nonce">Of this order, 16 hex digits.</param>
public sealed record RollBackOrder(
    Repositories.RepositoryRef Repository, string Commit, string Before, TemplateBase Base, string SyncNonce, string Nonce)
{
    /// <summary>Ids of the migrations that the site had had before.</summary>
    public ImmutableArray<string> Migrations { get; init; } = [];

    public bool PushesClean { get; init; } = true;
}
