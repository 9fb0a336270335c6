using System;
using System.Linq;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Orleans.Timers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the embedded engine.</summary>
public static class EmbeddedOrleansServices
{
    /// <summary>
    /// Adds <see cref="IGrainFactory"/>, <see cref="IClusterClient"/> and a hosted service that starts reminders and, on stopping,
    /// ends every activation. The host does not start with options or grains that cannot work. Call filters are registered as
    /// singletons of <see cref="IIncomingGrainCallFilter"/> and <see cref="IOutgoingGrainCallFilter"/>.
    /// </summary>
    public static IServiceCollection AddEmbeddedOrleans(this IServiceCollection services, Action<EmbeddedOrleansOptions>? configure = null)
    {
        services.AddOptions<EmbeddedOrleansOptions>().Configure(options => configure?.Invoke(options));
        services.AddSingleton<IValidateOptions<EmbeddedOrleansOptions>, Validation>();
        services.AddLogging();
        services.TryAddSingleton<EmbeddedRuntime>();
        services.TryAddSingleton<IClusterClient>(s => s.GetRequiredService<EmbeddedRuntime>());
        services.TryAddSingleton<IGrainFactory>(s => s.GetRequiredService<EmbeddedRuntime>());
        services.TryAddSingleton<OrleansDatabase>();
        services.TryAddSingleton<StateStore>();
        services.TryAddSingleton<ReminderTable>();
        services.TryAddSingleton<ReminderService>();
        services.TryAddSingleton<IReminderRegistry>(s => s.GetRequiredService<ReminderService>());
        services.TryAddScoped<IGrainContext>(_ => RuntimeContext.Activation
            ?? throw new InvalidOperationException("IGrainContext is there for grains only."));
        services.AddHostedService<EmbeddedOrleansHost>();
        return services;
    }

    private sealed class Validation : IValidateOptions<EmbeddedOrleansOptions>
    {
        public ValidateOptionsResult Validate(string? name, EmbeddedOrleansOptions options) =>
            options.Faults().ToArray() is { Length: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
