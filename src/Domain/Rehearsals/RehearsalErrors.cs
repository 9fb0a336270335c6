using System;
using System.Collections.Generic;

namespace PrizeDraw.Domain.Rehearsals;

public sealed record RehearsalIsNotThere() : DomainError("rehearsal.not_found", "There is no such rehearsal.");

public sealed record RehearsalIsInvalid(IReadOnlyList<FieldError> Errors)
    : DomainError("rehearsal.invalid", "The rehearsal can't be like this; errors says what to change.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}

public sealed record RehearsalIsElsewhere(string State) : DomainError("rehearsal.wrong_state", $"The rehearsal is {State}: this must wait, or can't be any more.");

public sealed record RehearsalsAreTooMany(int Most)
    : DomainError("rehearsal.too_many", $"The campaign has {Most} rehearsals, and may have no more at once: delete one.");

public sealed record CampaignCannotRehearse(string State) : DomainError(
    "campaign.wrong_state", $"The campaign is {State}. Rehearsals take place while it is ready, scheduled, live or paused.");

/// <summary>What may be rehearsed.</summary>
public static class RehearsalRules
{
    /// <summary>Bounds of a run.</summary>
    public const long EntriesMax = 1_000_000;

    /// <inheritdoc cref="EntriesMax"/>
    public const int PerSecondMax = 5_000;

    /// <summary>How long a rehearsal lasts unless it is said otherwise, and the bounds of that.</summary>
    public static readonly TimeSpan LifeDefault = TimeSpan.FromDays(7), LifeMin = TimeSpan.FromMinutes(5), LifeMax = TimeSpan.FromDays(31);

    /// <summary>A month of traffic is seen in a minute, as far as the rate goes.</summary>
    public static int PerSecondDefault(long entries) => (int)Math.Clamp(entries / 60, 20, PerSecondMax);

    public static bool MayRehearse(string campaignState) => campaignState is "ready" or "scheduled" or "live" or "paused";

    /// <summary>When the rehearsal ends, for the end that was asked for; else what is wrong with that.</summary>
    public static (DateTimeOffset At, RehearsalIsInvalid? Error) ExpiryOf(DateTimeOffset? asked, DateTimeOffset now)
    {
        var at = asked ?? now + LifeDefault;
        return at < now + LifeMin || at > now + LifeMax
            ? (at, new RehearsalIsInvalid([new FieldError("expiresAt", "must be between five minutes and 31 days from now.")]))
            : (at, null);
    }

    /// <summary>What is wrong with a run in the span of a campaign; null when nothing is.</summary>
    public static RehearsalIsInvalid? ErrorOf(
        long entries, int perSecond, DateTimeOffset from, DateTimeOffset to, long entrants, DateTimeOffset opensAt, DateTimeOffset closesAt)
    {
        var errors = new List<FieldError>();
        Check(errors, entries is >= 1 and <= EntriesMax, "entries", $"must be from 1 to {EntriesMax}.");
        Check(errors, perSecond is >= 1 and <= PerSecondMax, "perSecond", $"must be from 1 to {PerSecondMax}.");
        Check(errors, entrants >= 1 && entrants <= Math.Max(entries, 1), "entrants", "must be from 1 to the number of entries.");
        Check(errors, from >= opensAt, "from", "must not be before the campaign opens.");
        Check(errors, to <= closesAt, "to", "must not be after the campaign closes.");
        Check(errors, to > from, "to", "must be after from.");
        return errors.Count == 0 ? null : new RehearsalIsInvalid(errors);
    }

    private static void Check(List<FieldError> errors, bool holds, string field, string otherwise)
    {
        if (!holds)
        {
            errors.Add(new FieldError(field, otherwise));
        }
    }
}
