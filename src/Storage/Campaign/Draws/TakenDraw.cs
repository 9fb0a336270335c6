using System;
using System.Collections.Generic;
using System.Text.Json;
using Npgsql;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Storage.Campaign.Draws;

/// <summary>A pool that a draw's list is made of.</summary>
/// <param name="EndedAt">When it closed; null while entries are taken.</param>
/// <param name="ClosesAt">When it is to close.</param>
public sealed record DrawnPool(Guid Id, DateTimeOffset? EndedAt, DateTimeOffset? ClosesAt);

/// <summary>What a draw's list is frozen at.</summary>
/// <param name="LastNumbers">The last entry number by pool id.</param>
/// <param name="ClosedAt">When the campaign closed; null where it still took entries, which a later draw covers.</param>
public sealed record FrozenPools(IReadOnlyDictionary<Guid, long> LastNumbers, DateTimeOffset? ClosedAt);

/// <summary>A commitment with what is stored beside it.</summary>
/// <param name="Chain">The beacon chain as JSON; null at levels without a beacon.</param>
/// <param name="Event">What the commitment itself gives rise to: a closing that was changed.</param>
public sealed record CommittedDraw(SealedDrawList List, SignedDrawCommitment Commitment, long Round, string? Chain, DrawEvent? Event);

/// <summary>A place of the order with the entry that it leads to.</summary>
public sealed record DrawnWinner(int Position, string Role, string? Prize, string EntryRef, Guid EntryId);

/// <summary>Everything that is stored when the winners are drawn.</summary>
/// <param name="BeaconSignature">Of the round, lower-case hex; null at levels without a beacon.</param>
/// <param name="Trace">The selection's steps as JSON; null for a draw of an earlier version.</param>
public sealed record DrawResult(
    IReadOnlyList<DrawnWinner> Winners, byte[] Secret, byte[] Seed, string? BeaconSignature, string? Trace, DateTimeOffset At)
{
    /// <summary>That the draw was revealed too late; null when it was in time.</summary>
    public DrawEvent? Event { get; init; }
}

/// <summary>A draw as it is stored.</summary>
public sealed record TakenDraw
{
    internal const string Columns =
        """
        epoch, state, name, level, rules, rules_hash, secret, secret_hash, from_at, until_at, freeze_at, last_numbers::text, closed_at,
        commitment, commitment_signature, commitment_key, timestamp_token, round, chain::text, commitment_published_at, beacon_signature,
        revealed_secret, seed, trace, certified_events, frozen_at, excluded_by_reason::text,
        (select count(*)::int from draw_event e where e.campaign_id = draw.campaign_id and e.draw_id = draw.draw_id),
        added_later, succeeds, waiting_for, resumes_at
        """;

    /// <summary>What every write must still find.</summary>
    public required long Epoch { get; init; }

    public required string State { get; init; }

    public required string Name { get; init; }

    public required string Level { get; init; }

    /// <summary>Canonical JSON.</summary>
    public required string Rules { get; init; }

    public required byte[] RulesHash { get; init; }

    public required byte[] SealedSecret { get; init; }

    public required byte[] SecretHash { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    public required DateTimeOffset FreezeAt { get; init; }

    /// <summary>Null before the freeze.</summary>
    public FrozenPools? Frozen { get; init; }

    /// <summary>Null before the commitment, and for a draw that an earlier version committed, see <see cref="IsOfEarlierVersion"/>.</summary>
    public SignedDrawCommitment? Commitment { get; init; }

    public long Round { get; init; }

    /// <summary>The beacon chain as JSON.</summary>
    public string? Chain { get; init; }

    public DateTimeOffset? CommitmentPublishedAt { get; init; }

    public string? BeaconSignature { get; init; }

    public byte[]? Secret { get; init; }

    public byte[]? Seed { get; init; }

    public string? Trace { get; init; }

    /// <summary>How many events the published certificate holds; null before the first.</summary>
    public int? CertifiedEvents { get; init; }

    public DateTimeOffset? FrozenAt { get; init; }

    /// <summary>A JSON object of counts.</summary>
    public string? ExcludedByReason { get; init; }

    /// <summary>How many events there are.</summary>
    public required int Events { get; init; }

    /// <summary>Whether entries that it covers may have been taken before it was planned.</summary>
    public required bool AddedLater { get; init; }

    /// <summary>The void draw that this one takes the place of.</summary>
    public Guid? Succeeds { get; init; }

    /// <summary>Why it did not go on when it was last tried; null when it did.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>When what it waits for is expected.</summary>
    public DateTimeOffset? ResumesAt { get; init; }

    /// <summary>
    /// Committed before commitments were signed: its list is in draw_entry, and it has no certificate. So has a draw that was void before it was
    /// committed.
    /// </summary>
    public bool IsOfEarlierVersion => State is not ("planned" or "frozen") && Commitment is null;

    internal static TakenDraw Read(NpgsqlDataReader row) => new()
    {
        Epoch = row.GetInt64(0),
        State = row.GetString(1),
        Name = row.GetString(2),
        Level = row.GetString(3),
        Rules = row.GetString(4),
        RulesHash = row.GetFieldValue<byte[]>(5),
        SealedSecret = row.GetFieldValue<byte[]>(6),
        SecretHash = row.GetFieldValue<byte[]>(7),
        From = row.TimeOrNull(8),
        Until = row.TimeOrNull(9),
        FreezeAt = row.Time(10),
        Frozen = row.TextOrNull(11) is { } numbers
            ? new FrozenPools(JsonSerializer.Deserialize<Dictionary<Guid, long>>(numbers)!, row.TimeOrNull(12))
            : null,
        Commitment = row.BytesOrNull(14) is { } signature
            ? new SignedDrawCommitment(row.GetString(13), row.GetString(15), signature, row.BytesOrNull(16))
            : null,
        Round = row.LongOrNull(17) ?? 0,
        Chain = row.TextOrNull(18),
        CommitmentPublishedAt = row.TimeOrNull(19),
        BeaconSignature = row.TextOrNull(20),
        Secret = row.BytesOrNull(21),
        Seed = row.BytesOrNull(22),
        Trace = row.TextOrNull(23),
        CertifiedEvents = row.IsDBNull(24) ? null : row.GetInt32(24),
        FrozenAt = row.TimeOrNull(25),
        ExcludedByReason = row.TextOrNull(26),
        Events = row.GetInt32(27),
        AddedLater = row.GetBoolean(28),
        Succeeds = row.IsDBNull(29) ? null : row.GetGuid(29),
        WaitingFor = row.TextOrNull(30),
        ResumesAt = row.TimeOrNull(31),
    };
}
