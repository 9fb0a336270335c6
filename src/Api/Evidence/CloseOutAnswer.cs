using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Api.Evidence;

/// <summary>
/// The close-out statement of a campaign's instant wins (CAP Code 8.25): prizes offered = awarded + made available but unwon + rolled into the
/// draw. What no winning moment ever made available is told apart.
/// </summary>
/// <param name="CampaignId">The campaign's id.</param>
/// <param name="Campaign">Its name.</param>
/// <param name="Promoter">Whose promotion it is.</param>
/// <param name="State">The campaign's state.</param>
/// <param name="OpensAt">When it opened.</param>
/// <param name="ClosesAt">When it closed, or is to close.</param>
/// <param name="TimeZone">Decides what a day and an hour are.</param>
/// <param name="Final">Whether every pool has closed: before that the figures still move.</param>
/// <param name="Holds">Whether it is final, balanced, every prize was awarded or made available, and the recount found no difference.</param>
/// <param name="Statement">The statement in words.</param>
/// <param name="Entries">Accepted entries.</param>
/// <param name="Pools">Pools with their winning moments and commitments.</param>
/// <param name="Prizes">Prizes and gifts, in the order of the campaign's table.</param>
/// <param name="StockChanges">Stocks that were set while entries were taken.</param>
/// <param name="Unsealings">Looks at winning moments that were still to come.</param>
/// <param name="Recount">What the recount of the published outcomes came to; null before it was made.</param>
/// <param name="Published">The published outcomes; null before they are.</param>
[Example("""
    {"campaignId":"cmp_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","campaign":"Summer in Paris","promoter":"Acme Ltd","state":"closed",
     "opensAt":"2026-12-01T09:00:00Z","closesAt":"2026-12-31T23:59:59Z","timeZone":"Europe/London","final":true,"holds":true,
     "statement":["100 of Mug were offered: 88 were awarded, 12 were made available and not won, 0 were rolled into the draw."],"entries":1042,
     "pools":[{"id":"pool_0193a5f2c0de7a10b1c2d3e4f5a6b7c9","name":"Instant","closedAt":"2026-12-31T23:59:59Z","entries":1042,"moments":100,
       "momentsClaimed":88,"momentsUnclaimed":12,"commitment":"9f…","committedAt":"2026-11-30T12:00:00Z","level":"beacon","round":33554432}],
     "prizes":[{"id":"prz_0193a5f2c0de7a10b1c2d3e4f5a6b7ca","poolId":"pool_0193a5f2c0de7a10b1c2d3e4f5a6b7c9","name":"Mug","kind":"prize",
       "mode":"moments","offered":100,"awarded":88,"unwon":12,"rolled":0,"notMadeAvailable":0}],
     "stockChanges":[],"unsealings":[],"recount":null,"published":null}
    """)]
public sealed record CloseOutAnswer(
    string CampaignId, string Campaign, string? Promoter, string State, DateTimeOffset? OpensAt, DateTimeOffset? ClosesAt, string TimeZone, bool Final,
    bool Holds, IReadOnlyList<string> Statement, long Entries, IReadOnlyList<CloseOutPoolAnswer> Pools, IReadOnlyList<CloseOutPrizeAnswer> Prizes,
    IReadOnlyList<StockChangeAnswer> StockChanges, IReadOnlyList<UnsealingAnswer> Unsealings, RecountAnswer? Recount, PublishedAnswer? Published)
{
    private static readonly CloseOutView Nothing = new([], [], [], []);

    internal static async Task<CloseOutAnswer> ReadAsync(CampaignView campaign, ICloseOutQueries queries, IPublicFiles files, CancellationToken ct)
    {
        var view = await queries.ReadAsync(campaign.TenantId, campaign.Id, ct) ?? Nothing;
        var recount = await RecountAsync(campaign, files, ct);
        var published = await files.FindAsync(campaign.TenantId, campaign.Id, PublicFileNames.Instant, ct);
        var prizes = view.Prizes.Select(CloseOutPrizeAnswer.From).ToImmutableArray();
        var final = !view.Pools.IsEmpty && view.Pools.All(pool => pool.ClosedAt is not null);
        var holds = final && prizes.All(prize => prize.NotMadeAvailable == 0) && recount?.Holds == true;
        var settings = campaign.Settings;
        return new CloseOutAnswer(
            campaign.Id, settings.Name, settings.Promoter?.Name, campaign.State, settings.OpensAt, settings.ClosesAt, settings.TimeZone, final, holds,
            CloseOutWords.Of(view, prizes, final, recount), view.Pools.Sum(pool => pool.Entries), [.. view.Pools.Select(CloseOutPoolAnswer.From)], prizes,
            [.. view.StockChanges.Select(c => new StockChangeAnswer(c.PoolId, c.PrizeId, c.Name, c.From, c.At, c.Before, c.After))],
            [.. view.Unsealings.Select(u => new UnsealingAnswer(u.PoolId, u.At, u.Actor, u.Reason, u.Moments))], recount,
            published is null ? null : new PublishedAnswer($"/v1/sites/{settings.Slug}/{PublicFileNames.Instant}", published.Bytes, published.Sha256, published.At));
    }

    private static async Task<RecountAnswer?> RecountAsync(CampaignView campaign, IPublicFiles files, CancellationToken ct)
    {
        if (await files.FindAsync(campaign.TenantId, campaign.Id, PublicFileNames.InstantCheck, ct) is not { } file)
        {
            return null;
        }

        using var text = new MemoryStream();
        await files.CopyAsync(file, text, compressed: false, ct);
        return JsonSerializer.Deserialize<RecountAnswer>(text.ToArray(), WireJson.Options);
    }
}

