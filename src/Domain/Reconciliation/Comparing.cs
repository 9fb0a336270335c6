using System;
using System.Collections.Generic;
using System.Linq;

namespace PrizeDraw.Domain.Reconciliation;

/// <summary>Something that an account holds.</summary>
/// <param name="Part"><c>database</c>, <c>repository</c> or <c>site</c>.</param>
/// <param name="Name">As the provider calls it now.</param>
/// <param name="MarkedAs">The name that it was made with, as far as the marker tells.</param>
/// <param name="Nonce">The marker; null without one.</param>
/// <param name="Id">The provider's own id; null where the name is all there is.</param>
/// <param name="Changed">What has become otherwise than it was made, as a sentence.</param>
public sealed record HeldPart(string Part, string Name, string MarkedAs, string? Nonce, string? Id, string? Changed);

/// <summary>What a campaign's provisioning has stored of a part that must be there.</summary>
public sealed record ExpectedPart(Guid Campaign, string Part, string Name, string Nonce, string? Id)
{
    /// <summary>The branch that was protected when the repository was made; null where none was.</summary>
    public string? ProtectedBranch { get; init; }
}

/// <summary>One difference between what an account holds and what campaigns know.</summary>
/// <param name="Key">The same as long as the difference is the same.</param>
/// <param name="Campaign">Whose part it is; null of what nobody knows.</param>
/// <param name="Detail">A sentence for the person who reads it.</param>
public sealed record Difference(
    string Kind, string Part, string Key, string Name, string MarkedAs, string? Nonce, string? Id, Guid? Campaign, string Detail);

/// <summary>What an account holds, against what campaigns know.</summary>
/// <param name="Held">All that it holds.</param>
/// <param name="IsWhole">Whether that is all.</param>
/// <param name="Expected">What was stored before the account was read, and still is: what is not held now is missing.</param>
/// <param name="Known">The marks that were stored after it was read: whatever is being made had its intent stored before its call.</param>
/// <param name="Installation">This installation's identity.</param>
public sealed record Reading(
    IReadOnlyCollection<HeldPart> Held, bool IsWhole, IReadOnlyCollection<ExpectedPart> Expected, IReadOnlySet<string> Known, string Installation);

/// <summary>Finds orphans, what is missing, what has changed, and what other installations or earlier versions have marked.</summary>
public static class Comparing
{
    /// <summary>Every difference, each with a key of its own, in the order of the account.</summary>
    public static IReadOnlyList<Difference> Of(Reading reading)
    {
        var byNonce = reading.Expected.ToLookup(e => (e.Part, e.Nonce));
        var unknown = reading.Held.Where(h => h.Nonce is not null && !reading.Known.Contains(h.Nonce)).Select(h => Unknown(h, reading.Installation));
        var changed = reading.Held.Where(h => h.Nonce is not null).SelectMany(h => byNonce[(h.Part, h.Nonce!)].Select(e => Changed(h, e, reading))).OfType<Difference>();
        return [.. unknown, .. changed, .. reading.Expected.Select(e => Missed(e, reading)).OfType<Difference>()];
    }

    private static Difference Unknown(HeldPart held, string installation) => OwnershipMark.IsOf(held.Nonce!, installation)
        ? Found(FindingKinds.Orphan, held, "This installation made it, but no campaign and no deployment knows it.")
        : Found(FindingKinds.Stranger, held, "It carries the mark of another installation, or of one before marks told. It is never deleted by this one.");

    private static Difference? Changed(HeldPart held, ExpectedPart expected, Reading reading) => held switch
    {
        // Names are not unique everywhere: an answer that was lost may have left a second one. Somebody has to look which is which.
        _ when expected.Id is { } id && held.Id is { } other && id != other => Drift(held, expected, "twin", "It is a second one of the same name and mark; the campaign uses the other."),
        _ when held.Id is null && held.Name != expected.Name && reading.Held.Any(h => h.Part == held.Part && h.Nonce == held.Nonce && h.Name == expected.Name) =>
            Drift(held, expected, "twin", "It is a copy with the same mark beside the campaign's own, which has another name."),
        _ when held.Name != expected.Name => Drift(held, expected, "name", $"It was made as '{expected.Name}' and has been renamed."),
        { Changed: { } changed } => Drift(held, expected, "setting", changed),
        _ => null,
    };

    private static Difference? Missed(ExpectedPart expected, Reading reading)
    {
        if (reading.Held.Any(h => h.Part == expected.Part && h.Nonce == expected.Nonce && (expected.Id is null || h.Id is null || h.Id == expected.Id)))
        {
            return null;
        }

        if (expected.Id is { } id && reading.Held.FirstOrDefault(h => h.Part == expected.Part && h.Id == id) is { } unmarked)
        {
            return Drift(unmarked, expected, "marker", "It has lost its mark: the platform neither changes nor deletes it until that is put back.");
        }

        return !reading.IsWhole ? null : new Difference(
            FindingKinds.Missing, expected.Part, expected.Nonce, expected.Name, expected.Name, expected.Nonce, expected.Id, expected.Campaign,
            "The campaign's part is not shown in this account any more: it is gone, elsewhere, or out of the credential's sight.");
    }

    private static Difference Found(string kind, HeldPart held, string detail) =>
        new(kind, held.Part, $"{held.Nonce}/{Which(held)}", held.Name, held.MarkedAs, held.Nonce, held.Id, null, detail);

    // By its id, or where there is none by its name: a copy beside what was made carries the same mark.
    private static string Which(HeldPart held) => held.Id ?? held.Name;

    private static Difference Drift(HeldPart held, ExpectedPart expected, string what, string detail) => new(
        FindingKinds.Drift, held.Part, $"{expected.Nonce}/{Which(held)}/{what}", held.Name, held.MarkedAs, held.Nonce, held.Id, expected.Campaign, detail);
}
