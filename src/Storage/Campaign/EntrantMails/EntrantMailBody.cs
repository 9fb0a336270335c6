using System;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PrizeDraw.Storage.Campaign.EntrantMails;

/// <summary>What entrants are told of. Stored: a name never changes.</summary>
public static class EntrantMailKinds
{
    public const string WinnerTold = "winner-told", ClaimReminder = "claim-reminder", ClaimLapsed = "claim-lapsed", WinnerReplaced = "winner-replaced",
        EntryExcluded = "entry-excluded";

    /// <summary>Whether a mail of this kind asks for a claim, and holds the link to it.</summary>
    public static bool AsksToClaim(string kind) => kind is WinnerTold or ClaimReminder;
}

/// <summary>The body of a mail as it is stored; which fields there are depends on the kind.</summary>
/// <param name="DrawId">The draw's id.</param>
/// <param name="Position">The place in the draw's order that the entrant has.</param>
/// <param name="Prize">What the place holds.</param>
/// <param name="Deadline">Until when to claim it.</param>
/// <param name="ReasonCode">Why the prize went to somebody else.</param>
/// <param name="Clause">What the terms say of that.</param>
public sealed record EntrantMailBody(
    [property: JsonPropertyName("drawId")] string DrawId,
    [property: JsonPropertyName("position")] int Position,
    [property: JsonPropertyName("prize")] string? Prize = null,
    [property: JsonPropertyName("deadline")] DateTimeOffset? Deadline = null,
    [property: JsonPropertyName("reasonCode")] string? ReasonCode = null,
    [property: JsonPropertyName("clause")] string? Clause = null)
{
    public static EntrantMailBody Parse(string json) => JsonSerializer.Deserialize<EntrantMailBody>(json)!;

    public string ToJson() => JsonSerializer.Serialize(this);
}
