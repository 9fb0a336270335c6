using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PrizeDraw.Grains.Pools;
using PrizeDraw.Storage.Central;
#if ORLEANS
using Orleans.Configuration;
using Orleans.Hosting;
#endif

namespace PrizeDraw.Silo;

/// <summary>The one place that knows which engine runs the grains.</summary>
internal static class Engine
{
#if ORLEANS
    /// <summary>Microsoft Orleans with its ADO.NET providers on the central database, so that hosts can be added.</summary>
    public static void Add(WebApplicationBuilder builder, CentralOptions central)
    {
        using var connections = new Disposer(new CentralConnections(central));
        var connection = connections.Value.AppConnectionString;
        builder.Host.UseOrleans(silo => silo
            .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("platform", "platform"))
            .UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", connection))
            .AddAdoNetGrainStorageAsDefault(o => (o.Invariant, o.ConnectionString) = ("Npgsql", connection))
            .UseAdoNetReminderService(o => (o.Invariant, o.ConnectionString) = ("Npgsql", connection))
            .ConfigureEndpoints(siloPort: 11111, gatewayPort: 30000));
    }

    private sealed class Disposer(CentralConnections value) : System.IDisposable
    {
        public CentralConnections Value { get; } = value;

        public void Dispose() => Value.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
#else
    /// <summary>The one-process engine, on the tables of the same providers.</summary>
    public static void Add(WebApplicationBuilder builder, CentralOptions central)
    {
        _ = central;
        builder.Services.AddEmbeddedOrleans(o =>
        {
            o.DataSource = services => services.GetRequiredService<CentralConnections>().App;
            o.GrainAssemblies.Add(typeof(PrizePoolGrain).Assembly);
        });
    }
#endif
}
