using System;
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
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Mail;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Storage;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Cloud;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>Where a host finds its storage and the stand-ins: enough for one in a process of its own.</summary>
public sealed record CloudOrders(
    string Superuser, string MasterKey, Uri Supabase, Uri GitHub, Uri Vercel, string RootCertificate, int SessionPort);

/// <summary>The platform's storage and grains as one host has them, calling the stand-ins with short waits.</summary>
public static class CloudHost
{
    public static IHost Build(CloudOrders orders, TimeProvider clock, ISagaObserver observer, Action<IServiceCollection>? also = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(clock).AddSingleton(observer);
        builder.Services.AddPlatformStorage(new CentralOptions
        {
            AdminConnectionString = orders.Superuser, MasterKey = new MasterKey(Convert.FromBase64String(orders.MasterKey)),
        });
        builder.Services.AddSingleton(NotAsked.Of<IDatabaseProvider>()).AddSingleton(NotAsked.Of<ITemplateSource>());
        builder.Services.AddSingleton(NotAsked.Of<IRepositoryHost>()).AddSingleton(NotAsked.Of<ISiteHosting>()).AddSingleton(NotAsked.Of<IMailer>());
        builder.Services.AddSingleton(NotAsked.Of<ISyncHost>()).AddSingleton(NotAsked.Of<ITemplateHistory>());
        builder.Services.AddSingleton<TempFolder>().AddSingleton(services => new SyncWorkAreas(
            new LocalRepositoryOptions { DataFolder = services.GetRequiredService<TempFolder>().Path, TemplateFolder = "none" }, clock));
        builder.Services.AddSingleton(Providers(orders));
        builder.Services.AddSingleton<IRequestBudget>(new RequestBudget(BudgetRules.None, clock));
        builder.Services.AddPlatformGrains(o => o.RetryDelay = TimeSpan.FromMilliseconds(10));
        builder.Services.AddHttpClient("site-check").ConfigurePrimaryHttpMessageHandler(() => new Answering());
        builder.Services.AddEmbeddedOrleans(o =>
        {
            o.DataSource = services => services.GetRequiredService<CentralConnections>().App;
            o.GrainAssemblies.Add(typeof(CampaignGrain).Assembly);
        });
        also?.Invoke(builder.Services);
        return builder.Build();
    }

    /// <summary>How the stand-ins are called.</summary>
    /// <param name="attemptTimeout">So long that none passes but by a fault: a call that a busy machine had repeated would be one too many.</param>
    public static CloudProvidersOptions Providers(CloudOrders orders, TimeSpan? attemptTimeout = null)
    {
        var soon = TimeSpan.FromMilliseconds(20);
        CloudOptions Calls(Uri address, bool serialWrites = false) => new()
        {
            Address = address, RepeatDelay = TimeSpan.FromMilliseconds(1), LimitDelay = TimeSpan.FromMilliseconds(1), BreakAfter = 1000, RepeatsMax = 1,
            AttemptTimeout = attemptTimeout ?? TimeSpan.FromMinutes(5), SerialWrites = serialWrites, WaitMax = TimeSpan.FromSeconds(1),
        };
        return new CloudProvidersOptions
        {
            Supabase = Calls(orders.Supabase), GitHub = Calls(orders.GitHub, serialWrites: true), Vercel = Calls(orders.Vercel),
            OfSupabase = account => account with
            {
                RootCertificate = orders.RootCertificate, SessionPort = orders.SessionPort, PollInterval = TimeSpan.FromMilliseconds(2),
                LookAgainFor = soon, KnownWithin = TimeSpan.FromSeconds(2), ReadyWithin = TimeSpan.FromSeconds(20), EndedWithin = TimeSpan.FromSeconds(10),
            },
            OfGitHub = account => account with { LookAgainDelay = TimeSpan.FromMilliseconds(2), AppearsWithin = soon, Patience = TimeSpan.FromSeconds(2) },
            OfVercel = account => account with
            {
                PollInterval = TimeSpan.FromMilliseconds(2), AppearsWithin = TimeSpan.FromMilliseconds(200), GoneWithin = TimeSpan.FromSeconds(5),
            },
        };
    }

    /// <summary>Deployed sites answer: there is no such host name here.</summary>
    private sealed class Answering : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
    }
}
