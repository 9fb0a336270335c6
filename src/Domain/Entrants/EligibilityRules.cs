using System;
using System.Collections.Generic;
using System.Linq;

namespace PrizeDraw.Domain.Entrants;

public sealed record EntryIsNotThere() : DomainError("entry.not_found", "There is no such entry, or it isn't yours.");

public sealed record EntryIsFrozen() : DomainError(
    "entry.draw_frozen",
    "The list of a draw that covers this entry has been frozen: it can't change any more. A winner who isn't eligible is replaced instead.");

public sealed record EligibilityIsInvalid(IReadOnlyList<FieldError> Errors)
    : DomainError("entry.invalid", "The entry can't be judged like this; errors says what to change.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}

/// <summary>On what grounds an entry may be left out of draws, and how many tickets it may be granted.</summary>
public static class EligibilityRules
{
    /// <summary>Tickets that one entry can be granted on top of its pool's.</summary>
    public const int BonusTicketsMax = 1_000;

    private const int ReasonMax = 64, TextMax = 500, EvidenceMax = 5_000;

    // The list itself gives these.
    private static readonly string[] OfTheList = ["erased", "outside-period"];

    // Nobody is blamed by these, so that no criterion of the terms has to be named.
    private static readonly string[] WithoutBlame = ["duplicate", "test-entry", "withdrawn"];

    /// <summary>What is wrong with leaving an entry out for this; null when nothing is.</summary>
    public static EligibilityIsInvalid? JudgeExclusion(string reason, string? clause, string? evidence)
    {
        var errors = new List<FieldError>();
        if (!IsCode(reason))
        {
            errors.Add(new FieldError("reason", "Give a code of 1 to 64 characters of a-z, 0-9 and hyphen, such as duplicate or under-age: it is published."));
        }
        else if (OfTheList.Contains(reason))
        {
            errors.Add(new FieldError("reason", "This code is given by the platform itself."));
        }

        var isBlamed = !WithoutBlame.Contains(reason);
        Require(errors, "clause", clause, isBlamed, TextMax, "Name the clause of the terms that states the criterion (CAP Code 8.27).");
        Require(errors, "evidence", evidence, isBlamed, EvidenceMax, "Say what proves it (CAP Code 8.27).");
        return errors.Count == 0 ? null : new EligibilityIsInvalid(errors);
    }

    /// <summary>What is wrong with a reason in words; null when nothing is.</summary>
    public static EligibilityIsInvalid? JudgeReason(string reason)
    {
        var errors = new List<FieldError>();
        Require(errors, "reason", reason, true, TextMax, "Say why.");
        return errors.Count == 0 ? null : new EligibilityIsInvalid(errors);
    }

    /// <summary>What is wrong with granting an entry so many tickets on top; null when nothing is.</summary>
    public static EligibilityIsInvalid? JudgeTickets(int tickets, string reason) => tickets is < 0 or > BonusTicketsMax
        ? new EligibilityIsInvalid([new FieldError("tickets", "0 to 1,000.")])
        : JudgeReason(reason);

    private static void Require(List<FieldError> errors, string field, string? text, bool isNeeded, int most, string message)
    {
        if (isNeeded && string.IsNullOrWhiteSpace(text))
        {
            errors.Add(new FieldError(field, message));
        }
        else if (text?.Length > most)
        {
            errors.Add(new FieldError(field, $"At most {most} characters."));
        }
    }

    private static bool IsCode(string reason) => reason.Length is >= 1 and <= ReasonMax && reason[0] != '-'
        && reason.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
