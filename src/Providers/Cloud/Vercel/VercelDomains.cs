using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Hosting;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>
/// Custom domains of sites at Vercel. Every call may be repeated; none waits for people. Failures are <see cref="ProviderException"/>s.
/// </summary>
public sealed class VercelDomains
{
    private readonly VercelApi _api;
    private readonly VercelSites _sites;

    /// <summary>Throws <see cref="ArgumentException"/> for options that are not valid.</summary>
    public VercelDomains(CloudClient client, VercelOptions options)
    {
        options.Validate();
        _api = new VercelApi(client, options, SiteSecrets.None);
        _sites = new VercelSites(_api, options.TeamId);
    }

    /// <summary>
    /// Puts a domain on a site, which must have been deployed, and answers how it stands. <see cref="ProviderFault.NameTaken"/> when
    /// another Vercel project has it.
    /// </summary>
    public async Task<SiteDomain> AddAsync(SiteRequest site, string domain, CancellationToken ct)
    {
        var (project, name) = await RequireAsync(site, domain, ct);
        var added = await GetAsync(project, name, ct) ?? await PostAsync(project, name, ct);
        try
        {
            return await StandingAsync(project, name, added, ct);
        }
        catch (ProviderException e) when (e.Fault == ProviderFault.Transient)
        {
            // The domain is on the site: a look that failed must not read as if it were not.
            return new SiteDomain(name, DomainStage.Added, []);
        }
    }

    /// <summary>How a domain stands now, Vercel having looked at its records again; null when the site does not have it.</summary>
    public async Task<SiteDomain?> CheckAsync(SiteRequest site, string domain, CancellationToken ct)
    {
        var (project, name) = await RequireAsync(site, domain, ct);
        return await GetAsync(project, name, ct) is { } found ? await StandingAsync(project, name, found, ct) : null;
    }

    /// <summary>
    /// Takes a domain from a site; done already is done, and so is a site that is gone. The domain itself, and its records, stay its owner's. A project of
    /// the stored id that has lost its name or marker is refused: it may serve the domain still, and is for a person to decide on.
    /// </summary>
    public async Task RemoveAsync(SiteRequest site, string domain, CancellationToken ct)
    {
        var name = DomainName.Of(domain);
        VercelSites.Require(site);
        var found = await _sites.FindAnyAsync(site, ct);
        if (found is { IsOurs: false, Project: var changed } && changed.Id == site.Id)
        {
            throw new ProviderException(
                ProviderFault.Rejected,
                $"The Vercel project '{changed.Name}' was renamed or has lost its variable {VercelApi.Marker}, and may still serve {name}. Restore the name '{site.Name}' and the "
                + "variable, or delete the project at Vercel, then remove the domain again.");
        }

        if (found is not { IsOurs: true })
        {
            await _sites.RequireGoneAsync(site, ct);
        }

        if (found is { IsOurs: true, Project: var project })
        {
            await _api.SendAsync(
                new CloudCall(HttpMethod.Delete, "vercel.remove-domain", CloudPath.Of($"/v9/projects/{project.Id}/domains/{name}"))
                {
                    MayRepeat = true, Expected = [404],
                },
                ct);
        }
    }

    private async Task<(VercelProject Project, string Name)> RequireAsync(SiteRequest site, string domain, CancellationToken ct)
    {
        var name = DomainName.Of(domain);
        VercelSites.Require(site);
        return await _sites.FindOursAsync(site, ct) is { } project
            ? (project, name)
            : throw new ProviderException(ProviderFault.Rejected, $"The site '{site.Name}' does not exist at Vercel, or is not this campaign's.");
    }

    private async Task<JsonNode?> GetAsync(VercelProject project, string name, CancellationToken ct)
    {
        var answer = await _api.SendAsync(VercelApi.Read("vercel.domain", CloudPath.Of($"/v9/projects/{project.Id}/domains/{name}")), ct);
        return answer.Status == 404 ? null : answer.Body;
    }

