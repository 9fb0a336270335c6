using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Domains;

/// <summary>
/// Owns a campaign's custom domains: puts them on its site once that is ready, looks at them until they are active and each day from then on, and takes
/// them from it. Nothing waits for it but the campaign's removal. Key: <see cref="GrainKeys.Campaign"/>. Refusals: <c>domain.invalid</c>,
/// <c>domain.in_use</c>, <c>domain.too_many</c>, <c>domain.unsupported</c>, <c>domain.not_found</c>, <c>domain.wrong_state</c>,
/// <c>campaign.not_found</c>, <c>campaign.wrong_state</c>, <c>deployment.under_way</c>, <c>installation.unconfirmed</c>.
/// </summary>
[Alias("domains-grain")]
public interface IDomainsGrain : IGrainWithStringKey
{
    /// <summary>There may be something to do. When this returns, a reminder stands that survives the host.</summary>
    [Alias("wake")] Task WakeAsync();

    /// <summary>Stores that the campaign is to have a domain; one that it has is answered as it stands. The host is asked afterwards.</summary>
    [Alias("add")] Task<Result<DomainView>> AddAsync(DomainCommand command);

    /// <summary>Has the host asked now. Answers before it has been.</summary>
    [Alias("check")] Task<Result<DomainView>> CheckAsync(DomainCommand command);

    /// <summary>Has a domain taken from the site. Answers before it is gone.</summary>
    [Alias("remove")] Task<Result<DomainView>> RemoveAsync(DomainCommand command);

    /// <summary>Has every domain taken from the site, since the campaign goes. Answers before they are gone; may be repeated.</summary>
    [Alias("remove-all")] Task RemoveAllAsync(Actor actor);
}

/// <param name="Name">As somebody typed it.</param>
[GenerateSerializer, Alias("domain-command")]
public sealed record DomainCommand([property: Id(0)] Actor Actor, [property: Id(1)] string Name);

/// <summary>A custom domain of a campaign's site.</summary>
/// <param name="Name">In lower case, letters of other scripts as <c>xn--…</c>.</param>
/// <param name="State">added, pending_verification, verified_misconfigured, active, taken, failed or removing.</param>
/// <param name="IsPlaced">Whether the host was asked to put it on the site; before that the site is waited for.</param>
/// <param name="Problem">What stands in the way, as the host said it; null when nothing does.</param>
/// <param name="Records">What its owner has to publish in DNS to come on; empty when nothing.</param>
/// <param name="AddedAt">When somebody added it.</param>
/// <param name="CheckedAt">When the host last told how it stands; null before.</param>
/// <param name="NextCheckAt">When the host is asked next; null when it is not any more.</param>
[GenerateSerializer, Alias("domain-view")]
public sealed record DomainView(
    [property: Id(0)] string Name, [property: Id(1)] string State, [property: Id(2)] bool IsPlaced, [property: Id(3)] string? Problem,
    [property: Id(4)] ImmutableArray<DomainRecord> Records, [property: Id(5)] DateTimeOffset AddedAt, [property: Id(6)] DateTimeOffset? CheckedAt,
    [property: Id(7)] DateTimeOffset? NextCheckAt);

/// <summary>A DNS record that the domain's owner has to publish.</summary>
/// <param name="Type">TXT, CNAME or A.</param>
/// <param name="Name">The whole name, without a dot at its end.</param>
/// <param name="Value">What to publish, as the host gave it.</param>
/// <param name="Why">A sentence for the person who publishes it.</param>
[GenerateSerializer, Alias("domain-record")]
public sealed record DomainRecord(
    [property: Id(0)] string Type, [property: Id(1)] string Name, [property: Id(2)] string Value, [property: Id(3)] string Why);

/// <summary>Reads a campaign's domains; whoever asks has made sure that the caller sees the campaign.</summary>
public interface IDomainQueries
{
    /// <summary>All of them, the oldest first.</summary>
    Task<ImmutableArray<DomainView>> ListAsync(string tenantId, string campaignId, CancellationToken ct);

    Task<DomainView?> FindAsync(string tenantId, string campaignId, string name, CancellationToken ct);
}
