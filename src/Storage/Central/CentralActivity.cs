using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;

namespace PrizeDraw.Storage.Central;

/// <summary>Whether hosts work on the central database.</summary>
public static class CentralActivity
{
    /// <summary>A host that was killed, or has just been stopped, is known to PostgreSQL a moment longer.</summary>
    private static readonly TimeSpan Fading = TimeSpan.FromSeconds(5), Look = TimeSpan.FromMilliseconds(200);

    private const string Others =
        "select exists (select from pg_stat_activity where datname = $1 and usename = any(array['platform_app', 'platform_reader', 'platform_system']))";

    /// <summary>Whether any is connected, and still is after five seconds.</summary>
    public static async Task<bool> IsAnyAsync(CentralOptions options, TimeProvider clock, CancellationToken ct)
    {
        await using var admin = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(options.AdminConnectionString) { Pooling = false }.ConnectionString);
        await admin.OpenSteadilyAsync(ct);
        var began = clock.GetTimestamp();
        while (await admin.ScalarAsync<bool>(Others, [options.Database], ct))
        {
            if (clock.GetElapsedTime(began) > Fading)
            {
                return true;
            }

            await Task.Delay(Look, clock, ct);
        }

        return false;
    }
}
