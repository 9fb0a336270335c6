using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Npgsql;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;

namespace PrizeDraw.Storage.Central.Sync;

/// <summary>A wave as it was asked for and as it stands.</summary>
public sealed record ReleaseWave(WaveSettings Settings, string State)
{
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? SoaksUntil { get; init; }

    /// <summary>When its sites were last looked at while it soaked.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>Whether a person has let the release go on although the wave was worse.</summary>
    public bool IsAccepted { get; init; }
}

/// <summary>A release as stored.</summary>
public sealed record ReleaseRow(
    Guid Id, string? Version, ImmutableArray<string> Picks, string State, ReleaseSettings Settings, ImmutableArray<ReleaseWave> Waves, DateTimeOffset CreatedAt,
    string CreatedBy)
{
    internal const string Columns =
        """
        r.release_id, r.version, r.picks, r.state, r.settings::text, r.waves::text, r.created_at, r.created_by, r.message, r.rolls_back_from, r.started_at,
        r.ended_at, r.started_by
        """;

    public string? Message { get; init; }

    /// <summary>What was pushed from this wave on is being put back, or was.</summary>
    public int? RollsBackFrom { get; init; }

    /// <summary>When it began with the sites; null for a dry run so far.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Who started a dry run; null where it was none.</summary>
    public string? StartedBy { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string PublicId => Ids.Format(Ids.Release, Id);

    internal string SettingsJson => JsonSerializer.Serialize(Settings, StorageJson.Options);

    internal string WavesJson => JsonSerializer.Serialize(Waves, StorageJson.Options);

    /// <summary>The same with its wave of this number, from 1, changed.</summary>
    public ReleaseRow WithWave(int number, Func<ReleaseWave, ReleaseWave> change) => this with { Waves = Waves.SetItem(number - 1, change(Waves[number - 1])) };

    /// <summary>As people are told of it.</summary>
    /// <param name="counts">How many sites of a wave are in a state.</param>
    public ReleaseView ToView(ILookup<int, (string State, int Sites)> counts) => new(
        PublicId, Version, Picks, State, Message, Settings, [.. Waves.Select((wave, i) => WaveOf(i + 1, wave, counts))], CreatedAt, CreatedBy, StartedAt, EndedAt);

    internal static ReleaseRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.TextOrNull(1), [.. row.GetFieldValue<string[]>(2)], row.GetString(3),
        JsonSerializer.Deserialize<ReleaseSettings>(row.GetString(4), StorageJson.Options)!,
        JsonSerializer.Deserialize<ImmutableArray<ReleaseWave>>(row.GetString(5), StorageJson.Options), row.Time(6), row.GetString(7))
    {
        Message = row.TextOrNull(8), RollsBackFrom = row.IntegerOrNull(9), StartedAt = row.TimeOrNull(10), EndedAt = row.TimeOrNull(11), StartedBy = row.TextOrNull(12),
    };

    private static WaveView WaveOf(int number, ReleaseWave wave, ILookup<int, (string State, int Sites)> counts) => new(
        number, wave.State, wave.Settings, counts[number].Sum(c => c.Sites), counts[number].ToImmutableDictionary(c => c.State, c => c.Sites), wave.StartedAt,
        wave.State == WaveStates.Soaking ? wave.SoaksUntil : null);
}
