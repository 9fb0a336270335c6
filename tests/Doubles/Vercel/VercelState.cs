using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.Vercel;

/// <summary>How a build goes: what is answered at each look at it, the last one from then on.</summary>
public sealed record VercelCourse(params ImmutableArray<VercelMoment> Moments)
{
    /// <summary>Waits, builds, is built, has its addresses.</summary>
    public static VercelCourse Good { get; } = new(
        new VercelMoment("QUEUED"), new VercelMoment("BUILDING"), new VercelMoment("READY"), new VercelMoment("READY") { IsAssigned = true });

    /// <summary>As the good one, with these fields in every answer about the end of it.</summary>
    public static VercelCourse EndingWith(string state, params (string Name, JsonNode? Value)[] fields) =>
        new(new VercelMoment("BUILDING"), new VercelMoment(state) { Fields = [.. fields] });

    /// <summary>Stays in one state for good.</summary>
    public static VercelCourse StuckAt(string state) => new(new VercelMoment(state));
}

/// <summary>One state of a build.</summary>
public sealed record VercelMoment(string State)
{
    public bool IsAssigned { get; init; }

    public ImmutableArray<(string Name, JsonNode? Value)> Fields { get; init; } = [];
}

internal sealed class VercelProjectState(string id, string name)
{
    public string Id => id;

    public string Name { get; set; } = name;

    public string? Framework { get; init; }

    public string? Repository { get; set; }

    public long? RepositoryId { get; set; }

    public bool IsPaused { get; set; }

    /// <summary>How many looks at it still find nothing.</summary>
    public int LooksUntilSeen { get; set; }

    /// <summary>How many looks at it still find it, once it is being deleted; null while it is not.</summary>
    public int? LooksUntilGone { get; set; }

    // Tests look while calls are served.
    public ConcurrentDictionary<string, VercelVariableState> Variables { get; } = [];

    public ImmutableList<VercelDeploymentState> Deployments { get; set; } = [];

    public ConcurrentDictionary<string, VercelDomainState> Domains { get; } = [];

    public VercelDeploymentState? Serving { get; set; }

    public string? Marker => Variables.GetValueOrDefault("PRIZEDRAW_NONCE")?.Value;
}

internal sealed record VercelVariableState(string Id, string Name, string Value, string Type, long CreatedAt, long UpdatedAt);

internal sealed record VercelLine(string Id, long At, string Text);

internal sealed class VercelDomainState(string name, bool isVerified)
{
    public string Name => name;

    public bool IsVerified { get; set; } = isVerified;

    public string Proof => $"vc-domain-verify={name},0123456789abcdef0123";
}

internal sealed class VercelDeploymentState(string id, VercelProjectState project, VercelCourse course, long createdAt)
{
    private int _looks;
    private bool _isCancelled;

    public string Id => id;

    public VercelProjectState Project => project;

    public long CreatedAt => createdAt;

    public required string Commit { get; init; }

    public required string Branch { get; init; }

    public required string? Target { get; init; }

    public required ImmutableArray<(string Name, string Value)> Meta { get; init; }

    public List<VercelLine> Lines { get; } = [];

    public VercelMoment Now => _isCancelled ? new VercelMoment("CANCELED") : course.Moments[Math.Clamp(_looks - 1, 0, course.Moments.Length - 1)];

    public bool IsRunning => Now.State is "QUEUED" or "INITIALIZING" or "BUILDING";

    public string Url => $"{project.Name}-{id[4..]}-double.vercel.app";

    /// <summary>The course goes on by one.</summary>
    public void Look() => _looks++;

    public void Cancel() => _isCancelled |= IsRunning;
}
