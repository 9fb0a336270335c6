using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PrizeDraw.Storage.Central;
#if ORLEANS
using System;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
#else
using PrizeDraw.Grains.Pools;
#endif

namespace PrizeDraw.Silo;

/// <summary>The one place that knows which engine runs the grains.</summary>
internal static class Engine
{
#if ORLEANS
    // Whose rows are ours in the shared tables: never changed once rows are written, and the same in the one-process engine.
    private const string Platform = "platform";

    private const string Invariant = "Npgsql";

    /// <summary>Microsoft Orleans with its ADO.NET providers on the central database, so that hosts can be added.</summary>
    public static void Add(WebApplicationBuilder builder, PlatformOptions options)
    {
        builder.Host.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (Platform, Platform));
            // As in the one-process engine: nobody waits for the answer any more, so work that watches its token may stop.
            silo.Configure<SiloMessagingOptions>(o => o.CancelRequestOnTimeout = true);
            // Other exceptions reach a caller on another host as a failure to serialise them: a lost database would be a 500, not a 503.
            silo.Services.Configure<ExceptionSerializationOptions>(o => o.SupportedNamespacePrefixes.UnionWith(["Npgsql", "PrizeDraw"]));
            // Host names are resolved by Orleans; an address is taken as it is. Other hosts and nobody else may reach these ports.
            silo.ConfigureEndpoints(options.AdvertisedHost, options.SiloPort ?? options.Port + 1001, options.GatewayPort ?? options.Port + 1002);
            silo.UseAdoNetClustering((OptionsBuilder<AdoNetClusteringSiloOptions> o) => o.Configure<CentralConnections>(
                (clustering, central) => (clustering.Invariant, clustering.ConnectionString) = (Invariant, central.AppConnectionString)));
            silo.UseAdoNetReminderService((OptionsBuilder<AdoNetReminderTableOptions> o) => o.Configure<CentralConnections>(
                (reminders, central) => (reminders.Invariant, reminders.ConnectionString) = (Invariant, central.AppConnectionString)));
            silo.AddAdoNetGrainStorageAsDefault((OptionsBuilder<AdoNetGrainStorageOptions> o) => o.Configure<CentralConnections>(
                (storage, central) => (storage.Invariant, storage.ConnectionString, storage.GrainStorageSerializer) =
                    (Invariant, central.AppConnectionString, new StateJson())));
        });
    }

    /// <summary>States as the one-process engine writes them: JSON with web defaults, without type names.</summary>
    private sealed class StateJson : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, JsonSerializerOptions.Web));

        public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, JsonSerializerOptions.Web)!;
    }
#else
    /// <summary>The one-process engine, on the tables of the same providers.</summary>
    public static void Add(WebApplicationBuilder builder, PlatformOptions options)
    {
        _ = options;
        builder.Services.AddEmbeddedOrleans(o =>
        {
            o.DataSource = services => services.GetRequiredService<CentralConnections>().App;
            o.GrainAssemblies.Add(typeof(PrizePoolGrain).Assembly);
        });
    }
#endif
}
