using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>What audit events say of a pool. Never when a moment falls.</summary>
internal static class PoolAudit
{
    public static string Of(PoolSetup setup) => JsonSerializer.Serialize(new
    {
        name = setup.Name,
        modes = setup.Modes,
        held = setup.Held,
        entryCode = setup.EntryCode,
        freeRoute = setup.FreeRoute,
        tickets = setup.Tickets,
        prizes = setup.Prizes.Select(p => Of(p.Terms)),
        moments = setup.Moments.Count,
    }, JsonSerializerOptions.Web);

    public static string Phase(bool published, bool paused) => JsonSerializer.Serialize(new { published, paused }, JsonSerializerOptions.Web);

    /// <param name="forGood">Whether nothing can be keyed in any more either.</param>
    public static string Closed(long lastNumber, bool forGood) => JsonSerializer.Serialize(new { lastNumber, forGood }, JsonSerializerOptions.Web);

    public static string Frozen(DateTimeOffset until, long lastNumber, bool forGood) =>
        JsonSerializer.Serialize(new { until = until.ToUniversalTime(), lastNumber, forGood }, JsonSerializerOptions.Web);

    public static string KeyedIn(string pool, long number, SubmitEntry entry) =>
        JsonSerializer.Serialize(new { pool, number, channel = entry.Channel, receivedAt = entry.ReceivedAt }, JsonSerializerOptions.Web);

    public static string BeforeChange(TakenPool pool, PoolChange change) => JsonSerializer.Serialize(
        new { name = pool.Name, modes = pool.Modes, paused = pool.Held, prizes = change.Changed.Select(t => Of(pool.State.Prize(t.Id).Terms)) },
        JsonSerializerOptions.Web);

    public static string AfterChange(TakenPool pool, PoolChange change, long from) => JsonSerializer.Serialize(
        new
        {
            from,
            name = pool.Name,
            modes = pool.Modes,
            paused = pool.Held,
            prizes = change.Changed.Select(Of),
            added = change.Added.Select(Of),
        }, JsonSerializerOptions.Web);

    private static Dictionary<string, object?> Of(PrizeTerms p) => new()
    {
        ["id"] = p.PublicId,
        ["name"] = p.Name,
        ["kind"] = PrizeNames.Of(p.Kind),
        ["mode"] = PrizeNames.Of(p.Mode),
        ["stock"] = p.Stock,
        ["dailyCap"] = p.DailyCap,
        ["hourlyCap"] = p.HourlyCap,
        ["perEntrantMax"] = p.PerEntrantMax,
        ["odds"] = p.Odds is { } odds ? $"{odds.Win} in {odds.OutOf}" : null,
        ["everyNth"] = p.EveryNth,
        ["lowStockAt"] = p.LowStockAt is { } low ? low.Units?.ToString() ?? $"{low.Percent}%" : null,
        ["paused"] = p.Paused,
    };
}
