using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Migrations;

namespace PrizeDraw.Storage.Campaign;

/// <summary>
/// Brings a campaign's database to the current schema and grants the campaign's role its rights: rows of every table, but only
/// INSERT and SELECT on journal, audit, changes of rules, commitments and unsealings, no DDL, nothing to PUBLIC. May be repeated. At the end the schema is marked
/// with what it is, where the campaign's role can read it.
/// </summary>
public sealed class CampaignDatabaseMigrator(TimeProvider time)
{
    private const long GrantLock = 0x7072_697a_6564_7267;

    /// <summary>Adding an index to millions of entries takes its time; seconds.</summary>
    private const int StatementSeconds = 900;

    private static readonly ImmutableArray<MigrationScript> Scripts = MigrationScript.Embedded("Campaign.Migrations");

    /// <summary>Names the newest migration, then what all of them and the rights are. Ordered by the first.</summary>
    internal static string Mark { get; } = $"prizedraw {Scripts[^1].Name} {Fingerprint()}";

    /// <summary>Which migration a failure of PostgreSQL's was in; null when it was in none.</summary>
    public static string? FailedIn(PostgresException error) => error.Data[SqlMigrator.FailedKey] as string;

    /// <param name="ownerConnectionString">Connects as the role that owns the database.</param>
    /// <param name="campaignRole">The login role that the platform uses for this campaign's rows.</param>
    /// <param name="ct">Ends the migration between two files.</param>
    public Task MigrateAsync(string ownerConnectionString, string campaignRole, CancellationToken ct) =>
        MigrateAsync(ownerConnectionString, campaignRole, schema: null, ct);

    /// <inheritdoc cref="MigrateAsync(string, string, CancellationToken)"/>
    /// <param name="schema">The schema, which is there; null is the database's default one.</param>
    internal async Task MigrateAsync(string ownerConnectionString, string campaignRole, string? schema, CancellationToken ct)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false, CommandTimeout = StatementSeconds };
        if (schema is not null)
        {
            CampaignSchema.Lead(unpooled, schema);
        }

        await using var owner = new NpgsqlConnection(unpooled.ConnectionString);
        await owner.OpenSteadilyAsync(ct);
        if (schema is not null)
        {
            await CampaignSchema.RequireWithinAsync(owner, schema);
        }

        // A change of a table that waits for a long reader makes every writer wait behind it: rather give up and try again.
        await owner.RunAsync("set lock_timeout = '4s'", [], ct);
        await new SqlMigrator(time).RunAsync(owner, Scripts, ct);
        await using var transaction = await owner.BeginTransactionAsync(ct);
        // Two hosts that grant the same right at once would make each other fail.
        await owner.RunAsync("select pg_advisory_xact_lock($1)", [GrantLock], ct);
        await owner.RunAsync(
            "select set_config('app.campaign_role', $1, true), set_config('app.schema_mark', $2, true)", [campaignRole, Mark], ct);
        await owner.RunAsync(GrantRights, [], ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Every migration by name, with what it is known by.</summary>
    internal static ImmutableDictionary<string, string> Known { get; } = Scripts.ToImmutableDictionary(script => script.Name, script => script.Hash);

    /// <summary>Applies these migrations alone, and grants nothing: for a copy of an older state to be put into.</summary>
    internal async Task MigrateToAsync(NpgsqlConnection owner, Func<string, bool> isWanted, CancellationToken ct) =>
        await new SqlMigrator(time).RunAsync(owner, Scripts.Where(script => isWanted(script.Name)), ct);

    private static string Fingerprint() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(Scripts.Select(script => script.Hash)) + GrantRights.ReplaceLineEndings("\n"))))[..16];

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
            if one in ('journal', 'audit', 'pool_change', 'instant_commitment', 'instant_opening', 'moment_unseal') then
              execute format('grant select, insert on %I to %I', one, campaign_role);
            elsif one <> 'schema_migration' then
              execute format('grant select, insert, update, delete on %I to %I', one, campaign_role);
            end if;
          end loop;
          execute format('comment on schema %I is %L', current_schema(), current_setting('app.schema_mark'));
        end $grant$
        """;
}
