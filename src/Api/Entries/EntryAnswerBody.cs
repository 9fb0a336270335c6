using System;
using System.Collections.Generic;
using PrizeDraw.Api.Requests;

namespace PrizeDraw.Api.Entries;

/// <summary>The answer to an accepted entry; a repeated Idempotency-Key gets the same one.</summary>
/// <param name="EntryId">The entry's id.</param>
/// <param name="Number">Its number in the pool, from 1 without gaps.</param>
/// <param name="EnteredAt">When it was received.</param>
/// <param name="Outcome">What it got at once.</param>
/// <param name="Draw">Whether it takes part in the prize draw.</param>
/// <param name="Receipt">Signed proof that it was taken.</param>
[Example("""
    {"entryId":"ent_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","number":1042,"enteredAt":"2026-12-05T10:00:03Z",
     "outcome":{"kind":"prize","prize":{"id":"prz_0193a5f2c0de7a10b1c2d3e4f5a6b7c9","name":"Mug"},"coupon":null,"claimUrl":null},
     "draw":{"entered":true,"drawsAt":"2027-01-01T00:14:59Z"},
     "receipt":{"entryRef":"00","personRef":"00","pool":"pool_0193a5f2c0de7a10b1c2d3e4f5a6b7ca","number":1042,"outcomeHash":"00","termsHash":"00",
       "path":["00"],"batchHead":"00","signature":"00"}}
    """)]
public sealed record EntryAnswerBody(
    string EntryId, long Number, DateTimeOffset EnteredAt, EntryOutcomeBody Outcome, EntryDrawBody Draw, EntryReceiptBody Receipt);

/// <summary>What an entry got at once.</summary>
/// <param name="Kind">prize, gift or none.</param>
/// <param name="Prize">What was won or got.</param>
/// <param name="Coupon">A unique code.</param>
/// <param name="ClaimUrl">Where the winner confirms.</param>
public sealed record EntryOutcomeBody(string Kind, WonPrizeBody? Prize, string? Coupon, string? ClaimUrl);

/// <summary>What was won or got.</summary>
/// <param name="Id">The prize's id.</param>
/// <param name="Name">The prize's name.</param>
public sealed record WonPrizeBody(string Id, string Name);

/// <summary>Whether an entry takes part in the prize draw.</summary>
/// <param name="Entered">Whether it does.</param>
/// <param name="DrawsAt">When the draw takes place.</param>
public sealed record EntryDrawBody(bool Entered, DateTimeOffset? DrawsAt);

/// <summary>Signed proof that an entry was taken. Hashes and signature are lower-case hex.</summary>
/// <param name="EntryRef">Names the entry in the draw.</param>
/// <param name="PersonRef">Names the entrant in the draw.</param>
/// <param name="Pool">The pool that took the entry.</param>
/// <param name="Number">The entry's number in the pool.</param>
/// <param name="OutcomeHash">Hash of the outcome as it was told.</param>
/// <param name="TermsHash">Hash of the terms that were accepted.</param>
/// <param name="Path">From the entry to the root of its batch.</param>
/// <param name="BatchHead">Head of the journal after the batch.</param>
/// <param name="Signature">Signature of the head.</param>
public sealed record EntryReceiptBody(
    string EntryRef, string PersonRef, string Pool, long Number, string OutcomeHash, string TermsHash, IReadOnlyList<string> Path,
    string BatchHead, string Signature);
