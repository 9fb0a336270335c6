using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Storage.Migrations;

namespace PrizeDraw.Storage.Campaign;

/// <summary>
/// Brings a campaign's database to the current schema and grants the campaign's role its rights: rows of every table, but only
/// INSERT and SELECT on journal and audit, no DDL, nothing to PUBLIC. May be repeated.
/// </summary>
public sealed class CampaignDatabaseMigrator(TimeProvider time)
{
    private const long GrantLock = 0x7072_697a_6564_7267;

    /// <param name="ownerConnectionString">Connects as the role that owns the database.</param>
    /// <param name="campaignRole">The login role that the platform uses for this campaign's rows.</param>
    /// <param name="ct">Ends the migration between two files.</param>
    public async Task MigrateAsync(string ownerConnectionString, string campaignRole, CancellationToken ct)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false };
        await using var owner = new NpgsqlConnection(unpooled.ConnectionString);
        await owner.OpenAsync(ct);
        await new SqlMigrator(time).RunAsync(owner, MigrationScript.Embedded("Campaign.Migrations"), ct);
        await using var transaction = await owner.BeginTransactionAsync(ct);
        // Two hosts that grant the same right at once would make each other fail.
        await owner.RunAsync("select pg_advisory_xact_lock($1)", [GrantLock], ct);
        await owner.RunAsync("select set_config('app.campaign_role', $1, true)", [campaignRole], ct);
        await owner.RunAsync(GrantRights, [], ct);
        await transaction.CommitAsync(ct);
    }

    private const string GrantRights =
        """
        do $grant$
        declare
          campaign_role constant text := current_setting('app.campaign_role');
          one text;
        begin
          execute format('revoke all on database %I from public', current_database());
          execute format('revoke all on schema %I from public', current_schema());
          execute format('grant connect on database %I to %I', current_database(), campaign_role);
          execute format('grant usage on schema %I to %I', current_schema(), campaign_role);
          for one in select tablename from pg_tables where schemaname = current_schema() loop
            execute format('revoke all on %I from public, %I', one, campaign_role);
            if one in ('journal', 'audit') then
              execute format('grant select, insert on %I to %I', one, campaign_role);
            elsif one <> 'schema_migration' then
              execute format('grant select, insert, update, delete on %I to %I', one, campaign_role);
            end if;
          end loop;
        end $grant$
        """;
}
