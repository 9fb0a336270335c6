using System;
using System.Text.Json;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Rehearsals;

namespace PrizeDraw.Storage.Central.Rehearsals;

/// <summary>Which rehearsal of which campaign.</summary>
public sealed record RehearsalAddress(string TenantId, string CampaignId, string RehearsalId)
{
    public Guid Tenant => Ids.Parse(Ids.Tenant, TenantId);

    public Guid Campaign => Ids.Parse(Ids.Campaign, CampaignId);

    public Guid Rehearsal => Ids.Parse(Ids.Rehearsal, RehearsalId);

    /// <summary>From the grain's key.</summary>
    public static RehearsalAddress Of(string grainKey) => GrainKeys.Split(grainKey) is [var tenant, var campaign, var rehearsal]
        ? new RehearsalAddress(tenant, campaign, rehearsal)
        : throw new FormatException($"'{grainKey}' is not a rehearsal's key.");
}

/// <summary>What a run was asked for. <see cref="Seed"/> decides every generated entry, so that a run cut short goes on with the same ones.</summary>
public sealed record RehearsalRun(
    ulong Seed, long Entries, int PerSecond, DateTimeOffset From, DateTimeOffset To, long Entrants, bool Fresh);

/// <summary>How far a run is.</summary>
public sealed record RehearsalProgress(
    string State, long Sent, long Accepted, long Refused, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Message);

/// <summary>A rehearsal's central row.</summary>
/// <param name="Settings">The campaign's settings as they were when it was made, as JSON.</param>
public sealed record RehearsalRow(
    string State, string? Message, string Settings, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, RehearsalRun? Run, RehearsalProgress? Progress)
{
    internal const string Columns = """
        rehearsal_id, campaign_id, state, message, settings::text, created_at, expires_at, run::text, run_state, run_sent, run_accepted,
        run_refused, run_started_at, run_ended_at, run_message
        """;

    internal static RehearsalRow Read(NpgsqlDataReader row)
    {
        var run = row.TextOrNull(7) is { } json ? JsonSerializer.Deserialize<RehearsalRun>(json, StorageJson.Options) : null;
        return new RehearsalRow(
            row.GetString(2), row.TextOrNull(3), row.GetString(4), row.Time(5), row.Time(6), run,
            run is null ? null : new RehearsalProgress(
                row.GetString(8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11), row.Time(12), row.TimeOrNull(13), row.TextOrNull(14)));
    }

    internal static RehearsalView View(NpgsqlDataReader row)
    {
        var read = Read(row);
        return new RehearsalView(
            Ids.Format(Ids.Rehearsal, row.GetGuid(0)), Ids.Format(Ids.Campaign, row.GetGuid(1)), read.State, read.Message, read.CreatedAt,
            read.ExpiresAt, read is { Run: { } run, Progress: { } p }
                ? new RehearsalRunView(
                    p.State, run.Entries, p.Sent, p.Accepted, p.Refused, run.PerSecond, run.From, run.To, run.Entrants, p.StartedAt, p.EndedAt, p.Message)
                : null);
    }
}