/// <summary>A pool on the statement.</summary>
/// <param name="Id">The pool's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="ClosedAt">Null while entries are taken.</param>
/// <param name="Entries">Accepted entries.</param>
/// <param name="Moments">Winning moments.</param>
/// <param name="MomentsClaimed">Those that an entry claimed.</param>
/// <param name="MomentsUnclaimed">Those that no entry claimed before the pool closed.</param>
/// <param name="Commitment">SHA-256 of what was committed before the first entry.</param>
/// <param name="CommittedAt">When.</param>
/// <param name="Level">The level of evidence of its hidden choices, fixed when it was published; <c>committed</c> is not evidence.</param>
/// <param name="Round">The public beacon's round that they follow from; 0 without one.</param>
public sealed record CloseOutPoolAnswer(
    string Id, string Name, DateTimeOffset? ClosedAt, long Entries, long Moments, long MomentsClaimed, long MomentsUnclaimed, string? Commitment,
    DateTimeOffset? CommittedAt, string? Level, long Round)
{
    internal static CloseOutPoolAnswer From(CloseOutPool pool) => new(
        pool.Id, pool.Name, pool.ClosedAt, pool.Entries, pool.Moments, pool.MomentsClaimed, pool.Moments - pool.MomentsClaimed, pool.Commitment,
        pool.CommittedAt, pool.Level, pool.Round);
}

/// <summary>A prize on the statement. Offered = awarded + unwon + rolled + notMadeAvailable.</summary>
/// <param name="Id">The prize's id.</param>
/// <param name="PoolId">The pool's id.</param>
/// <param name="Name">As entrants read it.</param>
/// <param name="Kind">prize or gift.</param>
/// <param name="Mode">How it was won.</param>
/// <param name="Offered">Units that were offered; without limit, as many as were awarded.</param>
/// <param name="Awarded">Units that entries won.</param>
/// <param name="Unwon">Units that were made available and that nobody won.</param>
/// <param name="Rolled">Units that were rolled into the draw.</param>
/// <param name="NotMadeAvailable">Units of the stock beyond the number of its winning moments before the closing: nobody could have won them.</param>
public sealed record CloseOutPrizeAnswer(
    string Id, string PoolId, string Name, string Kind, string Mode, long Offered, long Awarded, long Unwon, long Rolled, long NotMadeAvailable)
{
    internal static CloseOutPrizeAnswer From(CloseOutPrize prize)
    {
        var offered = prize.Offered ?? prize.Awarded;
        var left = offered - prize.Awarded;
        var unreachable = prize is { Mode: "moments", Offered: { } stock } ? Math.Min(left, Math.Max(0, stock - prize.Moments)) : 0;
        return new CloseOutPrizeAnswer(
            prize.Id, prize.PoolId, prize.Name, prize.Kind, prize.Mode, offered, prize.Awarded, left - unreachable, 0, unreachable);
    }
}

/// <summary>A stock that was set while entries were taken.</summary>
/// <param name="PoolId">The pool's id.</param>
/// <param name="PrizeId">The prize's id.</param>
/// <param name="Name">The prize's name.</param>
/// <param name="From">The first entry number that it was in force for.</param>
/// <param name="At">When it was set.</param>
/// <param name="Before">Units before; 0 for a prize that was added, null is without limit.</param>
/// <param name="After">Units after; null is without limit.</param>
public sealed record StockChangeAnswer(string PoolId, string PrizeId, string Name, long From, DateTimeOffset At, long? Before, long? After);

/// <summary>Somebody looked at winning moments that were still to come.</summary>
/// <param name="PoolId">The pool's id.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Id of the user.</param>
/// <param name="Reason">The reason that was given.</param>
/// <param name="Moments">How many moments were still to come.</param>
public sealed record UnsealingAnswer(string PoolId, DateTimeOffset At, string Actor, string Reason, long Moments);

/// <summary>The published outcomes.</summary>
/// <param name="Path">Where they are.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Sha256">Their hash, lower-case hex.</param>
/// <param name="At">When they were published.</param>
public sealed record PublishedAnswer(string Path, long Bytes, string Sha256, DateTimeOffset At);
