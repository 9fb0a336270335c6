using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Notices;

/// <summary>Something that people and systems were told.</summary>
/// <param name="Kind">Such as <c>stock.low</c> or <c>deployment.paused</c>.</param>
/// <param name="Stock">What a notice about stock tells of.</param>
public sealed record NoticeView(
    string Id, string CampaignId, string Kind, DateTimeOffset At, StockNotice? Stock, ImmutableArray<DeliveryView> Deliveries)
{
    /// <summary>What a notice about a deployment tells of.</summary>
    public DeploymentNotice? Deployment { get; init; }

    /// <summary>What a notice about a custom domain tells of.</summary>
    public DomainNotice? Domain { get; init; }
}

/// <summary>A custom domain that the site answers at, or does not any more.</summary>
/// <param name="Name">The domain.</param>
/// <param name="Message">What stands in the way, and what to do.</param>
public sealed record DomainNotice(string Name, string? Message);

/// <summary>A deployment that waits, can't be undone, or goes on after all.</summary>
/// <param name="Id">The deployment's id.</param>
/// <param name="Step">The steps that wait, or could not be undone.</param>
/// <param name="Message">What stands in the way, and what to do.</param>
public sealed record DeploymentNotice(string Id, string? Step, string? Message);

/// <summary>How a prize's stock stood when it crossed a threshold.</summary>
/// <param name="Threshold">Units at or below which the stock is low; null where none was set.</param>
/// <param name="Number">The entry at which it was crossed.</param>
/// <param name="RunsOutAt">When nothing will be left at the recent rate; null when it is used up, or nothing was awarded lately.</param>
public sealed record StockNotice(
    string PoolId, string PrizeId, string Name, long? Stock, long Remaining, long? Threshold, long? Number, DateTimeOffset? RunsOutAt);

/// <param name="Channel"><c>email</c> or <c>webhook</c>.</param>
/// <param name="Target">The user's or webhook's id.</param>
/// <param name="State"><c>pending</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="NextAt">When it is tried next, while pending.</param>
/// <param name="Error">Why the last attempt failed.</param>
public sealed record DeliveryView(string Channel, string Target, string State, int Attempts, DateTimeOffset? NextAt, string? Error);

public interface INoticeQueries
{
    /// <summary>A campaign's notices, newest first.</summary>
    Task<Page<NoticeView>> ListAsync(Scope scope, string campaignId, int limit, string? cursor, CancellationToken ct);
}
