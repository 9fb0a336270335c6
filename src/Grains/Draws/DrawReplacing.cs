using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign.Draws;
using PrizeDraw.Storage.Campaign.EntrantMails;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Grains.Draws;

/// <summary>Somebody loses their prize.</summary>
/// <param name="Position">The position of the order that holds it.</param>
/// <param name="ReasonCode">See <see cref="ReplacementReasons"/>.</param>
/// <param name="Clause">Of the terms; stands on the certificate.</param>
/// <param name="Evidence">Stays with the case.</param>
/// <param name="TellEntrant">Whether they are told by a mail of its own.</param>
internal sealed record Replacement(int Position, string ReasonCode, string? Clause, string? Evidence, bool TellEntrant);

/// <summary>
/// Passes a prize to the next reserve of the same order; it is never rolled for again. Reserves that the order has not yet come from where the
/// same permutation goes on, stored with the event that needs them.
/// </summary>
internal sealed class DrawReplacing(DrawParts parts, DrawAddress address)
{
    private readonly DrawListAddress list = DrawListAddress.Parse(address.TenantId, address.CampaignId, address.DrawId);

    /// <summary>Writes the replacement. Replaced already: true, and nothing is written.</summary>
    public async Task<Result<bool>> ReplaceAsync(TakenDraw draw, Replacement what, Actor by)
    {
        if (Unfounded(what, by) is { } lacking)
        {
            return lacking;
        }

        var places = await parts.Events.PlacesAsync(address, CancellationToken.None);
        var holders = DrawHolders.Of([.. places.Select(p => p.Place)], await parts.Records.EventsAsync(address, CancellationToken.None));
        if (holders.Replaced.Contains(what.Position))
        {
            return true;
        }

        if (what.Position < 1 || what.Position > places.Count)
        {
            return new Refusal("winner.not_found", "The draw's order has no such position.");
        }

        if (holders.HeldBy(what.Position) is not { } held)
        {
            return new Refusal("winner.holds_no_prize", "This reserve holds no prize, so that there is nothing to pass on.");
        }

        DrawGrain.Holds(await WriteAsync(draw, what, by, holders, held, places));
        return true;
    }

    private async Task<bool> WriteAsync(TakenDraw draw, Replacement what, Actor by, DrawHolders holders, HeldPrize held, IReadOnlyList<StoredPlace> places)
    {
        var (further, trace) = await FurtherAsync(draw, holders, places);
        var now = CanonicalTime.ToMicroseconds(parts.Clock.GetUtcNow());
        var kept = what.Evidence is { } evidence ? new DrawCase(new Bytes32(RandomNumberGenerator.GetBytes(Bytes32.Size)), evidence) : null;
        var happened = new DrawEvent(
            DrawEventKinds.WinnerReplaced, held.Position, what.ReasonCode, what.Clause, kept?.Hash(), DrawGrain.NameOf(by), now);
        var mail = what.TellEntrant
            ? new EntrantMail(
                Guid.CreateVersion7(now), places[what.Position - 1].EntryId, "winner-replaced",
                JsonSerializer.Serialize(new { drawId = address.DrawId, position = what.Position, reasonCode = what.ReasonCode, clause = what.Clause }), now)
            : null;
        var audit = DrawGrain.Event(
            parts.Clock, address, by, "draw.winner_replaced",
            new { position = what.Position, prizeOf = held.Position, reasonCode = what.ReasonCode, clause = what.Clause, evidenceHash = kept?.Hash().ToString() });
        return await parts.Events.ReplaceAsync(
            address, draw, new StoredReplacement(what.Position, happened, kept, further, trace, mail), audit, CancellationToken.None);
    }

    /// <summary>What the order lacks of the reserves that it must have after this replacement, and the longer trace; nothing when it has them.</summary>
    private async Task<(IReadOnlyList<DrawnWinner> Further, string? Trace)> FurtherAsync(
        TakenDraw draw, DrawHolders holders, IReadOnlyList<StoredPlace> places)
    {
        var rules = DrawSteps.RulesOf(draw.Rules);
        var extra = DrawHolders.FurtherReserves(rules.Reserves, holders.Replacements + 1);
        if (extra == 0)
        {
            return ([], null);
        }

        var (order, ids) = await LongerAsync(draw, rules, extra);
        if (!order.Places.Take(places.Count).Select(p => p.EntryRef).SequenceEqual(places.Select(p => p.Place.EntryRef)))
        {
            throw new InvalidOperationException("The permutation does not go on from the order that is stored.");
        }

        var further = order.Places.Skip(places.Count).ToArray();
        var entries = await ids(further);
        return (
            [.. further.Select(p => new DrawnWinner(p.Position, "reserve", null, p.EntryRef, entries[p.EntryRef]))],
            draw.IsOfEarlierVersion ? null : DrawCertificate.TraceOf(order.Trace));
    }

    private async Task<(DrawOrder Order, Func<DrawnPlace[], Task<IReadOnlyDictionary<string, Guid>>> IdsOf)> LongerAsync(
        TakenDraw draw, DrawRules rules, int extra)
    {
        if (draw.IsOfEarlierVersion)
        {
            var (entries, root) = await parts.Records.EarlierListAsync(address, CancellationToken.None);
            var earlierSeed = DrawSeed.Derive(DrawSteps.LevelOf(draw), new Bytes32(root), new Bytes32(draw.RulesHash), 0, [], draw.Secret!);
            IReadOnlyDictionary<string, Guid> all = entries.ToDictionary(e => e.Entry.EntryRef, e => e.Id);
            return (DrawOrder.Draw([.. entries.Select(e => e.Entry)], rules, earlierSeed, extra), _ => Task.FromResult(all));
        }

        var frozen = await parts.Lists.FindAsync(list, CancellationToken.None)
            ?? throw new InvalidOperationException("The list that was committed to is not there.");
        return (
            await parts.Lists.DrawAsync(frozen, rules, new Bytes32(draw.Seed!), extra, CancellationToken.None),
            further => parts.Entries.EntryIdsAsync(frozen, [.. further.Select(p => p.EntryRef)], CancellationToken.None));
    }

    /// <summary>What the decision lacks (CAP Code 8.27).</summary>
    private static Refusal? Unfounded(Replacement what, Actor by)
    {
        var lacking = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!(ReplacementReasons.OfPeople.Contains(what.ReasonCode) || (what.ReasonCode == ReplacementReasons.ClaimLapsed && by == Actor.System)))
        {
            lacking["reason"] = string.Create(CultureInfo.InvariantCulture, $"is one of {string.Join(", ", ReplacementReasons.OfPeople)}.");
        }

        if (ReplacementReasons.Disqualifies(what.ReasonCode))
        {
            AddBlank(lacking, "clause", what.Clause, "Name the clause of the terms that the winner fails.");
            AddBlank(lacking, "evidence", what.Evidence, "Say what proves it.");
        }

        return lacking.Count == 0 ? null : new Refusal("draw.replacement_invalid",
            "A winner is replaced for a stated reason, and disqualified by a clause of the terms and with evidence.",
            lacking.ToImmutableSortedDictionary(l => l.Key, l => ImmutableArray.Create(l.Value), StringComparer.Ordinal));
    }

    private static void AddBlank(Dictionary<string, string> lacking, string field, string? value, string message)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            lacking[field] = message;
        }
    }
}
