using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>What Vercel's refusals mean, and what its users are to do about them.</summary>
internal static class VercelRefusals
{
    private const int DetailMax = 300;

    /// <summary>Codes that mean one thing whatever the status is.</summary>
    private static readonly FrozenDictionary<string, (ProviderFault Fault, string Advice)> ByCode =
        new Dictionary<string, (ProviderFault, string)>(StringComparer.OrdinalIgnoreCase)
        {
            ["repo_not_found"] = (ProviderFault.Rejected, "Vercel does not see the repository. " + GrantAccess),
            ["repo_links_exceeded_limit"] = (ProviderFault.Quota,
                "The repository is linked to as many Vercel projects as the plan allows. Unlink one, or change the plan."),
            // Vercel says the same of an empty repository, of one that it may not read, and of a commit that it does not know yet.
            ["incorrect_git_source_info"] = (ProviderFault.Transient, "Vercel does not see the commit yet. If this stays so: " + GrantAccess),
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private const string GrantAccess =
        "Install Vercel's GitHub app on the repository's owner, give it access to the repository, and connect GitHub to the Vercel user whose token is used.";

    /// <summary>Whether a plan's limit by the day is used up, such as <c>api-deployments-free-per-day</c>.</summary>
    public static bool IsDailyLimit(JsonNode? body) => Code(body) is { } code && code.EndsWith("-per-day", StringComparison.Ordinal);

    /// <summary>The refusal of a call.</summary>
    public static ProviderException Of(CloudCall call, int status, JsonNode? body)
    {
        var (fault, advice) = Meaning(call, status, body);
        return new ProviderException(fault, $"{advice}{Detail(body)} ({call.Operation}, {status})");
    }

    /// <summary>What Vercel says itself, as a clause for a message, or nothing.</summary>
    public static string Detail(JsonNode? body)
    {
        var said = body.Text("error", "message") ?? body.Text("message");
        return string.IsNullOrWhiteSpace(said) ? "" : $" Vercel says: {Clipped(said.Trim())}";
    }

    /// <summary>Whether a code speaks of a limit of the plan.</summary>
    public static bool IsLimitCode(string? code) => code is not null
        && (code.Contains("limit", StringComparison.OrdinalIgnoreCase) || code.Contains("quota", StringComparison.OrdinalIgnoreCase)
            || code.Contains("exceeded", StringComparison.OrdinalIgnoreCase) || code.Contains("too_many", StringComparison.OrdinalIgnoreCase)
            || code.EndsWith("-per-day", StringComparison.Ordinal));

    public static string Clipped(string text) => text.Length <= DetailMax ? text : text[..DetailMax] + "…";

    private static string? Code(JsonNode? body) => body.Text("error", "code");

    private static (ProviderFault Fault, string Advice) Meaning(CloudCall call, int status, JsonNode? body)
    {
        if (Code(body) is { } code && ByCode.TryGetValue(code, out var known))
        {
            return known;
        }

        // The command-line client tells these two from others by the action that is proposed.
        if (body.Text("error", "action") is "Install GitHub App" or "Add a Login Connection")
        {
            return (ProviderFault.Rejected, "Vercel cannot link the repository. " + GrantAccess);
        }

        return status switch
        {
            402 => (ProviderFault.Quota, "Vercel asks for a payment, or has blocked the account. See Settings, Billing there."),
            429 when !IsDailyLimit(body) => (ProviderFault.Transient, "Vercel's limit for calls is used up for now."),
            not 404 when IsLimitCode(Code(body)) =>
                (ProviderFault.Quota, "A limit of the Vercel plan is used up. Delete what is not needed, wait, or change the plan."),
            403 => (ProviderFault.Unauthorized, Forbidden),
            // Reads take it for an answer; what is written to was looked up just before, and may not be seen everywhere yet.
            404 => (ProviderFault.Transient, "Vercel does not find the project just now. It is looked up again."),
            409 => (ProviderFault.Transient, "Something else is changing this at Vercel, such as a transfer of the project."),
            400 when IsUnseenCommit(body) => ByCode["incorrect_git_source_info"],
            428 => (ProviderFault.Rejected, "Vercel wants something confirmed on its own pages first."),
            _ => (ProviderFault.Rejected, $"Vercel refused {call.Operation}."),
        };
    }

    private const string Forbidden =
        "The Vercel token is not valid any more, or may not do this. Make a token for the team's scope with a member's rights, and store it again.";

    private static bool IsUnseenCommit(JsonNode? body) =>
        body.Text("error", "message")?.Contains("branch or commit reference", StringComparison.OrdinalIgnoreCase) == true;
}
