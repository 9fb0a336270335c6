using System;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests;

/// <content>That the database is reached all the while.</content>
public sealed partial class Rotating_secrets
{
    /// <summary>Logs in as the campaign and as the owner, again and again, as a host does that knows of nothing.</summary>
    private Watch DatabaseWatch(IServiceProvider services, string id) => new(() => ReachAsync(services, id));

    private async Task ReachAsync(IServiceProvider services, string id)
    {
        await using var connections = new CampaignConnections((ISecrets)services.GetService(typeof(ISecrets))!, new CampaignConnectionOptions());
        await using (var lease = await connections.RequireAsync(stage.TenantId, id, default))
        {
            lease.Connection.State.ShouldBe(System.Data.ConnectionState.Open);
        }

        for (var tries = 1; ; tries++)
        {
            var before = await PasswordsAsync();
            try
            {
                await ReachAsOwnerAsync(services, id);
                return;
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InvalidPassword)
            {
                // Another one since it was told: whoever works as the owner asks again, and again only if one was replaced meanwhile.
                (tries == 1 || await PasswordsAsync() != before).ShouldBeTrue(error.Message);
            }
        }
    }

    private async Task<string> PasswordsAsync()
    {
        await using var superuser = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(stage.Superuser) { Pooling = false }.ConnectionString);
        await superuser.OpenAsync();
        await using var command = new NpgsqlCommand("select string_agg(rolpassword, ' ' order by rolname) from pg_authid", superuser);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task ReachAsOwnerAsync(IServiceProvider services, string id)
    {
        var owner = await ((ICampaignDatabaseOwner)services.GetService(typeof(ICampaignDatabaseOwner))!).FindAsync(stage.TenantId, id, default);
        await using var own = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(owner!.OwnerConnectionString) { Pooling = false }.ConnectionString);
        await own.OpenAsync();
    }
}
