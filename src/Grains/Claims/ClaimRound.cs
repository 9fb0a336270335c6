using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Storage.Campaign.Claims;
using PrizeDraw.Storage.Campaign.Draws;

namespace PrizeDraw.Grains.Claims;

/// <summary>
/// One round through what is due. The order makes it sound: a claim that lapses is ended first, then the draw gives its prize to the next in
/// its order, and only what the certificate says is then told. So a prize never has two holders who may claim it, and nobody is passed over.
/// </summary>
internal sealed partial class ClaimRound(ClaimParts parts, ClaimAddress address, long epoch, IGrainFactory grains, ILogger log)
{
    /// <summary>What waits for a draw's certificate, or for a draw that could not be asked, is looked at again after this.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5), AskAgain = TimeSpan.FromMinutes(1);

    public async Task GoAsync(CampaignView campaign, CancellationToken ct)
    {
        await AllAsync(() => parts.Clock.LapseAsync(address, epoch, Now, ct));
        foreach (var draw in await parts.Telling.DrawnAsync(address, ct))
        {
            await TellAsync(campaign, draw, ct);
        }

        await AllAsync(() => parts.Clock.RemindAsync(address, epoch, Now, ct));
        if (await parts.Mails.NextDueAsync(address.TenantId, address.CampaignId, ct) <= Now)
        {
            await grains.GetGrain<IEntrantMailGrain>(GrainKeys.Campaign(address.TenantId, address.CampaignId)).WakeAsync();
        }

        foreach (var claim in await parts.Clock.LapsedAsync(address, ct))
        {
            await PassOnAsync(claim, ct);
        }
    }

    /// <summary>When there is something to do next; null when nothing.</summary>
    public async Task<DateTimeOffset?> NextDueAsync(CampaignView campaign, CancellationToken ct)
    {
        var draws = await parts.Telling.DrawnAsync(address, ct);
        if (draws.Any(draw => draw is { IsCertified: false, State: "drawn" or "completed" } && DaysOf(campaign, draw) is not null))
        {
            return Now + LookAgain;
        }

        foreach (var draw in draws)
        {
            if (await HoldingAsync(campaign, draw, ct) is { } holders
                && !await parts.Telling.IsThroughAsync(address, draw.Id, PositionsOf(holders), ct))
            {
                // Certified after it was looked at, perhaps by a host that ended before it could say so.
                return Now;
            }
        }

        var due = await parts.Clock.NextDueAsync(address, ct);
        return !draws.IsEmpty && !(await parts.Clock.LapsedAsync(address, ct)).IsEmpty && !(due <= Now + AskAgain) ? Now + AskAgain : due;
    }

    private DateTimeOffset Now => parts.Time.GetUtcNow();

    private static async Task AllAsync(Func<Task<int>> some)
    {
        while (await some() > 0)
        {
            // The next ones.
        }
    }

    /// <summary>Ends what holds nothing any more, then tells who holds a prize and has not been told.</summary>
    private async Task TellAsync(CampaignView campaign, DrawnDraw draw, CancellationToken ct)
    {
        if (await HoldingAsync(campaign, draw, ct) is { } holders)
        {
            await parts.Telling.SettleAsync(address, epoch, draw.Id, PositionsOf(holders), Now, ct);
            if (DaysOf(campaign, draw) is { } days)
            {
                await AllAsync(() => parts.Telling.TellAsync(address, epoch, draw, holders, days, Now, ct));
            }
        }
    }

    /// <summary>Who holds a draw's prizes: nobody once it is void, and null as long as that can't be told or nobody is asked to claim.</summary>
    private async Task<ImmutableArray<PrizeHolder>?> HoldingAsync(CampaignView campaign, DrawnDraw draw, CancellationToken ct) =>
        draw.State is not ("drawn" or "completed") ? []
        : draw.IsCertified && DaysOf(campaign, draw) is not null ? await HoldersAsync(draw, ct)
        : null;

    private static int[] PositionsOf(ImmutableArray<PrizeHolder> holders) => [.. holders.Select(holder => holder.Position)];

    /// <summary>One draw that can't be asked keeps no other's prizes; the draw has noted a replacement that comes twice.</summary>
    private async Task PassOnAsync(LapsedClaim claim, CancellationToken ct)
    {
        var draw = Ids.Format(Ids.Draw, claim.Draw);
        try
        {
            var replaced = await grains.GetGrain<IDrawGrain>(GrainKeys.Draw(address.TenantId, address.CampaignId, draw))
                .ReplaceAsync(new ReplaceWinner(Actor.System, claim.Position, ReplacementReasons.ClaimLapsed, null, null));
            if (replaced.Refusal is null)
            {
                await parts.Clock.PassedOnAsync(address, epoch, claim, Now, ct);
            }
            else
            {
                LogKept(log, draw, claim.Position, replaced.Refusal.Detail);
            }
        }
        catch (Exception e) when (e is not ClaimsTakenOverException && !ct.IsCancellationRequested)
        {
            LogNotAsked(log, draw, claim.Position, e);
        }
    }

    private async Task<ImmutableArray<PrizeHolder>> HoldersAsync(DrawnDraw draw, CancellationToken ct)
    {
        var at = new DrawAddress(address.TenantId, address.CampaignId, Ids.Format(Ids.Draw, draw.Id), address.Campaign, draw.Id);
        var held = DrawHolders.Of(await parts.Records.OrderAsync(at, ct), await parts.Records.EventsAsync(at, ct));
        var entries = await parts.Telling.EntriesAsync(address, draw.Id, ct);
        return [.. held.Prizes.Where(prize => prize.Holder is not null).Select(prize => new PrizeHolder(prize.Holder!.Value, entries[prize.Holder.Value], prize.Prize))];
    }

    private static int? DaysOf(CampaignView campaign, DrawnDraw draw) =>
        campaign.Settings.AllDraws().FirstOrDefault(settings => settings.Id == Ids.Format(Ids.Draw, draw.Id))?.ClaimDays;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Draw {Draw} keeps the prize of place {Position}, whose claim has lapsed: {Why}")]
    private static partial void LogKept(ILogger log, string draw, int position, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Draw {Draw} could not pass on the prize of place {Position} just now; it will be asked again.")]
    private static partial void LogNotAsked(ILogger log, string draw, int position, Exception e);
}
