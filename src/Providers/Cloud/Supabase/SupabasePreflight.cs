using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>Asks Supabase beforehand: token and organization, what the plan still allows, the region, the certificate. Names need not be free there.</summary>
internal sealed class SupabasePreflight(SupabaseClient client, SupabaseOptions options, TimeProvider clock)
{
    /// <summary>What Supabase's free plan allows (its figure of 2026).</summary>
    private const int FreeProjectsMax = 2;

    public async Task<ImmutableArray<PreflightCheck>> CheckAsync(bool isMade, TimeSpan askedFor, CancellationToken ct)
    {
        var asking = new PreflightAsking("supabase", askedFor, clock);
        var active = 0;
        if (!await asking.AskAsync("token", async token =>
        {
            active = await client.ActiveAsync(options.Organization, token);
            return $"Supabase takes the token for the organization {options.Organization}.";
        }, ct))
        {
            return asking.Checks;
        }

        await CheckQuotaAsync(asking, active, isMade, ct);
        await CheckRegionAsync(asking, ct);
        await asking.AskAsync("certificate", _ => Task.FromResult(SupabaseRoot.Require(options.RootCertificate)), ct);
        return asking.Checks;
    }

    private async Task CheckQuotaAsync(PreflightAsking asking, int active, bool isMade, CancellationToken ct)
    {
        await asking.AskAsync("quota", async token =>
        {
            var plan = await client.PlanAsync(options.Organization, token);
            return plan is null ? $"The organization has {active} active projects. Its plan the token may not see." : plan != "free" ? $"The organization's plan is {plan}; it has {active} active projects."
                : active < FreeProjectsMax || isMade ? $"{active} of {FreeProjectsMax} projects of the free plan are active. Projects of the members in other organizations count too."
                : throw new ProviderException(
                    ProviderFault.Quota, $"The free plan of Supabase allows {FreeProjectsMax} active projects, and {active} are. Delete or pause one, or change the plan, then try again.");
        }, ct);
    }

    private Task<bool> CheckRegionAsync(PreflightAsking asking, CancellationToken ct) => asking.AskAsync("region", async token =>
    {
        var regions = await client.RegionsAsync(options.Organization, token);
        return regions.IsEmpty || regions.Contains(options.Region)
            ? $"Databases are made in {options.Region}."
            : throw new ProviderException(
                ProviderFault.Rejected, $"Supabase has no region {options.Region}. Choose one of {string.Join(", ", regions.Order(StringComparer.Ordinal))} under Providers.");
    }, ct);
}
