using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Grains.Abstractions.Draws;

/// <summary>Finds what is published of draws; <see cref="IPublicFiles"/> reads it.</summary>
public interface IDrawFiles
{
    /// <summary>Null before the draw is committed.</summary>
    Task<PublicFile?> CommitmentAsync(string tenantId, string campaignId, string drawId, CancellationToken ct);

    /// <summary>The newest certificate; null before the draw is drawn.</summary>
    Task<PublicFile?> CertificateAsync(string tenantId, string campaignId, string drawId, CancellationToken ct);
}
