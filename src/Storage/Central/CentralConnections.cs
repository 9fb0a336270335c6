using System;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Storage.Central;

/// <summary>The central database's connection pools, one per role. Connection strings hold passwords: never log them.</summary>
public sealed class CentralConnections : IAsyncDisposable
{
    private readonly CentralOptions _options;

    public CentralConnections(CentralOptions options)
    {
        _options = options;
        AppConnectionString = ConnectionString(CentralRoles.App, options.AppConnectionsMax);
        App = NpgsqlDataSource.Create(AppConnectionString);
        Reader = NpgsqlDataSource.Create(ConnectionString(CentralRoles.Reader, options.ReaderConnectionsMax));
        System = NpgsqlDataSource.Create(ConnectionString(CentralRoles.System, options.ReaderConnectionsMax));
        // Migrations may take their time.
        OwnerConnectionString = new NpgsqlConnectionStringBuilder(ConnectionString(CentralRoles.Owner, connectionsMax: 1))
        {
            CommandTimeout = 300,
        }.ConnectionString;
        ProvisionerConnectionString = Provisioner();
    }

    /// <summary>The writing role, also for the engine's own tables. Tenant tables show nothing outside a <see cref="CentralUnitOfWork"/>.</summary>
    public NpgsqlDataSource App { get; }

    /// <summary>
    /// The writing role's login, for engines that open connections of their own on their own tables (a pool beside
    /// <see cref="App"/>, of the same size). Holds the password: never log it.
    /// </summary>
    public string AppConnectionString { get; }

    /// <summary>The reading role.</summary>
    public NpgsqlDataSource Reader { get; }

    /// <summary>Reads across tenants. Its callers are few and listed: see architecture.md section 5.</summary>
    internal NpgsqlDataSource System { get; }

    /// <summary>For the provider that creates campaign databases: the role's login on the server's maintenance database.</summary>
    public string ProvisionerConnectionString { get; }

    internal string OwnerConnectionString { get; }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Reader.DisposeAsync();
        await System.DisposeAsync();
    }

    private string ConnectionString(string role, int connectionsMax)
    {
        var builder = ConnectionTimes.Of(_options.AdminConnectionString).Set(new NpgsqlConnectionStringBuilder(_options.AdminConnectionString));
        builder.Database = _options.Database;
        builder.Username = role;
        builder.Password = _options.MasterKey.DerivePassword(role);
        builder.Passfile = null;
        builder.MaxPoolSize = connectionsMax;
        builder.MinPoolSize = 0;
        builder.Pooling = role != CentralRoles.Owner;
        builder.ApplicationName = role;
        return builder.ConnectionString;
    }

    private string Provisioner()
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString(CentralRoles.Provisioner, connectionsMax: 4))
        {
            Database = new NpgsqlConnectionStringBuilder(_options.AdminConnectionString).Database ?? "postgres",
            // CREATE DATABASE copies a template and waits for a checkpoint.
            CommandTimeout = 60,
        };
        return builder.ConnectionString;
    }
}
