using System;
using System.Collections.Generic;

namespace PrizeDraw.Api;

/// <summary>Settings of the HTTP side. The host refuses to start on a bad one.</summary>
public sealed class ApiOptions
{
    /// <summary>The address that clients use, absolute, without a path; stands in the OpenAPI document.</summary>
    public Uri PublicBaseUrl { get; set; } = new("http://localhost:8080");

    /// <summary>Folder of the built admin UI, served at /admin; null serves none; it must exist.</summary>
    public string? AdminFolder { get; set; }

    /// <summary>Folder of the built page of the draw verifier, served at /verify; null serves none; it must exist.</summary>
    public string? VerifierFolder { get; set; }

    /// <summary>Entries per minute and address (IPv6: per /64); 0 is without limit, default 60.</summary>
    public int EntriesPerMinute { get; set; } = 60;

    /// <summary>Receipts shown per minute and address; each costs a signature and some look-ups. 0 is without limit, default 30.</summary>
    public int ReceiptsPerMinute { get; set; } = 30;

    /// <summary>Attempts to sign in or refresh per minute and address; 0 is without limit, default 30.</summary>
    public int SignInsPerMinute { get; set; } = 30;

    /// <summary>
    /// Wrong entry codes per address (IPv6: per /64) within <see cref="GuessWindow"/>, after which entries with a code wait; 0 is without
    /// limit, default 10.
    /// </summary>
    public int EntryCodeFailuresMax { get; set; } = 10;

    /// <summary>
    /// Wrong coupon codes per address within <see cref="GuessWindow"/>, after which redemptions wait; five times as many per user or API key. 0 is
    /// without limit, default 20.
    /// </summary>
    public int RedemptionFailuresMax { get; set; } = 20;

    /// <summary>
    /// Wrong links to claims per address (IPv6: per /64) within <see cref="GuessWindow"/>, after which claims wait; 0 is without limit, default 20.
    /// </summary>
    public int ClaimFailuresMax { get; set; } = 20;

    /// <summary>How long wrong codes are counted from the first on, 1 second to 24 hours; default 10 minutes.</summary>
    public TimeSpan GuessWindow { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Largest file of codes in bytes, 1,024 to 4 GB; default 1 GB. It is read as it comes and never held.</summary>
    public long CodeFileMax { get; set; } = 1L << 30;

    /// <summary>Addresses of proxies whose X-Forwarded-For is believed, beyond loopback; none by default.</summary>
    public IList<string> TrustedProxies { get; set; } = [];

    /// <summary>Largest body of an entry in bytes, 1,024 to 1,048,576; default 32 KB.</summary>
    public int EntryBodyMax { get; set; } = 32 * 1024;

    /// <summary>Largest body that describes a campaign, its pools or moments in bytes, 1,024 to 16 MB; default 1 MB.</summary>
    public int CampaignBodyMax { get; set; } = 1024 * 1024;

    /// <summary>How long an access token is good for, 1 minute to 1 hour; default 15 minutes.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a session lasts, 1 hour to 90 days; default 14 days.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Throws <see cref="ArgumentException"/> naming the first setting that is out of its range.</summary>
    public void Validate()
    {
        Require(PublicBaseUrl is { IsAbsoluteUri: true, Scheme: "http" or "https" }, nameof(PublicBaseUrl));
        Require(AdminFolder is null || System.IO.Directory.Exists(AdminFolder), nameof(AdminFolder));
        Require(VerifierFolder is null || System.IO.Directory.Exists(VerifierFolder), nameof(VerifierFolder));
        Require(EntriesPerMinute is >= 0 and <= 1_000_000, nameof(EntriesPerMinute));
        Require(ReceiptsPerMinute is >= 0 and <= 1_000_000, nameof(ReceiptsPerMinute));
        Require(SignInsPerMinute is >= 0 and <= 1_000_000, nameof(SignInsPerMinute));
        Require(EntryCodeFailuresMax is >= 0 and <= 1_000_000, nameof(EntryCodeFailuresMax));
        Require(RedemptionFailuresMax is >= 0 and <= 1_000_000, nameof(RedemptionFailuresMax));
        Require(ClaimFailuresMax is >= 0 and <= 1_000_000, nameof(ClaimFailuresMax));
        Require(GuessWindow >= TimeSpan.FromSeconds(1) && GuessWindow <= TimeSpan.FromHours(24), nameof(GuessWindow));
        Require(CodeFileMax is >= 1024 and <= 1L << 32, nameof(CodeFileMax));
        Require(EntryBodyMax is >= 1024 and <= 1024 * 1024, nameof(EntryBodyMax));
        Require(CampaignBodyMax is >= 1024 and <= 16 * 1024 * 1024, nameof(CampaignBodyMax));
        Require(AccessTokenLifetime >= TimeSpan.FromMinutes(1) && AccessTokenLifetime <= TimeSpan.FromHours(1), nameof(AccessTokenLifetime));
        Require(SessionLifetime >= TimeSpan.FromHours(1) && SessionLifetime <= TimeSpan.FromDays(90), nameof(SessionLifetime));
        foreach (var proxy in TrustedProxies)
        {
            Require(System.Net.IPAddress.TryParse(proxy, out _), $"{nameof(TrustedProxies)}: {proxy}");
        }
    }

    private static void Require(bool holds, string setting)
    {
        if (!holds)
        {
            throw new ArgumentException($"The API's setting {setting} is out of its range.");
        }
    }
}
