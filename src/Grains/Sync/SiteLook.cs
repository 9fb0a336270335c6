using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>What a look at a site found; both null when it is well.</summary>
/// <param name="Page">What is wrong with its page.</param>
/// <param name="Rate">How more of its submissions are refused than before.</param>
internal sealed record SiteFinding(string? Page, string? Rate);

/// <summary>Looks at sites that were pushed to: whether the page answers, and whether more of what people send is refused than before.</summary>
internal sealed partial class SiteLook(IHttpClientFactory http, ICampaignDataQueries data, ILogger<SiteLook> log)
{
    private static readonly TimeSpan CountTimeOut = TimeSpan.FromSeconds(10);

    public async Task<SiteFinding> LookAsync(ReleaseSiteRow site, CancellationToken ct) =>
        new(await PageAsync(site, ct), site.Before is { } before && await CountAsync(site, ct) is { } now ? RateOf(before, now.Since(before)) : null);

    /// <summary>What has been submitted so far; null when that can't be told now, which says nothing of the site.</summary>
    public async Task<SubmissionCounts?> CountAsync(ReleaseSiteRow site, CancellationToken ct)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(CountTimeOut);
        try
        {
            var stats = await data.StatsAsync(Ids.Format(Ids.Tenant, site.Tenant), Ids.Format(Ids.Campaign, site.Campaign), limited.Token);
            return stats is null ? null : SubmissionCounts.Of(stats.Entries, stats.Refusals);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogUncounted(Ids.Format(Ids.Campaign, site.Campaign), e);
            return null;
        }
    }

    private static string? RateOf(SubmissionCounts before, SubmissionCounts since) => ErrorRate.IsWorse(before, since)
        ? $"Of what people sent since, {ErrorRate.PercentOf(since)} % was refused; before it was {ErrorRate.PercentOf(before)} %."
        : null;

    private async Task<string?> PageAsync(ReleaseSiteRow site, CancellationToken ct)
    {
        if (site.Facts?.SiteUrl is not { } url)
        {
            return null;
        }

        try
        {
            using var client = http.CreateClient("site-check");
            using var answer = await client.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead, ct);
            return answer.IsSuccessStatusCode ? null : $"The site answered {(int)answer.StatusCode} at {url}.";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or System.Net.Sockets.SocketException && !ct.IsCancellationRequested)
        {
            return $"The site does not answer at {url}.";
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "What was submitted to {Campaign} can't be counted just now.")]
    private partial void LogUncounted(string campaign, Exception e);
}
