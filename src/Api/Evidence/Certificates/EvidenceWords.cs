using System;

namespace PrizeDraw.Api.Evidence.Certificates;

/// <summary>What stands in certificates and commitments as codes, in plain words.</summary>
internal static class EvidenceWords
{
    /// <summary>Tone, title and sentences of what a level proves.</summary>
    public static (string Tone, string Title, string[] Sentences) OfLevel(string level) => level switch
    {
        "beacon" => ("", "Level of evidence: beacon, witnessed",
        [
            "The list of entries was fixed, published and dated by an independent time-stamp authority before the public randomness existed. Nobody could "
            + "know or choose the result: not the promoter, not the platform, not the beacon.",
        ]),
        "beacon-unwitnessed" => ("caution", "Level of evidence: beacon, without a witness",
        [
            "The list of entries was fixed before the public randomness existed. The time of that is the platform’s claim: no independent authority "
            + "dated the commitment.",
        ]),
        "observed" => ("", "Level of evidence: observed",
        [
            "The list of entries was fixed and published first. Then a named independent person gave the randomness and signed it together with the "
            + "commitment. It is as good as that person's independence.",
        ]),
        "committed" => ("warning", "NOT EVIDENCE",
        [
            "Level: committed. This draw took no randomness from outside. It shows that nothing changed after the commitment, and nothing more: whoever "
            + "knew the secret could have known the result. It is for demonstrations and rehearsals.",
        ]),
        _ => ("warning", "Level of evidence: " + level, ["This level is not known to this page."]),
    };

    public static string OfRule(string rule) => rule switch
    {
        "one-per-person" => "Each person can be drawn once, however many entries they have.",
        "unlimited" => "A person can be drawn with each of their entries.",
        _ => rule,
    };

    public static string OfEvent(string kind) => kind switch
    {
        "winner-replaced" => "The holder of a prize was replaced by the next reserve",
        "closing-changed" => "The entries closed at another time than was committed",
        "voided" => "The draw was declared void",
        "withheld" => "The result was not revealed by its deadline",
        _ => kind,
    };

    /// <summary>Why something happened, with the code that the chain of events holds.</summary>
    public static string OfReason(string code) => code switch
    {
        "claim-lapsed" => "Not claimed in time (claim-lapsed)",
        "declined" => "Did not want the prize (declined)",
        "unreachable" => "Could not be reached (unreachable)",
        "breach-of-terms" => "Broke the terms (breach-of-terms)",
        "duplicate-person" => "Entered more than once as another person (duplicate-person)",
        "ineligible-region" => "Lives outside the region (ineligible-region)",
        "ineligible-staff" => "Works for the promoter (ineligible-staff)",
        "previous-winner" => "Has won before (previous-winner)",
        "under-age" => "Under the minimum age (under-age)",
        _ => code,
    };

    /// <summary>Why entries were left out.</summary>
    public static string OfExclusion(string reason) => reason switch
    {
        "erased" => "The person was erased before the freeze (erased)",
        "outside-period" => "Entered outside the period of this draw (outside-period)",
        "duplicate" => "Duplicate entry (duplicate)",
        "staff" => "Staff of the promoter (staff)",
        "previous-winner" => "Has won before (previous-winner)",
        "region" => "Outside the region (region)",
        "under-age" => "Under the minimum age (under-age)",
        "fraud" => "Fraud (fraud)",
        _ => reason,
    };

    public static string OfPeriod(DateTimeOffset? from, DateTimeOffset? until) => (from, until) switch
    {
        (null, null) => "All entries.",
        ({ } f, null) => $"Entries from {EvidenceHtml.Time(f)} on.",
        (null, { } u) => $"Entries before {EvidenceHtml.Time(u)}.",
        ({ } f, { } u) => $"Entries from {EvidenceHtml.Time(f)} until before {EvidenceHtml.Time(u)}.",
    };
}
