using System;
using System.Collections.Immutable;
using System.IO;
using System.Net;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Providers.Mail;
using PrizeDraw.Providers.Timestamps;

namespace PrizeDraw.Silo;

/// <summary>How one host of the platform is run. The host refuses to start on a bad value.</summary>
public sealed record PlatformOptions
{
    /// <summary>TCP port of API and admin UI, 1 to 65535; default 8080.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Address that the port is bound to; default 127.0.0.1. Put a proxy with TLS in front of anything wider.</summary>
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>Where all state of a single-machine installation lies; default <c>.data</c>.</summary>
    public string DataFolder { get; init; } = ".data";

    /// <summary>The built admin UI; not served when the folder is absent.</summary>
    public string? AdminFolder { get; init; }

    /// <summary>The built page of the draw verifier; not served when the folder is absent.</summary>
    public string? VerifierFolder { get; init; }

    /// <summary>The site template.</summary>
    public string TemplateFolder { get; init; } = "template";

    /// <summary>
    /// Connection string of a PostgreSQL (15 or later) with a role that may create roles and databases. Absent: the embedded server
    /// is started in the data folder.
    /// </summary>
    public string? Database { get; init; }

    /// <summary>Port of the embedded server on loopback; default <see cref="Port"/> + 1000.</summary>
    public int? PostgresPort { get; init; }

    /// <summary>Where the platform's own PostgreSQL listens; null when it uses another one.</summary>
    public int? EmbeddedPostgresPort => Database is null ? PostgresPort ?? Port + 1000 : null;

    /// <summary>First port for campaign sites on loopback; default <see cref="Port"/> + 1020. Nine hundred are used.</summary>
    public int? SitesPort { get; init; }

    /// <summary>
    /// Orleans build alone: port on which the hosts of a cluster talk to each other; default <see cref="Port"/> + 1001. Nothing on it is
    /// authenticated or encrypted: keep it within the cluster's own network.
    /// </summary>
    public int? SiloPort { get; init; }

    /// <summary>Orleans build alone: port for clients of the cluster, protected alike; default <see cref="Port"/> + 1002.</summary>
    public int? GatewayPort { get; init; }

    /// <summary>
    /// Orleans build alone: address or name at which other hosts reach this one, and that the two ports above are bound to; default
    /// 127.0.0.1, which is a cluster of one machine.
    /// </summary>
    public string AdvertisedHost { get; init; } = "127.0.0.1";

    /// <summary>Address at which browsers reach the API; default http://127.0.0.1:port.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Whether a demo campaign is provisioned at the first start.</summary>
    public bool Demo { get; init; } = true;

    /// <summary>Whether the embedded server flushes to disk; off in tests alone.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Entries per minute and address; 0 to 1,000,000, 0 is without limit; default 60.</summary>
    public int EntriesPerMinute { get; init; } = 60;

    /// <summary>
    /// Wrong entry codes per address within ten minutes, after which entries with a code wait; twice as many for coupons. 0 to 500,000, 0
    /// is without limit; default 10.
    /// </summary>
    public int CodeFailures { get; init; } = 10;

    /// <summary>IP addresses of proxies whose X-Forwarded-For is believed, beyond loopback; none by default.</summary>
    public ImmutableArray<string> TrustedProxies { get; init; } = [];

    /// <summary>
    /// How e-mail goes: <c>folder</c> (default: files in the data folder), <c>resend</c>, or <c>smtp://[user@]host[:port][?tls=off]</c>.
    /// </summary>
    public string? Mail { get; init; }

    /// <summary>Sender of e-mail, a bare address; required unless mail goes into the folder.</summary>
    public string? MailFrom { get; init; }

    /// <summary>Password of the SMTP server, or Resend's API key. Never on the command line, where others can read it.</summary>
    public string? MailPassword { get; init; }

    /// <summary>Whether webhooks may lead to this machine, by http too; for tests alone.</summary>
    public bool LoopbackWebhooks { get; init; }

    /// <summary>
    /// Relays of public randomness: <c>none</c> (default: no draw can be at a level that needs it), <c>drand</c>, or two to eight of
    /// <c>v1+https://…</c> and <c>v2+https://…</c>.
    /// </summary>
    public string? Beacon { get; init; }

    /// <summary>File with the info document of the relays' chain; default: quicknet.</summary>
    public string? BeaconChainFile { get; init; }

    /// <summary>Where commitments are time-stamped (RFC 3161): <c>none</c> (default: they have no witness), or <c>https://[user@]host/path</c>.</summary>
    public string? Timestamps { get; init; }

    /// <summary>PEM file of the certificates that the authority's signer must lead to; by default any is taken.</summary>
    public string? TimestampsTrust { get; init; }

    /// <summary>Password of the time-stamp authority. Never on the command line, where others can read it.</summary>
    public string? TimestampsPassword { get; init; }

    /// <summary>Where the cloud providers are, and what campaigns get that choose none themselves.</summary>
    public CloudSettings Cloud { get; init; } = new();

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    internal BeaconOptions BeaconOptions =>
        BeaconOptions.Parse(Beacon, BeaconChainFile is { } file ? Providers.Beacon.BeaconChainFile.Read(file) : null);

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    internal TimestampOptions TimestampOptions => TimestampOptions.Parse(Timestamps, TimestampsTrust, TimestampsPassword);

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    internal MailOptions MailOptions => MailOptions.Parse(Mail, MailFrom, MailPassword, Path.Combine(DataFolder, "mail"));

    public string ApiUrl => PublicUrl?.TrimEnd('/') ?? $"http://127.0.0.1:{Port}";

    /// <summary>Whether sites in the cloud could not reach the API; stand-ins for the cloud on this machine can.</summary>
    public bool IsForThisMachineAlone =>
        new Uri(ApiUrl).IsLoopback && !(Uri.TryCreate(Cloud.VercelUrl, UriKind.Absolute, out var vercel) && vercel.IsLoopback);

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    public void Validate()
    {
        Require(Port is >= 1 and <= 64_000, "--port is 1 to 64000.");
        Require(IPAddress.TryParse(Bind, out _), "--bind is an IP address.");
        Require(PostgresPort is null or (>= 1 and <= 65_535), "--postgres-port is 1 to 65535.");
        Require(SitesPort is null or (>= 1 and <= 64_000), "--sites-port is 1 to 64000.");
        Require(SiloPort is null or (>= 1 and <= 65_535), "--silo-port is 1 to 65535.");
        Require(GatewayPort is null or (>= 1 and <= 65_535), "--gateway-port is 1 to 65535.");
        Require(Uri.CheckHostName(AdvertisedHost) is UriHostNameType.Dns or UriHostNameType.IPv4, "--advertised-host is a host name or an IPv4 address.");
        Require(CodeFailures is >= 0 and <= 500_000, "--code-failures is 0 to 500000.");
        Require(EntriesPerMinute is >= 0 and <= 1_000_000, "--entries-per-minute is 0 to 1000000.");
        Require(Directory.Exists(TemplateFolder), $"There is no template folder at {Path.GetFullPath(TemplateFolder)}: see --template.");
        _ = (MailOptions, BeaconOptions, TimestampOptions, Cloud.ToOptions());
        Require(Uri.TryCreate(ApiUrl, UriKind.Absolute, out var url) && url.GetLeftPart(UriPartial.Authority) == ApiUrl,
            "--public-url is an origin such as https://platform.example.com.");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}
