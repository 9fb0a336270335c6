using System;
using System.Threading.Tasks;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Rehearsals;

/// <summary>
/// Owns one rehearsal of a campaign: its rows (a schema of their own in the campaign's database), its token, the traffic that it
/// generates, its end. Key: <see cref="GrainKeys.Rehearsal"/>. What a call starts goes on by itself: the state is read by
/// <see cref="IRehearsalQueries"/>. Refusals: <c>rehearsal.not_found</c>, <c>rehearsal.invalid</c> (errors by field),
/// <c>rehearsal.wrong_state</c>, <c>rehearsal.too_many</c>, <c>campaign.wrong_state</c>.
/// </summary>
[Alias("rehearsal-grain")]
public interface IRehearsalGrain : IGrainWithStringKey
{
    /// <summary>
    /// Begins to prepare a rehearsal of the campaign as it is now, in the states ready, scheduled, live and paused. Repeated, it replaces
    /// the token of the one that is there: that of an attempt cut short was never told.
    /// </summary>
    [Alias("create")] Task<Result<bool>> CreateAsync(CreateRehearsal command);

    /// <summary>Ends the rehearsal: its token is worth nothing from now on, its rows go.</summary>
    [Alias("delete")] Task<Result<bool>> DeleteAsync(RehearsalCommand command);

    /// <summary>Begins to send generated entries; one run at a time.</summary>
    [Alias("run")] Task<Result<bool>> RunAsync(RunRehearsal command);

    /// <summary>Stops the run; entries already sent stay.</summary>
    [Alias("stop")] Task<Result<bool>> StopAsync(RehearsalCommand command);
}

/// <param name="TokenHash">SHA-256 of the token, lower-case hex: the token itself is told once and kept nowhere.</param>
/// <param name="ExpiresAt">When the rehearsal deletes itself: five minutes to 31 days from now; by default in seven days.</param>
[GenerateSerializer, Alias("create-rehearsal")]
public sealed record CreateRehearsal([property: Id(0)] Actor Actor, [property: Id(1)] string TokenHash, [property: Id(2)] DateTimeOffset? ExpiresAt = null);

[GenerateSerializer, Alias("rehearsal-command")]
public sealed record RehearsalCommand([property: Id(0)] Actor Actor);

/// <summary>Generated entries, by people who do not exist, some of whom come again and some of whom err.</summary>
/// <param name="Entries">How many; 1 to 1,000,000.</param>
/// <param name="PerSecond">How many a second; 1 to 5,000; by default so many that a minute is enough, as far as that goes.</param>
/// <param name="From">The first entry's instant at the earliest, as the entries themselves tell it; by default the opening.</param>
/// <param name="To">Entries are before this; by default the closing.</param>
/// <param name="Entrants">How many people they come from; by default nine for ten entries.</param>
/// <param name="Fresh">Begins with nothing entered and nothing won; otherwise goes on from what the rehearsal has.</param>
[GenerateSerializer, Alias("run-rehearsal")]
public sealed record RunRehearsal(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] long Entries,
    [property: Id(2)] int? PerSecond = null,
    [property: Id(3)] DateTimeOffset? From = null,
    [property: Id(4)] DateTimeOffset? To = null,
    [property: Id(5)] long? Entrants = null,
    [property: Id(6)] bool Fresh = true);
