using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Draws;

/// <summary>Asks a named independent person to supply the draw's randomness.</summary>
/// <param name="ObserverId">Given by the platform; asking under it again changes nothing more.</param>
/// <param name="Name">1 to 200 characters; the certificate prints it.</param>
/// <param name="Email">For the promoter's own records; shown nowhere.</param>
/// <param name="TokenHash">SHA-256 of the link's token.</param>
[GenerateSerializer, Alias("ask-observer")]
public sealed record AskObserver(
    [property: Id(0)] Actor Actor, [property: Id(1)] string ObserverId, [property: Id(2)] string Name, [property: Id(3)] string? Email,
    [property: Id(4)] ImmutableArray<byte> TokenHash);

/// <summary>What an observer supplies.</summary>
/// <param name="TokenHash">SHA-256 of the link's token.</param>
/// <param name="Randomness">32 bytes.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo (DER) of a P-256 key.</param>
/// <param name="Signature">64 bytes (IEEE P1363) over "pdv1/observer" ‖ \0 ‖ H(commitment) ‖ randomness.</param>
/// <param name="Statement">0 to 4,000 characters.</param>
[GenerateSerializer, Alias("supply-randomness")]
public sealed record SupplyRandomness(
    [property: Id(0)] ImmutableArray<byte> TokenHash, [property: Id(1)] ImmutableArray<byte> Randomness,
    [property: Id(2)] ImmutableArray<byte> PublicKey, [property: Id(3)] ImmutableArray<byte> Signature, [property: Id(4)] string Statement);

/// <summary>Reads what an observer's link leads to.</summary>
public interface IObservationQueries
{
    /// <summary>Null for a link that is not good, or not any more.</summary>
    Task<ObservationView?> FindAsync(string tenantId, string campaignId, string drawId, byte[] tokenHash, CancellationToken ct);
}

/// <summary>The draw that an observer was asked to supply the randomness of.</summary>
public sealed record ObservationView(string DrawName, string State, string Level, bool IsSupplied, bool IsCommitmentPublic);
