using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Central.Evidence;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>The campaign's draws: set before publishing, added after it, and what the campaign becomes when they are done.</summary>
public sealed partial class CampaignGrain
{
    private static readonly string[] DrawnStates = ["drawn", "completed", "void", "withheld"];
    private static readonly string[] DoneStates = ["completed", "void"];

    public async Task<Result<DrawSettings>> PlanDrawAsync(PlanDraw command) =>
        await ChangeAsync<DrawSettings>(CampaignCommandKind.AddDraw, null, async () =>
        {
            if (settings.AllDraws().FirstOrDefault(d => d.Id == command.Draw.Id) is { } there)
            {
                await ScheduleDrawAsync(there); // The same request again, cut short or sent twice.
                return there;
            }

            var with = settings.Draw is null ? settings with { Draw = command.Draw } : settings with { FurtherDraws = settings.FurtherDraws.Add(command.Draw) };
            var replaced = await ReplaceSettingsAsync(command.Actor, Completed(with, settings, command.Draw.Id), "draw.added");
            return replaced.Refusal is { } refusal ? refusal : settings.AllDraws().First(d => d.Id == command.Draw.Id);
        });

    public async Task DrawAdvancedAsync(DrawAdvanced command) => await InTurnAsync<bool>(async () =>
    {
        // Draws that come before the closing leave the campaign as it is: it goes on taking entries.
        if (row?.State is CampaignLife.Closed or CampaignLife.Drawn && settings.AllDraws().Any(d => d.Id == command.DrawId)
            && await StateByDrawsAsync() is { } next && next != row.State && next != CampaignLife.Closed)
        {
            await SaveAsync(row with { State = next }, new CampaignChange(Audit(command.Actor, $"campaign.{next}", null, null)));
        }

        return true;
    });

    /// <summary>What a closed campaign is by its draws: completed when each is published or void, drawn when none is still to be drawn.</summary>
    private async Task<string> StateByDrawsAsync()
    {
        if (settings.AllDraws().IsEmpty)
        {
            return CampaignLife.Completed;
        }

        var stored = await draws.StatesAsync(TenantId, CampaignId, CancellationToken.None);
        var states = settings.AllDraws().Select(d => stored.GetValueOrDefault(d.Id!, "planned")).ToArray();
        return states.All(s => DoneStates.Contains(s)) ? CampaignLife.Completed
            : states.All(s => DrawnStates.Contains(s)) ? CampaignLife.Drawn
            : CampaignLife.Closed;
    }

    /// <summary>A campaign whose draws were done has one again that is to be drawn.</summary>
    private async Task<CampaignRow> StateWithAsync(CampaignRow next, CampaignSettings before) =>
        next.State is CampaignLife.Drawn or CampaignLife.Completed && AddedDraws.Of(before, settings).Any()
            ? next with { State = await StateByDrawsAsync() }
            : next;

    /// <summary>Commits the rules of draws that a published campaign is given, before the campaign is stored with them.</summary>
    private async Task<Refusal?> PlanAddedAsync(Actor actor, CampaignSettings before, CampaignSettings next)
    {
        foreach (var (draw, _) in AddedDraws.Of(before, next).ToArray())
        {
            var later = AddedDraws.IsLater(draw, next.OpensAt, row!.State, clock.GetUtcNow());
            if ((await DrawGrain(draw).PlanAsync(SetDrawPlan.Of(actor, draw, next, later))).Refusal is { } refusal)
            {
                return refusal;
            }

            await DrawGrain(draw).PublishPlanAsync(SetDrawPlan.Of(actor, draw, next, later));
        }

        return null;
    }

    /// <summary>Makes public what each draw is planned by, before anybody can enter.</summary>
    private async Task PublishPlansAsync(Actor actor, CampaignSettings told)
    {
        foreach (var draw in told.AllDraws())
        {
            await DrawGrain(draw).PublishPlanAsync(SetDrawPlan.Of(actor, draw, told));
        }
    }

    /// <summary>With the campaign that is stored as published, what it was published with never changes again.</summary>
    private Task FixPlansAsync(CentralUnitOfWork work, CancellationToken ct) =>
        PublicFiles.SealAsync(work, tenantId, campaignId, PublicFileNames.PlanPrefix, ct);

    private async Task ScheduleAddedAsync(CampaignSettings before)
    {
        foreach (var (draw, _) in AddedDraws.Of(before, settings).ToArray())
        {
            await ScheduleDrawAsync(draw);
        }
    }

    /// <summary>Once published: a draw that comes before the closing has its reminder from now on, any other from the closing on.</summary>
    private async Task ScheduleDrawAsync(DrawSettings draw)
    {
        if (CampaignLife.IsPublished(row!.State) && settings.ClosesAt is { } closesAt
            && (DrawTimes.FreezeAt(draw, closesAt) is var at && at < closesAt || !CampaignLife.ChangesLive(row.State)))
        {
            await DrawGrain(draw).ScheduleAsync(at);
        }
    }

    private IDrawGrain DrawGrain(DrawSettings draw) => GrainFactory.GetGrain<IDrawGrain>(GrainKeys.Draw(TenantId, CampaignId, draw.Id!));
}
