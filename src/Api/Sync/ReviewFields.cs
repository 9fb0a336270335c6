using System.ComponentModel.DataAnnotations;
using PrizeDraw.Api.Requests;

namespace PrizeDraw.Api.Sync;

/// <summary>How one conflicted file of the open review is decided.</summary>
[Example("""{"head":"5c8f2f7d0a0b4a6c8f1a2b3c4d5e6f708192a3b4","path":"app/page.tsx","choice":"site"}""")]
public sealed record DecisionFields
{
    /// <summary>Characters of a file at most.</summary>
    public const int TextMax = 256 * 1024;

    /// <summary>The review's head as it was read; decided on another one is refused.</summary>
    [StringLength(64, MinimumLength = 1)] public required string Head { get; init; }

    /// <summary>The file's path as the review lists it.</summary>
    [StringLength(1_000, MinimumLength = 1)] public required string Path { get; init; }

    /// <summary>The site's file, the template's, or the text given here.</summary>
    [AllowedValues("site", "template", "text"), StringLength(20)] public required string Choice { get; init; }

    /// <summary>The whole file; with choice text, and only then.</summary>
    [StringLength(TextMax)] public string? Text { get; init; }
}

/// <summary>Which state of the open review is meant.</summary>
[Example("""{"head":"5c8f2f7d0a0b4a6c8f1a2b3c4d5e6f708192a3b4"}""")]
public sealed record ReviewHeadFields
{
    /// <summary>The review's head as it was read; merged or closed on another one is refused.</summary>
    [StringLength(64, MinimumLength = 1)] public required string Head { get; init; }
}

/// <summary>What was asked of the open review is taken; reading it again tells its new head, or that it has ended.</summary>
/// <param name="Head">The head that it was asked of.</param>
[Example("""{"head":"5c8f2f7d0a0b4a6c8f1a2b3c4d5e6f708192a3b4"}""")]
public sealed record ReviewTakenAnswer(string Head);
