using System;
using System.Diagnostics.CodeAnalysis;

namespace PrizeDraw.Grains.Abstractions;

/// <summary>
/// Public identifiers: a prefix that names the kind, an underscore and a version 7 UUID as 32 lower-case hex digits
/// (<c>cmp_0193…</c>). Opaque to clients; they sort by time of creation. The database holds the UUID alone.
/// </summary>
public static class Ids
{
    public const string Tenant = "ten", Campaign = "cmp", Pool = "pool", Prize = "prz", Moment = "mom", Entry = "ent",
        Draw = "drw", Deployment = "dep", User = "usr", Rehearsal = "reh", Notice = "ntc", Webhook = "whk";

    /// <summary>Batches of codes (coupons and entry codes alike), imports into them, API keys.</summary>
    public const string CodeBatch = "cpn", CodeImport = "imp", ApiKey = "key";

    /// <summary>Independent persons who are asked to supply a draw's randomness.</summary>
    public const string Observer = "obs";

    /// <summary>What reconciliation found.</summary>
    public const string Finding = "fnd";

    /// <summary>Claims of winners.</summary>
    public const string Claim = "clm";

    /// <summary>Releases of the template, and syncs of one site.</summary>
    public const string Release = "rel", Sync = "syn";

    /// <summary>A new id of this kind, carrying the given time.</summary>
    public static string New(string kind, DateTimeOffset now) => Format(kind, Guid.CreateVersion7(now));

    public static string Format(string kind, Guid value) => $"{kind}_{value:n}";

    /// <summary>Whether the text is an id of this kind in its one accepted spelling.</summary>
    public static bool TryParse(string kind, [NotNullWhen(true)] string? text, out Guid value)
    {
        value = Guid.Empty;
        return text is not null && text.Length == kind.Length + 33 && text.StartsWith(kind, StringComparison.Ordinal)
            && text[kind.Length] == '_' && Guid.TryParseExact(text.AsSpan(kind.Length + 1), "n", out value)
            && text == Format(kind, value);
    }

    /// <summary>The UUID in an id of this kind. Throws <see cref="FormatException"/> when it is not one.</summary>
    public static Guid Parse(string kind, string text) =>
        TryParse(kind, text, out var value) ? value : throw new FormatException($"'{text}' is not an id of kind '{kind}'.");
}

/// <summary>Grain keys: the tenant leads, so that no key of one tenant can name what belongs to another.</summary>
public static class GrainKeys
{
    /// <summary>In a tenant's place: the platform's own.</summary>
    public static readonly string Platform = Ids.Format(Ids.Tenant, Guid.Empty);

    public static string Campaign(string tenantId, string campaignId) => $"{tenantId}/{campaignId}";

    public static string Pool(string tenantId, string campaignId, string poolId) => $"{tenantId}/{campaignId}/{poolId}";

    /// <summary>The same pool as a rehearsal has it: other rows, decided by the same code.</summary>
    public static string RehearsedPool(string tenantId, string campaignId, string poolId, string rehearsalId) =>
        $"{tenantId}/{campaignId}/{poolId}/{rehearsalId}";

    public static string Rehearsal(string tenantId, string campaignId, string rehearsalId) => $"{tenantId}/{campaignId}/{rehearsalId}";

    public static string Draw(string tenantId, string campaignId, string drawId) => $"{tenantId}/{campaignId}/{drawId}";

    public static string CodeBatch(string tenantId, string campaignId, string batchId) => $"{tenantId}/{campaignId}/{batchId}";

    /// <summary>A release goes to campaigns of many tenants: it is the platform's.</summary>
    public static string Release(string releaseId) => $"{Platform}/{releaseId}";

    public static string ApiKey(string tenantId, string keyId) => $"{tenantId}/{keyId}";

    /// <summary>The parts of a key, tenant first.</summary>
    public static string[] Split(string key) => key.Split('/');
}
