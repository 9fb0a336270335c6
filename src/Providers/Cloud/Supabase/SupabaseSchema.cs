using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Shared;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>
/// What a project's database is brought to before a campaign's tables come into it: a schema of ours that no front door of the provider
/// serves and whose rights none of its roles has, the campaign's own role, and both finding that schema first. Run by the project's owner, who
/// is no superuser. May be repeated.
/// </summary>
internal static class SupabaseSchema
{
    /// <summary>Where our tables are. Not <c>public</c>: that one is served over HTTP to whoever has a key, and its tables are granted to all.</summary>
    public const string Name = "prizedraw";

    /// <summary>SQLSTATE of our own that says: what has the campaign's name is not ours.</summary>
    private const string Foreign = "PD001";

    /// <summary>SQLSTATE of our own that says: one of the provider's roles can still see the schema.</summary>
    private const string StillOpen = "PD002";

    /// <summary>
    /// Fails with a <see cref="ProviderException"/>: <see cref="ProviderFault.NameTaken"/> when role or schema belong to something else,
    /// <see cref="ProviderFault.Rejected"/> when the provider's roles could not be shut out.
    /// </summary>
    /// <param name="resetPassword">Whether the campaign's role gets the request's password also if it exists: a pooler remembers the old one.</param>
    public static Task PrepareAsync(string ownerConnectionString, DatabaseRequest request, bool resetPassword, CancellationToken ct) =>
        InTransactionAsync(ownerConnectionString, async connection =>
        {
            await SettleAsync(connection, request, resetPassword, ct);
            foreach (var step in new[] { OwnRole, OwnSchema, ShutOut, KeepServices, Check })
            {
                await ExecuteAsync(connection, step, ct);
            }

            return true;
        }, ct);

