using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Providers.Databases;

/// <summary>Replacing the password of a campaign's role.</summary>
public sealed partial class LocalDatabaseProvider
{
    /// <inheritdoc/>
    public Task SetPasswordAsync(DatabaseRequest request, DatabaseRef database, Func<CancellationToken, Task<string>> password, CancellationToken ct)
    {
        Require(request);
        return PostgresFailures.TranslateAsync(async () =>
        {
            await using var connection = await LockAsync(request, ct);
            return await RoleAsync(connection, request, ct) == Ownership.Ours
                ? await ChangePasswordAsync(connection, request, await password(ct), ct)
                : throw new ProviderException(
                    ProviderFault.Rejected, $"There is no database role {request.Name} that is the campaign's: somebody removed it. Its password was not changed.");
        });
    }

    /// <inheritdoc/>
    public Task SetOwnerPasswordAsync(DatabaseRequest request, DatabaseRef database, string password, CancellationToken ct) =>
        throw new ProviderException(ProviderFault.Rejected, "The database is on the installation's own server: its owner is the platform's own role.");

    // The stored form only: the password itself never reaches a statement.
    private static async Task<bool> ChangePasswordAsync(NpgsqlConnection connection, DatabaseRequest request, string password, CancellationToken ct)
    {
        await ExecuteAsync(connection, $"ALTER ROLE {Quote(request.Name)} PASSWORD '{ScramVerifier.Of(password)}'", ct);
        return true;
    }
}
