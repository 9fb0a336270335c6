using System;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Grains.Evidence;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Central.Evidence;
using PrizeDraw.Storage.Campaign;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Publishing: what can be won is committed to before anybody can enter.</summary>
public sealed partial class CampaignGrain
{
    public async Task<Result<CampaignView>> PublishAsync(CampaignCommand command) =>
        await ChangeAsync<CampaignView>(CampaignCommandKind.Publish, command.IfMatch, async () =>
        {
            var now = clock.GetUtcNow();
            // Where hidden choices follow from a beacon's round, nothing opens before that can have come.
            var told = commitments.Opening(settings, now);
            if (await ShutAsync(told, now) is { } shut)
            {
                return Refusals.Of(shut);
            }

            // Reminders first: those that stand when nothing was published end by themselves.
            await RemindAsync(OpenReminder, told.OpensAt!.Value);
            await RemindAsync(CloseReminder, told.ClosesAt!.Value + ClosingGrace);
            if (await CommitAsync(command.Actor, told) is { } refusal)
            {
                return refusal;
            }

            var moved = told.OpensAt != settings.OpensAt;
            await SaveAsync(row!.With(told) with { State = CampaignLife.Scheduled, PublishedAt = now }, new CampaignChange(
                Audit(command.Actor, "campaign.published", moved ? new { opensAt = settings.OpensAt } : null, moved ? new { opensAt = told.OpensAt } : null))
            {
                // From here on the moments stand sealed in the campaign's own database alone.
                Also =
                [
                    (work, ct) => secrets.PutAsync(work, tenantId, CampaignId, SecretNames.Moments, "{}", ct),
                    FixPlansAsync,
                    (work, ct) => PublicFiles.SealAsync(work, tenantId, campaignId, PublicFileNames.CommitmentPrefix, ct),
                ],
            });
            settings = CampaignMap.WithoutMoments(told);
            foreach (var draw in settings.AllDraws())
            {
                await ScheduleDrawAsync(draw);
            }

            return View();
        });

    /// <summary>What shuts the publish gate; null when it is open. Changes nothing.</summary>
    private async Task<DomainError?> ShutAsync(CampaignSettings told, DateTimeOffset now)
    {
        var open = CampaignSettingsCheck.PublishGate(told, now, levels)?.Fields ?? [];
        var lacking = await CodesGate.CheckAsync(codes, TenantId, CampaignId, settings, CancellationToken.None);
        return open.Count + lacking.Count > 0 ? new CampaignNotPublishable([.. open, .. lacking]) : await commitments.HindranceAsync(told);
    }

    /// <summary>
    /// A change of the pools may have been cut short before it was stored here: what is published is what is stored. Pools with entries were
    /// published by an earlier attempt at just this, and nothing could be changed since.
    /// </summary>
    private async Task<Refusal?> ConfigureAsync(Actor actor, CampaignSettings told) =>
        await CampaignParts.ConfigureAsync(GrainFactory, TenantId, CampaignId, told, actor)
            is { Code: not ("pool.has_entries" or "draw.wrong_state") } refusal ? refusal : null;

    /// <summary>
    /// Nobody enters before the commitments stand: until then the pools are published, but held. They stay so where one could not be made, and the
    /// campaign is to be published again.
    /// </summary>
    private async Task<Refusal?> CommitAsync(Actor actor, CampaignSettings told)
    {
        if (await ConfigureAsync(actor, told) is { } refusal)
        {
            return refusal;
        }

        await SetPhaseAsync(actor, paused: true, told);
        await PublishPlansAsync(actor, told);
        try
        {
            await commitments.CommitAsync(TenantId, CampaignId, told, actor);
        }
        catch (NotCommittedException e)
        {
            return Refusals.Of(new CampaignCommitmentUnavailable(e.Message));
        }

        if (commitments.AwaitsRound(told))
        {
            await AwaitRoundAsync(told);
        }

        await SetPhaseAsync(actor, paused: false, told);
        return null;
    }

    /// <summary>The pools learn which round they wait for, and somebody waits for it: by then no crash can let an entry in before.</summary>
    private async Task AwaitRoundAsync(CampaignSettings told)
    {
        await GrainFactory.GetGrain<IInstantEvidenceGrain>(GrainKeys.Campaign(TenantId, CampaignId)).AwaitRoundAsync();
        foreach (var pool in told.Pools)
        {
            await GrainFactory.GetGrain<IPrizePoolGrain>(GrainKeys.Pool(TenantId, CampaignId, pool.Id!)).ReloadAsync();
        }
    }
}
