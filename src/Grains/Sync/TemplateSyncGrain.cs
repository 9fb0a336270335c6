using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <inheritdoc cref="ITemplateSyncGrain"/>
[Reentrant, GrainType("template-sync")]
public sealed partial class TemplateSyncGrain : DueWorkGrain, ITemplateSyncGrain
{
    private const string SyncReminder = "template-sync";
    private readonly TemplateSyncGrainParts parts;
    private readonly SiteSyncStore store;
    private readonly SiteOpener opener;
    private readonly IIncarnation incarnation;
    private readonly ILogger<TemplateSyncGrain> log;
    private Guid tenantId, campaignId;

    public TemplateSyncGrain(TemplateSyncGrainParts parts, TimeProvider clock, ILogger<TemplateSyncGrain> log)
        : base(clock, log)
    {
        (this.parts, store, opener, incarnation) = (parts, parts.Store, parts.Opener, parts.Incarnation);
        this.log = log;
    }

    protected override string DueReminderName => SyncReminder;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = GrainKeys.Split(this.GetPrimaryKeyString());
        (tenantId, campaignId) = (Ids.Parse(Ids.Tenant, key[0]), Ids.Parse(Ids.Campaign, key[1]));
        return Task.CompletedTask;
    }

    protected override Task<bool> MayWorkAsync(CancellationToken ct) => incarnation.IsConfirmedAsync(ct);

    protected override async Task WorkAsync(CancellationToken ct)
    {
        if (await opener.CampaignAsync(tenantId, campaignId, ct) is not { } campaign || await store.FindAsync(tenantId, campaignId, ct) is not { } site)
        {
            return;
        }

        var now = Clock.GetUtcNow();
        var open = await store.UnderWayAsync(tenantId, campaignId, ct);
        foreach (var preview in open.Where(r => r.Kind == SyncKinds.Preview && r.NextAt <= now))
        {
            await parts.Work.AdvanceAsync(campaign, site, preview, ct);
        }

        // A pull request that was merged meanwhile goes before what was asked for since.
        if (open.FirstOrDefault(r => r.Kind != SyncKinds.Preview) is { } first)
        {
            // A deployment's end is told by its campaign, before the next look is due.
            if (first.NextAt <= now || first.State == SyncStates.Deploying)
            {
                await parts.Work.AdvanceAsync(campaign, site, first, ct);
            }
        }
        else if (site.ReviewAt <= now || site.Source.EndsWith(':'))
        {
            await LookAsync(campaign, site, ct);
        }
    }

    protected override async Task<DateTimeOffset?> NextDueAsync(CancellationToken ct)
    {
        var open = await store.UnderWayAsync(tenantId, campaignId, ct);
        var site = await store.FindAsync(tenantId, campaignId, ct);
        var first = open.FirstOrDefault(r => r.Kind != SyncKinds.Preview);
        return open.Where(r => r.Kind == SyncKinds.Preview).Select(r => r.NextAt)
            .Append(first is null ? site?.ReviewAt : first.NextAt).Min();
    }

    private async Task LookAsync(CampaignView campaign, SiteSyncRow site, CancellationToken ct)
    {
        if (!CampaignLife.HasSite(campaign.State))
        {
            // With the repository its pull request is gone, and nobody comes back to it.
            await (campaign.State == CampaignLife.Decommissioned ? parts.Reviews.GoneAsync(site, ct) : parts.Reviews.LaterAsync(site, ct));
            return;
        }

        try
        {
            if (await opener.OpenAsync(campaign, ct) is { } opened)
            {
                await KeepSourceAsync(site, opened.Sync.Source, ct);
                await parts.Reviews.FollowAsync(opened, site, ct);
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is not SyncTakenOverException)
        {
            LogUnseen(campaign.Id, e);
            await parts.Reviews.LaterAsync(site, ct);
        }
    }

    /// <summary>Where the template is kept is the account's to say: not every stored row could know.</summary>
    private async Task KeepSourceAsync(SiteSyncRow site, string source, CancellationToken ct)
    {
        if (site.Source != source)
        {
            await store.SaveAsync(tenantId, campaignId, new SyncWrite(row => row with { Source = source }, null, null), ct);
        }
    }

    private AuditEvent Audit(Actor actor, string action, string subject, object? before, object? after)
    {
        var now = Clock.GetUtcNow();
        return new AuditEvent(tenantId, Guid.CreateVersion7(now), now, campaignId, actor.Id, action, subject, before, after);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The pull request of {Campaign}'s site could not be looked at just now.")]
    private partial void LogUnseen(string campaign, Exception e);
}

/// <summary>What the grain of a site's template works with.</summary>
public sealed class TemplateSyncGrainParts
{
    internal TemplateSyncGrainParts(
        SiteSyncStore store, TemplateVersionStore versions, SiteOpener opener, SyncWork work, ReviewWork reviews, IIncarnation incarnation) =>
        (Store, Versions, Opener, Work, Reviews, Incarnation) = (store, versions, opener, work, reviews, incarnation);

    internal SiteSyncStore Store { get; }

    internal TemplateVersionStore Versions { get; }

    internal SiteOpener Opener { get; }

    internal SyncWork Work { get; }

    internal ReviewWork Reviews { get; }

    internal IIncarnation Incarnation { get; }
}
