using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Orleans;
using PrizeDraw.Api;
using PrizeDraw.Grains;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Grains.Abstractions.Reconciliation;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Mail;
using PrizeDraw.Providers.Postgres;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Providers.Timestamps;
using PrizeDraw.Providers.Webhooks;
using PrizeDraw.Storage;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Draws.Lists;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Central.Codes;
using PrizeDraw.Storage.Central.Installations;
using PrizeDraw.Storage.Central.Reconciliation;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Silo;

/// <summary>One running host: PostgreSQL (unless another one is named), the engine, the API and the local providers.</summary>
public sealed class PlatformHost : IAsyncDisposable
{
    private readonly EmbeddedPostgres? postgres;
    private readonly WebApplication app;
    private readonly CancellationTokenSource stopping = new();
    private readonly PlatformOptions options;
    private Task background = Task.CompletedTask;

    private PlatformHost(EmbeddedPostgres? postgres, WebApplication app, PlatformOptions options) =>
        (this.postgres, this.app, this.options) = (postgres, app, options);

    public IServiceProvider Services => app.Services;

    /// <summary>Starts everything; answers when requests can be served. <paramref name="replace"/> may replace services (tests).</summary>
    public static async Task<PlatformHost> StartAsync(PlatformOptions options, Action<IServiceCollection>? replace, CancellationToken ct)
    {
        options.Validate();
        RequireFreePort(options);
        FirstUser.Given();
        Directory.CreateDirectory(options.DataFolder);
        RestoreMark.RequireNone(options.DataFolder);
        var isNew = MasterKeyFile.Find(options.DataFolder) is null;
        var key = MasterKeyFile.Load(options.DataFolder);
        var postgres = options.EmbeddedPostgresPort is not null ? await StartPostgresAsync(options, ct) : null;
        try
        {
            var central = new CentralOptions
            {
                AdminConnectionString = options.Database ?? postgres!.SuperuserConnectionString,
                MasterKey = key,
                PreviousMasterKey = MasterKeyFile.Previous(options.DataFolder),
            };
            await LostKey.RequireFittingAsync(central, options.DataFolder, isNew, ct);
            var host = new PlatformHost(postgres, Build(options, central, replace), options);
            await host.StartAsync(ct);
            return host;
        }
        catch
        {
            if (postgres is not null)
            {
                await postgres.DisposeAsync();
            }

            throw;
        }
    }

