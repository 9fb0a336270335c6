using System;
using System.Collections.Immutable;
using Npgsql;
using PrizeDraw.Domain.Reconciliation;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Reconciliation;

namespace PrizeDraw.Storage.Central.Reconciliation;

/// <summary>A finding as stored: what it needs to be deleted by stands with what is told of it.</summary>
/// <param name="IsByHand">Whether a person has begun its deletion: then it does not depend on the account's switch.</param>
public sealed record FindingRow(Guid Owner, Guid Id, FindingView View, string MarkedAs, string? Nonce, bool IsByHand)
{
    internal const string Columns =
        """
        tenant_id, finding_id, provider, part, kind, state, name, resource_id, campaign_id, detail, error, runs, first_seen_at, last_seen_at,
        state_at, marked_as, nonce, is_by_hand
        """;

    internal static FindingRow Read(NpgsqlDataReader row)
    {
        var (owner, id) = (row.GetGuid(0), row.GetGuid(1));
        var view = new FindingView(
            Ids.Format(Ids.Finding, id), owner == CentralDatabase.PlatformTenant ? null : Ids.Format(Ids.Tenant, owner), row.GetString(2), row.GetString(3),
            row.GetString(4), row.GetString(5), row.GetString(6), row.TextOrNull(7),
            row.UuidOrNull(8) is { } campaign ? Ids.Format(Ids.Campaign, campaign) : null, row.GetString(9), row.TextOrNull(10), row.GetInt32(11),
            row.Time(12), row.Time(13), row.Time(14));
        return new FindingRow(owner, id, view, row.GetString(15), row.TextOrNull(16), row.GetBoolean(17));
    }
}

/// <summary>What a run of an account came to.</summary>
/// <param name="Differences">At most <see cref="DifferencesMax"/> are kept; the rest comes once these are settled.</param>
/// <param name="MayDelete">Whether orphans may become due: not on the word of an unconfirmed incarnation.</param>
public sealed record RunResult(
    string Provider, DateTimeOffset At, DateTimeOffset NextAt, bool IsWhole, int Held, int Ours, ImmutableArray<Difference> Differences, bool MayDelete)
{
    public const int DifferencesMax = 1_000;
}

/// <summary>What is new after a run.</summary>
/// <param name="Orphans">Orphans that were not known before.</param>
/// <param name="Missing">Missing and changed parts that were not known before.</param>
/// <param name="Due">Orphans that are due by now, those of earlier runs included.</param>
/// <param name="IsRefused">Whether so many are due that nothing is deleted.</param>
/// <param name="IsNewlyRefused">Whether that was not so before.</param>
public sealed record RunNews(int Orphans, int Missing, int Due, bool IsRefused, bool IsNewlyRefused);
