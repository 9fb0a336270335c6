using System;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using PrizeDraw.Grains;
using PrizeDraw.Grains.Codes;
using PrizeDraw.Grains.Pools;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Storage;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using Xunit;

namespace PrizeDraw.Pools.Tests.Setup;

/// <summary>A PostgreSQL with the platform's central database, and hosts on it: storage, grains and the embedded engine.</summary>
public sealed class PoolServer : IAsyncLifetime
{
    /// <summary>How long hosts wait for each other and themselves: what a busy machine is slow at is no failure. Tests wait with limits of their own.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string? elsewhere;

    public PoolServer()
    {
    }

    /// <summary>A server that another process has started: hosts alone are started on it.</summary>
    internal static PoolServer At(string superuser, byte[] masterKey) => new(superuser, masterKey);

    private PoolServer(string superuser, byte[] masterKey) => (elsewhere, MasterKeyBytes) = (superuser, masterKey);

    internal byte[] MasterKeyBytes { get; } = RandomNumberGenerator.GetBytes(MasterKey.Length);

    internal string Superuser => elsewhere ?? Postgres.SuperuserConnectionString;

    public TestPostgres Postgres { get; } = new();

    /// <summary>Services of the hosts that are started from now on, in place of the usual ones.</summary>
    public Action<IServiceCollection> Replace { get; set; } = _ => { };

    public async Task InitializeAsync()
    {
        await ((IAsyncLifetime)Postgres).InitializeAsync();
        using var host = Build(_ => { });
        await host.Services.GetRequiredService<CentralBootstrap>().RunAsync(OrleansSchema.Scripts.Select(s => (s.Name, s.Text)), default);
    }

    public Task DisposeAsync() => ((IAsyncLifetime)Postgres).DisposeAsync();

    /// <summary>A host as it starts on this server; dispose of it to stop it in order.</summary>
    public async Task<PoolHost> StartHostAsync(Action<PoolOptions>? pools = null, Action<CodeOptions>? codes = null)
    {
        var host = Build(pools ?? (_ => { }), codes);
        await host.StartAsync();
        return new PoolHost(host, Superuser);
    }

    private IHost Build(Action<PoolOptions> pools, Action<CodeOptions>? codes = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddPlatformStorage(new CentralOptions
        {
            AdminConnectionString = Superuser, MasterKey = new MasterKey(MasterKeyBytes),
        }, new CampaignConnectionOptions { WaitMax = TimeSpan.FromSeconds(30) });
        builder.Services.AddSingleton<IDatabaseProvider>(p => new LocalDatabaseProvider(
            p.GetRequiredService<CentralConnections>().ProvisionerConnectionString));
        builder.Services.AddPlatformGrains(_ => { });
        builder.Services.Configure(pools);
        builder.Services.Configure(codes ?? (_ => { }));
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = Patience);
        builder.Services.AddEmbeddedOrleans(o =>
        {
            (o.CallTimeout, o.ActivationTimeout, o.DeactivationTimeout) = (Patience, Patience, Patience);
            o.DataSource = services => services.GetRequiredService<CentralConnections>().App;
            o.GrainAssemblies.Add(typeof(PrizePoolGrain).Assembly);
        });
        Replace(builder.Services);
        return builder.Build();
    }
}

[CollectionDefinition(Name)]
public sealed class PoolServerCollection : ICollectionFixture<PoolServer>
{
    public const string Name = "pool server";
}

/// <summary>Draws and what follows them have a server of their own: their tests mostly wait, and run beside the others'.</summary>
[CollectionDefinition(Name)]
public sealed class DrawServerCollection : ICollectionFixture<PoolServer>
{
    public const string Name = "draw server";
}
