using System;

namespace PrizeDraw.Doubles.GitHub;

/// <summary>A pull request at the double.</summary>
internal sealed class GitHubPull(int number, string branch, string onto, string author)
{
    public int Number => number;

    /// <summary>The branch that it brings.</summary>
    public string Branch => branch;

    /// <summary>The branch that it is for.</summary>
    public string Onto => onto;

    public string Author => author;

    public string Title { get; set; } = "";

    public string Body { get; set; } = "";

    public bool IsDraft { get; set; }

    public bool IsOpen { get; set; } = true;

    /// <summary>The newest commit of its branch; of one that is no longer open, as it was then.</summary>
    public string Head { get; set; } = "";

    public DateTimeOffset MadeAt { get; init; }

    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>The commit that merged it, or null.</summary>
    public string? MergedAs { get; set; }

    /// <summary>For which heads it was worked out whether it can be merged: GitHub does so once it is asked.</summary>
    public (string Head, string Onto)? WorkedOut { get; set; }
}
