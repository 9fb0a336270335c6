using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Campaign;

/// <summary>
/// While the password of a database's role is replaced two are stored, and which one the server takes is not known: told and stored are two moments, with
/// a crash between them at worst. Whoever connects then tries each.
/// </summary>
public static class PasswordsInTurn
{
    /// <summary>
    /// The connection string with the password of the campaign's own role that is taken now; as it is while none is being replaced. Throws the last refusal
    /// as a <see cref="PostgresException"/> when none is taken, <see cref="NpgsqlException"/> when the server is away.
    /// </summary>
    public static Task<string> OfCampaignAsync(ISecrets secrets, Guid tenant, string campaign, string address, CancellationToken ct) =>
        OfAsync(name => secrets.GetAsync(tenant, campaign, name, ct), SecretNames.NextDatabasePassword, SecretNames.PreviousDatabasePassword, address, isRefused: true, ct);

    /// <summary>As <see cref="OfCampaignAsync"/>, of the role that owns the tables where a provider makes one for each database.</summary>
    public static Task<string> OfOwnerAsync(Func<string, Task<string?>> secret, string address, CancellationToken ct) =>
        OfAsync(secret, SecretNames.NextDatabaseOwnerPassword, SecretNames.PreviousDatabaseOwnerPassword, address, isRefused: false, ct);

    /// <param name="isRefused">Whether the one that is stored as in use was refused just now: then the next one goes first. Wrong ones are counted by some servers.</param>
    private static async Task<string> OfAsync(
        Func<string, Task<string?>> secret, string next, string previous, string address, bool isRefused, CancellationToken ct)
    {
        var others = new[] { await secret(next), await secret(previous) };
        if (others.All(o => o is null))
        {
            return address;
        }

        var tries = new List<string>();
        var present = new NpgsqlConnectionStringBuilder(address).Password;
        foreach (var password in isRefused ? new[] { others[0], present, others[1] } : [present, others[0], others[1]])
        {
            if (password is { Length: > 0 })
            {
                tries.Add(new NpgsqlConnectionStringBuilder(address) { Password = password }.ConnectionString);
            }
        }

        for (var i = 0; ; i++)
        {
            try
            {
                await TryAsync(tries[i], ct);
                return tries[i];
            }
            catch (PostgresException error) when (i + 1 < tries.Count && IsRefused(error))
            {
                // The next one's turn.
            }
        }
    }

    private static bool IsRefused(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification;

    private static async Task TryAsync(string address, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address) { Pooling = false }.ConnectionString);
        await connection.OpenSteadilyAsync(ct);
    }
}
