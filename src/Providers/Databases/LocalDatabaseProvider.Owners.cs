using System.Collections.Immutable;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Providers.Databases;

/// <summary>What there is, and whose it is.</summary>
public sealed partial class LocalDatabaseProvider
{
    private const string FindRole = "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1";

    private const string FindDatabase = """
        SELECT shobj_description(oid, 'pg_database'), datdba = (SELECT oid FROM pg_roles WHERE rolname = current_user)
        FROM pg_database WHERE datname = $1
        """;

    private const string FindMarked = "SELECT datname FROM pg_database WHERE shobj_description(oid, 'pg_database') = $1 ORDER BY 1 LIMIT 1";

    // A role outlives its database when a deletion was cut short, and tells of a database that was given to another role.
    private const string ListAll = """
        WITH own AS (SELECT oid, datname FROM pg_database WHERE datdba = (SELECT oid FROM pg_roles WHERE rolname = current_user))
        SELECT datname, shobj_description(oid, 'pg_database'), true, true FROM own
        UNION ALL
        SELECT rolname, shobj_description(r.oid, 'pg_authid'), EXISTS (SELECT FROM pg_database d WHERE d.datname = r.rolname), false FROM pg_roles r
        WHERE shobj_description(r.oid, 'pg_authid') LIKE 'prizedraw:%' AND NOT EXISTS (SELECT FROM own WHERE own.datname = r.rolname)
        ORDER BY 1 LIMIT $1
        """;

    private enum Ownership
    {
        Absent,

        /// <summary>Not complete, or its comment was taken away: the marker in its name, and its owner, say whose it is.</summary>
        Half,

        Ours,

        /// <summary>It has our name, which nobody else comes upon, but another owner or comment.</summary>
        Foreign,
    }

    /// <inheritdoc/>
    public Task<DatabaseRef?> FindAsync(DatabaseRequest request, CancellationToken ct)
    {
        Require(request);
        return PostgresFailures.TranslateAsync(async () =>
        {
            await using var connection = await OpenAsync(_provisioner, ct);
            return await BothAsync(connection, request, ct) == (Ownership.Ours, Ownership.Ours) ? Reference(request) : null;
        });
    }

    /// <inheritdoc/>
    public Task<bool> IsThereAsync(DatabaseRequest request, CancellationToken ct)
    {
        Require(request);
        return PostgresFailures.TranslateAsync(async () =>
        {
            await using var connection = await OpenAsync(_provisioner, ct);
            return (await BothAsync(connection, request, ct)).Database != Ownership.Absent;
        });
    }

    /// <inheritdoc/>
    public Task<Holdings> ListAsync(CancellationToken ct) => PostgresFailures.TranslateAsync(async () =>
    {
        await using var connection = await OpenAsync(_provisioner, ct);
        await using var command = new NpgsqlCommand(ListAll, connection) { Parameters = { new() { Value = Holdings.Most + 1 } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = ImmutableArray.CreateBuilder<HeldResource>();
        while (await reader.ReadAsync(ct))
        {
            found.Add(Held(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), hasDatabase: reader.GetBoolean(2), isOwner: reader.GetBoolean(3)));
        }

        return found.Count > Holdings.Most ? new Holdings(found.ToImmutable()[..Holdings.Most], false) : new Holdings(found.ToImmutable(), true);
    });

    private static HeldResource Held(string name, string? comment, bool hasDatabase, bool isOwner)
    {
        // A half-made database has no comment yet, but the marker in its name.
        var nonce = NamePattern().Match(name) is { Success: true } found ? found.Groups["nonce"].Value : null;
        return nonce is null || (!isOwner && comment != Marker(nonce)) ? new HeldResource(name, null) : new HeldResource(name, nonce)
        {
            Changed = !hasDatabase ? "There is its role, but no database of this name."
                : !isOwner ? "It belongs to another role than the platform's: it is neither changed nor deleted until that is put back."
                : comment is not null && comment != Marker(nonce) ? $"Its comment is not '{Marker(nonce)}' any more: it is neither changed nor deleted until that is put back."
                : null,
        };
    }

    [GeneratedRegex(@"\Acmp_(?:[a-z0-9_]+_)?(?<nonce>[0-9a-f]{16})\z")]
    private static partial Regex NamePattern();

    /// <summary>
    /// Both, for whoever acts on what is not there. What has our name or mark and is otherwise not as it was made is neither there nor gone: somebody has
    /// taken it over, and it may hold the campaign's entries. So that is refused, once it was made: before that it is another's, who took the name first.
    /// </summary>
    private static async Task<(Ownership Role, Ownership Database)> BothAsync(NpgsqlConnection connection, DatabaseRequest request, CancellationToken ct)
    {
        var (role, database) = (await RoleAsync(connection, request, ct), await DatabaseAsync(connection, request, ct));
        if (!request.IsMade)
        {
            return (role, database);
        }

        if (database == Ownership.Absent && await RenamedAsync(connection, request, ct) is { } renamed)
        {
            throw InDoubt($"The database {request.Name} is called {renamed} now. Give it its name again, or take its comment away if it is to stay");
        }

        var comment = $"is '{Marker(request.Nonce)}'";
        return database == Ownership.Foreign ? throw InDoubt(
                $"The database {request.Name} has another owner or comment than it was made with. Put that back (owner: the platform's role; comment on database {request.Name} {comment})")
            : role == Ownership.Foreign ? throw InDoubt($"The role {request.Name} has another comment than it was made with. Put that back (comment on role {request.Name} {comment})")
            : (role, database);
    }

    private static ProviderException InDoubt(string what) =>
        new(ProviderFault.Rejected, what + ", then try again. Until then it is left as it is, and does not count as gone.");

    private static async Task<string?> RenamedAsync(NpgsqlConnection connection, DatabaseRequest request, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(FindMarked, connection) { Parameters = { new() { Value = Marker(request.Nonce) } } };
        return await command.ExecuteScalarAsync(ct) as string;
    }

    private static async Task<Ownership> RoleAsync(NpgsqlConnection connection, DatabaseRequest request, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(FindRole, connection) { Parameters = { new() { Value = request.Name } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            return Ownership.Absent;
        }

        return !reader.IsDBNull(0) && reader.GetString(0) == Marker(request.Nonce) ? Ownership.Ours : Ownership.Foreign;
    }

    private static async Task<Ownership> DatabaseAsync(NpgsqlConnection connection, DatabaseRequest request, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(FindDatabase, connection) { Parameters = { new() { Value = request.Name } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            return Ownership.Absent;
        }

        if (!reader.GetBoolean(1))
        {
            return Ownership.Foreign;
        }

        return reader.IsDBNull(0) ? Ownership.Half : reader.GetString(0) == Marker(request.Nonce) ? Ownership.Ours : Ownership.Foreign;
    }
}