    public Task WaitForShutdownAsync(CancellationToken ct) => app.WaitForShutdownAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await background.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20)))
        {
            await app.StopAsync(limit.Token);
        }

        await app.DisposeAsync();
        if (postgres is not null)
        {
            await postgres.DisposeAsync();
        }

        stopping.Dispose();
    }

    private async Task StartAsync(CancellationToken ct)
    {
        await Services.GetRequiredService<CentralBootstrap>().RunAsync(EngineSchema.Scripts(), ct);
        // A wrong master key must stop the start, not the first entry: the signing key opens under the right one alone.
        await Services.GetRequiredService<SigningKeys>().CurrentKeyIdAsync(ct);
        await HourlySweep.LookAsync(Services, ct);
        await app.StartAsync(ct);
        var password = Services.GetRequiredService<FirstUser>().Password;
        Tell($"""

              Admin page   {options.ApiUrl}/admin
              API          {options.ApiUrl}/openapi/v1.json
              Login        {FirstUser.Email}{(password is null ? "" : $"  password {password}  (told this once)")}

            """);
        var log = Services.GetRequiredService<ILogger<PlatformHost>>();
        background = Task.WhenAll(
            Task.Run(() => GoOnAsync(log, stopping.Token), CancellationToken.None), Task.Run(() => HourlySweep.RunAsync(Services, log, stopping.Token), CancellationToken.None));
    }

    /// <summary>Goes on with what was under way when the platform last stopped, then with the demo.</summary>
    private async Task GoOnAsync(ILogger log, CancellationToken ct)
    {
        try
        {
            foreach (var (tenant, campaign) in await Services.GetRequiredService<CampaignStore>().UnderWayAsync(ct))
            {
                var key = GrainKeys.Campaign(Ids.Format(Ids.Tenant, tenant), Ids.Format(Ids.Campaign, campaign));
                await WakeAsync(key, grains => grains.GetGrain<ICampaignGrain>(key).WakeAsync(), log);
                ct.ThrowIfCancellationRequested();
            }

            foreach (var key in await Services.GetRequiredService<CodePrefixes>().UnderWayAsync(ct))
            {
                await WakeAsync(key, grains => grains.GetGrain<ICodeBatchGrain>(key).WakeAsync(), log);
                ct.ThrowIfCancellationRequested();
            }

            foreach (var owner in (await Services.GetRequiredService<KnownParts>().OwnersAsync(ct)).Append(CentralDatabase.PlatformTenant).Distinct())
            {
                var key = Ids.Format(Ids.Tenant, owner);
                await WakeAsync(key, grains => grains.GetGrain<IReconcilerGrain>(key).WakeAsync(), log);
            }

            await ActivatorUtilities.CreateInstance<SyncStart>(Services).RunAsync(ct);
            await ActivatorUtilities.CreateInstance<DemoCampaigns>(Services, options, (Action<string>)Tell).EnsureAsync(ct);
            await ActivatorUtilities.CreateInstance<SiteRefresh>(Services).RunAsync(options.ApiUrl, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            log.LogError(e, "What was under way at the start could not be gone on with; its reminders will.");
        }
        catch (OperationCanceledException)
        {
            // The platform stops.
        }
    }

    /// <summary>One that cannot be woken must not keep the others asleep.</summary>
    private async Task WakeAsync(string key, Func<IGrainFactory, Task> wake, ILogger log)
    {
        try
        {
            await wake(Services.GetRequiredService<IGrainFactory>());
        }
        catch (Exception e)
        {
            log.LogError(e, "{Key} could not be woken; its reminders will go on with it.", key);
        }
    }

    internal static async Task<EmbeddedPostgres> StartPostgresAsync(PlatformOptions options, CancellationToken ct)
    {
        var logs = LoggerFactory.Create(b => b.AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
        var postgres = new EmbeddedPostgres(
            new EmbeddedPostgresOptions
            {
                BinariesFolder = PostgresBinaries.Find(RepositoryRoot()),
                DataFolder = Path.Combine(Path.GetFullPath(options.DataFolder), "postgres"),
                Port = options.EmbeddedPostgresPort!.Value,
                Durable = options.Durable,
            }, TimeProvider.System, logs.CreateLogger<EmbeddedPostgres>());
        await postgres.StartAsync(ct);
        return postgres;
    }

    private static WebApplication Build(PlatformOptions options, CentralOptions central, Action<IServiceCollection>? replace)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Parse(options.Bind), options.Port);
        });
        builder.Logging.ClearProviders().AddSimpleConsole(o => o.SingleLine = true);
        // It writes down whole addresses before anybody can change them, and a page of the live feed has its token there.
        const string addresses = "Microsoft.AspNetCore.Hosting.Diagnostics";
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter(addresses, LogLevel.Warning).AddFilter<ConsoleLoggerProvider>(addresses, LogLevel.Warning);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(15));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new DrawListOptions { Folder = Path.Combine(Path.GetFullPath(options.DataFolder), "draw-lists") });
        builder.Services.AddSingleton(new LastSeenFile(Path.Combine(Path.GetFullPath(options.DataFolder), "installation.json")));
        builder.Services.AddPlatformStorage(central, new CampaignConnectionOptions { EmbeddedPort = options.EmbeddedPostgresPort });
        AddLocalProviders(builder.Services, options);
        builder.Services.AddSingleton(options.Cloud.ToOptions());
        builder.Services.AddPlatformGrains(o => (o.ApiUrl, o.IsForThisMachineAlone, o.Defaults) = (options.ApiUrl, options.IsForThisMachineAlone, options.Cloud.Defaults));
        builder.Services.AddPlatformApi(new ApiOptions
        {
            PublicBaseUrl = new Uri(options.ApiUrl),
            AdminFolder = options.AdminFolder is { } folder && Directory.Exists(folder) ? folder : null,
            VerifierFolder = options.VerifierFolder is { } pages && Directory.Exists(pages) ? pages : null,
            EntriesPerMinute = options.EntriesPerMinute,
            EntryCodeFailuresMax = options.CodeFailures,
            RedemptionFailuresMax = 2 * options.CodeFailures,
            TrustedProxies = [.. options.TrustedProxies],
        });
        Engine.Add(builder, options);
        builder.Services.AddSingleton<FirstUser>().AddHostedService(p => p.GetRequiredService<FirstUser>());
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapPlatformApi();
        return app;
    }

    private static void AddLocalProviders(IServiceCollection services, PlatformOptions options)
    {
        var repositories = new LocalRepositoryOptions { DataFolder = options.DataFolder, TemplateFolder = options.TemplateFolder };
        var firstPort = options.SitesPort ?? options.Port + 1020;
        services.AddSingleton(repositories);
        services.AddSingleton(new LocalSiteHostingOptions
        {
            DataFolder = options.DataFolder,
            ApiOrigin = options.ApiUrl,
            FirstPort = firstPort,
            LastPort = Math.Min(firstPort + 899, 65_535),
        });
        services.AddSingleton<IDatabaseProvider>(p => new LocalDatabaseProvider(p.GetRequiredService<CentralConnections>().ProvisionerConnectionString));
        services.AddSingleton<ITemplateSource, LocalTemplateSource>();
        services.AddSingleton<IRepositoryHost, LocalRepositoryHost>();
        services.AddSingleton<SyncWorkAreas>().AddSingleton<ISyncHost, LocalSyncHost>().AddSingleton<ITemplateHistory, LocalTemplateHistory>();
        services.AddSingleton<LocalSiteHosting>();
        services.AddSingleton<ISiteHosting>(p => p.GetRequiredService<LocalSiteHosting>());
        services.AddHostedService(p => p.GetRequiredService<LocalSiteHosting>());
        services.AddSingleton(p => Mailers.Create(options.MailOptions, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(options.BeaconOptions).AddSingleton<IBeacon, DrandBeacon>();
        services.AddSingleton(options.TimestampOptions).AddSingleton<ITimestampAuthority, Rfc3161Authority>();
        services.AddSingleton(new WebhookOptions { LoopbackAllowed = options.LoopbackWebhooks });
    }

    /// <summary>Asks before anything is started, so that a taken port costs nothing and is said plainly.</summary>
    private static void RequireFreePort(PlatformOptions options)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Parse(options.Bind), options.Port));
        }
        catch (SocketException)
        {
            throw new StartException($"Port {options.Port} is in use by another program. Stop that program, or choose another port with --port.");
        }
    }

    /// <summary>The folder of the checkout that this was built in; the embedded PostgreSQL lies in it.</summary>
    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, PostgresBinaries.PackageFolder)))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }

    private static void Tell(string text) => Console.WriteLine(text);
}
