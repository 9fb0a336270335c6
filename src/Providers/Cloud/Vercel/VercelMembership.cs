using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>Asks, without changing anything, whether a token may make sites in a team.</summary>
internal static class VercelMembership
{
    /// <summary>Roles that see things and make none. A role that nobody knew when this was written is given the benefit of the doubt.</summary>
    private static readonly string[] Onlookers = ["VIEWER", "VIEWER_FOR_PLUS", "BILLING", "SECURITY"];

    /// <summary>
    /// Throws <see cref="ProviderFault.Unauthorized"/> when the token is not valid, or may not create projects in the team;
    /// <see cref="ProviderFault.Rejected"/> when there is no such team.
    /// </summary>
    /// <param name="team">The team's id; null for the token's own account.</param>
    public static async Task RequireAsync(CloudClient client, string? team, CancellationToken ct)
    {
        if (team is null)
        {
            await client.SendAsync(new CloudCall(HttpMethod.Get, "vercel.user", "/v2/user") { MayRepeat = true, MayTellOfOthers = true, Bucket = "user" }, ct);
            return;
        }

        var call = new CloudCall(HttpMethod.Get, "vercel.team", CloudPath.Of($"/v2/teams/{team}"))
        {
            MayRepeat = true, MayTellOfOthers = true, Bucket = "team", Expected = [404],
        };
        var answer = await client.SendAsync(call, ct);
        if (answer.Status == 404)
        {
            throw new ProviderException(ProviderFault.Rejected, $"There is no Vercel team '{team}', or the token's user is not in it. A team's id stands in its settings.");
        }

        if (Hindrance(answer.Body) is { } hindrance)
        {
            throw new ProviderException(ProviderFault.Unauthorized, hindrance);
        }
    }

    private static string? Hindrance(JsonNode? team)
    {
        if (team.Holds("limited"))
        {
            return team.Texts("limitedBy").Contains("mfa")
                ? "The Vercel team asks for two-factor authentication, which the token's user has not set up."
                : "The Vercel token is not made for this team. Make one with the team as its scope.";
        }

        var role = team.Text("membership", "role");
        return team.At("membership").Flag("confirmed") == false ? "The token's user has not been confirmed as a member of the Vercel team yet."
            : role is not null && Onlookers.Contains(role) && !team.At("membership").Texts("teamPermissions").Contains("CreateProject")
                ? $"The token's user may only look on in the Vercel team (role {role}). Give them the role of a member."
            : null;
    }
}
