using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using PrizeDraw.Api.Tests.Contract;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.ApiKeys;
using PrizeDraw.Grains.Abstractions.Audit;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Grains.Abstractions.Domains;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Grains.Abstractions.Reconciliation;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Grains.Abstractions.Rehearsals;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Abstractions.Tenants;
using PrizeDraw.Grains.Abstractions.Users;
using Xunit;

namespace PrizeDraw.Api.Tests.Host;

/// <summary>
/// The API on a real server at a free port, with fakes behind it. Every answer to a client of this host is held against the
/// OpenAPI document.
/// </summary>
public class ApiHost : IAsyncLifetime
{
    public const string Password = "correct horse battery staple";

    // Hashing is slow on purpose, and which account has the password is not in the hash.
    private static readonly Lazy<string> PasswordHash = new(() => new PasswordHasher<PlatformUser>().HashPassword(null!, Password));
    private static readonly SemaphoreSlim Describing = new(1);
    private static ApiDocument? _described;

    private readonly ConcurrentBag<HttpClient> _clients = [];
    private readonly ConcurrentDictionary<string, Task<HttpClient>> _known = new();
    private WebApplication? _app;

    public ApiHost()
    {
        Platform = new FakePlatform(Clock);
        Evidence = new FakeEvidence(Platform);
        Claims = new FakeClaims(Platform);
    }

    public ManualClock Clock { get; } = new();

    public FakePlatform Platform { get; }

    internal FakeEvidence Evidence { get; }

    internal FakeClaims Claims { get; }

    public ApiDocument Document { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    internal FakeRequestKeys Keys { get; } = new();

    public TenantView Acme { get; private set; } = null!;

    public TenantView Other { get; private set; } = null!;

    /// <summary>A live campaign of Acme's.</summary>
    public CampaignView Campaign { get; private set; } = null!;

    /// <summary>A live campaign of the other tenant's.</summary>
    public CampaignView Foreign { get; private set; } = null!;

    public virtual ApiOptions Options => new() { EntriesPerMinute = 0, SignInsPerMinute = 0 };

    public async Task InitializeAsync()
    {
        Seed();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        AddFakes(builder.Services);
        builder.Services.AddPlatformApi(Options);
        _app = builder.Build();
        _app.MapPlatformApi();
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Document = await DocumentAsync(Address);
    }

    // Describing every operation takes longer than starting the host, and no host is described otherwise than another.
    private static async Task<ApiDocument> DocumentAsync(Uri address)
    {
        await Describing.WaitAsync();
        try
        {
            using var plain = new HttpClient { BaseAddress = address };
            return _described ??= new ApiDocument((JsonObject)JsonNode.Parse(await plain.GetStringAsync("/openapi/v1.json"))!);
        }
        finally
        {
            Describing.Release();
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    /// <summary>A client without credentials, whose answers must be documented.</summary>
    public HttpClient Stranger()
    {
        var client = new HttpClient(new ContractHandler(Document)) { BaseAddress = Address };
        _clients.Add(client);
        return client;
    }

    /// <summary>A client with the site key of the campaign.</summary>
    public HttpClient Visitor()
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Add("X-Site-Key", Campaign.SiteKey);
        return client;
    }

    /// <summary>A client signed in as the account with this e-mail address.</summary>
    public async Task<HttpClient> SignedInAsync(string email)
    {
        var client = Stranger();
        var tokens = await (await client.PostJsonAsync("/v1/auth/login", new JsonObject { ["email"] = email, ["password"] = Password })).JsonAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string?)tokens["accessToken"]);
        return client;
    }

    public Task<HttpClient> AdminAsync() => KnownAsync("admin@example.com");

    /// <summary>A campaign_manager of Acme.</summary>
    public Task<HttpClient> ManagerAsync() => KnownAsync("manager@example.com");

    /// <summary>A read_only user of Acme.</summary>
    public Task<HttpClient> ReaderAsync() => KnownAsync("reader@example.com");

    // Hashing a password is slow on purpose: the tests of one host share a session, unless they ask for their own.
    private Task<HttpClient> KnownAsync(string email) => _known.GetOrAdd(email, SignedInAsync);

    public void AddAccount(string email, string role, params string[] tenants)
    {
        var id = Ids.New(Ids.User, Clock.GetUtcNow());
        var user = new PlatformUser
        {
            Id = id, Email = email, NormalizedEmail = email.ToUpperInvariant(), Role = role, TenantIds = [.. tenants],
            PasswordHash = PasswordHash.Value,
        };
        Platform.Accounts[id] = user;
        Platform.Users[id] = new UserView(id, email, role, [.. tenants], [], false, 1, Clock.GetUtcNow());
    }

    internal FakeRehearsals Rehearsals { get; private set; } = null!;

    internal FakeDomains Domains { get; private set; } = null!;

    internal FakeTemplate Template { get; private set; } = null!;

    internal FakeStatistics Statistics { get; private set; } = null!;

