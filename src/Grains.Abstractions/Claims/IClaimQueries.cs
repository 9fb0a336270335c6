using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Claims;

/// <summary>Reads of claims. A token is never part of an answer.</summary>
public interface IClaimQueries
{
    /// <summary>The claim that a token leads to, with its person and whether that is a minor now; null when it leads to none of this campaign.</summary>
    /// <param name="tokenHash">SHA-256 of the token, lower-case hex.</param>
    Task<ClaimView?> FindByTokenAsync(CampaignView campaign, string tokenHash, CancellationToken ct);

    /// <summary>A claim with its campaign; null: not there, or not this scope's.</summary>
    Task<(CampaignView Campaign, ClaimView Claim)?> FindAsync(Scope scope, string claimId, bool personal, CancellationToken ct);

    /// <summary>A campaign's claims, newest first.</summary>
    /// <param name="state">Those in this state alone; null is all.</param>
    Task<Page<ClaimView>> ListAsync(
        string tenantId, string campaignId, string? state, bool personal, int limit, string? cursor, CancellationToken ct);

    /// <summary>All claims of a campaign, draw by draw in their order; read page by page, so that a slow reader holds no connection.</summary>
    IAsyncEnumerable<ClaimView> ReadAsync(string tenantId, string campaignId, bool personal, CancellationToken ct);
}
