using System;
using System.ComponentModel.DataAnnotations;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Rehearsals;

namespace PrizeDraw.Api.Rehearsals;

/// <summary>A rehearsal of the campaign as it is now.</summary>
[Example("""{"expiresAt":"2026-12-08T09:00:00Z"}""")]
public sealed record RehearsalFields : IOptionalBody
{
    /// <summary>When it deletes itself: five minutes to 31 days from now; default seven days.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>Generated traffic: entries by people who do not exist, some of whom come again and some of whom err.</summary>
[Example("""{"entries":100000,"perSecond":2000}""")]
public sealed record RehearsalRunFields
{
    /// <summary>How many entries.</summary>
    [Range(1, 1_000_000)] public required long Entries { get; init; }

    /// <summary>How many a second; by default so many that a minute is enough, as far as that goes.</summary>
    [Range(1, 5_000)] public int? PerSecond { get; init; }

    /// <summary>The entries' own times begin here; default and earliest is the opening.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The entries' own times are before this; default and latest is the closing.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>How many people they come from; default nine for ten entries.</summary>
    [Range(1, 1_000_000)] public long? Entrants { get; init; }

    /// <summary>Begin with nothing entered and nothing won (the default), or go on from what the rehearsal has.</summary>
    public bool? Fresh { get; init; }
}

/// <summary>A rehearsal, with its token: told this once and kept nowhere.</summary>
/// <param name="Id">The rehearsal's id.</param>
/// <param name="Token">Goes into X-Rehearsal-Token of the site's requests.</param>
/// <param name="State">preparing, ready or failed.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it deletes itself.</param>
[Example("""
    {"id":"reh_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","token":"rht_p8ZyGmA0…","state":"ready","createdAt":"2026-12-01T09:00:00Z",
     "expiresAt":"2026-12-08T09:00:00Z"}
    """)]
public sealed record RehearsalMade(string Id, string? Token, string State, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>A rehearsal.</summary>
/// <param name="Id">The rehearsal's id.</param>
/// <param name="State">preparing, ready, failed or deleting.</param>
/// <param name="Message">Why it failed.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it deletes itself.</param>
/// <param name="Run">The latest run of generated traffic.</param>
/// <param name="Stats">Its numbers, as the campaign's own are told; null in lists and until it is ready.</param>
[Example("""
    {"id":"reh_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","state":"ready","message":null,"createdAt":"2026-12-01T09:00:00Z",
     "expiresAt":"2026-12-08T09:00:00Z","run":{"state":"running","entries":100000,"sent":41200,"accepted":40310,"refused":890,"perSecond":1666,
       "from":"2026-12-01T09:00:00Z","to":"2026-12-31T23:59:59Z","entrants":90000,"startedAt":"2026-12-01T09:00:05Z","endedAt":null,"message":null},
     "stats":null}
    """)]
public sealed record RehearsalAnswer(
    string Id, string State, string? Message, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, RehearsalRunAnswer? Run, StatsAnswer? Stats)
{
    internal static RehearsalAnswer From(RehearsalView view, StatsAnswer? stats) => new(
        view.Id, view.State, view.Message, view.CreatedAt, view.ExpiresAt, view.Run is { } run ? RehearsalRunAnswer.Of(run) : null, stats);

    internal static RehearsalAnswer From(RehearsalView view) => From(view, null);
}

/// <summary>Generated traffic, under way or at its end.</summary>
/// <param name="State">running, done, stopped or failed.</param>
/// <param name="Entries">How many were asked for.</param>
/// <param name="Sent">How many were sent and answered.</param>
/// <param name="Accepted">How many of them were taken.</param>
/// <param name="Refused">How many of them were refused.</param>
/// <param name="PerSecond">The rate asked for.</param>
/// <param name="From">The entries' own times begin here.</param>
/// <param name="To">The entries' own times are before this.</param>
/// <param name="Entrants">How many people they come from.</param>
/// <param name="StartedAt">When the run began.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Message">Why it failed.</param>
public sealed record RehearsalRunAnswer(
    string State, long Entries, long Sent, long Accepted, long Refused, int PerSecond, DateTimeOffset From, DateTimeOffset To, long Entrants,
    DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Message)
{
    internal static RehearsalRunAnswer Of(RehearsalRunView run) => new(
        run.State, run.Entries, run.Sent, run.Accepted, run.Refused, run.PerSecond, run.From, run.To, run.Entrants, run.StartedAt, run.EndedAt, run.Message);
}
