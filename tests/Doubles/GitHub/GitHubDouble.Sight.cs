using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.GitHub;

/// <content>Which private repositories a credential is shown, and what GitHub tells of that.</content>
public sealed partial class GitHubDouble
{
    /// <summary>Limits a fine-grained token to repositories that its owner has chosen (full names), or with null takes that back.</summary>
    public void Select(string token, IEnumerable<string>? repositories) => Locked(() => _tokens[token] = _tokens[token] with { Selected = repositories?.ToImmutableArray() });

    /// <summary>As above for an installed app, and all tokens that it has.</summary>
    public void Select(long installation, IEnumerable<string>? repositories) => Locked(() =>
    {
        var app = _apps.Single(a => a.Installation == installation);
        _apps[_apps.IndexOf(app)] = app with { Selected = repositories?.ToImmutableArray() };
        foreach (var token in _tokens.Where(t => t.Value.IsApp && t.Value.Owners.Contains(app.Owner)).Select(t => t.Key).ToArray())
        {
            Select(token, repositories);
        }
    });

    private void MapSight(Action<string, string, string, Func<DoubleRequest, GitHubToken, DoubleAnswer>> on)
    {
        on("GET", "/installation/repositories", "github.installationRepositories", (request, token) => token.IsApp
            ? OfInstallation(request, token) : Error(403, "You must authenticate with an installation access token in order to list repositories for an installation."));
        on("GET", "/orgs/{org}", "github.organization", (request, token) => _owners.TryGetValue(request["org"], out var isOrganization) && isOrganization
            ? new DoubleAnswer(200, Counted(_forms.Organization(request["org"]), token)) : NotFound());
    }

    private DoubleAnswer OfInstallation(DoubleRequest request, GitHubToken token)
    {
        var (page, size) = (Number(request, "page", 1), Math.Min(100, Number(request, "per_page", 30)));
        var all = _repositories.Where(r => MayWrite(token, r.Owner) && (token.Selected is not { } selected || selected.Contains(r.FullName, StringComparer.OrdinalIgnoreCase)))
            .OrderBy(r => r.FullName, StringComparer.Ordinal).ToArray();
        return new DoubleAnswer(200, new JsonObject
        {
            ["total_count"] = all.Length, ["repository_selection"] = SelectionOf(token.Selected),
            ["repositories"] = new JsonArray([.. all.Skip((page - 1) * size).Take(size).Select(r => _forms.Repository(r, _owners[r.Owner], false))]),
        });
    }

    /// <summary>With how many private repositories the account has, where the token is told that.</summary>
    private JsonObject Counted(JsonObject account, GitHubToken token)
    {
        var login = (string)account["login"]!;
        if (token.IsToldCounts && MayWrite(token, login))
        {
            var count = _repositories.Count(r => r.IsPrivate && r.Owner.Equals(login, StringComparison.OrdinalIgnoreCase));
            (account["owned_private_repos"], account["total_private_repos"]) = (count, count);
        }

        return account;
    }

    private static string SelectionOf(ImmutableArray<string>? selected) => selected is null ? "all" : "selected";
}
