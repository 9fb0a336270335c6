using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Storage;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Provisioning;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>A central database, and hosts that have nothing in common but that.</summary>
public sealed class CentralStage : IAsyncLifetime
{
    private readonly MasterKey masterKey = new(RandomNumberGenerator.GetBytes(MasterKey.Length));
    private readonly TestPostgres postgres = new();
    private readonly List<ServiceProvider> hosts = [];

    async Task IAsyncLifetime.InitializeAsync()
    {
        await ((IAsyncLifetime)postgres).InitializeAsync();
        await NewHost().GetRequiredService<CentralBootstrap>().RunAsync([], default);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }

        await ((IAsyncLifetime)postgres).DisposeAsync();
    }

    /// <summary>The budget as another host has it.</summary>
    public SharedRequestBudget NewBudget(BudgetRules rules) => new(NewStore(), rules, TimeProvider.System);

    public RequestBudgetStore NewStore() => NewHost().GetRequiredService<RequestBudgetStore>();

    /// <summary>Runs SQL past every rule and answers the rows' columns as text.</summary>
    public async Task<List<string[]>> SqlAsync(string sql)
    {
        await using var central = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(postgres.SuperuserConnectionString) { Database = "platform", Pooling = false }.ConnectionString);
        await central.OpenAsync();
        await using var command = new NpgsqlCommand(sql, central);
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string[]>();
        while (await rows.ReadAsync())
        {
            var row = new string[rows.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = Convert.ToString(rows.GetValue(i), System.Globalization.CultureInfo.InvariantCulture)!;
            }

            found.Add(row);
        }

        return found;
    }

    private ServiceProvider NewHost()
    {
        var host = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System)
            .AddPlatformStorage(new CentralOptions { AdminConnectionString = postgres.SuperuserConnectionString, MasterKey = masterKey })
            .BuildServiceProvider();
        hosts.Add(host);
        return host;
    }
}
