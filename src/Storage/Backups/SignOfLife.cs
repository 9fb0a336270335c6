using System;
using System.IO;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;

namespace PrizeDraw.Storage.Backups;

/// <summary>Whether there is a database behind an address, whatever it answers: one that refuses us is as alive as one that lets us in.</summary>
internal static class SignOfLife
{
    /// <summary>Supavisor's answer for a project that is not there, or is paused.</summary>
    private const string NoSuchTenant = PostgresErrorCodes.InternalError;

    /// <summary>A pooler's answers where it does not reach the database itself.</summary>
    private const string ConnectionClass = "08";

    /// <summary>What it answered, in words; null for silence, whose reason nobody knows from here.</summary>
    public static async Task<string?> OfAsync(string address, CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(address);
            await connection.OpenSteadilyAsync(ct);
            return "it lets us in";
        }
        catch (PostgresException e)
        {
            return e.SqlState == NoSuchTenant || e.SqlState.StartsWith(ConnectionClass, StringComparison.Ordinal) ? null : $"it refuses us: {e.SqlState}";
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or SocketException or AuthenticationException)
        {
            return Has<AuthenticationException>(e) ? "its certificate is not trusted"
                : Has<SocketException>(e) || Has<IOException>(e) || Has<TimeoutException>(e) ? null
                : "something answers there that we don't understand";
        }
    }

    private static bool Has<T>(Exception? error)
        where T : Exception => error is T || (error is not null && Has<T>(error.InnerException));
}
