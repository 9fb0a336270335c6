using System;
using System.Collections.Generic;

namespace PrizeDraw.Domain.Claims;

/// <summary>Who a prize is sent to, as the winner says; null is left out.</summary>
/// <param name="Guardian">Name of a parent or guardian who agrees; needed for minors (CAP Code 5, 8.8).</param>
public sealed record ClaimDetails(string? Name, string? Address, string? Phone, string? Guardian);

/// <summary>A claim as it stands when the winner shows its token.</summary>
/// <param name="HoldsPlace">False once the draw has given the place's prize to somebody else.</param>
/// <param name="Publication"><c>agreed</c> or <c>objected</c>; null before.</param>
public sealed record StandingClaim(string State, DateTimeOffset Deadline, bool HoldsPlace, bool IsMinor, ClaimDetails Details, string? Publication);

/// <summary>What a winner's request leads to.</summary>
public abstract record ClaimDecision
{
    private ClaimDecision()
    {
    }

    /// <summary>The prize is claimed now.</summary>
    public sealed record Made(ClaimDetails Details, string Publication) : ClaimDecision;

    /// <summary>The winner thinks otherwise about being named.</summary>
    public sealed record PublicationChanged(string Publication) : ClaimDecision;

    /// <summary>All of it is so already.</summary>
    public sealed record Unchanged : ClaimDecision;

    public sealed record Refused(DomainError Error) : ClaimDecision;
}

/// <summary>Judges what a winner asks for: what is so already first, then refusals.</summary>
public static class ClaimRules
{
    /// <param name="publication"><c>agreed</c> or <c>objected</c>; null leaves it as it is, once the prize is claimed.</param>
    public static ClaimDecision Decide(StandingClaim claim, ClaimDetails asked, string? publication, DateTimeOffset now)
    {
        if (claim.State == ClaimStates.Replaced || (claim.State != ClaimStates.Lapsed && !claim.HoldsPlace))
        {
            return new ClaimDecision.Refused(new PrizeWentElsewhere());
        }

        if (claim.State == ClaimStates.Lapsed || (claim.State == ClaimStates.Told && now >= claim.Deadline))
        {
            return new ClaimDecision.Refused(new ClaimHasLapsed(claim.Deadline));
        }

        if (claim.State == ClaimStates.Told)
        {
            return Lacking(claim, asked, publication) is { Count: > 0 } lacking
                ? new ClaimDecision.Refused(new ClaimIsInvalid(lacking))
                : new ClaimDecision.Made(asked, publication!);
        }

        // Whoever only objects need not send the details again.
        var isOther = Differs(asked.Name, claim.Details.Name) || Differs(asked.Address, claim.Details.Address)
            || Differs(asked.Phone, claim.Details.Phone) || Differs(asked.Guardian, claim.Details.Guardian);
        return isOther ? new ClaimDecision.Refused(new PrizeIsClaimed())
            : publication is null || publication == claim.Publication ? new ClaimDecision.Unchanged()
            : new ClaimDecision.PublicationChanged(publication);
    }

    private static bool Differs(string? asked, string? stored) => asked is not null && asked != stored;

    private static List<FieldError> Lacking(StandingClaim claim, ClaimDetails asked, string? publication)
    {
        var lacking = new List<FieldError>();
        Need(lacking, "name", asked.Name, "Say to whom the prize is sent.");
        Need(lacking, "address", asked.Address, "Say where the prize is sent to.");
        Need(lacking, "phone", asked.Phone, "Give a number at which the carrier can ask.");
        Need(lacking, "publication", publication, "Say whether your surname and county may be published: agreed or objected.");
        if (claim.IsMinor)
        {
            Need(lacking, "guardian", asked.Guardian, "You are under 18: give the name of a parent or guardian who agrees.");
        }

        return lacking;
    }

    private static void Need(List<FieldError> lacking, string field, string? value, string message)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            lacking.Add(new FieldError(field, message));
        }
    }
}

public sealed record ClaimIsNotThere() : DomainError("claim.not_found", "There is no such claim.");

/// <summary>The deadline has passed.</summary>
public sealed record ClaimHasLapsed(DateTimeOffset Deadline)
    : DomainError("claim.lapsed", "The time to claim this prize has ended; it goes to somebody else.");

public sealed record PrizeWentElsewhere() : DomainError("claim.replaced", "This prize has gone to somebody else.");

public sealed record PrizeIsClaimed() : DomainError(
    "claim.already_claimed", "The prize has been claimed with other details. Whether you are named can still be changed; for the rest, ask the promoter.");

public sealed record ClaimIsInvalid(IReadOnlyList<FieldError> Errors) : DomainError("claim.invalid", "Something is missing; errors says what.")
{
    public override IReadOnlyList<FieldError> Fields => Errors;
}

/// <summary>Whoever fulfils moves what is claimed, forward, or back by one step.</summary>
public sealed record ClaimCannotMove(string From, string To)
    : DomainError("claim.wrong_state", $"A claim that is {From} can't become {To}: claimed, preparing, dispatched, delivered, forward or back by one step.");

public sealed record ClaimHasChanged() : DomainError("claim.version_conflict", "The claim has changed since it was read; read it again.");
