using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Grains.Abstractions.Evidence;

/// <summary>Checks receipts against a campaign's journal, and finds their entries in its draws' lists. Needs no personal data.</summary>
public interface IReceiptQueries
{
    /// <summary>Null when the campaign has no such pool, or no database any more.</summary>
    Task<ReceiptView?> CheckAsync(string tenantId, string campaignId, GivenReceipt receipt, CancellationToken ct);
}

/// <summary>A receipt as somebody shows it: all of it is their claim. Hashes and signature in lower-case hex.</summary>
public sealed record GivenReceipt(
    string EntryRef, string PersonRef, string Pool, long Number, string OutcomeHash, string TermsHash, ImmutableArray<string> Path, string BatchHead,
    string Signature);

/// <summary>What the journal makes of a receipt.</summary>
/// <param name="Holds">Whether it proves its entry: else nothing more is told.</param>
/// <param name="Record">The batch's journal record, canonical JSON; null when it does not hold.</param>
/// <param name="EnteredAt">When the entry was received.</param>
/// <param name="Draws">The draws that the campaign's database knows, oldest first.</param>
public sealed record ReceiptView(bool Holds, string? Record, DateTimeOffset? EnteredAt, ImmutableArray<ListedReceipt> Draws);

/// <summary>Where an entry is in a draw's published list.</summary>
public enum ListedPlace
{
    /// <summary>No list is published yet.</summary>
    Waiting = 1,

    /// <summary>It takes part.</summary>
    Listed = 2,

    /// <summary>It is on the list and doesn't take part.</summary>
    Excluded = 3,

    /// <summary>It came after the freeze, or to a pool that the draw doesn't cover.</summary>
    NotCovered = 4,

    /// <summary>It ought to be on the list and is not: what receipts are there to show.</summary>
    Missing = 5,
}

/// <param name="State">The draw's state.</param>
/// <param name="Reason">Why it is excluded, a code.</param>
/// <param name="Index">Its place on its part of the list, from 0.</param>
/// <param name="Tickets">How many tickets it has.</param>
public sealed record ListedReceipt(
    string DrawId, string Name, string Level, string State, ListedPlace Place, string? Reason, long? Index, long? Tickets);
