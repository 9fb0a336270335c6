using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using PrizeDraw.Domain.Domains;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Domains;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Cloud.Vercel;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Central.Domains;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Grains.Domains;

/// <summary>
/// Asks the host about one domain and writes what it said. Before the first call it is stored that there may be something at the host; after a call
/// whose answer was lost the domain is found on the site, and adopted.
/// </summary>
internal sealed partial class DomainWork(
    DomainStore store, DeploymentStore deployments, IProviderDirectory providers, TimeProvider clock, ILogger<DomainWork> log)
{
    /// <summary>How long one domain's calls may take.</summary>
    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(2);

    private const string TakenAway =
        "The domain is not on the site at Vercel any more: somebody took it away there. Check it again to add it anew, or remove it.";

    /// <summary>Looks at a domain, or puts it on the site.</summary>
    public async Task LookAsync(CampaignView campaign, DomainRow row, CancellationToken ct)
    {
        var (tenant, id) = IdsOf(campaign);
        var marked = row.View.IsPlaced ? row : await store.SaveAsync(tenant, id, row with { View = row.View with { IsPlaced = true } }, null, null, ct);

        // Null when it was changed meanwhile: what is stored now is due by itself.
        if (marked is not null)
        {
            await SaveAsync(campaign, marked, await AskedAsync(campaign, marked, ct), ct);
        }
    }

    /// <summary>Takes a domain from the site and forgets it. What the host does not have on this campaign's site is not touched.</summary>
    public async Task RemoveAsync(CampaignView campaign, DomainRow row, CancellationToken ct)
    {
        var (tenant, id) = IdsOf(campaign);
        try
        {
            // What the host was never asked for needs no account.
            if (row.View.IsPlaced)
            {
                await CallAsync(campaign, async (domains, site, token) =>
                {
                    await domains.RemoveAsync(site, row.Name, token);
                    return row;
                }, row, ct);
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(row.Name, e);
            await SaveAsync(campaign, row, Troubled(row, e), ct);
            return;
        }

        await store.DeleteAsync(tenant, id, row, Audit(campaign, "domain.removed", row.Name, new { row.View.State }, null), ct);
    }

    private async Task<DomainRow> AskedAsync(CampaignView campaign, DomainRow row, CancellationToken ct)
    {
        try
        {
            return await CallAsync(campaign, async (domains, site, token) =>
            {
                // Never answered yet, or refused before: added, unless it is there by now.
                var isNew = row.View.CheckedAt is null || row.View.State is DomainStates.Taken or DomainStates.Failed;
                return (isNew ? await domains.AddAsync(site, row.Name, token) : await domains.CheckAsync(site, row.Name, token)) is { } standing
                    ? Standing(row, standing)
                    : Refused(row, DomainStates.Failed, ProviderFault.Rejected, TakenAway);
            }, Refused(row, DomainStates.Failed, ProviderFault.Rejected, new DomainsAreUnsupported().Message), ct);
        }
        catch (ProviderException e) when (e.Fault is ProviderFault.NameTaken or ProviderFault.Rejected or ProviderFault.Quota)
        {
            LogFailed(row.Name, e);
            return Refused(row, e.Fault == ProviderFault.NameTaken ? DomainStates.Taken : DomainStates.Failed, e.Fault, e.Message);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(row.Name, e);
            return Troubled(row, e);
        }
    }

    /// <param name="without">The answer where the hosting has no domains.</param>
    private async Task<DomainRow> CallAsync(
        CampaignView campaign, Func<VercelDomains, SiteRequest, CancellationToken, Task<DomainRow>> call, DomainRow without, CancellationToken ct)
    {
        var (tenant, id) = IdsOf(campaign);
        var home = await deployments.FindNewestAsync(tenant, id, DeploymentKind.Provision, ct)
            ?? throw new ProviderException(ProviderFault.Transient, "The campaign has no site yet.");
        var deployment = new CampaignDeployment(campaign.TenantId, campaign.Id, campaign.Settings, campaign.SiteKey ?? "", home.Steps);
        if (await providers.DomainsAsync(deployment, ct) is not { } domains)
        {
            return without;
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(TimeOut);
        return await call(domains, CreateSite.Request(deployment), limited.Token);
    }

    /// <summary>Writes how a domain stands, with what follows from a change.</summary>
    private async Task SaveAsync(CampaignView campaign, DomainRow before, DomainRow after, CancellationToken ct)
    {
        var (now, (tenant, id)) = (clock.GetUtcNow(), IdsOf(campaign));
        var hasMoved = after.View.State != before.View.State;
        var since = hasMoved ? now : before.Since;
        var next = DomainChecks.Next(after.View.State, after.Fault is "transient" or "unauthorized", since, now);
        var written = after with { Since = since, View = after.View with { NextCheckAt = next } };
        var audit = hasMoved
            ? Audit(campaign, "domain.state_changed", before.Name, new { before.View.State }, new { written.View.State, written.View.Problem })
            : null;
        await store.SaveAsync(tenant, id, written, audit, NoticeOf(campaign, before.View, written.View, now), ct);
    }

    private static NoticeBody? NoticeOf(CampaignView campaign, DomainView before, DomainView after, DateTimeOffset now)
    {
        var kind = (before.State, after.State) switch
        {
            (DomainStates.Active, DomainStates.Active) => null,
            (_, DomainStates.Active) => NoticeKinds.DomainActive,
            (DomainStates.Active, _) => NoticeKinds.DomainLost,
            _ => after.NextCheckAt is null ? NoticeKinds.DomainGivenUp : null,
        };
        return kind is null ? null : new NoticeBody { Kind = kind, Campaign = campaign.Id, At = now, Domain = after.Name, Message = after.Problem };
    }

    private DomainRow Standing(DomainRow row, SiteDomain standing) => row with
    {
        Fault = null,
        View = row.View with
        {
            State = standing.Stage switch
            {
                DomainStage.Added => DomainStates.Added,
                DomainStage.PendingVerification => DomainStates.PendingVerification,
                DomainStage.VerifiedMisconfigured => DomainStates.VerifiedMisconfigured,
                DomainStage.Active => DomainStates.Active,
                _ => throw new ArgumentOutOfRangeException(nameof(standing)),
            },
            Problem = standing.Problem,
            Records = [.. standing.Publish.Select(r => new DomainRecord(r.Type, r.Name, r.Value, r.Why))],
            CheckedAt = clock.GetUtcNow(),
        },
    };

    private DomainRow Refused(DomainRow row, string state, ProviderFault fault, string why) => row with
    {
        Fault = NameOf(fault), View = row.View with { State = state, Problem = why, Records = [], CheckedAt = clock.GetUtcNow() },
    };

    /// <summary>The host could not be asked: the domain stands as it stood.</summary>
    private static DomainRow Troubled(DomainRow row, Exception e) => row with
    {
        Fault = NameOf(e is ProviderException { Fault: var fault } ? fault : ProviderFault.Transient),
        View = row.View with { Problem = FailureText.Of(e, $"Vercel did not answer within {TimeOut.TotalSeconds:0} seconds.") },
    };

    private static string NameOf(ProviderFault fault) => fault switch
    {
        ProviderFault.Transient => "transient",
        ProviderFault.NameTaken => "name_taken",
        ProviderFault.Quota => "quota",
        ProviderFault.Unauthorized => "unauthorized",
        ProviderFault.Rejected => "rejected",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    private AuditEvent Audit(CampaignView campaign, string action, string domain, object? before, object? after)
    {
        var (now, (tenant, id)) = (clock.GetUtcNow(), IdsOf(campaign));
        return new AuditEvent(tenant, Guid.CreateVersion7(now), now, id, Actor.System.Id, action, domain, before, after);
    }

    private static (Guid Tenant, Guid Campaign) IdsOf(CampaignView campaign) =>
        (Ids.Parse(Ids.Tenant, campaign.TenantId), Ids.Parse(Ids.Campaign, campaign.Id));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The domain {Domain} did not come on just now.")]
    private partial void LogFailed(string domain, Exception e);
}
