using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Central;

/// <summary>What a look at the central database said of the master key.</summary>
/// <param name="Fits">Whether the platform may start with it: it opens what is stored, or nothing is stored yet.</param>
/// <param name="Wanted">Id of the key that the database was sealed under, where it could be read.</param>
public sealed record MasterKeyVerdict(bool Fits, string? Wanted);

/// <summary>
/// Looks whether the master key is the one that the central database was sealed under, before anything is changed: a start under another key
/// would give the database's roles passwords that no other host knows.
/// </summary>
public static class MasterKeyCheck
{
    private const string SealedKey = "select private_key from signing_key order by not_before desc limit 1";

    /// <summary>Throws <see cref="NpgsqlException"/> when the server can't be reached.</summary>
    public static async Task<MasterKeyVerdict> RunAsync(CentralOptions options, CancellationToken ct)
    {
        var admin = new NpgsqlConnectionStringBuilder(options.AdminConnectionString) { Pooling = false, Timeout = 15 };
        await using (var server = new NpgsqlConnection(admin.ConnectionString))
        {
            await server.OpenSteadilyAsync(ct);
            if (!await server.ScalarAsync<bool>("select exists (select from pg_database where datname = $1)", [options.Database], ct))
            {
                return new MasterKeyVerdict(Fits: true, null);
            }
        }

        // As administrator, else as the role whose password derives from the key: an administrator that is no superuser may not read it.
        admin.Database = options.Database;
        var envelope = await LookAsync(admin.ConnectionString, ct) ?? await AsOwnerAsync(admin, options.MasterKey, ct) ?? await AsOwnerAsync(admin, options.PreviousMasterKey, ct);
        if (envelope is not null)
        {
            return Judge(options, envelope);
        }

        return new MasterKeyVerdict(Fits: false, null);
    }

    private static MasterKeyVerdict Judge(CentralOptions options, byte[] envelope)
    {
        var id = SecretBox.KeyIdOf(envelope);
        return new MasterKeyVerdict(envelope.Length == 0 || id == options.MasterKey.Id || (id is not null && id == options.PreviousMasterKey?.Id), id);
    }

    private static async Task<byte[]?> AsOwnerAsync(NpgsqlConnectionStringBuilder admin, MasterKey? key, CancellationToken ct) =>
        key is null ? null : await LookAsync(
            new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Username = CentralRoles.Owner, Password = key.DerivePassword(CentralRoles.Owner), Passfile = null }
                .ConnectionString, ct);

    /// <summary>The envelope of the signing key; empty where there is none yet; null when this login may not see it.</summary>
    private static async Task<byte[]?> LookAsync(string connectionString, CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenSteadilyAsync(ct);
            return await connection.ScalarAsync<byte[]>(SealedKey, [], ct) ?? [];
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable)
        {
            return []; // The first start was cut short.
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InsufficientPrivilege
            or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            return null;
        }
    }
}
