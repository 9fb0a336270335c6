using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using PrizeDraw.Api;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.TestKit.Cloud;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <content>What is replaced of the platform: addresses, waits, and who listens to its log.</content>
public sealed partial class SecretScene
{
    private void Replace(IServiceCollection services)
    {
        var soon = TimeSpan.FromMilliseconds(20);
        CloudOptions Calls(ProviderDouble at) => new()
        {
            Address = at.Address, RepeatDelay = TimeSpan.FromMilliseconds(1), LimitDelay = TimeSpan.FromMilliseconds(1), BreakAfter = 1000, RepeatsMax = 1,
            AttemptTimeout = TimeSpan.FromMinutes(5), SerialWrites = at is GitHubDouble,
        };
        services.Replace(ServiceDescriptor.Singleton(new CloudProvidersOptions
        {
            Supabase = Calls(Supabase), GitHub = Calls(GitHub), Vercel = Calls(Vercel),
            OfSupabase = account => account with
            {
                RootCertificate = Supabase.RootCertificate, SessionPort = Supabase.SessionPort, PollInterval = TimeSpan.FromMilliseconds(2),
                LookAgainFor = soon, KnownWithin = TimeSpan.FromSeconds(2), ReadyWithin = TimeSpan.FromSeconds(20), EndedWithin = TimeSpan.FromSeconds(10),
            },
            OfGitHub = account => account with { LookAgainDelay = TimeSpan.FromMilliseconds(2), AppearsWithin = soon, Patience = TimeSpan.FromSeconds(2) },
            OfVercel = account => account with
            {
                PollInterval = TimeSpan.FromMilliseconds(2), AppearsWithin = TimeSpan.FromMilliseconds(200), GoneWithin = TimeSpan.FromSeconds(5),
            },
        }));
        services.Replace(ServiceDescriptor.Singleton<IRequestBudget>(new RequestBudget(BudgetRules.None, TimeProvider.System)));
        // The admin signs in once, and a busy machine may need longer than a quarter of an hour for all of it.
        ((ApiOptions)services.Last(s => s.ServiceType == typeof(ApiOptions)).ImplementationInstance!).AccessTokenLifetime = TimeSpan.FromHours(1);
        services.Configure<ProvisioningOptions>(o => o.RetryDelay = TimeSpan.FromMilliseconds(10));
        services.AddHttpClient("site-check").ConfigurePrimaryHttpMessageHandler(() => new Answering(SiteChecks));
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new Listener(Log)));
    }

    private sealed class Answering(ConcurrentQueue<string> asked) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            asked.Enqueue($"{request}");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }

    private sealed class Listener(ConcurrentQueue<string> log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Category(categoryName, log);

        public void Dispose()
        {
        }

        private sealed class Category(string name, ConcurrentQueue<string> log) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull
            {
                log.Enqueue($"{name} scope {state}");
                return null;
            }

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                log.Enqueue($"{logLevel} {name}: {formatter(state, exception)} {string.Join(' ', state as IEnumerable<KeyValuePair<string, object?>> ?? [])} {exception}");
        }
    }
}
