using System;
using System.Threading;
using System.Threading.Tasks;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Installations;

/// <summary>
/// Whether the central database is the one that this installation last wrote. After a restore of an older state it is not: the world has
/// gone on, so that whatever would delete, draw or forget on what is stored only reports, until a person has looked and confirmed.
/// </summary>
public interface IIncarnation
{
    /// <summary>Asked right before each such act, not once at a start. Throws while the central database is away.</summary>
    Task<bool> IsConfirmedAsync(CancellationToken ct);

    Task<IncarnationView> GetAsync(CancellationToken ct);
}

/// <summary>One life of the central database.</summary>
/// <param name="Installation">The installation's identity, 32 hex digits: the same in every incarnation.</param>
/// <param name="Id">This incarnation's, 32 hex digits.</param>
/// <param name="BeganAt">When it was first seen.</param>
/// <param name="ConfirmedAt">When somebody confirmed that it may act; null before. The first one needs nobody.</param>
[GenerateSerializer, Alias("incarnation-view")]
public sealed record IncarnationView(
    [property: Id(0)] string Installation, [property: Id(1)] string Id, [property: Id(2)] DateTimeOffset BeganAt, [property: Id(3)] DateTimeOffset? ConfirmedAt);

/// <summary>Owns what is known of the installation as a whole. Key: <see cref="GrainKeys.Platform"/>.</summary>
[Alias("installation-grain")]
public interface IInstallationGrain : IGrainWithStringKey
{
    /// <summary>Lets an incarnation act; again does nothing. Refusal: <c>installation.incarnation_changed</c> when it is another one.</summary>
    [Alias("confirm")] Task<Result<IncarnationView>> ConfirmAsync(ConfirmIncarnation command);
}

/// <param name="Incarnation">The one that the person has looked at.</param>
[GenerateSerializer, Alias("confirm-incarnation")]
public sealed record ConfirmIncarnation([property: Id(0)] Actor Actor, [property: Id(1)] string Incarnation);
