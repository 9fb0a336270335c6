using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;

namespace PrizeDraw.Providers.Databases;

/// <summary>
/// Campaign databases on the platform's own PostgreSQL (15 or later). <paramref name="provisionerConnectionString"/> belongs to
/// a role with CREATEDB and CREATEROLE that is no superuser; it owns what it creates, and the campaign's role may connect and
/// see the schema, nothing more: rights on tables come with the schema. Role and database carry the marker in their name and
/// as a comment. The role's comment is written in its creating transaction; the database's comes last, so that a database
/// with the comment is complete, and one without it that we own is a half to be adopted.
/// </summary>
public sealed partial class LocalDatabaseProvider(string provisionerConnectionString) : IDatabaseProvider
{
    private readonly NpgsqlConnectionStringBuilder _provisioner = new(provisionerConnectionString) { Pooling = false };

    /// <inheritdoc/>
    public Task<DatabaseRef> CreateAsync(DatabaseRequest request, CancellationToken ct)
    {
        Require(request);
        return PostgresFailures.TranslateAsync(async () =>
        {
            await using var connection = await LockAsync(request, ct);
            await EnsureRoleAsync(connection, request, ct);
            await EnsureDatabaseAsync(connection, request, ct);
            return Reference(request);
        });
    }

    /// <summary>Whether the server answers and lets databases be made. Names hold their marker: they are free.</summary>
    public async Task<ImmutableArray<PreflightCheck>> CheckAsync(PreflightTarget? target, TimeSpan askedFor, CancellationToken ct)
    {
        var asking = new PreflightAsking("local", askedFor, TimeProvider.System);
        await asking.AskAsync("database", token => PostgresFailures.TranslateAsync(async () =>
        {
            await using var connection = await OpenAsync(_provisioner, token);
            await using var command = new NpgsqlCommand("SELECT rolcreatedb AND rolcreaterole FROM pg_roles WHERE rolname = current_user", connection);
            return await command.ExecuteScalarAsync(token) is true
                ? "The database server answers."
                : throw new ProviderException(
                    ProviderFault.Unauthorized, "The platform's role may not make databases and roles. Give it CREATEDB and CREATEROLE, then try again.");
        }), ct);
        return asking.Checks;
    }

    /// <inheritdoc/>
    public Task<DatabaseRef> ReadyAsync(DatabaseRequest request, DatabaseRef created, CancellationToken ct) => Task.FromResult(created);

    /// <inheritdoc/>
    public string OwnerConnectionString(DatabaseRef database, string ownerPassword = "") =>
        new NpgsqlConnectionStringBuilder(_provisioner.ConnectionString) { Database = database.Name }.ConnectionString;

    /// <inheritdoc/>
    public string CampaignConnectionString(DatabaseRef database, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = database.Host,
        Port = database.Port,
        Database = database.Name,
        Username = database.Role,
        Password = password,

        // Thousands of campaigns share the server: three connections each, given back after thirty idle seconds.
        MaxPoolSize = 3,
        ConnectionIdleLifetime = 30,
        ConnectionPruningInterval = 10,
    }.ConnectionString;

    /// <summary>A database on our own server rests once nobody is connected.</summary>
    public Task PauseAsync(DatabaseRequest request, CancellationToken ct) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task ResumeAsync(DatabaseRequest request, CancellationToken ct) => Task.CompletedTask;

    /// <summary>It is reached whenever somebody comes.</summary>
    public Task<bool> IsRestingAsync(DatabaseRequest request, CancellationToken ct) => Task.FromResult(false);

