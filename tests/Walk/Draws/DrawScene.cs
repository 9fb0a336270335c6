using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.FaultHost;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Draws;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using LeapingClock = PrizeDraw.FaultHost.LeapingClock;

namespace PrizeDraw.Walk.Draws;

/// <summary>
/// A platform with stand-ins for relays and a time-stamp authority, all by one clock that may be put forward, and a campaign with draws at
/// level beacon.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class DrawScene : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Seconds between rounds.</summary>
    private const int Period = 30;

    /// <summary>From a commitment to its round, and a little more.</summary>
    public static readonly TimeSpan ToRound = TimeSpan.FromSeconds(600 + Period + 5);

    private readonly TempFolder folder;
    private readonly string database;
    private readonly StandInChain chain;
    private readonly List<StandInRelay> relays = [];

    private DrawScene(TestPostgres postgres, TempFolder folder)
    {
        (this.folder, database) = (folder, postgres.SuperuserConnectionString);
        Clock = new LeapingClock(folder["clock"]);
        // Rounds of the next four hours are among those that the chain's key has really signed.
        chain = StandInChain.Beginning(Clock.GetUtcNow(), Period);
    }

    public LeapingClock Clock { get; }

    public StandInAuthority Authority { get; private set; } = null!;

    public PlatformProcess Platform { get; private set; } = null!;

    public PlatformClient Admin { get; private set; } = null!;

    public HttpClient Outsider { get; private set; } = null!;

    public ReadyCampaign Campaign { get; private set; } = null!;

    public static async Task<DrawScene> SetAsync(
        TestPostgres postgres, TempFolder folder, string slug, Func<string, DateTimeOffset, JsonObject> campaign)
    {
        var scene = new DrawScene(postgres, folder);
        try
        {
            await scene.SetAsync(slug, campaign);
            return scene;
        }
        catch
        {
            await scene.DisposeAsync(); // Nobody else ends the process.
            throw;
        }
    }

    /// <summary>An open campaign without instant wins, with this draw and further ones.</summary>
    public static JsonObject CampaignOf(string tenant, string slug, DateTimeOffset now, JsonObject draw, params JsonObject[] further)
    {
        var campaign = SampleCampaign.Of(tenant, slug, now.AddMinutes(-1), now.AddDays(7));
        campaign["pools"] = new JsonArray(new JsonObject { ["name"] = "All", ["modes"] = new JsonArray(), ["prizes"] = new JsonArray(), ["moments"] = new JsonArray() });
        campaign["draw"] = draw;
        campaign["furtherDraws"] = new JsonArray([.. further]);
        return campaign;
    }

    /// <summary>SIGKILL; nothing is started again.</summary>
    public Task KillAsync() => Platform.KillAsync();

    /// <summary>Starts the platform on what the one before has left.</summary>
    public async Task StartAsync()
    {
        var port = Platform?.Port;
        Admin?.Dispose();
        Outsider?.Dispose();
        await (Platform?.DisposeAsync() ?? default);
        Platform = await PlatformProcess.StartAsync(new PlatformProcessOptions
        {
            DataFolder = folder["data"], TemplateFolder = folder["template"], Database = database, Clock = folder["clock"],
            Further =
            [
                "--beacon", StandInRelay.Named(relays), "--beacon-chain", folder["chain.json"],
                "--timestamps", Authority.Address.AbsoluteUri, "--timestamps-trust", Authority.TrustFile,
            ],
        }, port);
        Admin = new PlatformClient(Platform.Address);
        await Admin.LoginAsync();
        Outsider = PatientHandler.Client(Platform.Address);
    }

    /// <summary>Puts everybody's clock forward, and comes back to work once the platform has followed.</summary>
    public async Task LeapAsync(TimeSpan by)
    {
        by.ShouldBeGreaterThan(TimeSpan.Zero, "a clock is not put back");
        Clock.Leap(by);
        await Platform.FollowsAsync(Clock.Ahead);
        await Admin.LoginAsync();
    }

    public Task LeapToAsync(DateTimeOffset at) => LeapAsync(at - Clock.GetUtcNow());

    /// <summary>A person's answer, with the receipt.</summary>
    public async Task<JsonNode> EnterAsync(string person)
    {
        var entered = await Admin.EnterAsync(Campaign.Slug, Campaign.SiteKey, $"key-of-{person}", SampleCampaign.Entry($"{person}@example.com"));
        entered.Status.ShouldBe(201, entered.Body?.ToJsonString());
        return entered.Body!;
    }

    public async Task<JsonNode> DrawAsync(string name) =>
        (await Admin.GetAsync($"/v1/campaigns/{Campaign.Id}/draws")).Body!["items"]!.AsArray().Single(d => (string)d!["name"]! == name)!;

    /// <summary>Reads the draw until it is as asked for.</summary>
    public async Task<JsonNode> DrawAsync(string name, Func<JsonNode, bool> holds)
    {
        JsonNode? seen = null;
        await UntilAsync(async () => holds(seen = await DrawAsync(name)), () => $"The draw is {seen}\n{Platform.Output}");
        return seen!;
    }

    public static async Task UntilAsync(Func<Task<bool>> holds, Func<string> otherwise)
    {
        var waited = Stopwatch.StartNew();
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await holds())
        {
            (waited.Elapsed < Patience).ShouldBeTrue(waited.Elapsed < Patience ? "" : otherwise());
            await poll.WaitForNextTickAsync();
        }
    }

    public async Task<JsonNode[]> PublicWinnersAsync()
    {
        var answer = await Admin.SendAsync(HttpMethod.Get, $"/v1/sites/{Campaign.Slug}/winners", null, ("X-Site-Key", Campaign.SiteKey));
        return [.. answer.Body!["draws"]!.AsArray().SelectMany(d => d!["winners"]!.AsArray()).Select(w => w!)];
    }

    /// <summary>With the site's key and the token that stands in the mail's link.</summary>
    public Task<ApiAnswer> ClaimAsync(HttpMethod method, string token, JsonObject? claim = null) =>
        Admin.SendAsync(method, $"/v1/sites/{Campaign.Slug}/claims", claim, ("X-Site-Key", Campaign.SiteKey), ("X-Claim-Token", token));

    public async Task<JsonNode[]> ClaimsAsync() => [.. (await Admin.GetAsync($"/v1/campaigns/{Campaign.Id}/claims")).Body!["items"]!.AsArray().Select(c => c!)];

    /// <summary>The mails that lie in the folder for this person, or for addresses that end so.</summary>
    public string[] MailsTo(string email) => !Directory.Exists(Path.Combine(folder["data"], "mail")) ? [] :
    [
        .. Directory.EnumerateFiles(Path.Combine(folder["data"], "mail"), "*.eml").Order(StringComparer.Ordinal).Select(File.ReadAllText)
            .Where(text => text.Split("\r\n").Any(line => line.StartsWith("To: ", StringComparison.Ordinal) && line.EndsWith(email, StringComparison.Ordinal))),
    ];

    /// <summary>What stands after # in the link of the one mail that this person got.</summary>
    public async Task<string> TokenOfAsync(string email)
    {
        await UntilAsync(() => Task.FromResult(MailsTo(email).Length > 0), () => $"{email} was not told.\n{Platform.Output}");
        return MailsTo(email).ShouldHaveSingleItem().Split("/claim#")[1].Split('\r')[0];
    }

    /// <summary>Fetches what is public of the draw without any credential, and has the verifier check it. The certificate.</summary>
    public async Task<JsonNode> VerifiedAsync(string draw, params string[] more)
    {
        var (certificate, entries) = (folder["certificate.json"], folder["entries.jsonl"]);
        await File.WriteAllTextAsync(certificate, await Outsider.GetStringAsync($"/v1/sites/{Campaign.Slug}/draws/{draw}/certificate"));
        await File.WriteAllTextAsync(entries, await Outsider.GetStringAsync($"/v1/sites/{Campaign.Slug}/draws/{draw}/entries.jsonl"));
        await File.WriteAllTextAsync(folder["keys.json"], await Outsider.GetStringAsync("/v1/keys"));
        var (exit, said) = await Verifier.RunAsync(
        [
            certificate, entries, "--key", folder["keys.json"], "--chain", folder["chain.json"], "--authority", Authority.TrustFile, .. more,
        ]);
        exit.ShouldBe(0, said);
        foreach (var check in new[] { "platform-signature", "timestamp", "commitment-time", "beacon-signature", "root", "order" })
        {
            said.ShouldMatch($"(?m)^ok +{check}:");
        }

        return JsonNode.Parse(await File.ReadAllTextAsync(certificate))!;
    }

    /// <summary>The campaign's own database, past the platform.</summary>
    public async Task<string> TablesAsync() => CampaignTables.In(database, (await CampaignTables.DatabasesAsync(database))
        .Single(name => name.StartsWith("cmp_" + Campaign.Slug.Replace('-', '_'), StringComparison.Ordinal)));

    public async ValueTask DisposeAsync()
    {
        Admin?.Dispose();
        Outsider?.Dispose();
        await (Platform?.DisposeAsync() ?? default);
        foreach (var relay in relays)
        {
            await relay.DisposeAsync();
        }

        await (Authority?.DisposeAsync() ?? default);
        Clock.Dispose();
    }

    private async Task SetAsync(string slug, Func<string, DateTimeOffset, JsonObject> campaign)
    {
        TinyTemplate.Write(folder["template"]);
        chain.WriteInfo(folder["chain.json"]);
        relays.Add(await StandInRelay.StartAsync(chain, Clock));
        relays.Add(await StandInRelay.StartAsync(chain, Clock));
        Authority = await StandInAuthority.StartAsync(Clock);
        await StartAsync();
        Campaign = await ReadyCampaign.PublishedAsync(Admin, slug, tenant => campaign(tenant, Clock.GetUtcNow()));
    }
}
