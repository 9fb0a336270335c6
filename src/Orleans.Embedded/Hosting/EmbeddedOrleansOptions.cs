using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using Npgsql;

namespace Orleans;

/// <summary>How the embedded engine behaves.</summary>
public sealed class EmbeddedOrleansOptions
{
    /// <summary>Whose rows are ours in shared tables; never changes once rows are written. Default: <c>platform</c>.</summary>
    public string ServiceId { get; set; } = "platform";

    /// <summary>
    /// Where the tables of <see cref="Hosting.OrleansSchema"/> are. Default: the registered <see cref="NpgsqlDataSource"/>.
    /// </summary>
    public Func<IServiceProvider, NpgsqlDataSource>? DataSource { get; set; }

    /// <summary>
    /// How long a caller waits for an answer before a <see cref="TimeoutException"/>; more than zero. Default: 30 seconds.
    /// <see cref="ResponseTimeoutAttribute"/> on a method goes before it.
    /// </summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an activation is kept without use; more than zero. Default: 15 minutes.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long reading state and OnActivateAsync may take before their token is cancelled. Default: 30 seconds.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long OnDeactivateAsync may take before the activation ends without it. Default: 30 seconds.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often the reminder table is read again, for what others have changed; more than zero. Reminders that are registered
    /// here need no reading. Default: 5 minutes.
    /// </summary>
    public TimeSpan ReminderRefresh { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The least period of a reminder. Orleans warns below a minute. Default: 1 minute.</summary>
    public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a read or write of state or reminders is tried while the database is away; at least 1. Default: 8 (6 s).</summary>
    public int StorageAttempts { get; set; } = 8;

    /// <summary>How states become JSON. Stored rows depend on it. Default: web defaults.</summary>
    public JsonSerializerOptions StateSerializer { get; set; } = new(JsonSerializerDefaults.Web);

    /// <summary>
    /// Where grain classes are found. Default, if left empty: every loaded assembly that references the engine.
    /// </summary>
    public IList<Assembly> GrainAssemblies { get; } = [];

    internal IEnumerable<Assembly> AssembliesToScan()
    {
        var self = typeof(EmbeddedOrleansOptions).Assembly.GetName().Name;
        return GrainAssemblies.Count > 0 ? GrainAssemblies : AppDomain.CurrentDomain.GetAssemblies()
            .Where(a => !a.IsDynamic && a.GetReferencedAssemblies().Any(r => r.Name == self));
    }

    /// <summary>What is wrong with the options, if anything.</summary>
    internal IEnumerable<string> Faults()
    {
        (string Name, TimeSpan Value)[] durations =
        [
            (nameof(CallTimeout), CallTimeout), (nameof(CollectionAge), CollectionAge), (nameof(ActivationTimeout), ActivationTimeout),
            (nameof(DeactivationTimeout), DeactivationTimeout), (nameof(ReminderRefresh), ReminderRefresh),
        ];
        return durations.Where(d => d.Value <= TimeSpan.Zero).Select(d => $"{d.Name} must be more than zero, but is {d.Value}.")
            .Concat(string.IsNullOrWhiteSpace(ServiceId) || ServiceId.Length > 150 ? [$"{nameof(ServiceId)} must have 1 to 150 characters."] : [])
            .Concat(StorageAttempts < 1 ? [$"{nameof(StorageAttempts)} must be at least 1."] : [])
            .Concat(MinimumReminderPeriod < TimeSpan.Zero ? [$"{nameof(MinimumReminderPeriod)} must not be negative."] : []);
    }
}
