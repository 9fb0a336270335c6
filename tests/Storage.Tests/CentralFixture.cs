using System;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using Xunit;

namespace PrizeDraw.Storage.Tests;

/// <summary>A server with the platform's roles and a bootstrapped central database.</summary>
public sealed class CentralFixture : IAsyncLifetime
{
    private (string Tenant, string Campaign)? _shared;

    public TestPostgres Postgres { get; } = new();

    public SetTime Time { get; } = new();

    public MasterKey MasterKey { get; } = new(RandomNumberGenerator.GetBytes(MasterKey.Length));

    public ServiceProvider Services { get; private set; } = null!;

    public CentralDatabase Central => Get<CentralDatabase>();

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public async Task InitializeAsync()
    {
        await ((IAsyncLifetime)Postgres).InitializeAsync();
        Services = NewHost();
        await Get<CentralBootstrap>().RunAsync([("0001_orleans_sample.sql", "create table if not exists orleanssample (n integer)")], default);
    }

    /// <summary>The services of a host as it starts on this database.</summary>
    public ServiceProvider NewHost() => new ServiceCollection()
        .AddLogging()
        .AddSingleton<TimeProvider>(Time)
        .AddPlatformStorage(Options())
        .BuildServiceProvider();

    public CentralOptions Options() => new()
    {
        AdminConnectionString = Postgres.SuperuserConnectionString, MasterKey = MasterKey,
    };

    public async Task DisposeAsync()
    {
        if (Services is not null)
        {
            await Services.DisposeAsync();
        }

        await ((IAsyncLifetime)Postgres).DisposeAsync();
    }

    /// <summary>As the superuser on the central database, past every rule.</summary>
    public async Task<NpgsqlConnection> OpenSuperuserAsync()
    {
        var builder = new NpgsqlConnectionStringBuilder(Postgres.SuperuserConnectionString) { Database = "platform", Pooling = false };
        var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public Guid NewId() => Guid.CreateVersion7(Time.Pass(TimeSpan.FromMilliseconds(1)));

    /// <summary>A tenant with a name of its own.</summary>
    public async Task<Guid> AddTenantAsync()
    {
        var id = NewId();
        await using var work = await Central.BeginAsync(id, default);
        await work.Connection.RunAsync(
            "insert into tenant (tenant_id, name, slug, created_at, updated_at) values ($1, 'Acme', $2, $3, $3)",
            [id, "t-" + id.ToString("n")[^20..], Time.Now], default);
        await work.CommitAsync(default);
        return id;
    }

    /// <summary>One provisioned campaign for all tests that only look, or are refused.</summary>
    public async Task<(string Tenant, string Campaign)> SharedCampaignAsync()
    {
        if (_shared is null)
        {
            var tenant = await AddTenantAsync();
            var campaign = Ids.Format(Ids.Campaign, NewId());
            await AddCampaignDatabaseAsync(tenant, campaign);
            _shared = (Ids.Format(Ids.Tenant, tenant), campaign);
        }

        return _shared.Value;
    }

    /// <summary>A campaign's database of its own, migrated, with its connection string among the secrets.</summary>
    public async Task<DatabaseRef> AddCampaignDatabaseAsync(Guid tenant, string campaignId)
    {
        var provider = new LocalDatabaseProvider(Get<CentralConnections>().ProvisionerConnectionString);
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var database = await provider.CreateAsync(new DatabaseRequest("cmp_" + nonce, nonce, password), default);
        await Get<CampaignDatabaseMigrator>().MigrateAsync(provider.OwnerConnectionString(database), database.Role, default);
        await Get<ISecrets>().PutAsync(
            tenant, campaignId, CampaignConnections.SecretName, provider.CampaignConnectionString(database, password), default);
        return database;
    }
}

[CollectionDefinition(Name)]
public sealed class CentralCollection : ICollectionFixture<CentralFixture>
{
    public const string Name = "central database";
}
