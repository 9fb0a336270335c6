using System;
using System.Text.RegularExpressions;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>Where campaign repositories are made at GitHub, and from what.</summary>
public sealed partial record GitHubOptions
{
    /// <summary>The user or organisation that campaign repositories belong to.</summary>
    public required string Owner { get; init; }

    /// <summary>The owner of the template repository.</summary>
    public required string TemplateOwner { get; init; }

    /// <summary>The template repository; GitHub's setting "Template repository" is on.</summary>
    public required string TemplateName { get; init; }

    /// <summary>Whether campaign repositories are private; default true.</summary>
    public bool IsPrivate { get; init; } = true;

    /// <summary>Whether the branch that sites are built from can be neither deleted nor rewritten; default true. Free plans can't for private repositories.</summary>
    public bool ProtectBranch { get; init; } = true;

    /// <summary>The app whose installation calls are made as; null calls with a token.</summary>
    public GitHubInstallation? App { get; init; }

    /// <summary>
    /// How long GitHub may take for what it does behind our back (filling a new repository, showing it everywhere, deleting it); 1 s to 30
    /// minutes, default 3 minutes.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// How long is looked for a repository whose creation may have come to no answer, before it counts as never made; 0 to 10 minutes,
    /// default 30 s.
    /// </summary>
    public TimeSpan AppearsWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait between two looks, doubled up to 8 s; 1 ms to 8 s, default 0.5 s.</summary>
    public TimeSpan LookAgainDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How GitHub is called: serial writes a second apart, as it asks for; whole trees and files come in one answer.</summary>
    public static CloudOptions Calls(Uri? address = null) => new()
    {
        Address = address ?? new Uri("https://api.github.com/"), SerialWrites = true, WriteGap = TimeSpan.FromSeconds(1), AnswerBytesMax = 32 * 1024 * 1024,
    };

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    public void Validate()
    {
        Require(NamePattern().IsMatch(Owner), "the owner is a user's or an organisation's name");
        Require(NamePattern().IsMatch(TemplateOwner) && NamePattern().IsMatch(TemplateName), "the template is named by owner and repository");
        Require(Patience >= TimeSpan.FromSeconds(1) && Patience <= TimeSpan.FromMinutes(30), "the patience is 1 s to 30 minutes");
        Require(AppearsWithin >= TimeSpan.Zero && AppearsWithin <= TimeSpan.FromMinutes(10), "a repository appears within 0 to 10 minutes");
        Require(LookAgainDelay >= TimeSpan.FromMilliseconds(1) && LookAgainDelay <= TimeSpan.FromSeconds(8), "the wait between two looks is 1 ms to 8 s");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new ArgumentException($"GitHub's options: {what}.");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex NamePattern();
}

/// <summary>A GitHub App as it is installed at one owner, without its key.</summary>
/// <param name="AppId">The app's id or client id.</param>
/// <param name="Number">The installation's number.</param>
public sealed record GitHubInstallation(string AppId, long Number);
