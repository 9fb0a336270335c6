using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Doubles.Supabase;
using PrizeDraw.Doubles.Vercel;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Silo;
using PrizeDraw.TestKit.Cloud;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>The whole platform in this process, its providers stood in for, everything that it logs and answers kept.</summary>
public sealed class SecretScene : IAsyncLifetime
{
    public const string Password = "planted-password-of-the-admin", GitHubToken = "ghp_planted_github_secret";
    private const string Owner = "acme", Template = "prize-site";

    private readonly TempFolder folder = new();
    private PlatformHost? host;

    public TestPostgres Postgres { get; } = new();

    public GitHubDouble GitHub { get; private set; } = null!;

    public SupabaseDouble Supabase { get; private set; } = null!;

    public VercelDouble Vercel { get; private set; } = null!;

    public string DataFolder => folder["data"];

    public PlatformClient Admin { get; private set; } = null!;

    public IServiceProvider Services => host!.Services;

    /// <summary>Every line that anything logged, exceptions too, at the most talkative level.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Every answer of the API to this scene, but those that tell a secret once.</summary>
    public ConcurrentQueue<(string Request, string Answer)> Answers { get; } = new();

    async Task IAsyncLifetime.InitializeAsync()
    {
        await ((IAsyncLifetime)Postgres).InitializeAsync();
        GitHub = await GitHubDouble.StartedAsync();
        GitHub.AddOwner(Owner);
        GitHub.AddToken(GitHubToken, new GitHubToken("deployer") { Owners = [Owner] });
        GitHub.AddRepository(Owner, Template, new Dictionary<string, string> { ["content/campaign.json"] = "{}\n", ["template.json"] = """{"version":"1.0.0"}""" }, isTemplate: true);
        Supabase = new SupabaseDouble(Postgres.SuperuserConnectionString, TimeProvider.System);
        await Supabase.StartAsync();
        Vercel = new VercelDouble(TimeProvider.System)
        {
            Sees = name => GitHub.Left.FirstOrDefault(r => r.Name == name) is { } seen ? long.Parse(seen.Id, System.Globalization.CultureInfo.InvariantCulture) : null,
        };
        await Vercel.StartAsync();
        Environment.SetEnvironmentVariable("PLATFORM_ADMIN_PASSWORD", Password);
        var (port, sites) = (PlatformProcess.FreePort(), PlatformProcess.FreePort());
        host = await PlatformHost.StartAsync(
            new PlatformOptions
            {
                Port = port, SitesPort = sites, DataFolder = DataFolder, TemplateFolder = TinyTemplate.Write(folder["template"]), Database = Postgres.SuperuserConnectionString,
                Demo = false, EntriesPerMinute = 0, Cloud = new CloudSettings { VercelUrl = Vercel.Address.ToString() },
            }, Replace, default);
        Admin = new PlatformClient(new Uri($"http://127.0.0.1:{port}"));
        await Admin.LoginAsync(FirstUserEmail, Password);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        Admin?.Dispose();
        await (host?.DisposeAsync() ?? default);
        Environment.SetEnvironmentVariable("PLATFORM_ADMIN_PASSWORD", null);
        foreach (var one in (ProviderDouble[])[GitHub, Supabase, Vercel])
        {
            await one.DisposeAsync();
        }

        await ((IAsyncLifetime)Postgres).DisposeAsync();
        folder.Dispose();
    }

    private static string FirstUserEmail => PlatformProcess.AdminEmail;

    /// <summary>The platform's accounts at all three providers, over the API.</summary>
    public async Task SetAccountsAsync()
    {
        await AccountAsync("supabase", new JsonObject { ["token"] = Supabase.Token, ["organization"] = SupabaseDouble.Organization, ["region"] = "eu-central-1" });
        await AccountAsync("github", new JsonObject { ["token"] = GitHubToken, ["owner"] = Owner, ["template"] = $"{Owner}/{Template}" });
        await AccountAsync("vercel", new JsonObject { ["token"] = Vercel.Token, ["team"] = VercelDouble.Team });
    }

    /// <summary>Sends and keeps what was answered.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, JsonNode? body = null, int? expect = null)
    {
        var answer = await Admin.SendAsync(method, path, body);
        Answers.Enqueue(($"{method} {path}", $"{answer.Body?.ToJsonString()}\n{answer.Headers}"));
        if (expect is { } status)
        {
            answer.Status.ShouldBe(status, $"{method} {path}: {answer.Body?.ToJsonString()}");
        }

        return answer;
    }

    /// <summary>As <see cref="SendAsync"/>, for a secret that is told this once: the answer's field.</summary>
    public async Task<string> ToldOnceAsync(string path, JsonNode body, string field) => (string)(await Admin.PostAsync(path, body))[field]!;

    private async Task AccountAsync(string provider, JsonObject fields) => await SendAsync(HttpMethod.Put, $"/v1/providers/{provider}", fields, expect: 200);

    private void Replace(IServiceCollection services)
    {
        var soon = TimeSpan.FromMilliseconds(20);
        CloudOptions Calls(ProviderDouble at) => new()
        {
            Address = at.Address, RepeatDelay = TimeSpan.FromMilliseconds(1), LimitDelay = TimeSpan.FromMilliseconds(1), BreakAfter = 1000, RepeatsMax = 1,
            AttemptTimeout = TimeSpan.FromSeconds(10), SerialWrites = at is GitHubDouble,
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
        services.Configure<ProvisioningOptions>(o => o.RetryDelay = TimeSpan.FromMilliseconds(10));
        services.AddHttpClient("site-check").ConfigurePrimaryHttpMessageHandler(() => new Answering());
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new Listener(Log)));
    }

    private sealed class Answering : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
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
