using System;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>GitHub's REST API, version 2022-11-28.</summary>
public sealed class GitHubDialect : CloudDialect
{
    /// <inheritdoc/>
    public override string Provider => "github";

    /// <inheritdoc/>
    public override string Title => "GitHub";

    /// <inheritdoc/>
    public override void Authorise(HttpRequestMessage request, CloudAccount account)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.Token);
        request.Headers.Accept.ParseAdd("application/vnd.github+json");
        request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
    }

    /// <summary>
    /// A limit is told by 429, or by 403 with Retry-After, with nothing remaining, or (a secondary limit, while something remains) in the
    /// message alone. Retry-After counts first, then the reset of what is used up; otherwise the client's own growing delay.
    /// </summary>
    public override CloudLimits ReadLimits(HttpResponseMessage answer, JsonNode? body, DateTimeOffset now)
    {
        var told = CloudHeaders.RetryAfter(answer, now);
        var reset = CloudHeaders.Number(answer, "x-ratelimit-remaining") == 0 ? CloudHeaders.Epoch(answer, "x-ratelimit-reset", now) : null;
        var isRefused = (int)answer.StatusCode == 429
            || ((int)answer.StatusCode == 403 && (told is not null || reset is not null || SpeaksOfLimits(body)));
        return isRefused ? new CloudLimits(true, told ?? reset) : new CloudLimits(false, reset);
    }

    /// <inheritdoc/>
    public override ProviderException Refusal(CloudCall call, int status, JsonNode? body)
    {
        var said = Said(body);
        return status switch
        {
            409 or 423 => Busy(call, said),
            403 when IsBusy(said) => Busy(call, said),
            403 when said.Contains("archived", StringComparison.OrdinalIgnoreCase) => new ProviderException(
                ProviderFault.Rejected, "The repository is archived at GitHub and can only be read. Take it out of the archive there, then try again."),
            403 or 422 when said.Contains("workflow", StringComparison.OrdinalIgnoreCase) => new ProviderException(
                ProviderFault.Unauthorized, $"GitHub does not let this credential change workflows: {said} Give it the rights in docs/cloud-setup.md, then try again."),
            402 => new ProviderException(ProviderFault.Quota, $"GitHub wants a payment or a larger plan: {said} Mend that at GitHub, then try again."),
            403 or 422 when IsQuota(said) => new ProviderException(
                ProviderFault.Quota, $"GitHub's quota is used up: {said} Delete what is no longer used or enlarge the plan, then try again."),
            403 => new ProviderException(
                ProviderFault.Unauthorized, $"GitHub does not allow {call.Operation} with this credential: {said} Give it the rights in docs/cloud-setup.md, then try again."),
            404 => new ProviderException(
                ProviderFault.Rejected, $"GitHub does not find what {call.Operation} concerns, or the credential may not see it: check owner, names and rights, then try again."),
            422 when IsTaken(body) => new ProviderException(ProviderFault.NameTaken, $"GitHub has that name already: {said} Choose another name."),
            _ => new ProviderException(ProviderFault.Rejected, $"GitHub refused {call.Operation} ({status}): {said} Change that, then try again."),
        };
    }

    /// <summary>GitHub's own words, its list of errors included, as one sentence.</summary>
    public static string Said(JsonNode? body)
    {
        var errors = body.Items("errors").Select(error => error.Text() ?? error.Text("message") ?? error.Text("code")).OfType<string>();
        var said = string.Join("; ", errors.Prepend(body.Text("message") ?? "no reason given")).TrimEnd('.');
        return (said.Length > 300 ? said[..300] : said) + ".";
    }

    /// <summary>Whether a 422 says that the name exists: by code, or in words, since repositories are reported as "custom".</summary>
    public static bool IsTaken(JsonNode? body) =>
        body.Items("errors").Any(error => error.Text("code") == "already_exists") || Said(body).Contains("already exists", StringComparison.OrdinalIgnoreCase);

    private static bool IsQuota(string said) =>
        said.Contains("quota", StringComparison.OrdinalIgnoreCase) || said.Contains("repository limit", StringComparison.OrdinalIgnoreCase)
        || said.Contains("exceeded", StringComparison.OrdinalIgnoreCase);

    private static bool IsBusy(string said) =>
        said.Contains("busy", StringComparison.OrdinalIgnoreCase) || said.Contains("in progress", StringComparison.OrdinalIgnoreCase);

    private static ProviderException Busy(CloudCall call, string said) =>
        new(ProviderFault.Transient, $"GitHub is busy with that ({call.Operation}): {said} It is tried again later.");

    private static bool SpeaksOfLimits(JsonNode? body) => body.Text("message") is { } message
        && (message.Contains("rate limit", StringComparison.OrdinalIgnoreCase) || message.Contains("abuse detection", StringComparison.OrdinalIgnoreCase));
}
