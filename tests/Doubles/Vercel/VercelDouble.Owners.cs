using System;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.Vercel;

/// <content>Whose the projects are: a team's, or the account's of a person who is in none.</content>
public sealed partial class VercelDouble
{
    private const string Person = "user_double";

    /// <summary>What the token's user is in the team.</summary>
    public string Role { get; set; } = "MEMBER";

    /// <summary>Whether all is the token's user's own: then there is no team, and no call may name one.</summary>
    public bool IsPersonal { get; set; }

    private string Owner => IsPersonal ? Person : Team;

    private void MapOwners(DoubleRoutes routes)
    {
        routes.On("GET", "/v2/teams/{teamId}", "vercel.team", request => request["teamId"] == Team && !IsPersonal
            ? new DoubleAnswer(200, TeamBody())
            : Problem(404, "not_found", "The team could not be found."));
        routes.On("GET", "/v2/user", "vercel.user", _ => new DoubleAnswer(200, new JsonObject { ["user"] = UserBody() }));
    }

    /// <summary>Vercel takes a call without a team for one about the user's own account, and the other way round.</summary>
    private bool IsForOwner(SeenRequest request) => request.Operation is "vercel.team" or "vercel.user"
        || (IsPersonal ? !request.Query.Contains("teamId=", StringComparison.Ordinal) : request.Query.Contains("teamId=" + Team, StringComparison.Ordinal));

    private JsonObject TeamBody() => new()
    {
        ["id"] = Team, ["slug"] = "double", ["name"] = "Double", ["creatorId"] = Person, ["createdAt"] = 0, ["updatedAt"] = 0, ["avatar"] = null,
        ["description"] = null, ["stagingPrefix"] = "double",
        ["membership"] = new JsonObject { ["role"] = Role, ["confirmed"] = true, ["createdAt"] = 0, ["created"] = 0 },
    };

    private static JsonObject UserBody(string person = Person) => new()
    {
        ["id"] = person, ["email"] = "somebody@example.com", ["name"] = "Somebody", ["username"] = "somebody", ["avatar"] = null, ["defaultTeamId"] = null,
        ["createdAt"] = 0, ["softBlock"] = null, ["billing"] = null, ["resourceConfig"] = new JsonObject(), ["stagingPrefix"] = "somebody",
        ["hasTrialAvailable"] = false,
    };
}
