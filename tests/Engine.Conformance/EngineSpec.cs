using System;
using System.Threading.Tasks;
using Xunit;

namespace PrizeDraw.Engine.Conformance;

/// <summary>Tests that each have a host of their own, on an empty database.</summary>
[Collection("engine")]
public abstract class EngineSpec(EngineDatabases databases) : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static int _keys;

    protected EngineDatabases Databases { get; } = databases;

    protected EngineHost Host { get; private set; } = null!;

    protected string Database { get; private set; } = "";

    protected Signals Signals => Host.Signals;

    protected virtual EngineSettings Settings => new();

    public async Task InitializeAsync()
    {
        Database = await Databases.EmptyAsync();
        Host = await EngineHost.StartAsync(Database, Settings);
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>A key that no other test uses.</summary>
    protected static string NewKey(string prefix = "key") =>
        $"ten_test/{prefix}_{System.Threading.Interlocked.Increment(ref _keys).ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}
