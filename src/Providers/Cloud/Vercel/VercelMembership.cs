using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Hosting;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>Asks, without changing anything, whether a token may make sites in a team, and whether it is shown all of them.</summary>
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

    /// <summary>
    /// Refuses (<see cref="ProviderFault.Unauthorized"/>) to take a site that was made, or may have been, for gone where the token is another person's than whose it is, or may
    /// not see all of its team's.
    /// </summary>
    public static async Task RequireSightAsync(VercelApi api, string? team, SiteRequest site, CancellationToken ct)
    {
        if (team is not null)
        {
            var membership = (await api.AskAsync(VercelApi.Read("vercel.team", CloudPath.Of($"/v2/teams/{team}")) with { MayTellOfOthers = true }, ct)).Body;
            if (membership.Text("id") is null || membership.Holds("limited") || membership.Text("membership", "role") is "CONTRIBUTOR")
            {
                throw Unseen(site, "its user may not see all of the team's projects. Store a token of a member");
            }

            return;
        }

        var user = (await api.AskAsync(VercelApi.Read("vercel.user", "/v2/user") with { MayTellOfOthers = true, Expected = [] }, ct)).Body;
        string?[] own = [user.Text("user", "id"), user.Text("user", "defaultTeamId")];
        if (site.Account is { } account && !own.Contains(account))
        {
            throw Unseen(site, $"it belongs to another account ({account}) than the token's user. Store a token of the person that it was made with");
        }
    }

    private static ProviderException Unseen(SiteRequest site, string why) => new(
        ProviderFault.Unauthorized, $"Vercel does not show this token the project '{site.Name}' ({(site.Id is { } id ? "id " + id : "which Vercel may have made")}), which does not mean that it is gone: {why}, then try again.");

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
