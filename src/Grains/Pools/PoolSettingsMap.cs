using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Domain.Time;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign.Pools;
using EntryFormRules = PrizeDraw.Domain.Pools.EntryFormRules;

namespace PrizeDraw.Grains.Pools;

/// <summary>Between the wire's settings and what the domain judges by.</summary>
internal static class PoolSettingsMap
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>What a pool keeps of its campaign's settings: all but the pools themselves.</summary>
    public static string ToJson(CampaignSettings settings) => JsonSerializer.Serialize(settings with { Pools = [] }, Json);

    public static CampaignSettings FromJson(string json) => JsonSerializer.Deserialize<CampaignSettings>(json, Json)!;

    public static byte[] TermsHash(CampaignSettings settings) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(settings.Terms?.Text ?? ""));

    public static PoolRules Rules(CampaignSettings settings, TakenPool pool) => new()
    {
        Published = pool.Published,
        // While the round is awaited the rules line says so as it does of a pause: nothing is decided by it.
        Paused = pool.Paused || pool.Held || pool.AwaitsRound,
        AwaitsRound = pool.AwaitsRound,
        ClosedAt = pool.ClosedAt,
        CodeRequired = pool.EntryCode == "required",
        FreeRouteOnline = pool.FreeRoute == "online",
        OpensAt = settings.OpensAt ?? DateTimeOffset.MaxValue,
        ClosesAt = settings.ClosesAt ?? DateTimeOffset.MaxValue,
        Calendar = new CampaignCalendar(TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone)),
        Limits = new EntryLimits(
            settings.Limits.EntriesPerEntrant, settings.Limits.EntriesPerEntrantPerDay,
            settings.Limits.EntryIntervalSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, settings.Limits.WinsPerEntrant),
        Form = new EntryFormRules(
            settings.Form.MinimumAge,
            [.. settings.Form.Fields.Select(f => new FieldRule(f.Name, f.Type, f.Required, f.Options ?? []))],
            settings.Consents.ToImmutableDictionary(c => c.Purpose, c => c.Version)),
        TermsVersion = settings.Terms?.Version ?? 0,
        EndedAt = pool.EndedAt,
        FrozenUntil = pool.FrozenUntil,
        // In whole milliseconds, which storage keeps: what is told must be what a replay tells.
        Draws = [.. settings.AllDraws().Select(draw => new DrawWindow(
            draw.From, draw.Until, DateTimeOffset.FromUnixTimeMilliseconds(
                (DrawTimes.FreezeAt(draw, settings.ClosesAt) ?? DateTimeOffset.MaxValue).ToUnixTimeMilliseconds())))],
    };

    /// <summary>Which spellings of an address are one person.</summary>
    public static EmailPolicy EmailIdentity(CampaignSettings settings) => settings.Limits.EmailIdentity switch
    {
        "exact" => new EmailPolicy(FoldGoogle: false, FoldOtherPlusTags: false),
        "plus-tags" => new EmailPolicy(FoldGoogle: true, FoldOtherPlusTags: true),
        _ => EmailPolicy.Default,
    };

    public static PoolSetup Setup(ConfigurePool command, CampaignSettings campaign, string poolId, byte[] secret) => new()
    {
        Ordinal = command.Ordinal,
        Name = command.Pool.Name,
        Modes = [.. command.Pool.Modes],
        Held = command.Pool.Paused,
        EntryCode = command.Pool.EntryCode,
        FreeRoute = command.Pool.FreeRoute,
        Tickets = command.Pool.Tickets,
        Prizes = [.. command.Pool.Prizes.Select(p => new PrizeSetup(Terms(p), p.Fulfilment))],
        Moments = Moments(command.Pool, campaign, poolId, secret),
    };

    public static PrizeTerms Terms(PrizeSettings prize) => new()
    {
        Id = new PrizeId(Ids.Parse(Ids.Prize, prize.Id!)),
        PublicId = prize.Id!,
        Name = prize.Name,
        Kind = PrizeNames.Kind(prize.Kind),
        Mode = PrizeNames.Mode(PrizeModes.Of(prize)),
        Stock = prize.Stock,
        DailyCap = prize.DailyCap,
        HourlyCap = prize.HourlyCap,
        PerEntrantMax = prize.PerEntrantMax,
        Odds = prize.Odds is { } odds ? new Odds(odds.Win, odds.OutOf) : null,
        EveryNth = prize.EveryNth,
        LowStockAt = LowStockOf(prize.LowStockAt),
        Paused = prize.Paused,
        CouponBatch = prize.CouponBatchId is { } batch ? new CodeBatchId(Ids.Parse(Ids.CodeBatch, batch)) : null,
    };

    /// <summary><c>50</c> are units, <c>10%</c> is a part of the stock.</summary>
    private static LowStock? LowStockOf(string? text) => text is null ? null
        : text.EndsWith('%') ? new LowStock(null, int.Parse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture))
        : new LowStock(long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture), null);

    public static string ModeOf(PrizeSettings prize) => PrizeModes.Of(prize);

    private static List<MomentSetup> Moments(PoolSettings pool, CampaignSettings campaign, string poolId, byte[] secret)
    {
        // As they are at level `committed`. A commitment to a beacon's round takes the generated ones away: they come anew with the round.
        var key = InstantWinKey.Derive(EvidenceLevel.Committed, secret, 0, []);
        var moments = new List<MomentSetup>();
        foreach (var listed in pool.Moments.Where(m => m.Generate is null))
        {
            moments.Add(new MomentSetup(
                NewMomentId(), PrizeOf(pool, listed.Prize!), listed.At!.Value, new Bytes32(RandomNumberGenerator.GetBytes(32)), Chosen: true));
        }

        var calendar = new CampaignCalendar(TimeZoneInfo.FindSystemTimeZoneById(campaign.TimeZone));
        foreach (var moment in GeneratedMoments.Follow(OrdersOf(pool, campaign), key, poolId, calendar))
        {
            moments.Add(new MomentSetup(
                NewMomentId(), new PrizeId(Ids.Parse(Ids.Prize, moment.PrizeId)), DateTimeOffset.FromUnixTimeMilliseconds(moment.AtMs), moment.Salt,
                Chosen: false));
        }

        return moments;
    }

    /// <summary>The orders to generate moments, as they are committed to.</summary>
    private static ImmutableArray<GeneratedMoments> OrdersOf(PoolSettings pool, CampaignSettings campaign) =>
    [
        .. pool.Moments.Where(m => m.Generate is not null).Select(m => m.Generate!).Select(order => new GeneratedMoments(
            Ids.Format(Ids.Prize, PrizeOf(pool, order.Prize).Value), order.Count, order.From ?? campaign.OpensAt!.Value,
            order.To ?? campaign.ClosesAt!.Value, order.Hours, order.PerDay)),
    ];

    private static MomentId NewMomentId() => new(new Guid(RandomNumberGenerator.GetBytes(16)));

    private static PrizeId PrizeOf(PoolSettings pool, string nameOrId) =>
        new(Ids.Parse(Ids.Prize, pool.Prizes.First(p => p.Id == nameOrId || p.Name == nameOrId).Id!));
}