    /// <summary>The operation's path with ids of the campaign and what belongs to it.</summary>
    public string PathOf(Operation operation, CampaignView campaign)
    {
        var id = operation.Path.Split('/')[2] switch
        {
            "tenants" => campaign.TenantId,
            "campaigns" => campaign.Id,
            "deployments" => campaign.DeploymentId!,
            "pools" => campaign.Settings.Pools[0].Id!,
            "prizes" => campaign.Settings.Pools[0].Prizes[0].Id!,
            "draws" => campaign.Settings.Draw!.Id!,
            "entries" => FakeEligibility.EntryOf(campaign.Id),
            "claims" => Claims.Of(campaign).Id,
            "template" => FakeTemplate.Release,
            "users" => Platform.Users.Keys.First(),
            _ => "none",
        };
        var kind = operation.Path.Contains("/coupon-batches", StringComparison.Ordinal) ? "coupon" : "entry";
        return operation.Path.Replace("{id}", id, StringComparison.Ordinal)
            .Replace("{batch}", Platform.Codes.Batches.Values.First(b => b.Campaign == campaign.Id && b.View.Kind == kind).View.Id, StringComparison.Ordinal)
            .Replace("{key}", Platform.Codes.Keys.Values.FirstOrDefault(k => k.View.TenantId == campaign.TenantId).View?.Id ?? "key_none", StringComparison.Ordinal)
            .Replace("{rehearsal}", FakeRehearsals.First(campaign.Id), StringComparison.Ordinal)
            .Replace("{webhook}", Platform.WebhookOf(campaign.TenantId), StringComparison.Ordinal)
            .Replace("{name}", FakeDomains.NameOf(campaign.Id), StringComparison.Ordinal)
            .Replace("{sync}", FakeTemplate.SyncOf(campaign.Id), StringComparison.Ordinal)
            .Replace("{provider}", "supabase", StringComparison.Ordinal).Replace("{finding}", FakeReconciliation.Orphan, StringComparison.Ordinal)
            .Replace("{pool}", campaign.Settings.Pools[0].Id, StringComparison.Ordinal)
            .Replace("{slug}", campaign.Settings.Slug, StringComparison.Ordinal).Replace("{version}", "2", StringComparison.Ordinal);
    }

    private void Seed()
    {
        Acme = AddTenant("acme-ltd");
        Other = AddTenant("other");
        Campaign = AddCampaign(Acme, "summer-paris");
        Foreign = AddCampaign(Other, "other-campaign");
        Platform.Codes.AddKey(Acme.Id, Clock.GetUtcNow(), "none", ApiKeyScopes.RedeemCoupons);
        Platform.Codes.AddKey(Other.Id, Clock.GetUtcNow(), "none either", ApiKeyScopes.RedeemCoupons);
        AddAccount("admin@example.com", Roles.SuperAdmin);
        AddAccount("manager@example.com", Roles.CampaignManager, Acme.Id);
        AddAccount("reader@example.com", Roles.ReadOnly, Acme.Id);
    }

    public CampaignView AddCampaign(TenantView tenant, string slug)
    {
        var campaign = Sample.Campaign(tenant.Id, slug, Clock.GetUtcNow());
        Platform.Campaigns[campaign.Id] = campaign;
        Platform.Codes.Add(campaign, "coupon", Clock.GetUtcNow());
        Platform.Codes.Add(campaign, "entry", Clock.GetUtcNow());
        Platform.Deployments[campaign.DeploymentId!] = Sample.Deployment(campaign.DeploymentId!, campaign.Id, Clock.GetUtcNow());
        return campaign;
    }

    private TenantView AddTenant(string slug)
    {
        var tenant = new TenantView(Ids.New(Ids.Tenant, Clock.GetUtcNow()), slug, slug, 1, Clock.GetUtcNow());
        return Platform.Tenants[tenant.Id] = tenant;
    }

    private void AddFakes(IServiceCollection services)
    {
        var (queries, codes) = (new FakeQueries(Platform), new FakeCodeQueries(Platform));
        (Rehearsals, Statistics) = (new FakeRehearsals(Platform), new FakeStatistics(Platform, queries));
        services.AddSingleton<IRehearsalQueries>(Rehearsals).AddSingleton<ICampaignStatistics>(Statistics).AddSingleton<IEntryExport>(Statistics);
        var (accounts, installation) = (new FakeProviderAccounts(Platform), new FakeInstallation(Platform));
        var reconciliation = new FakeReconciliation(Platform);
        services.AddSingleton<IReconciliationQueries>(reconciliation);
        Template = new FakeTemplate(Platform);
        services.AddSingleton<ITemplateQueries>(Template).AddSingleton<ITemplateReviews>(Template);
        services.AddSingleton<IDomainQueries>(Domains = new FakeDomains(Platform));
        services.AddSingleton<IProviderAccountQueries>(accounts).AddSingleton<IProviderChecks>(accounts);
        services.AddSingleton<TimeProvider>(Clock).AddSingleton<IGrainFactory>(new FakeGrainFactory(Platform, Rehearsals, Claims, accounts, installation, reconciliation, Domains, Template))
            .AddSingleton<ITenantQueries>(queries).AddSingleton<IUserQueries>(queries).AddSingleton<ICampaignQueries>(queries)
            .AddSingleton<ICampaignDataQueries>(queries).AddSingleton<ISiteDirectory>(queries).AddSingleton<IAuditQueries>(queries)
            .AddSingleton<ITermsVersions>(queries).AddSingleton<ICodeQueries>(codes)
            .AddSingleton<ICodeRoutes>(codes).AddSingleton<IApiKeyQueries>(codes).AddSingleton<ISessions>(new FakeSessions(Platform)).AddSingleton<IRequestKeys>(Keys)
            .AddScoped<IUserStore<PlatformUser>>(_ => new FakeUserStore(Platform));
        services.AddSingleton<IObservationQueries>(new FakeObservations());
        services.AddSingleton<IEntryCampaigns>(new FakeEligibility(Platform));
        services.AddSingleton<IClaimQueries>(Claims).AddSingleton<IInstallation>(installation).AddSingleton<IIncarnation>(installation);
        services.AddSingleton<INoticeQueries>(new FakeNotices(Platform)).AddSingleton<IWebhookQueries>(new FakeNotices(Platform));
        services.AddSingleton<IPublicFiles>(Evidence).AddSingleton<IDrawFiles>(Evidence).AddSingleton<ISigningKeys>(Evidence).AddSingleton<ICloseOutQueries>(Evidence)
            .AddSingleton<IReceiptQueries>(Evidence);
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
    }
}
