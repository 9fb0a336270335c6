using System;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>The stored and published kinds of <see cref="DrawEvent"/>.</summary>
public static class DrawEventKinds
{
    /// <summary>The holder of a position's prize lost it, and the next reserve inherits.</summary>
    public const string WinnerReplaced = "winner-replaced";

    /// <summary>The campaign closed at another time than was committed to.</summary>
    public const string ClosingChanged = "closing-changed";

    /// <summary>The draw was declared void: nobody wins by it.</summary>
    public const string Voided = "voided";

    /// <summary>The draw was revealed after its deadline.</summary>
    public const string Withheld = "withheld";
}

/// <summary>
/// Something that happened to a draw after its commitment: a winner replaced, an actual closing that differs from the committed
/// one, a draw made void. Appended to the certificate's <see cref="EventChain"/>; holds no personal data.
/// </summary>
/// <param name="Kind">What happened, for example winner-replaced, closing-changed or voided.</param>
/// <param name="Position">The position of the order that it concerns, from 1; null for the whole draw.</param>
/// <param name="ReasonCode">A stable code.</param>
/// <param name="Clause">The clause of the terms that states the criterion (CAP Code 8.27), if one does.</param>
/// <param name="EvidenceHash">Hash of the evidence kept with the case, if any.</param>
/// <param name="Actor">Who decided: a user's id, or the platform.</param>
/// <param name="At">When.</param>
public sealed record DrawEvent(
    string Kind, int? Position, string ReasonCode, string? Clause, Bytes32? EvidenceHash, string Actor, DateTimeOffset At)
{
    /// <summary>The canonical JSON that the chain hashes.</summary>
    public byte[] ToCanonical()
    {
        var writer = new CanonicalJsonWriter().StartObject()
            .Text("actor", Actor)
            .Instant("at", At)
            .Text("clause", Clause)
            .Hex("evidenceHash", EvidenceHash)
            .Text("kind", Kind)
            .Name("position");
        writer = Position is { } position ? writer.Number(position) : writer.Null();
        return writer.Text("reasonCode", ReasonCode).EndObject().ToArray();
    }

    /// <summary>The chain's head after this event.</summary>
    public Bytes32 Next(Bytes32 head) => EventChain.Next(head, ToCanonical());
}
