using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Domains;

namespace PrizeDraw.Api.Domains;

/// <summary>The domains that a campaign's site is reached at beside its own address, and what their owner has to publish.</summary>
internal static class DomainEndpoints
{
    private const string One = "/campaigns/{id}/domains/{name}";

    /// <summary>How long who asks waits for the host; what takes longer is told by the next reading.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string[] Always = ["campaign.wrong_state", "deployment.under_way"];

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapPost("/campaigns/{id}/domains", AddAsync).WithTags("Domains")
            .Describe("addDomain", "Add a domain to the campaign's site; it is put there once the site is ready, and looked at until it is active.")
            .For(Access.Manager).Answers<DomainAnswer>(201)
            .Fails("domain.invalid", "domain.in_use", "domain.too_many", "domain.unsupported", "domain.wrong_state").Fails(Always);
        v1.MapGet("/campaigns/{id}/domains", ListAsync).WithTags("Domains")
            .Describe("listDomains", "List a campaign's domains with their states and the DNS records to publish.").For(Access.ReadOnly).Answers<DomainsAnswer>(200);
        v1.MapGet(One, (TheDomain domain) => Answer.Ok(DomainAnswer.From(domain.Value))).WithTags("Domains")
            .Describe("getDomain", "Read a domain with its state and the DNS records to publish.").For(Access.ReadOnly).Answers<DomainAnswer>(200);
        v1.MapPost(One + "/check", CheckAsync).WithTags("Domains")
            .Describe("checkDomain", "Ask the host now how a domain stands; not again within ten seconds. Answers after ten seconds at most.")
            .For(Access.Manager).Answers<DomainAnswer>(200).Fails(Always);
        v1.MapDelete(One, RemoveAsync).WithTags("Domains")
            .Describe("removeDomain", "Take a domain from the site. The domain itself, and its DNS records, stay its owner's.")
            .For(Access.Manager).Answers<DomainAnswer>(202).Fails("installation.unconfirmed").Fails(Always);
    }

    private static async Task<IResult> AddAsync(TheCampaign campaign, Body<DomainFields> body, Creation creation, Caller caller, IGrainFactory grains) =>
        await creation.OnceAsync(body, async _ =>
        {
            var grain = grains.GetGrain<IDomainsGrain>(GrainKeys.Campaign(campaign.Value.TenantId, campaign.Value.Id));
            var added = await grain.AddAsync(new DomainCommand(caller.Actor, body.Value.Name));
            return added.Then(view => Answer.Created($"/v1/campaigns/{campaign.Value.Id}/domains/{view.Name}", DomainAnswer.From(view)));
        });

    private static async Task<IResult> ListAsync(TheCampaign campaign, IDomainQueries domains, CancellationToken ct)
    {
        var found = await domains.ListAsync(campaign.Value.TenantId, campaign.Value.Id, ct);
        var isSupported = campaign.Value.Settings.Providers?.Site == ProviderNames.Vercel;
        return Answer.Ok(new DomainsAnswer(isSupported, [.. found.Select(DomainAnswer.From)]));
    }

    private static async Task<IResult> CheckAsync(
        TheDomain domain, Caller caller, IGrainFactory grains, IDomainQueries domains, TimeProvider clock, CancellationToken ct)
    {
        var asked = await domain.Grain(grains).CheckAsync(new DomainCommand(caller.Actor, domain.Value.Name));
        if (asked.Refusal is { } refusal)
        {
            return Problem.From(refusal);
        }

        // Without a site there is nobody to ask yet.
        var until = domain.Campaign.SiteUrl is null ? clock.GetUtcNow() : clock.GetUtcNow() + Patience;
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50), clock);
        var view = asked.Value!;
        while (view.NextCheckAt <= asked.Value!.NextCheckAt && view.NextCheckAt <= clock.GetUtcNow() && clock.GetUtcNow() < until)
        {
            await ticks.WaitForNextTickAsync(ct);
            view = await domains.FindAsync(domain.Campaign.TenantId, domain.Campaign.Id, view.Name, ct) ?? view with { NextCheckAt = null };
        }

        return Answer.Ok(DomainAnswer.From(view));
    }

    private static async Task<IResult> RemoveAsync(TheDomain domain, Caller caller, IGrainFactory grains) =>
        (await domain.Grain(grains).RemoveAsync(new DomainCommand(caller.Actor, domain.Value.Name)))
            .Then(view => Answer.Accepted($"/v1/campaigns/{domain.Campaign.Id}/domains", DomainAnswer.From(view)));
}
