using System;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Silo.Doctor;

namespace PrizeDraw.Silo;

/// <summary>The executable's options.</summary>
public static class CommandLine
{
    public static Task<int> RunAsync(string[] args, Func<PlatformOptions, CancellationToken, Task<int>> run)
    {
        var defaults = new PlatformOptions();
        var port = new Option<int>("--port") { Description = "Port of the API and the admin page.", DefaultValueFactory = _ => defaults.Port };
        var bind = new Option<string>("--bind") { Description = "Address to listen on.", DefaultValueFactory = _ => defaults.Bind };
        var data = new Option<string>("--data") { Description = "Folder of all state.", DefaultValueFactory = _ => defaults.DataFolder };
        var admin = new Option<string?>("--admin") { Description = "Folder of the built admin page." };
        var verifier = new Option<string?>("--verifier") { Description = "Folder of the built page of the draw verifier." };
        var template = new Option<string>("--template") { Description = "Folder of the site template.", DefaultValueFactory = _ => defaults.TemplateFolder };
        var database = new Option<string?>("--database") { Description = "Connection string of a PostgreSQL (15 or later) to use instead of the embedded one; or PLATFORM_DATABASE." };
        var postgresPort = new Option<int?>("--postgres-port") { Description = "Port of the embedded PostgreSQL (default: port + 1000)." };
        var sitesPort = new Option<int?>("--sites-port") { Description = "First port of the campaign sites (default: port + 1020)." };
        var siloPort = new Option<int?>("--silo-port") { Description = "Orleans build: port between the hosts of a cluster (default: port + 1001)." };
        var gatewayPort = new Option<int?>("--gateway-port") { Description = "Orleans build: port for clients of the cluster (default: port + 1002)." };
        var advertised = new Option<string>("--advertised-host") { Description = "Orleans build: address or name at which other hosts reach this one.", DefaultValueFactory = _ => defaults.AdvertisedHost };
        var publicUrl = new Option<string?>("--public-url") { Description = "Origin at which browsers reach the API (default: http://127.0.0.1:port)." };
        var entries = new Option<int>("--entries-per-minute") { Description = "Entries per minute and address; 0 is without limit.", DefaultValueFactory = _ => defaults.EntriesPerMinute };
        var failures = new Option<int>("--code-failures") { Description = "Wrong entry codes per address in ten minutes, twice as many wrong coupons; 0 is without limit.", DefaultValueFactory = _ => defaults.CodeFailures };
        var proxies = new Option<string[]>("--trusted-proxy") { Description = "Address of a proxy whose X-Forwarded-For is believed, beyond loopback; may be repeated.", DefaultValueFactory = _ => [] };
        var mail = new Option<string?>("--mail") { Description = "How e-mail goes: folder (.eml files in the data folder), smtp://user@host:587, or resend; or PLATFORM_MAIL. The password or API key is PLATFORM_MAIL_PASSWORD." };
        var mailFrom = new Option<string?>("--mail-from") { Description = "Sender of e-mail; or PLATFORM_MAIL_FROM." };
        var beacon = new Option<string?>("--beacon") { Description = "Relays of public randomness for draws: drand for the public ones, none, or two to eight of v1+https://… and v2+https://…; or PLATFORM_BEACON." };
        var beaconChain = new Option<string?>("--beacon-chain") { Description = "File with the info document of the relays' chain (default: quicknet); or PLATFORM_BEACON_CHAIN." };
        var timestamps = new Option<string?>("--timestamps") { Description = "Authority that time-stamps commitments (RFC 3161): https://user@host/path, or none; or PLATFORM_TIMESTAMPS. The password is PLATFORM_TIMESTAMPS_PASSWORD." };
        var timestampsTrust = new Option<string?>("--timestamps-trust") { Description = "PEM file of the certificates that the authority must lead to; or PLATFORM_TIMESTAMPS_TRUST." };
        var loopback = new Option<bool>("--loopback-webhooks") { Description = "For tests: webhooks may lead to this machine, by http too." };
        var noDemo = new Option<bool>("--no-demo") { Description = "Do not provision the demo campaigns." };
        var root = new RootCommand("The Prize Draw Platform.")
        {
            port, bind, data, admin, verifier, template, database, postgresPort, sitesPort, siloPort, gatewayPort, advertised, publicUrl, entries, failures, proxies,
            mail, mailFrom, beacon, beaconChain, timestamps, timestampsTrust, loopback, noDemo,
        };
        var cloud = new CloudArguments();
        cloud.AddTo(root);
        root.Subcommands.Add(CheckInstant.Command());
        PlatformOptions Read(ParseResult parsed) => new()
        {
            Port = parsed.GetValue(port),
            Bind = parsed.GetValue(bind)!,
            DataFolder = parsed.GetValue(data)!,
            AdminFolder = parsed.GetValue(admin),
            VerifierFolder = parsed.GetValue(verifier),
            TemplateFolder = parsed.GetValue(template)!,
            Database = parsed.GetValue(database) ?? Environment.GetEnvironmentVariable("PLATFORM_DATABASE"),
            PostgresPort = parsed.GetValue(postgresPort),
            SitesPort = parsed.GetValue(sitesPort),
            SiloPort = parsed.GetValue(siloPort),
            GatewayPort = parsed.GetValue(gatewayPort),
            AdvertisedHost = parsed.GetValue(advertised)!,
            PublicUrl = parsed.GetValue(publicUrl),
            EntriesPerMinute = parsed.GetValue(entries),
            CodeFailures = parsed.GetValue(failures),
            TrustedProxies = [.. parsed.GetValue(proxies) ?? []],
            Mail = parsed.GetValue(mail) ?? Environment.GetEnvironmentVariable("PLATFORM_MAIL"),
            MailFrom = parsed.GetValue(mailFrom) ?? Environment.GetEnvironmentVariable("PLATFORM_MAIL_FROM"),
            MailPassword = Environment.GetEnvironmentVariable("PLATFORM_MAIL_PASSWORD"),
            Beacon = parsed.GetValue(beacon) ?? Environment.GetEnvironmentVariable("PLATFORM_BEACON"),
            BeaconChainFile = parsed.GetValue(beaconChain) ?? Environment.GetEnvironmentVariable("PLATFORM_BEACON_CHAIN"),
            Timestamps = parsed.GetValue(timestamps) ?? Environment.GetEnvironmentVariable("PLATFORM_TIMESTAMPS"),
            TimestampsTrust = parsed.GetValue(timestampsTrust) ?? Environment.GetEnvironmentVariable("PLATFORM_TIMESTAMPS_TRUST"),
            TimestampsPassword = Environment.GetEnvironmentVariable("PLATFORM_TIMESTAMPS_PASSWORD"),
            Cloud = cloud.Read(parsed),
            LoopbackWebhooks = parsed.GetValue(loopback),
            Demo = !parsed.GetValue(noDemo),
        };
        foreach (var option in root.Options)
        {
            option.Recursive = true; // The commands work on the same installation.
        }

        root.Subcommands.Add(BackupCommands.Backup(Read));
        root.Subcommands.Add(BackupCommands.Restore(Read));
        root.Subcommands.Add(RotateCommand.Rotate(Read));
        root.Subcommands.Add(RotateCommand.Passwords(Read));
        root.Subcommands.Add(RotateCommand.SigningKey(Read));
        root.Subcommands.Add(RotateCommand.Superuser(Read));
        root.Subcommands.Add(DoctorCommand.Doctor(Read));
        root.SetAction((parsed, ct) => run(Read(parsed), ct));
        return root.Parse(args).InvokeAsync();
    }
}
