using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Shared;

/// <summary>
/// Opens connections to PostgreSQL although the wall clock leaps, as it does where a virtual machine was paused or its time is set. Npgsql limits
/// connecting by that clock: whatever was being opened when it leapt counts as too late, though hardly a moment went by.
/// </summary>
internal static class SteadyOpening
{
    /// <summary>Two leaps within one opening are nobody's luck.</summary>
    internal const int AttemptsMax = 3;

    /// <summary>As <see cref="NpgsqlConnection.OpenAsync(CancellationToken)"/>, again where the clock leapt.</summary>
    public static Task OpenSteadilyAsync(this NpgsqlConnection connection, CancellationToken ct) =>
        RepeatAsync(() => connection.OpenAsync(ct), TimeSpan.FromSeconds(connection.ConnectionTimeout));

    /// <summary>As <see cref="NpgsqlDataSource.OpenConnectionAsync"/>, again where the clock leapt.</summary>
    public static async Task<NpgsqlConnection> OpenSteadilyAsync(this NpgsqlDataSource source, CancellationToken ct)
    {
        var connection = source.CreateConnection();
        try
        {
            await connection.OpenSteadilyAsync(ct).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What timed out in less than half of its time did so by a leap.</summary>
    internal static async Task RepeatAsync(Func<Task> open, TimeSpan limit)
    {
        for (var attempt = 1; ; attempt++)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await open().ConfigureAwait(false);
                return;
            }
            catch (NpgsqlException e) when (e.InnerException is TimeoutException && attempt < AttemptsMax && Stopwatch.GetElapsedTime(began) < limit / 2)
            {
                // The clock leapt.
            }
        }
    }
}
