using System;
using System.Collections.Immutable;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Abstractions.Pools;

/// <summary>
/// Serialises one prize pool: takes entries and allocates its prizes. Key: <see cref="GrainKeys.Pool"/>. Reentrant: entries that
/// arrive while a batch is written form the next one; nobody is answered before their batch has committed.
/// </summary>
[Alias("prize-pool-grain")]
public interface IPrizePoolGrain : IGrainWithStringKey
{
    /// <summary>How long a change of the pool may take.</summary>
    private const string ChangeTime = "00:05:00";

    /// <summary>
    /// Takes an entry, or answers a repeated key as before. Refusals: <c>campaign.not_open</c>, <c>campaign.has_closed</c>, <c>entry.draw_frozen</c>,
    /// <c>campaign.paused</c>, <c>entry.invalid</c> (errors by field), <c>entry.terms_not_accepted</c>, <c>entry.under_age</c>,
    /// <c>entry.not_accepted</c>, <c>entry.limit_reached</c>, <c>idempotency.key_reused</c>, and <c>storage.unavailable</c> with a
    /// number of seconds after which to try the same key again.
    /// </summary>
    [Alias("submit")] Task<Result<EntryAnswer>> SubmitAsync(SubmitEntry command);

    /// <summary>
    /// Writes prizes and moments of a pool that has taken no entry yet. May be repeated. Like the other changes of a pool it may take
    /// longer than a call usually may, with a million moments or a full queue: the campaign must not give up half way.
    /// </summary>
    [ResponseTimeout(ChangeTime), Alias("configure")] Task<Result<bool>> ConfigureAsync(ConfigurePool command);

    /// <summary>Sets whether and when entries are taken; in force when this answers, for every later entry.</summary>
    [ResponseTimeout(ChangeTime), Alias("set-phase")] Task<Result<bool>> SetPhaseAsync(SetPoolPhase command);

    /// <summary>
    /// Changes stock, caps, pauses and alerts, or adds prizes, while entries are taken: in force from the number answered, for that and
    /// every later entry; what was awarded stays. A change that is already in force answers the next number. Refusals: <c>pool.not_changeable</c>
    /// (errors by field say which part is fixed), <c>prize.stock_below_allocated</c>, <c>pool.has_closed</c>.
    /// </summary>
    [ResponseTimeout(ChangeTime), Alias("change")] Task<Result<long>> ChangeAsync(ChangePool command);

    /// <summary>Takes the pool anew from what is stored, after its commitment or its opening: in force when this answers.</summary>
    [ResponseTimeout(ChangeTime), Alias("reload")] Task ReloadAsync();

    /// <summary>
    /// Ends the taking of sites' entries and answers the last entry number. What was received before may be keyed in until the draws are
    /// frozen; without a draw that is still to be frozen the pool is closed for good.
    /// </summary>
    [ResponseTimeout(ChangeTime), Alias("close")] Task<Result<long>> CloseAsync(ClosePool command);

    /// <summary>
    /// Freezes the pool for a draw and answers the last entry number: of all that counts as received before the instant nothing has a greater
    /// one. Entries go on being taken; repeated, it answers a number that may be greater, by entries that count from then on.
    /// </summary>
    [ResponseTimeout(ChangeTime), Alias("freeze")] Task<Result<long>> FreezeAsync(FreezePool command);

    /// <summary>Closes the pool for good where it has ended and no draw is still to be frozen; answers whether it is closed for good.</summary>
    [ResponseTimeout(ChangeTime), Alias("seal")] Task<Result<bool>> SealAsync(SealPool command);
}

/// <summary>An entry as it arrived. Nothing in it has been judged but its JSON shape.</summary>
[GenerateSerializer, Alias("submit-entry")]
public sealed record SubmitEntry
{
    /// <summary>8 to 200 visible ASCII characters.</summary>
    [Id(0)] public required string IdempotencyKey { get; init; }

    /// <summary>The host's clock when the request had been received in full.</summary>
    [Id(1)] public required DateTimeOffset ReceivedAt { get; init; }

    [Id(2)] public required EntrantData Entrant { get; init; }

    /// <summary>By field name; values are text, numbers and booleans in their JSON text.</summary>
    [Id(3)] public ImmutableSortedDictionary<string, string> Answers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    [Id(4)] public int? TermsVersion { get; init; }

    [Id(5)] public ImmutableArray<GivenConsent> Consents { get; init; } = [];

    /// <summary>Whether the honeypot field was filled. Only the fact travels.</summary>
    [Id(6)] public bool HoneypotFilled { get; init; }

    /// <summary>The code from the pack as typed, where the pool asks for one.</summary>
    [Id(7)] public string? Code { get; init; }

