using System.Threading;
using System.Threading.Tasks;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Campaigns;

/// <summary>
/// Decides which entries of a campaign take part in its prize draws, and with how many tickets, until the list is frozen. What an entry won at
/// once stays. Key: <see cref="GrainKeys.Campaign"/>. Refusals: <c>entry.not_found</c>, <c>entry.draw_frozen</c>, <c>entry.invalid</c> (errors by
/// field). Told again, a decision that stands already changes nothing.
/// </summary>
[Alias("entry-eligibility-grain")]
public interface IEntryEligibilityGrain : IGrainWithStringKey
{
    /// <summary>Leaves an entry out, for a reason that the terms state (CAP Code 8.27).</summary>
    [Alias("exclude")] Task<Result<EntryStanding>> ExcludeAsync(ExcludeEntry command);

    /// <summary>Takes an entry that was left out back in.</summary>
    [Alias("restore")] Task<Result<EntryStanding>> RestoreAsync(RestoreEntry command);

    /// <summary>Gives an entry tickets on top of those that every entry of its pool has.</summary>
    [Alias("grant-tickets")] Task<Result<EntryStanding>> GrantTicketsAsync(GrantTickets command);
}

/// <param name="Excluded">Reason code; null while the entry takes part.</param>
/// <param name="BonusTickets">On top of its pool's.</param>
[GenerateSerializer, Alias("entry-standing")]
public sealed record EntryStanding([property: Id(0)] string EntryId, [property: Id(1)] string? Excluded, [property: Id(2)] int BonusTickets);

/// <param name="Reason">A code of 1 to 64 characters of a-z, 0-9 and hyphen; published with the list, so that it names nobody.</param>
/// <param name="Clause">The clause of the terms that states the criterion, 1 to 500 characters; needed but for duplicate, test-entry and withdrawn.</param>
/// <param name="Evidence">What proves it, 1 to 5,000 characters; needed where the clause is.</param>
/// <param name="TellEntrant">Whether the entrant is told by mail.</param>
[GenerateSerializer, Alias("exclude-entry")]
public sealed record ExcludeEntry(
    [property: Id(0)] Actor Actor, [property: Id(1)] string EntryId, [property: Id(2)] string Reason, [property: Id(3)] string? Clause,
    [property: Id(4)] string? Evidence, [property: Id(5)] bool TellEntrant);

/// <param name="Reason">1 to 500 characters; kept with the case.</param>
[GenerateSerializer, Alias("restore-entry")]
public sealed record RestoreEntry([property: Id(0)] Actor Actor, [property: Id(1)] string EntryId, [property: Id(2)] string Reason);

/// <param name="Tickets">0 to 1,000 in all; 0 takes a grant back.</param>
/// <param name="Reason">1 to 500 characters; kept with the case.</param>
[GenerateSerializer, Alias("grant-tickets")]
public sealed record GrantTickets(
    [property: Id(0)] Actor Actor, [property: Id(1)] string EntryId, [property: Id(2)] int Tickets, [property: Id(3)] string Reason);

/// <summary>Finds the campaign that an entry belongs to.</summary>
public interface IEntryCampaigns
{
    /// <summary>
    /// Looks in this campaign alone, or, when it is null, in the scope's newest 500 campaigns. Null: not there, or not this scope's.
    /// </summary>
    Task<CampaignView?> FindAsync(Scope scope, string entryId, string? campaignId, CancellationToken ct);
}