    private static Task<T> InTransactionAsync<T>(string ownerConnectionString, Func<NpgsqlConnection, Task<T>> work, CancellationToken ct) =>
        PostgresFailures.TranslateAsync(async () =>
        {
            var unpooled = new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false };
            await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
            await connection.OpenSteadilyAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            T done;
            try
            {
                done = await work(connection);
            }
            catch (PostgresException error) when (error.SqlState == Foreign)
            {
                throw new ProviderException(ProviderFault.NameTaken, error.MessageText, error);
            }
            catch (PostgresException error) when (error.SqlState == StillOpen)
            {
                throw new ProviderException(ProviderFault.Rejected, error.MessageText, error);
            }

            await transaction.CommitAsync(ct);
            return done;
        });

    /// <summary>Gives the campaign's role the password that it is told under the lock, and answers it. Fails as <see cref="PrepareAsync"/>.</summary>
    public static Task<string> SetPasswordAsync(
        string ownerConnectionString, DatabaseRequest request, Func<CancellationToken, Task<string>> password, CancellationToken ct) =>
        InTransactionAsync(ownerConnectionString, async connection =>
        {
            await ExecuteAsync(connection, Lock, ct);
            var set = await password(ct);
            await SettleAsync(connection, request with { Password = set }, resetPassword: true, ct);
            await ExecuteAsync(connection, OwnRole, ct);
            return set;
        }, ct);

    /// <summary>
    /// Logs in as the campaign and looks whether it comes into our schema. Fails as <see cref="PrepareAsync"/>, and with
    /// <see cref="ProviderFault.Rejected"/> when it comes into another one: its rows would go there.
    /// </summary>
    public static Task TryAsync(string campaignConnectionString, CancellationToken ct) => PostgresFailures.TranslateAsync(async () =>
    {
        var unpooled = new NpgsqlConnectionStringBuilder(campaignConnectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenSteadilyAsync(ct);
        await using var command = new NpgsqlCommand("select current_schema()::text", connection);
        return await command.ExecuteScalarAsync(ct) is Name ? true : throw new ProviderException(
            ProviderFault.Rejected, $"The Supabase project's pooler does not lead the campaign into its schema {Name}: tell the platform's operator.");
    });

    private static async Task SettleAsync(NpgsqlConnection connection, DatabaseRequest request, bool resetPassword, CancellationToken ct)
    {
        await using var settings = new NpgsqlCommand(Settings, connection);

        // The stored form only: the password itself never reaches a statement.
        settings.Parameters.Add(new() { Value = request.Name });
        settings.Parameters.Add(new() { Value = ScramVerifier.Of(request.Password) });
        settings.Parameters.Add(new() { Value = "prizedraw:" + request.Nonce });
        settings.Parameters.Add(new() { Value = resetPassword ? "on" : "off" });
        await settings.ExecuteNonQueryAsync(ct);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync(ct);
    }

    private const string Lock = "select pg_advisory_xact_lock(hashtextextended('campaign database', 0))";

    /// <summary>Local to the transaction; the lock keeps two hosts from granting the same right at once, which makes one of them fail.</summary>
    private const string Settings =
        """
        select pg_advisory_xact_lock(hashtextextended('campaign database', 0)),
          set_config('app.campaign_role', $1, true), set_config('app.campaign_verifier', $2, true), set_config('app.campaign_marker', $3, true),
          set_config('app.reset_password', $4, true)
        """;

    private const string OwnRole =
        """
        do $$
        declare
          campaign constant text := current_setting('app.campaign_role');
          marker constant text := current_setting('app.campaign_marker');
          found_marker text;
        begin
          select coalesce(shobj_description(oid, 'pg_authid'), '') into found_marker from pg_roles where rolname = campaign;
          if found_marker is not null and found_marker <> marker then
            raise exception 'A role named % exists in the project and belongs to something else.', campaign using errcode = 'PD001';
          end if;
          begin
            if found_marker is null then
              execute format('create role %I login password %L', campaign, current_setting('app.campaign_verifier'));
              execute format('comment on role %I is %L', campaign, marker);
            elsif current_setting('app.reset_password')::boolean then
              execute format('alter role %I password %L', campaign, current_setting('app.campaign_verifier'));
            end if;
          exception when others then
            -- Told again without its context: that quotes the statement, and with it what is stored of the password.
            raise exception using errcode = sqlstate, message = sqlerrm;
          end;
        end $$
        """;

    /// <summary>The path is set for the roles, in this database, and asked for by who connects: a pooler may not know one of the two.</summary>
    private const string OwnSchema =
        """
        do $$
        declare
          campaign constant text := current_setting('app.campaign_role');
        begin
          if exists (select from pg_namespace where nspname = 'prizedraw' and nspowner <> current_user::regrole) then
            raise exception 'A schema named prizedraw exists in the project and belongs to something else.' using errcode = 'PD001';
          end if;
          create schema if not exists prizedraw;
          execute format('grant usage on schema prizedraw to %I', campaign);
          execute format('alter role %I in database %I set search_path = prizedraw', campaign, current_database());
          execute format('alter role %I in database %I set search_path = prizedraw', current_user, current_database());
        end $$
        """;

    /// <summary>
    /// What there is and what will be made, also in schemas of rehearsals that come later. <c>service_role</c> passes by row-level security, but
    /// not by missing rights.
    /// </summary>
    private const string ShutOut =
        """
        do $$
        declare
          outsider text;
          kind text;
        begin
          for outsider in select 'public' union all
              select quote_ident(rolname) from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
            execute format('revoke all on schema prizedraw from %s', outsider);
            foreach kind in array array['tables', 'sequences', 'routines'] loop
              execute format('revoke all on all %s in schema prizedraw from %s', kind, outsider);
              execute format('alter default privileges revoke all on %s from %s', kind, outsider);
              execute format('alter default privileges in schema prizedraw revoke all on %s from %s', kind, outsider);
            end loop;
            execute format('alter default privileges revoke all on schemas from %s', outsider);
          end loop;
        end $$
        """;

    /// <summary>
    /// The campaign's migration takes CONNECT from everybody whom it was not given by name. The provider's own services (sign-in, pooler, storage,
    /// health) live on that, and a project without them never gets healthy again. Only the database's owner can take it, so only the owner gives.
    /// </summary>
    private const string KeepServices =
        """
        do $$
        declare
          service text;
        begin
          for service in select rolname from pg_roles, pg_database
              where datname = current_database() and datdba = current_user::regrole and rolcanlogin and rolname <> current_user
                and coalesce(shobj_description(pg_roles.oid, 'pg_authid'), '') not like 'prizedraw:%'
                and has_database_privilege(pg_roles.oid, current_database(), 'connect') loop
            execute format('grant connect, temporary on database %I to %I', current_database(), service);
          end loop;
        end $$
        """;

    private const string Check =
        """
        do $$
        declare
          outsider text;
        begin
          select string_agg(rolname, ', ') into outsider from pg_roles
            where rolname in ('anon', 'authenticated', 'service_role') and has_schema_privilege(oid, 'prizedraw', 'usage, create');
          if outsider is not null then
            raise exception 'The project''s roles % can still reach the campaign''s tables. Look who granted them rights.', outsider using errcode = 'PD002';
          end if;
        end $$
        """;
}
