using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Doubles.Supabase;
using PrizeDraw.Doubles.Vercel;
using PrizeDraw.Silo;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Draws;
using PrizeDraw.TestKit.Platform;
using Xunit;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>The whole platform in this process, its providers stood in for, everything that it logs and answers kept.</summary>
public sealed partial class SecretScene : IAsyncLifetime
{
    public const string Password = "planted-password-of-the-admin", GitHubToken = "ghp_planted_github_secret";
    public const string StampUser = "planted-stamp-user", StampPassword = "planted-password-of-time-stamps";
    public const long Installation = 4711;
    private const string Owner = "acme", Template = "prize-site", App = "123";

    private readonly TempFolder folder = new();
    private PlatformHost? host;

    public TestPostgres Postgres { get; } = new();

    public GitHubDouble GitHub { get; private set; } = null!;

    public SupabaseDouble Supabase { get; private set; } = null!;

    public VercelDouble Vercel { get; private set; } = null!;

    /// <summary>Asks for a password.</summary>
    public StandInAuthority Authority { get; private set; } = null!;

    /// <summary>Where the client's webhook leads.</summary>
    public Receiver Hook { get; private set; } = null!;

    /// <summary>The key of a GitHub App, which is a client's own account.</summary>
    public RSA AppKey { get; } = RSA.Create(2048);

    public string DataFolder => folder["data"];

    /// <summary>Where the backup goes: beside the platform's own folder.</summary>
    public string BackupFile => folder["backup.zip"];

    /// <summary>With which the platform was started.</summary>
    public PlatformOptions Options { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public PlatformClient Admin { get; private set; } = null!;

    public IServiceProvider Services => host!.Services;

    /// <summary>Every line that anything logged, exceptions too, at the most talkative level.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Every answer of the API to this scene, without what it tells once.</summary>
    public ConcurrentQueue<(string Request, string Answer)> Answers { get; } = new();

    /// <summary>Every line that a command printed.</summary>
    public ConcurrentQueue<string> Printed { get; } = new();

    /// <summary>Every request to a site, whether it is up: address and headers.</summary>
    public ConcurrentQueue<string> SiteChecks { get; } = new();

    internal MailStandIn Mail { get; } = new();

    /// <summary>A page of the admin's.</summary>
    internal LiveEar Live { get; private set; } = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await ((IAsyncLifetime)Postgres).InitializeAsync();
        await Haystack.LogEverythingAsync(Postgres.SuperuserConnectionString);
        await StandInAsync();
        Environment.SetEnvironmentVariable("PLATFORM_ADMIN_PASSWORD", Password);
        var (port, sites) = (PlatformProcess.FreePort(), PlatformProcess.FreePort());
        Options = new PlatformOptions
        {
            Port = port, SitesPort = sites, DataFolder = DataFolder, TemplateFolder = TinyTemplate.Write(folder["template"]), Database = Postgres.SuperuserConnectionString,
            Demo = false, EntriesPerMinute = 0, Cloud = new CloudSettings { VercelUrl = Vercel.Address.ToString() }, LoopbackWebhooks = true,
            Mail = $"smtp://{MailStandIn.User}@127.0.0.1:{Mail.Port}?tls=off", MailFrom = "prizes@example.com", MailPassword = MailStandIn.Password,
            Timestamps = new UriBuilder(Authority.Address) { UserName = StampUser }.Uri.AbsoluteUri, TimestampsTrust = Authority.TrustFile, TimestampsPassword = StampPassword,
        };
        host = await PlatformHost.StartAsync(Options, Replace, default);
        Address = new Uri($"http://127.0.0.1:{port}");
        Admin = new PlatformClient(Address);
        await Admin.LoginAsync(PlatformProcess.AdminEmail, Password);
        Live = await LiveEar.ConnectAsync(Address, Admin.AccessToken);
    }

    /// <summary>Everybody outside the platform.</summary>
    private async Task StandInAsync()
    {
        GitHub = await GitHubDouble.StartedAsync();
        GitHub.AddOwner(Owner);
        GitHub.AddToken(GitHubToken, new GitHubToken("deployer") { Owners = [Owner] });
        GitHub.AddRepository(Owner, Template, new Dictionary<string, string> { ["content/campaign.json"] = "{}\n", ["template.json"] = """{"version":"1.0.0"}""" }, isTemplate: true);
        // What the real service tells its servers is its own affair.
        Supabase = new SupabaseDouble(Haystack.Unlogged(Postgres.SuperuserConnectionString), TimeProvider.System);
        await Supabase.StartAsync();
        Vercel = new VercelDouble(TimeProvider.System)
        {
            Sees = name => GitHub.Left.FirstOrDefault(r => r.Name == name) is { } seen ? long.Parse(seen.Id, CultureInfo.InvariantCulture) : null,
        };
        await Vercel.StartAsync();
        GitHub.AddApp(new GitHubInstalledApp(App, Installation, Owner, AppKey.ExportSubjectPublicKeyInfoPem()));
        Authority = await StandInAuthority.StartAsync();
        Authority.Credentials = (StampUser, StampPassword);
        Hook = await Receiver.AnsweringAsync(200);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await (Live?.DisposeAsync() ?? default);
        Admin?.Dispose();
        await (host?.DisposeAsync() ?? default);
        Environment.SetEnvironmentVariable("PLATFORM_ADMIN_PASSWORD", null);
        foreach (var one in (IAsyncDisposable?[])[GitHub, Supabase, Vercel, Authority, Hook, Mail])
        {
            await (one?.DisposeAsync() ?? default);
        }

        AppKey.Dispose();
        await ((IAsyncLifetime)Postgres).DisposeAsync();
        folder.Dispose();
    }

    /// <summary>The platform's accounts at all three providers, over the API.</summary>
    public async Task SetAccountsAsync()
    {
        await AccountAsync("supabase", new JsonObject { ["token"] = Supabase.Token, ["organization"] = SupabaseDouble.Organization, ["region"] = "eu-central-1" });
        await AccountAsync("github", new JsonObject { ["token"] = GitHubToken, ["owner"] = Owner, ["template"] = $"{Owner}/{Template}" });
        await AccountAsync("vercel", new JsonObject { ["token"] = Vercel.Token, ["team"] = VercelDouble.Team });
    }

    /// <summary>A client's own account at GitHub, which is the app as it is installed there.</summary>
    public Task SetAppAsync(string tenant) => SendAsync(HttpMethod.Put, $"/v1/tenants/{tenant}/providers/github", new JsonObject
    {
        ["token"] = AppKey.ExportRSAPrivateKeyPem(), ["app"] = App, ["installation"] = $"{Installation}", ["owner"] = Owner, ["template"] = $"{Owner}/{Template}",
    }, expect: 200);

    private async Task AccountAsync(string provider, JsonObject fields) => await SendAsync(HttpMethod.Put, $"/v1/providers/{provider}", fields, expect: 200);
}
