using System;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans;
#if ORLEANS
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Storage;
#endif

namespace PrizeDraw.Engine.Conformance;

/// <summary>What a test sets on its host, whichever engine runs it.</summary>
public sealed record EngineSettings
{
    /// <summary>Longer than any call takes on a busy machine: whoever tests the limit sets one.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan CollectionAge { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Hosts of one cluster have one activation of a grain between them. The one-process engine knows no others.</summary>
    public string ClusterId { get; init; } = "platform";

    public Action<IServiceCollection>? Services { get; init; }
}

/// <summary>A host with grains of this assembly. The only place that knows which engine it is.</summary>
public sealed class EngineHost : IAsyncDisposable
{
    private readonly IHost _host;

    private EngineHost(IHost host, Signals signals)
    {
        _host = host;
        Signals = signals;
    }

    public Signals Signals { get; }

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<EngineHost> StartAsync(string connectionString, EngineSettings? settings = null)
    {
        var signals = new Signals();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(signals);
        Compose(builder, connectionString, settings ?? new EngineSettings());
        settings?.Services?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return new(host, signals);
    }

    public T Grain<T>(string key)
        where T : IGrainWithStringKey => Grains.GetGrain<T>(key);

    /// <summary>An orderly stop.</summary>
    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

#if ORLEANS
    private static void Compose(HostApplicationBuilder builder, string connectionString, EngineSettings settings) => builder.UseOrleans(silo => silo
        .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (settings.ClusterId, "platform"))
        .Configure<SiloMessagingOptions>(o => (o.ResponseTimeout, o.CancelRequestOnTimeout) = (settings.CallTimeout, true))
        .Configure<GrainCollectionOptions>(o => (o.CollectionAge, o.CollectionQuantum) = (settings.CollectionAge, settings.CollectionAge / 2))
        .ConfigureEndpoints(IPAddress.Loopback, FreePort(), FreePort())
        .UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", connectionString))
        .UseAdoNetReminderService(o => (o.Invariant, o.ConnectionString) = ("Npgsql", connectionString))
        .AddAdoNetGrainStorageAsDefault(o =>
            (o.Invariant, o.ConnectionString, o.GrainStorageSerializer) = ("Npgsql", connectionString, new WebJson())));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class WebJson : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, JsonSerializerOptions.Web));

        public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, JsonSerializerOptions.Web)!;
    }
#else
    private static void Compose(HostApplicationBuilder builder, string connectionString, EngineSettings settings)
    {
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(connectionString));
        builder.Services.AddEmbeddedOrleans(options =>
        {
            options.CallTimeout = settings.CallTimeout;
            options.CollectionAge = settings.CollectionAge;
            options.GrainAssemblies.Add(typeof(EngineHost).Assembly);
        });
    }
#endif
}
