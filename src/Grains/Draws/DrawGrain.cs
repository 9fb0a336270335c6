using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Pools;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Draws;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Draws;

/// <summary>
/// The one writer of a draw. Each step (list committed, winners drawn, winners published) is one fenced transaction, and what was
/// drawn is written before it is shown: a trigger that comes twice, or after a crash, goes on from what is stored.
/// </summary>
[GrainType("draw")]
public sealed class DrawGrain(
    DrawStore store, OutboxRelay relay, SecretBox box, TimeProvider clock) : Grain, IDrawGrain, IRemindable
{
    private const string Reminder = "draw";
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);
    private DrawAddress address = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var parts = GrainKeys.Split(this.GetPrimaryKeyString());
        address = new DrawAddress(parts[0], parts[1], parts[2], Ids.Parse(Ids.Campaign, parts[1]), Ids.Parse(Ids.Draw, parts[2]));
        return Task.CompletedTask;
    }

    public async Task<Result<bool>> PlanAsync(SetDrawPlan command)
    {
        var draw = command.Draw;
        var rules = new DrawRules
        {
            DrawId = address.DrawId,
            Prizes = DrawRules.Expand(draw.Prizes.Select(p => (p.Name, p.Quantity))),
            Reserves = draw.Reserves,
            Rule = DrawRuleNames.TryParse(draw.Rule, out var rule) ? rule : throw new ArgumentException($"Unknown rule '{draw.Rule}'."),
            From = draw.From,
            Until = draw.Until,
        };
        var secret = RandomNumberGenerator.GetBytes(32);
        var plan = new DrawPlan(
            draw.Name, draw.Level, draw.Rule, JsonSerializer.Serialize(rules.Prizes), draw.Reserves, draw.From, draw.Until,
            DrawTimes.FreezeAt(draw, command.ClosesAt), Encoding.UTF8.GetString(rules.ToCanonical()), rules.Hash().ToArray(),
            box.Seal(secret, "draw", address.DrawId), SHA256.HashData(secret));
        var planned = await store.PlanAsync(
            address, plan, Event(command.Actor, "draw.planned", new { rulesHash = rules.Hash().ToString(), draw.Level }), CancellationToken.None);
        await RelayAsync();
        return planned
            ? true
            : new Refusal("draw.wrong_state", "The draw's rules are fixed: entries have been taken or the draw has been frozen.");
    }

    public async Task ScheduleAsync(DateTimeOffset at)
    {
        await store.MoveAsync(address, at.ToUniversalTime(), Event(Actor.System, "draw.scheduled", new { at }), CancellationToken.None);
        var due = at - clock.GetUtcNow();
        await this.RegisterOrUpdateReminder(Reminder, due > TimeSpan.Zero ? due : TimeSpan.FromSeconds(1), Retry);
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        var result = await RunAsync(new DrawCommand(Actor.System));
        if (result.Refusal is { Code: "draw.campaign_not_closed" or "draw.not_due" })
        {
            return; // The next tick tries again.
        }

        if (await this.GetReminder(Reminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    public async Task<Result<bool>> RunAsync(DrawCommand command)
    {
        if (await store.TakeAsync(address, CancellationToken.None) is not { } draw)
        {
            return NotFound();
        }

        if (draw.State is "planned" or "frozen")
        {
            if (draw.FreezeAt > clock.GetUtcNow() && command.Actor == Actor.System)
            {
                return new Refusal("draw.not_due", "The draw's time has not come.");
            }

            if (await store.ClosedPoolsAsync(address, CancellationToken.None) is not { } lastNumbers)
            {
                return new Refusal("draw.campaign_not_closed", "The campaign still takes entries: it is drawn after it has closed.");
            }

            await FreezeAsync(command.Actor, draw, lastNumbers);
        }

        if (draw.State is "planned" or "frozen" or "committed")
        {
            await SelectAsync(command.Actor, draw);
        }

        await AdvanceAsync(command.Actor, "drawn");
        return true;
    }

    public async Task<Result<bool>> PublishAsync(DrawCommand command)
    {
        if (await store.TakeAsync(address, CancellationToken.None) is not { } draw)
        {
            return NotFound();
        }

        if (draw.State is not ("drawn" or "completed"))
        {
            return new Refusal("draw.wrong_state", "There are no winners to publish yet: run the draw first.");
        }

        if (draw.State == "drawn")
        {
            Holds(await store.PublishAsync(
                address, draw.Epoch, clock.GetUtcNow(), Event(command.Actor, "draw.published", null), CancellationToken.None));
        }

        await AdvanceAsync(command.Actor, "completed");
        return true;
    }

    private async Task FreezeAsync(Actor actor, TakenDraw draw, IReadOnlyDictionary<Guid, long> lastNumbers)
    {
        var entries = new List<FrozenEntry>();
        await foreach (var candidate in store.CandidatesAsync(address, draw, CancellationToken.None))
        {
            entries.Add(new FrozenEntry(
                PersonRefs.EntryRef(candidate.PersonKey, Ids.Format(Ids.Entry, candidate.EntryId)), PersonRefs.PersonRef(candidate.PersonKey),
                candidate.EntryId, 1, candidate.Excluded));
        }

        var eligible = DrawLeaves.Sort(entries.Where(e => e.Excluded is null).Select(e => new DrawEntry(e.EntryRef, e.PersonRef, e.Tickets)));
        var excluded = DrawLeaves.Sort(entries.Where(e => e.Excluded is not null).Select(e => new ExcludedEntry(e.EntryRef, e.PersonRef, e.Excluded!)));
        var now = clock.GetUtcNow();
        var commitment = new DrawCommitment
        {
            DrawId = address.DrawId,
            Root = DrawLeaves.Root(eligible),
            ExcludedRoot = DrawLeaves.Root(excluded),
            Eligible = eligible.Length,
            Excluded = excluded.Length,
            Tickets = eligible.Sum(e => e.Tickets),
            Persons = eligible.Select(e => e.PersonRef).Distinct().LongCount(),
            LastNumbers = lastNumbers.ToDictionary(p => Ids.Format(Ids.Pool, p.Key), p => p.Value),
            RulesHash = new Bytes32(draw.RulesHash),
            SecretHash = new Bytes32(draw.SecretHash),
            Level = EvidenceLevels.TryParse(draw.Level, out var level) ? level : throw new ArgumentException($"Unknown level '{draw.Level}'."),
            CommittedAt = now,
        };
        Holds(await store.FreezeAsync(
            address, draw.Epoch,
            new FrozenList(
                entries, commitment.Root.ToArray(), commitment.ExcludedRoot.ToArray(), Encoding.UTF8.GetString(commitment.ToCanonical()), now),
            Event(actor, "draw.committed", new { root = commitment.Root.ToString(), commitment.Eligible, commitment.Excluded }),
            CancellationToken.None));
    }

    private async Task SelectAsync(Actor actor, TakenDraw draw)
    {
        var (entries, root) = await store.FrozenAsync(address, CancellationToken.None);
        var secret = box.Open(draw.SealedSecret, "draw", address.DrawId);
        var level = EvidenceLevels.TryParse(draw.Level, out var parsed) ? parsed : throw new ArgumentException($"Unknown level '{draw.Level}'.");
        var seed = DrawSeed.Derive(level, new Bytes32(root), new Bytes32(draw.RulesHash), 0, [], secret);
        var order = DrawOrder.Draw(entries, RulesOf(draw.Rules), seed);
        var winners = order.Places.Select(p => new DrawnWinner(
            p.Position, p.Role == DrawRole.Winner ? "winner" : "reserve", p.Prize, p.EntryRef)).ToArray();
        Holds(await store.DrawAsync(
            address, draw.Epoch, winners, secret, clock.GetUtcNow(),
            Event(actor, "draw.drawn", new { seed = seed.ToString(), winners = winners.Length }), CancellationToken.None));
    }

    private static DrawRules RulesOf(string canonical)
    {
        using var json = JsonDocument.Parse(canonical);
        var root = json.RootElement;
        return new DrawRules
        {
            DrawId = root.GetProperty("drawId").GetString()!,
            Prizes = [.. root.GetProperty("prizes").EnumerateArray().Select(p => p.GetString()!)],
            Reserves = root.GetProperty("reserves").GetInt32(),
            Rule = DrawRuleNames.TryParse(root.GetProperty("rule").GetString(), out var rule) ? rule : throw new JsonException("Unknown rule."),
        };
    }

    private async Task AdvanceAsync(Actor actor, string state)
    {
        await RelayAsync();
        await GrainFactory.GetGrain<ICampaignGrain>(GrainKeys.Campaign(address.TenantId, address.CampaignId))
            .DrawAdvancedAsync(new DrawAdvanced(address.DrawId, state, actor));
    }

    private CampaignEvent Event(Actor actor, string action, object? after) => new(
        Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow(), actor.Id, action, address.DrawId, null,
        after is null ? null : JsonSerializer.Serialize(after, JsonSerializerOptions.Web));

    private Result<bool> NotFound() => new Refusal("draw.not_found", "There is no such draw.");

    private static void Holds(bool written)
    {
        if (!written)
        {
            throw new InvalidOperationException("Another activation has taken over this draw.");
        }
    }

    private Task RelayAsync() => relay.TryRelayAsync(address.TenantId, address.CampaignId);
}