    /// <inheritdoc/>
    public Task DeleteIfOwnedAsync(DatabaseRequest request, CancellationToken ct)
    {
        Require(request);
        return PostgresFailures.TranslateAsync(async () =>
        {
            await using var connection = await LockAsync(request, ct);
            var (role, database) = await BothAsync(connection, request, ct);
            if (database is Ownership.Ours or Ownership.Half)
            {
                if (role == Ownership.Ours)
                {
                    // Ending the campaign's connections takes membership of its role.
                    await ExecuteAsync(connection, $"GRANT {Quote(request.Name)} TO CURRENT_USER", ct);
                }

                await ExecuteAsync(connection, $"DROP DATABASE {Quote(request.Name)} WITH (FORCE)", ct);
            }

            if (role == Ownership.Ours)
            {
                await ExecuteAsync(connection, $"DROP ROLE {Quote(request.Name)}", ct);
            }

            return true;
        });
    }

    private static void Require(DatabaseRequest request)
    {
        OwnedName.Require(request.Name, request.Nonce);
        if (request.Name.Contains('-') || !request.Name.Contains(request.Nonce, System.StringComparison.Ordinal))
        {
            throw new ProviderException(
                ProviderFault.Rejected, $"The database name '{request.Name}' must hold its ownership marker, and no hyphen.");
        }
    }

    private async Task EnsureRoleAsync(NpgsqlConnection connection, DatabaseRequest request, CancellationToken ct)
    {
        var verifier = ScramVerifier.Of(request.Password);
        switch (await RoleAsync(connection, request, ct))
        {
            case Ownership.Foreign:
                throw OwnedName.Taken("database role", request.Name);
            case Ownership.Ours:
                await ChangePasswordAsync(connection, request, request.Password, ct);
                return;
        }

        await using var transaction = await connection.BeginTransactionAsync(ct);
        const string rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS";
        await ExecuteAsync(connection, $"CREATE ROLE {Quote(request.Name)} {rights} PASSWORD '{verifier}'", ct);
        await ExecuteAsync(connection, $"COMMENT ON ROLE {Quote(request.Name)} IS '{Marker(request.Nonce)}'", ct);
        await transaction.CommitAsync(ct);
    }

    private async Task EnsureDatabaseAsync(NpgsqlConnection connection, DatabaseRequest request, CancellationToken ct)
    {
        var name = Quote(request.Name);
        var found = await DatabaseAsync(connection, request, ct);
        if (found == Ownership.Foreign)
        {
            throw OwnedName.Taken("database", request.Name);
        }

        if (found == Ownership.Absent)
        {
            await ExecuteAsync(connection, $"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'", ct);
        }

        await ExecuteAsync(connection, $"REVOKE ALL ON DATABASE {name} FROM PUBLIC", ct);
        await ExecuteAsync(connection, $"GRANT CONNECT ON DATABASE {name} TO {name}", ct);
        await using (var inside = await OpenAsync(new(OwnerConnectionString(Reference(request))), ct))
        {
            await ExecuteAsync(inside, $"REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO {name}", ct);
        }

        await ExecuteAsync(connection, $"COMMENT ON DATABASE {name} IS '{Marker(request.Nonce)}'", ct);
    }

    /// <summary>One creation or deletion of a name at a time, over all hosts; the lock ends with the connection.</summary>
    private async Task<NpgsqlConnection> LockAsync(DatabaseRequest request, CancellationToken ct)
    {
        var connection = await OpenAsync(_provisioner, ct);
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended($1, 0))", connection)
            {
                Parameters = { new() { Value = "campaign database " + request.Name } },
            };
            await command.ExecuteNonQueryAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(NpgsqlConnectionStringBuilder target, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(target.ConnectionString);
        try
        {
            await connection.OpenSteadilyAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        // Copying the template database takes longer than a query where the disk is slow.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync(ct);
    }

    private DatabaseRef Reference(DatabaseRequest request) =>
        new(request.Name, request.Name, _provisioner.Host ?? "127.0.0.1", _provisioner.Port);

    private static string Marker(string nonce) => "prizedraw:" + nonce;

    private static string Quote(string name) => '"' + name + '"'; // Only letters, digits and underscores came this far.
}
