using System;
using System.Collections.Generic;

namespace PrizeDraw.Doubles.Vercel;

/// <content>Other accounts, in which there is nothing of ours.</content>
public sealed partial class VercelDouble
{
    /// <summary>Tokens of other accounts, each with its team.</summary>
    public Dictionary<string, string> Strangers { get; } = [];

    private bool IsStranger(SeenRequest request) => Strangers.ContainsKey(request.Token ?? "");

    private DoubleAnswer? ShownToStranger(SeenRequest request) => !Strangers.TryGetValue(request.Token ?? "", out var team) ? null
        : request.Query.Contains("teamId=" + team, StringComparison.Ordinal) ? NoProject
        : Problem(403, "forbidden", "Not authorized");
}
