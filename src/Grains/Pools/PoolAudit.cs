using System.Linq;
using System.Text.Json;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>What audit events say of a pool. Never when a moment falls.</summary>
internal static class PoolAudit
{
    public static string Of(PoolSetup setup) => JsonSerializer.Serialize(new
    {
        name = setup.Name,
        modes = setup.Modes,
        prizes = setup.Prizes.Select(p => new { p.Name, p.Kind, p.Mode, p.Stock, p.DailyCap, p.PerEntrantMax }),
        moments = setup.Moments.Count,
    }, JsonSerializerOptions.Web);

    public static string Phase(bool published, bool paused) => JsonSerializer.Serialize(new { published, paused }, JsonSerializerOptions.Web);

    public static string Closed(long lastNumber) => JsonSerializer.Serialize(new { lastNumber }, JsonSerializerOptions.Web);
}
