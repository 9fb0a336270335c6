using System;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;

namespace PrizeDraw.Api.Draws;

/// <summary>How far a draw is.</summary>
/// <param name="Stage">waiting-for-freeze, building-list, committing, waiting-for-round, waiting-for-observer, drawing, certifying or done.</param>
/// <param name="Done">Entries done, while the list is built.</param>
/// <param name="Total">Entries that there are, while the list is built.</param>
/// <param name="WaitingFor">Why it does not go on just now, in a sentence; null while it does.</param>
/// <param name="ResumesAt">When what it waits for is expected; null where nobody knows.</param>
public sealed record DrawProgress(string Stage, long? Done, long? Total, string? WaitingFor, DateTimeOffset? ResumesAt)
{
    internal const string DoneStage = "done";

    internal static DrawProgress Of(DrawView view, DrawStand stand) => StageOf(view, stand) switch
    {
        "waiting-for-freeze" => new("waiting-for-freeze", null, null, stand.WaitingFor ?? "The list of entries is frozen at its time, once no entry of the draw is taken any more.", view.At),
        "building-list" => new("building-list", stand.ListDone, stand.ListTotal, null, null),
        DoneStage => new(DoneStage, null, null, null, null),
        var stage => new(stage, null, null, stand.WaitingFor, stand.ResumesAt),
    };

    private static string StageOf(DrawView view, DrawStand stand) => view.State switch
    {
        "planned" => "waiting-for-freeze",
        "frozen" => stand.IsListReady || stand.WaitingFor is not null ? "committing" : "building-list",
        "committed" when stand.CommitmentHash is not null && !stand.IsCommitmentPublic => "committing",
        "committed" when stand.WaitingFor is not null && view.Level == "observed" => "waiting-for-observer",
        "committed" when stand.WaitingFor is not null => "waiting-for-round",
        "committed" => "drawing",
        // A draw of the first versions has no certificate.
        "drawn" or "completed" or "void" or "withheld" when stand.CommitmentHash is not null && view.DrawnAt is not null && stand.IsCertificateBehind => "certifying",
        _ => DoneStage,
    };
}
