using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using PrizeDraw.Api.Evidence.Certificates;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Api.Sites;

/// <summary>A receipt that holds: what it proves, and what became of its entry. No personal data.</summary>
/// <param name="EntryRef">Names the entry in the draws' lists.</param>
/// <param name="PersonRef">Names the entrant in the draws' lists.</param>
/// <param name="Pool">The pool that took the entry.</param>
/// <param name="Number">The entry's number in the pool.</param>
/// <param name="EnteredAt">When the entry was received.</param>
/// <param name="Record">The journal record of its batch, which the receipt's batchHead is the hash of; the verifier takes it by --record.</param>
/// <param name="Draws">The campaign's draws, in its order.</param>
[Example("""
    {"entryRef":"ba4853bbc918428f33b598eb581962bcef4ab0574ab3c605e7a7b916ceeeb8af","personRef":"22eb302a8af2d881129b60110cc59b31644b0c2966242f241606b2610c2f0a8c",
     "pool":"pool_0193a5f2c0de7a10b1c2d3e4f5a6b7ca","number":1042,"enteredAt":"2026-12-05T10:00:03Z","record":{"batch":17},
     "draws":[{"id":"drw_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","name":"Final","level":"beacon","drawState":"completed","state":"drawn","reason":null,"index":7,
       "tickets":1,"position":1,"role":"winner","prize":"Weekend in Paris","holds":"Weekend in Paris","confirmed":true,
       "commitmentUrl":"/v1/sites/summer-paris/draws/drw_0193a5f2c0de7a10b1c2d3e4f5a6b7c8/commitment",
       "certificateUrl":"/v1/sites/summer-paris/draws/drw_0193a5f2c0de7a10b1c2d3e4f5a6b7c8/certificate",
       "certificatePageUrl":"/v1/sites/summer-paris/draws/drw_0193a5f2c0de7a10b1c2d3e4f5a6b7c8/certificate.html",
       "entriesUrl":"/v1/sites/summer-paris/draws/drw_0193a5f2c0de7a10b1c2d3e4f5a6b7c8/entries.jsonl"}]}
    """)]
public sealed record ReceiptAnswer(
    string EntryRef, string PersonRef, string Pool, long Number, DateTimeOffset EnteredAt, JsonObject Record, IReadOnlyList<ReceiptDraw> Draws);

/// <summary>What became of an entry in a draw.</summary>
/// <param name="Id">The draw's id.</param>
/// <param name="Name">The draw's name.</param>
/// <param name="Level">Evidence level; committed is not evidence.</param>
/// <param name="DrawState">planned, frozen, committed, drawn, completed, void or withheld.</param>
/// <param name="State">
/// waiting (no list is published yet), listed (takes part, not drawn yet), excluded (does not take part), drawn, not-drawn, not-covered (came after
/// the freeze), missing (ought to be on the list and is not: complain).
/// </param>
/// <param name="Reason">Why it is excluded, a code.</param>
/// <param name="Index">Its place on its part of the list, from 0.</param>
/// <param name="Tickets">How many tickets it has.</param>
/// <param name="Position">Where it was drawn, from 1.</param>
/// <param name="Role">winner or reserve, as drawn.</param>
/// <param name="Prize">The prize as drawn.</param>
/// <param name="Holds">The prize that it holds after replacements; null for none.</param>
/// <param name="Confirmed">Whether the winners are published; before that they are provisional.</param>
/// <param name="CommitmentUrl">Path of the commitment; null before it is published.</param>
/// <param name="CertificateUrl">Path of the certificate; null before the draw.</param>
/// <param name="CertificatePageUrl">Path of the page for people; null before the commitment.</param>
/// <param name="EntriesUrl">Path of the list; null before the commitment.</param>
public sealed record ReceiptDraw(
    string Id, string Name, string Level, string DrawState, string State, string? Reason, long? Index, long? Tickets, long? Position, string? Role,
    string? Prize, string? Holds, bool Confirmed, string? CommitmentUrl, string? CertificateUrl, string? CertificatePageUrl, string? EntriesUrl)
{
    internal static ReceiptDraw Before(ListedReceipt listed, string slug) => new(
        listed.DrawId, listed.Name, listed.Level, listed.State, StateOf(listed.Place), listed.Reason, listed.Index, listed.Tickets, null, null, null, null,
        Confirmed: false, Url(listed, slug, "commitment"), null, Url(listed, slug, "certificate.html"), Url(listed, slug, "entries.jsonl"));

    internal static ReceiptDraw After(ListedReceipt listed, string slug, DrawPlace? place)
    {
        var before = Before(listed, slug) with { CertificateUrl = Url(listed, slug, "certificate"), Confirmed = listed.State == "completed" };
        return (listed.Place, place) switch
        {
            (ListedPlace.Listed, null) => before with { State = "not-drawn" },
            (ListedPlace.Listed, { } drawn) => before with
            {
                State = "drawn", Position = drawn.Position, Role = drawn.Role, Prize = drawn.Drawn, Holds = drawn.Holds,
            },
            _ => before,
        };
    }

    private static string? Url(ListedReceipt listed, string slug, string name) =>
        listed.Place == ListedPlace.Waiting ? null : $"/v1/sites/{slug}/draws/{listed.DrawId}/{name}";

    private static string StateOf(ListedPlace place) => place switch
    {
        ListedPlace.Waiting => "waiting",
        ListedPlace.Listed => "listed",
        ListedPlace.Excluded => "excluded",
        ListedPlace.NotCovered => "not-covered",
        _ => "missing",
    };
}
