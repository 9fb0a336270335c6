using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.TestKit;
using Xunit;

namespace PrizeDraw.Engine.Conformance;

/// <summary>One server for the whole suite.</summary>
[CollectionDefinition("engine")]
public sealed class EngineCollection : ICollectionFixture<EngineDatabases>;

/// <summary>A database with the engine's tables, and a role that may read and write rows but owns nothing.</summary>
public sealed class EngineDatabases : IAsyncLifetime
{
    private const string Grants = """
        do $$ begin
            if not exists (select from pg_roles where rolname = 'engine_app') then
                create role engine_app login password 'engine';
            end if;
        end $$;
        grant select on OrleansQuery to engine_app;
        grant select, insert, update, delete on OrleansStorage, OrleansRemindersTable, OrleansMembershipTable, OrleansMembershipVersionTable
            to engine_app;
        """;

    private string? _owner;

    public TestPostgres Server { get; } = new();

    public Task InitializeAsync() => ((IAsyncLifetime)Server).InitializeAsync();

    public Task DisposeAsync() => ((IAsyncLifetime)Server).DisposeAsync();

    /// <summary>
    /// The database, emptied: tests run one after another, and each has stopped its host. The connection string is the role's.
    /// </summary>
    public async Task<string> EmptyAsync()
    {
        _owner ??= await CreateAsync();
        await ExecuteAsync(_owner, "truncate OrleansStorage, OrleansRemindersTable, OrleansMembershipTable, OrleansMembershipVersionTable");
        return new NpgsqlConnectionStringBuilder(_owner) { Username = "engine_app", Password = "engine" }.ConnectionString;
    }

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<T> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException("No row."));
    }

    private async Task<string> CreateAsync()
    {
        var owner = await Server.CreateDatabaseAsync();
        foreach (var script in Scripts().Concat(Scripts()))
        {
            await ExecuteAsync(owner, script);
        }

        await ExecuteAsync(owner, Grants);
        return owner;
    }

    // In order, and twice: they must be harmless to repeat.
    private static string[] Scripts() =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "sql"), "*.sql").Order(StringComparer.Ordinal).Select(File.ReadAllText)];
}
