using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>Asks GitHub beforehand: token, rights, owner, template, name. What a fine-grained token or an app may do GitHub does not tell.</summary>
internal sealed class GitHubPreflight(GitHubApi api, GitHubTemplate template, GitHubSight sight, GitHubOptions options, CloudAccount account, TimeProvider clock)
{
    /// <param name="name">Asks for the name; null where there is none yet.</param>
    public async Task<ImmutableArray<PreflightCheck>> CheckAsync(Func<CancellationToken, Task<string>>? name, TimeSpan askedFor, CancellationToken ct)
    {
        var asking = new PreflightAsking("github", askedFor, clock);
        string? scopes = null;
        var isValid = await asking.AskAsync("token", async token =>
        {
            (var left, var all, scopes) = await api.LimitsAsync(token);
            return $"GitHub takes the token. {left} of {all} requests are left in this hour.";
        }, ct);
        if (!isValid)
        {
            return asking.Checks;
        }

        CheckRights(asking, scopes);
        await asking.AskAsync("owner", OwnerAsync, ct);
        var version = new TemplateVersion("", "");
        var isThere = await asking.AskAsync("template", async token =>
        {
            version = await template.ImportAsync(token);
            return $"The template is {version.Tag} ({version.Commit[..12]}).";
        }, ct);
        if (isThere && TellsScopes(scopes))
        {
            await CheckWorkflowsAsync(asking, version, ScopesIn(scopes!), ct);
        }

        // Of one campaign it is asked where its repository is not to be seen: that is rarely so, and each campaign's making asks this.
        await (name is not null ? asking.AskAsync("name", name, ct) : asking.AskAsync("sight", SightAsync, ct));

        return asking.Checks;
    }

    private async Task<(PreflightState, string)> SightAsync(CancellationToken ct)
    {
        var (seen, says) = await sight.LookAsync(ct);
        return seen == GitHubSeen.Part ? throw new ProviderException(ProviderFault.Unauthorized, says)
            : (seen == GitHubSeen.All ? PreflightState.Passed : PreflightState.Unknown, says);
    }

    private void CheckRights(PreflightAsking asking, string? scopes)
    {
        if (!TellsScopes(scopes))
        {
            asking.Note("rights", PreflightState.Unknown, "GitHub does not tell the rights of this kind of token. It needs Administration, Contents, Pull requests and Workflows, read and write.");
            return;
        }

        var given = ScopesIn(scopes!);
        string[] needed = [options.IsPrivate || given.Contains("repo") ? "repo" : "public_repo", "delete_repo"];
        if (needed.Except(given).ToArray() is { Length: > 0 } lacking)
        {
            asking.Note("rights", PreflightState.Failed,
                $"The GitHub token lacks the scope {string.Join(" and ", lacking)}. Give it that, or store another token, then try again.", ProviderFault.Unauthorized);
        }
        else
        {
            asking.Note("rights", PreflightState.Passed, "The token has the scopes that are needed.");
        }
    }

    /// <summary>A repository with workflows, or a change of them, takes a right of its own: without it the first commit is refused, or the first sync.</summary>
    private async Task CheckWorkflowsAsync(PreflightAsking asking, TemplateVersion version, string[] given, CancellationToken ct)
    {
        if (given.Contains("workflow"))
        {
            return;
        }

        await asking.AskAsync("workflows", async token => await template.HasWorkflowsAsync(version.Commit, token)
            ? throw new ProviderException(
                ProviderFault.Unauthorized, "The GitHub token lacks the scope workflow, and the template has workflows. Give it that, or store another token, then try again.")
            : "The template has no workflows.", ct);
    }

    /// <summary>A token of another kind has no scopes, which some answers tell as an empty list.</summary>
    private bool TellsScopes(string? scopes) => scopes is { Length: > 0 } || (scopes is not null && account.Token.StartsWith("ghp_", StringComparison.Ordinal));

    private static string[] ScopesIn(string scopes) => scopes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private async Task<string> OwnerAsync(CancellationToken ct)
    {
        var kind = await api.KindOfAsync(options.Owner, ct) ?? throw new ProviderException(
            ProviderFault.Rejected, $"GitHub knows no user or organisation {options.Owner}. Correct the owner under Providers.");
        return kind == "User" && await api.LoginAsync(ct) is { } login && !login.Equals(options.Owner, StringComparison.OrdinalIgnoreCase)
            ? throw new ProviderException(
                ProviderFault.Unauthorized, $"The GitHub token belongs to {login}, who can't make repositories for the user {options.Owner}. Store a token of {options.Owner}, or choose an organisation.")
            : $"{options.Owner} is there ({kind}).";
    }
}
