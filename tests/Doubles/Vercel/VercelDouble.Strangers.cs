using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.Vercel;

/// <content>Other accounts, in which there is nothing of ours.</content>
public sealed partial class VercelDouble
{
    /// <summary>Tokens of other accounts, each with its team.</summary>
    public Dictionary<string, string> Strangers { get; } = [];

    /// <summary>Tokens of other people who are in no team, each with its user's id; they have nothing.</summary>
    public Dictionary<string, string> People { get; } = [];

    private bool IsStranger(SeenRequest request) => People.ContainsKey(request.Token ?? "") || Strangers.ContainsKey(request.Token ?? "");

    private DoubleAnswer? ShownToStranger(SeenRequest request) => People.TryGetValue(request.Token ?? "", out var person)
        ? request.Path == "/v2/user" ? new DoubleAnswer(200, new JsonObject { ["user"] = UserBody(person) })
            : request.Query.Contains("teamId=", StringComparison.Ordinal) ? Problem(403, "forbidden", "Not authorized") : NoProject
        : !Strangers.TryGetValue(request.Token ?? "", out var team) ? null
        : request.Query.Contains("teamId=" + team, StringComparison.Ordinal) ? NoProject
        : Problem(403, "forbidden", "Not authorized");
}