    /// <summary>Enters by the free route of a pool that asks for a code.</summary>
    [Id(8)] public bool FreeRoute { get; init; }

    /// <summary><c>web</c>, or how an entry that was keyed in came: <c>post</c>, <c>phone</c>, <c>event</c>.</summary>
    [Id(9)] public string Channel { get; init; } = "web";

    /// <summary>Who keyed it in, for the audit event that is written with it; null for what entrants send themselves.</summary>
    [Id(10)] public Actor? KeyedBy { get; init; }
}

[GenerateSerializer, Alias("entrant-data")]
public sealed record EntrantData(
    [property: Id(0)] string? Email,
    [property: Id(1)] string? FirstName,
    [property: Id(2)] string? LastName,
    [property: Id(3)] string? Phone,
    [property: Id(4)] DateOnly? DateOfBirth,
    [property: Id(5)] string? Postcode,
    [property: Id(6)] string? County,
    [property: Id(7)] string? Country);

[GenerateSerializer, Alias("given-consent")]
public sealed record GivenConsent([property: Id(0)] string Purpose, [property: Id(1)] int Version, [property: Id(2)] bool Granted);

/// <summary>The answer to an accepted entry; a replay gets the stored one, identical.</summary>
[GenerateSerializer, Alias("entry-answer")]
public sealed record EntryAnswer(
    [property: Id(0)] string EntryId,
    [property: Id(1)] long Number,
    [property: Id(2)] DateTimeOffset EnteredAt,
    [property: Id(3)] EntryOutcome Outcome,
    [property: Id(4)] EntryDraw Draw,
    [property: Id(5)] EntryReceipt Receipt);

/// <param name="Kind"><c>prize</c>, <c>gift</c> or <c>none</c>.</param>
[GenerateSerializer, Alias("entry-outcome")]
public sealed record EntryOutcome(
    [property: Id(0)] string Kind,
    [property: Id(1)] WonPrize? Prize,
    [property: Id(2)] string? Coupon,
    [property: Id(3)] string? ClaimUrl);

[GenerateSerializer, Alias("won-prize")]
public sealed record WonPrize([property: Id(0)] string Id, [property: Id(1)] string Name);

[GenerateSerializer, Alias("entry-draw")]
public sealed record EntryDraw([property: Id(0)] bool Entered, [property: Id(1)] DateTimeOffset? DrawsAt);

/// <summary>Proof that the entry stands in a signed batch: draw-protocol "receipts". Hashes and signature are lower-case hex.</summary>
[GenerateSerializer, Alias("entry-receipt")]
public sealed record EntryReceipt(
    [property: Id(0)] string EntryRef,
    [property: Id(1)] string PersonRef,
    [property: Id(2)] string Pool,
    [property: Id(3)] long Number,
    [property: Id(4)] string OutcomeHash,
    [property: Id(5)] string TermsHash,
    [property: Id(6)] ImmutableArray<string> Path,
    [property: Id(7)] string BatchHead,
    [property: Id(8)] string Signature);

[GenerateSerializer, Alias("configure-pool")]
public sealed record ConfigurePool(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] PoolSettings Pool,
    [property: Id(2)] int Ordinal,
    [property: Id(3)] CampaignSettings Campaign);

/// <param name="Published">Whether entries are taken at all.</param>
/// <param name="Settings">What entries are judged by; a pool of a ready campaign learns of every change before the change is told.</param>
[GenerateSerializer, Alias("set-pool-phase")]
public sealed record SetPoolPhase(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] bool Published,
    [property: Id(2)] bool Paused,
    [property: Id(3)] CampaignSettings Settings);

/// <param name="Pool">The pool as it shall be, with all its prizes; moments are ignored.</param>
[GenerateSerializer, Alias("change-pool")]
public sealed record ChangePool([property: Id(0)] Actor Actor, [property: Id(1)] PoolSettings Pool);

/// <param name="At">The closing instant; entries received before it that are already queued still count, and so does what was received before it and is keyed in later.</param>
[GenerateSerializer, Alias("close-pool")]
public sealed record ClosePool([property: Id(0)] Actor Actor, [property: Id(1)] DateTimeOffset At);

/// <param name="Until">From when on entries count for later draws; at least ten seconds ago, so that what was received before is not still on its way.</param>
[GenerateSerializer, Alias("freeze-pool")]
public sealed record FreezePool([property: Id(0)] Actor Actor, [property: Id(1)] DateTimeOffset Until);

[GenerateSerializer, Alias("seal-pool")]
public sealed record SealPool([property: Id(0)] Actor Actor);
