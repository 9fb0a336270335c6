using System.Collections.Immutable;
using System.IO;
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

    /// <summary>Every certificate there has been, in the order of their events: the last one is the newest.</summary>
    Task<ImmutableArray<PublicFile>> CertificatesAsync(string tenantId, string campaignId, string drawId, CancellationToken ct);

    /// <summary>The frozen list; null before the commitment to it is published.</summary>
    Task<PublicDrawList?> EntriesAsync(string tenantId, string campaignId, string drawId, CancellationToken ct);

    /// <summary>Writes the list as entries.jsonl, without holding it.</summary>
    Task CopyEntriesAsync(PublicDrawList list, Stream destination, CancellationToken ct);
}

/// <summary>A frozen list that has been committed to: it never changes.</summary>
/// <param name="Root">Of the eligible entries, lower-case hex.</param>
/// <param name="ExcludedRoot">Of the excluded ones, lower-case hex.</param>
/// <param name="Bytes">Of entries.jsonl.</param>
public sealed record PublicDrawList(string TenantId, string CampaignId, string DrawId, string Root, string ExcludedRoot, long Bytes);
