using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Grains.Abstractions.Sync;

/// <summary>
/// Reads what people review on the platform's own page, from the repository itself: texts of files are kept nowhere else. It may take seconds.
/// Refusals: <c>template.no_site</c>, <c>template.no_review</c>, <c>template.repository_unavailable</c> (again later).
/// </summary>
public interface ITemplateReviews
{
    /// <summary>The open review of a campaign's site; that the caller sees the campaign is known.</summary>
    Task<Result<OpenReviewView>> ReadAsync(string tenantId, string campaignId, CancellationToken ct);
}

/// <summary>An open pull request of sync with what is in it.</summary>
/// <param name="Head">The newest commit of its branch: what is decided, merged or closed names it.</param>
/// <param name="IsDecided">Whether nothing in it must be decided any more, so that it can be merged.</param>
/// <param name="Files">What it changes and what must be decided, 500 at most; conflicts first, then by path.</param>
/// <param name="Diff">What merging it now would do to the site, as a unified diff, 256 Ki characters at most.</param>
public sealed record OpenReviewView(ReviewView Review, string Head, bool IsDecided, ImmutableArray<ReviewFileView> Files, string Diff, bool DiffIsCut);

/// <summary>
/// A file of a review. A text is null where that side has no such file, the file is binary, or it was left out; texts are given for conflicts
/// alone, each of 256 Ki characters at most, 2 Mi in all.
/// </summary>
/// <param name="Verdict"><c>taken merged kept conflict</c>.</param>
/// <param name="IsDecided">Of a conflict: whether somebody has decided it.</param>
/// <param name="IsBinary">Whether no side has a text that could be shown.</param>
/// <param name="IsCut">Whether texts were left out because they, or another side's, are too long or are none.</param>
/// <param name="Site">As the site had it when the branch was made.</param>
/// <param name="Base">As the template version had it that the site last took.</param>
/// <param name="Template">As the new version has it.</param>
/// <param name="Proposed">As the branch has it now, with markers where both sides are to be seen.</param>
public sealed record ReviewFileView(
    string Path, string? OldPath, string Verdict, string? Note, bool IsDecided, bool IsBinary, bool IsCut, string? Site, string? Base, string? Template, string? Proposed);
