using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Provisioning;

/// <summary>Asks providers what is in the way, changing nothing. Takes up to a minute where a provider does not answer, so it is no grain's call.</summary>
public interface IProviderChecks
{
    /// <summary>Of all parts of a campaign, with the accounts that it would be made with now.</summary>
    Task<ImmutableArray<ProviderCheck>> OfCampaignAsync(CampaignView campaign, CancellationToken ct);

    /// <summary>
    /// Of one account: the tenant's, else the platform's; with no tenant the platform's, or <c>local</c> for this machine. Null when there is none.
    /// </summary>
    Task<ImmutableArray<ProviderCheck>?> OfAccountAsync(string? tenantId, string provider, CancellationToken ct);
}

/// <summary>One thing that a provider was asked beforehand.</summary>
/// <param name="Provider">local, supabase, github or vercel.</param>
/// <param name="Name">What was asked, such as token, rights, quota or name.</param>
/// <param name="State">passed, failed, or unknown where the provider does not tell or did not answer.</param>
/// <param name="Message">What was found and, unless it passed, what to do next.</param>
public sealed record ProviderCheck(string Provider, string Name, string State, string Message);
