using System;
using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using PrizeDraw.Grains.Abstractions.Domains;

namespace PrizeDraw.Storage.Central.Domains;

/// <summary>A custom domain as stored: what is told of it, and what its writer goes by.</summary>
/// <param name="Version">Raised by every write: who has read an older one writes nothing.</param>
/// <param name="Fault">Of which sort its problem is; null when it has none.</param>
/// <param name="Since">When it came into its state, or somebody last asked.</param>
public sealed record DomainRow(DomainView View, long Version, string? Fault, DateTimeOffset Since)
{
    internal const string Columns = "name, state, is_placed, problem, records::text, added_at, checked_at, next_at, version, fault, since";

    public string Name => View.Name;

    internal string RecordsJson => JsonSerializer.Serialize(View.Records, StorageJson.Options);

    internal static DomainRow Read(NpgsqlDataReader row) => new(
        new DomainView(
            row.GetString(0), row.GetString(1), row.GetBoolean(2), row.TextOrNull(3),
            JsonSerializer.Deserialize<ImmutableArray<DomainRecord>>(row.GetString(4), StorageJson.Options), row.Time(5), row.TimeOrNull(6), row.TimeOrNull(7)),
        row.GetInt64(8), row.TextOrNull(9), row.Time(10));
}

/// <summary>The campaign that domains belong to, as it is when they are changed.</summary>
/// <param name="UnderWay">The kind of the deployment that is under way; null for none.</param>
public sealed record DomainsCampaign(string State, string? UnderWay);
