using System;
using System.IO;
using System.Text.RegularExpressions;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>Where projects are made at Supabase, and how long is waited for them.</summary>
public sealed partial record SupabaseOptions
{
    /// <summary>Slug of the organization that pays for the projects; letters, digits, hyphen, underscore.</summary>
    public required string Organization { get; init; }

    /// <summary>
    /// Where the data is: a region such as <c>eu-central-1</c>, or one of the groups <c>americas</c>, <c>emea</c> and <c>apac</c>, within which
    /// the provider chooses. Default <c>emea</c>.
    /// </summary>
    public string Region { get; init; } = "emea";

    /// <summary>Size of the machine, such as <c>micro</c>; null (the default) for what the organization's plan gives. Free plans take no other.</summary>
    public string? InstanceSize { get; init; }

    /// <summary>
    /// PEM file with the root that the pooler's certificate must come from, which Supabase hands out in a project's database settings; null
    /// (the default) for the roots that this machine trusts.
    /// </summary>
    public string? RootCertificate { get; init; }

    /// <summary>The pooler's port for whole sessions, used where its API tells of the one for transactions; default 5432.</summary>
    public int SessionPort { get; init; } = 5432;

    /// <summary>How long a project may take until it can be used; 0 to 2 hours, default 15 minutes.</summary>
    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long pausing, and deleting, may take; 0 to 2 hours, default 10 minutes.</summary>
    public TimeSpan EndedWithin { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a project that was just made may be unknown (404); 0 to 1 hour, default 2 minutes.</summary>
    public TimeSpan KnownWithin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long is looked for a project whose creation came to no answer, before it is created again; 0 to 1 hour, default 60 s.</summary>
    public TimeSpan LookAgainFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause between two looks; 0 to 5 minutes, default 5 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    public void Validate()
    {
        Require(SlugPattern().IsMatch(Organization), "the organization is named by its slug: letters, digits, hyphen and underscore");
        Require(SlugPattern().IsMatch(Region), "the region is a code such as eu-central-1, or americas, emea or apac");
        Require(InstanceSize is null || SlugPattern().IsMatch(InstanceSize), "the size is a name such as micro, or left out");
        Require(RootCertificate is null || File.Exists(RootCertificate), $"there is no file with a root certificate at {RootCertificate}");
        Require(SessionPort is >= 1 and <= 65535, "the port for sessions is 1 to 65535");
        Require(Within(ReadyWithin, TimeSpan.FromHours(2)), "a project becomes ready within 0 to 2 hours");
        Require(Within(EndedWithin, TimeSpan.FromHours(2)), "a project is paused or gone within 0 to 2 hours");
        Require(Within(KnownWithin, TimeSpan.FromHours(1)), "a new project is known within 0 to 1 hour");
        Require(Within(LookAgainFor, TimeSpan.FromHours(1)), "a project whose creation was not answered is looked for 0 to 1 hour");
        Require(Within(PollInterval, TimeSpan.FromMinutes(5)), "the pause between two looks is 0 to 5 minutes");
    }

    private static bool Within(TimeSpan value, TimeSpan most) => value >= TimeSpan.Zero && value <= most;

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new ArgumentException($"Supabase's options: {what}.");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,100}\z")]
    private static partial Regex SlugPattern();
}
