using System;
using System.Collections.Immutable;

namespace PrizeDraw.Domain.Pools;

/// <summary>
/// An entry to decide about. Time and randomness arrive with it: <see cref="NewEntryId"/>, <see cref="NewEntrantId"/> and
/// <see cref="NewPersonKey"/> are used only if it is accepted, the latter two only for a person not seen before.
/// </summary>
public sealed record EntryCommand
{
    public required string Key { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required EntrantDetails Entrant { get; init; }

    /// <summary>Values by field name; text, number or boolean as text.</summary>
    public required ImmutableSortedDictionary<string, string> Answers { get; init; }
    public required int? TermsVersion { get; init; }
    public required ImmutableArray<ConsentGiven> Consents { get; init; }
    public required bool HoneypotFilled { get; init; }

    /// <summary>Keyed hash of the normalised e-mail address; empty when there is no usable address.</summary>
    public required IdentityHash Identity { get; init; }

    /// <summary>Keyed hash of the phone number; empty where none was given, or none that can be read.</summary>
    public IdentityHash PhoneIdentity { get; init; } = IdentityHash.None;

    /// <summary>The code from the pack in its canonical spelling; empty when what was typed cannot be one, null when nothing was.</summary>
    public string? Code { get; init; }

    /// <summary>Enters by the free route of a pool that asks for a code.</summary>
    public bool FreeRoute { get; init; }

    /// <summary><c>web</c>, or how an entry that was keyed in came.</summary>
    public string Channel { get; init; } = Web;

    public const string Web = "web";

    /// <summary>Came by another way than a site, and was received earlier than it arrived here.</summary>
    public bool IsKeyed => Channel != Web;

    public required EntryId NewEntryId { get; init; }
    public required EntrantId NewEntrantId { get; init; }
    public required byte[] NewPersonKey { get; init; }
}

public sealed record EntrantDetails(
    string? Email, string? FirstName, string? LastName, string? Phone, DateOnly? DateOfBirth, string? Postcode, string? County,
    string? Country);

public sealed record ConsentGiven(string Purpose, int Version, bool Granted);

/// <summary>A keyed hash that stands for a person within a campaign, as lower-case hex.</summary>
public readonly record struct IdentityHash(string Hex)
{
    public static readonly IdentityHash None = new("");

    public bool IsNone => Hex.Length == 0;
}
