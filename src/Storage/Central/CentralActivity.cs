using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Storage.Central;

/// <summary>Whether hosts work on the central database.</summary>
public static class CentralActivity
{
    private const string Others =
        "select exists (select from pg_stat_activity where datname = $1 and usename = any(array['platform_app', 'platform_reader', 'platform_system']))";

    public static async Task<bool> IsAnyAsync(CentralOptions options, CancellationToken ct)
    {
        await using var admin = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(options.AdminConnectionString) { Pooling = false }.ConnectionString);
        await admin.OpenAsync(ct);
        return await admin.ScalarAsync<bool>(Others, [options.Database], ct);
    }
}