    private async Task<JsonNode?> PostAsync(VercelProject project, string name, CancellationToken ct)
    {
        var call = new CloudCall(HttpMethod.Post, "vercel.add-domain", CloudPath.Of($"/v10/projects/{project.Id}/domains"))
        {
            Body = new JsonObject { ["name"] = name }, Expected = [400, 403, 409],
        };
        var answer = await _api.SendAsync(call, ct);
        return answer.Status switch
        {
            // By an earlier call of our own whose answer was lost, or by somebody else.
            409 => await GetAsync(project, name, ct) ?? throw new ProviderException(
                ProviderFault.NameTaken,
                $"Another Vercel project or account has the domain {name}. Remove it there first, then add it here again.{VercelRefusals.Detail(answer.Body)}"),
            400 when SaysNotDeployed(answer.Body) => throw new ProviderException(
                ProviderFault.Rejected, "A domain can be added once the site's latest deployment has succeeded. Deploy the site, then add it again."),
            400 => throw new ProviderException(ProviderFault.Rejected, $"Vercel does not take the domain {name}.{VercelRefusals.Detail(answer.Body)}"),
            403 => throw new ProviderException(
                ProviderFault.Rejected, $"The Vercel team may not use the domain {name}.{VercelRefusals.Detail(answer.Body)} Ask whoever manages it there."),
            _ => answer.Body,
        };
    }

    private async Task<SiteDomain> StandingAsync(VercelProject project, string name, JsonNode? domain, CancellationToken ct)
    {
        if (!domain.Holds("verified"))
        {
            var (verified, problem) = await VerifyAsync(project, name, ct);
            if (!verified)
            {
                return new SiteDomain(name, DomainStage.PendingVerification, ProofOf(domain), problem);
            }
        }

        var config = await _api.SendAsync(
            VercelApi.Read("vercel.domain-config", CloudPath.Of($"/v6/domains/{name}/config?projectIdOrName={project.Id}")), ct);
        return config.Status == 404 || config.Body.At("misconfigured") is null ? new SiteDomain(name, DomainStage.Added, [])
            : config.Body.Holds("misconfigured") ? new SiteDomain(name, DomainStage.VerifiedMisconfigured, LeadingRecords(name, domain, config.Body))
            : new SiteDomain(name, DomainStage.Active, []);
    }

    /// <summary>Lets Vercel look for the proof. That it finds none yet is no failure.</summary>
    private async Task<(bool Verified, string? Problem)> VerifyAsync(VercelProject project, string name, CancellationToken ct)
    {
        var call = new CloudCall(HttpMethod.Post, "vercel.verify-domain", CloudPath.Of($"/v9/projects/{project.Id}/domains/{name}/verify"))
        {
            MayRepeat = true, Expected = [400],
        };
        var answer = await _api.SendAsync(call, ct);
        return answer.Status == 400
            ? (false, "Vercel does not find the record yet; it may take some hours until it is seen everywhere." + VercelRefusals.Detail(answer.Body))
            : (answer.Body.Holds("verified"), null);
    }

    private static ImmutableArray<DnsRecord> ProofOf(JsonNode? domain) =>
    [
        .. domain.Items("verification").Where(v => v.Text("value") is not null).Select(v => new DnsRecord(
            v.Text("type") ?? "TXT", v.Text("domain") ?? "", v.Text("value")!, "Proves to Vercel that the domain is yours. It can be removed afterwards.")),
    ];

    /// <summary>What Vercel recommends first: addresses for a domain itself, an alias for a name below one.</summary>
    private static ImmutableArray<DnsRecord> LeadingRecords(string name, JsonNode? domain, JsonNode? config)
    {
        const string why = "Leads visitors to the site. Remove other A, AAAA and CNAME records of this name.";
        var addresses = First(config, "recommendedIPv4").Texts("value").Select(a => new DnsRecord("A", name, a, why));
        var alias = First(config, "recommendedCNAME").Text("value") is { } target
            ? new DnsRecord[] { new("CNAME", name, target.TrimEnd('.'), why) } : [];
        // A domain itself can't be an alias: DNS has other records there.
        var isApex = domain.Text("apexName") == name;
        return [.. isApex || alias.Length == 0 ? addresses : alias];
    }

    private static JsonNode? First(JsonNode? config, string name) =>
        config.Items(name).OrderBy(r => r.Number("rank") ?? long.MaxValue).FirstOrDefault();

    private static bool SaysNotDeployed(JsonNode? body) =>
        body.At("error").Text("message")?.Contains("production deployment", StringComparison.OrdinalIgnoreCase) == true;
}
