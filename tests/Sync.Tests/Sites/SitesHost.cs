using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using PrizeDraw.Grains;
using PrizeDraw.Grains.Campaigns;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Mail;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Storage;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>Where a host finds its storage and its data folder: enough for one in a process of its own.</summary>
public sealed record SitesOrders(string Superuser, string MasterKey, string Folder)
{
    /// <summary>By which repositories fail now and then; null for never.</summary>
    public int? Seed { get; init; }

    public LocalRepositoryOptions Repositories => new() { DataFolder = Folder, TemplateFolder = Path.Combine(Folder, "template") };

    /// <summary>Where the hosting that builds nothing keeps what it serves.</summary>
    public string Served => Path.Combine(Folder, "served");
}

/// <summary>The platform's storage and grains with repositories on this machine, and sites that are never built.</summary>
internal static class SitesHost
{
    public static IHost Build(SitesOrders orders, TimeProvider clock, ISagaObserver observer, Action<IServiceCollection> also)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(clock).AddSingleton(observer);
        builder.Services.AddPlatformStorage(new CentralOptions
        {
            AdminConnectionString = orders.Superuser, MasterKey = new MasterKey(Convert.FromBase64String(orders.MasterKey)),
        });
        builder.Services.AddSingleton(NotAsked.Of<IDatabaseProvider>()).AddSingleton(NotAsked.Of<IMailer>());
        builder.Services.AddSingleton<ITemplateSource>(new LocalTemplateSource(orders.Repositories, clock));
        builder.Services.AddSingleton<IRepositoryHost>(new LocalRepositoryHost(orders.Repositories, clock));
        builder.Services.AddSingleton(new SyncWorkAreas(orders.Repositories, clock)).AddSingleton<ISyncHost>(
            orders.Seed is { } seed ? new TroubledHost(new LocalSyncHost(orders.Repositories, clock), seed) : new LocalSyncHost(orders.Repositories, clock));
        builder.Services.AddSingleton<ITemplateHistory>(p => new LocalTemplateHistory((LocalTemplateSource)p.GetRequiredService<ITemplateSource>(), orders.Repositories, clock));
        builder.Services.AddSingleton<ISiteHosting>(new BuildsNothing(orders.Served));
        builder.Services.AddPlatformGrains(o => o.RetryDelay = TimeSpan.FromMilliseconds(10));
        builder.Services.AddHttpClient("site-check").ConfigurePrimaryHttpMessageHandler(() => new Answering());
        builder.Services.AddEmbeddedOrleans(o =>
        {
            // Calls run git, a dozen processes each: on a busy machine that takes its time.
            o.CallTimeout = TimeSpan.FromMinutes(5);
            o.DataSource = services => services.GetRequiredService<CentralConnections>().App;
            o.GrainAssemblies.Add(typeof(CampaignGrain).Assembly);
        });
        also(builder.Services);
        return builder.Build();
    }

    private sealed class Answering : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
    }
}
