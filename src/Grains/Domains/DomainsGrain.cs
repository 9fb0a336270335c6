using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Domain.Domains;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Domains;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Installations;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Domains;

namespace PrizeDraw.Grains.Domains;

/// <inheritdoc cref="IDomainsGrain"/>
[Reentrant, GrainType("domains")]
public sealed class DomainsGrain : DueWorkGrain, IDomainsGrain
{
    private const string DomainsReminder = "domains";

    /// <summary>A domain that waits for its site is looked after so often; mostly it is woken.</summary>
    private static readonly TimeSpan WaitingFor = TimeSpan.FromHours(1);
    private readonly DomainStore store;
    private readonly DomainWork work;
    private readonly ICampaignQueries campaigns;
    private readonly IIncarnation incarnation;
    private readonly ProvisioningOptions options;
    private Guid tenantId, campaignId;

    public DomainsGrain(DomainsGrainParts parts, TimeProvider clock, ILogger<DomainsGrain> log)
        : base(clock, log) =>
        (store, work, campaigns, incarnation, options) = (parts.Store, parts.Work, parts.Campaigns, parts.Incarnation, parts.Options);

    protected override string DueReminderName => DomainsReminder;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var parts = GrainKeys.Split(this.GetPrimaryKeyString());
        (tenantId, campaignId) = (Ids.Parse(Ids.Tenant, parts[0]), Ids.Parse(Ids.Campaign, parts[1]));
        return Task.CompletedTask;
    }

    // Once decided, a write is not cancelled because the caller left.
    public async Task<Result<DomainView>> AddAsync(DomainCommand command)
    {
        var (name, invalid) = CustomDomain.Read(command.Name, [new Uri(options.ApiUrl).Host]);
        if (invalid is not null)
        {
            return Refusals.Of(invalid);
        }

        if (await CampaignAsync() is not { } campaign)
        {
            return Refusals.Of(new CampaignNotFound());
        }

        if (campaign.Settings.Providers?.Site != ProviderNames.Vercel)
        {
            return Refusals.Of(new DomainsAreUnsupported());
        }

        return await ToldAsync(await store.AddAsync(
            tenantId, campaignId, name!, Judge, Audit(command.Actor, "domain.added", name!), CancellationToken.None));
    }

    public async Task<Result<DomainView>> CheckAsync(DomainCommand command) => await ToldAsync(await store.ChangeAsync(
        tenantId, campaignId, command.Name, Judge,
        row => row.View.State == DomainStates.Removing || Clock.GetUtcNow() - Latest(row) < DomainChecks.JustNow ? row : Due(row),
        Audit(command.Actor, "domain.check_asked", command.Name), CancellationToken.None));

    public async Task<Result<DomainView>> RemoveAsync(DomainCommand command) => await incarnation.RefusalAsync() ?? await ToldAsync(await store.ChangeAsync(
        tenantId, campaignId, command.Name, Judge, Removing, Audit(command.Actor, "domain.removal_asked", command.Name), CancellationToken.None));

    public async Task RemoveAllAsync(Actor actor)
    {
        foreach (var row in await store.ListAsync(tenantId, campaignId, CancellationToken.None))
        {
            // Asked for again and again while the host refuses: one event tells of it.
            Task asked = row.View.State == DomainStates.Removing
                ? store.SaveAsync(tenantId, campaignId, Removing(row), null, null, CancellationToken.None)
                : store.ChangeAsync(
                    tenantId, campaignId, row.Name, _ => null, Removing, Audit(actor, "domain.removal_asked", row.Name), CancellationToken.None);
            await asked;
        }

        await WakeAsync();
    }

    protected override Task<bool> MayWorkAsync(CancellationToken ct) => incarnation.IsConfirmedAsync(ct);

    protected override async Task WorkAsync(CancellationToken ct)
    {
        if (await CampaignAsync() is not { } campaign)
        {
            return;
        }

        var hasSite = CampaignLife.HasSite(campaign.State);
        foreach (var row in (await store.ListAsync(tenantId, campaignId, ct)).Where(row => row.View.NextCheckAt <= Clock.GetUtcNow()))
        {
            if (row.View.State == DomainStates.Removing)
            {
                await work.RemoveAsync(campaign, row, ct);
            }
            else if (hasSite)
            {
                await work.LookAsync(campaign, row, ct);
            }
        }
    }

    protected override async Task<DateTimeOffset?> NextDueAsync(CancellationToken ct)
    {
        var rows = await store.ListAsync(tenantId, campaignId, ct);
        if (rows.IsEmpty || await CampaignAsync() is not { } campaign)
        {
            return null;
        }

        var hasSite = CampaignLife.HasSite(campaign.State);
        var waiting = Clock.GetUtcNow() + WaitingFor;
        return rows.Min(row => row.View.NextCheckAt is { } at && at < waiting && !hasSite && row.View.State != DomainStates.Removing
            ? waiting
            : row.View.NextCheckAt);
    }

    private static DateTimeOffset Latest(DomainRow row) => row.View.CheckedAt is { } at && at > row.Since ? at : row.Since;

    private static DomainError? Judge(DomainsCampaign? campaign) => campaign is null ? new CampaignNotFound()
        : CampaignLife.Refuses(campaign.State, CampaignCommandKind.ChangeDomains)
            ?? (campaign.UnderWay is DeploymentKind.Archive or DeploymentKind.Unarchive or DeploymentKind.Decommission
                ? new DeploymentUnderWay(campaign.UnderWay) : null);

    /// <summary>Looked at as soon as may be; who asks starts the waiting anew.</summary>
    private DomainRow Due(DomainRow row)
    {
        var now = Clock.GetUtcNow();
        return row with { Since = now, View = row.View with { NextCheckAt = now } };
    }

    private DomainRow Removing(DomainRow row)
    {
        var due = Due(row);
        return due with { Fault = null, View = due.View with { State = DomainStates.Removing, Problem = null, Records = [] } };
    }

    private async Task<Result<DomainView>> ToldAsync((DomainRow? Row, DomainError? Refusal) written)
    {
        if (written.Refusal is { } refusal)
        {
            return Refusals.Of(refusal);
        }

        await WakeAsync();
        return written.Row!.View;
    }

    private Task<CampaignView?> CampaignAsync() => campaigns.FindAsync(
        Scope.Of(Ids.Format(Ids.Tenant, tenantId)), Ids.Format(Ids.Campaign, campaignId), CancellationToken.None);

    private AuditEvent Audit(Actor actor, string action, string domain)
    {
        var now = Clock.GetUtcNow();
        return new AuditEvent(tenantId, Guid.CreateVersion7(now), now, campaignId, actor.Id, action, domain);
    }
}

/// <summary>What the grain of a campaign's domains works with.</summary>
public sealed class DomainsGrainParts
{
    internal DomainsGrainParts(DomainStore store, DomainWork work, ICampaignQueries campaigns, IIncarnation incarnation, ProvisioningOptions options) =>
        (Store, Work, Campaigns, Incarnation, Options) = (store, work, campaigns, incarnation, options);

    internal DomainStore Store { get; }

    internal DomainWork Work { get; }

    internal ICampaignQueries Campaigns { get; }

    internal IIncarnation Incarnation { get; }

    internal ProvisioningOptions Options { get; }
}
