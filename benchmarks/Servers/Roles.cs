namespace PrizeDraw.Benchmarks.Servers;

/// <summary>What a server's process may be.</summary>
internal static class Roles
{
    /// <summary>Reads, judges and answers entries, and stores none.</summary>
    public const string Echo = "echo";

    /// <summary>The product as it is.</summary>
    public const string Platform = "platform";

    /// <summary>One transaction per entry that locks the pool's row.</summary>
    public const string RowLock = "rowlock";

    /// <summary>The product, but that campaigns get no repository and no site: what is measured of many campaigns is elsewhere.</summary>
    public const string Siteless = "siteless";

    public static readonly string[] All = [Echo, Platform, RowLock];
}
