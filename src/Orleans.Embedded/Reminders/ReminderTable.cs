using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace Orleans.Runtime;

/// <summary>A stored reminder. Times are in UTC, to the microsecond.</summary>
internal sealed record ReminderRow(GrainId GrainId, string Name, DateTime StartAt, TimeSpan Period, string Version) : IGrainReminder
{
    string IGrainReminder.ReminderName => Name;
}

/// <summary>Reads and writes OrleansRemindersTable, in the format of Orleans' ADO.NET provider. All of it is harmless to repeat.</summary>
internal sealed class ReminderTable(OrleansDatabase database)
{
    internal bool IsConfigured => database.IsConfigured;

    internal Task<List<ReminderRow>> ReadAllAsync(CancellationToken cancellationToken) => database.QueryAsync(
        "ReadRangeRows2Key",
        parameters =>
        {
            // Hashes above 0 or at most 0: all of them.
            BindService(parameters);
            parameters.AddWithValue("BeginHash", 0);
            parameters.AddWithValue("EndHash", 0);
        },
        Read,
        cancellationToken);

    internal Task<List<ReminderRow>> ReadAsync(GrainId grainId, CancellationToken cancellationToken) =>
        QueryAsync("ReadReminderRowsKey", parameters => BindGrain(parameters, grainId), Read, cancellationToken);

    internal async Task<ReminderRow?> ReadAsync(GrainId grainId, string name, CancellationToken cancellationToken) =>
        (await QueryAsync("ReadReminderRowKey", parameters => BindReminder(parameters, grainId, name), Read, cancellationToken).ConfigureAwait(false))
            .SingleOrDefault();

    /// <summary>Stores the reminder and gives its new version.</summary>
    internal async Task<string> UpsertAsync(
        GrainId grainId, string name, DateTime startAt, TimeSpan period, CancellationToken cancellationToken)
    {
        var versions = await QueryAsync(
            "UpsertReminderRowKey",
            parameters =>
            {
                BindReminder(parameters, grainId, name);
                parameters.AddWithValue("GrainHash", unchecked((int)grainId.GetUniformHashCode()));
                parameters.AddWithValue("StartTime", startAt);
                parameters.AddWithValue("Period", (long)period.TotalMilliseconds);
            },
            row => row.GetInt32(0),
            cancellationToken).ConfigureAwait(false);
        return versions.Single().ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Deletes the reminder if it is still of that version.</summary>
    internal async Task<bool> DeleteAsync(ReminderRow reminder, CancellationToken cancellationToken)
    {
        var deleted = await QueryAsync(
            "DeleteReminderRowKey",
            parameters =>
            {
                BindReminder(parameters, reminder.GrainId, reminder.Name);
                parameters.AddWithValue("Version", int.Parse(reminder.Version, CultureInfo.InvariantCulture));
            },
            row => row.GetBoolean(0),
            cancellationToken).ConfigureAwait(false);
        return deleted.Single();
    }

    private static ReminderRow Read(NpgsqlDataReader row) => new(
        GrainId.Parse(row.GetString(row.GetOrdinal("GrainId"))),
        row.GetString(row.GetOrdinal("ReminderName")),
        row.GetDateTime(row.GetOrdinal("StartTime")),
        TimeSpan.FromMilliseconds(row.GetInt64(row.GetOrdinal("Period"))),
        row.GetInt32(row.GetOrdinal("Version")).ToString(CultureInfo.InvariantCulture));

    private Task<List<T>> QueryAsync<T>(
        string key, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        database.RetryAsync(ct => database.QueryAsync(key, bind, read, ct), cancellationToken);

    private void BindReminder(NpgsqlParameterCollection parameters, GrainId grainId, string name)
    {
        BindGrain(parameters, grainId);
        parameters.AddWithValue("ReminderName", name);
    }

    private void BindGrain(NpgsqlParameterCollection parameters, GrainId grainId)
    {
        BindService(parameters);
        parameters.AddWithValue("GrainId", grainId.ToString());
    }

    private void BindService(NpgsqlParameterCollection parameters) => parameters.AddWithValue("ServiceId", database.ServiceId);
}
