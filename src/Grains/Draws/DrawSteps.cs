using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Providers.Timestamps;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Draws;
using PrizeDraw.Storage.Campaign.Draws.Lists;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Grains.Draws;

/// <summary>
/// The steps of a draw from its freeze to its winners. Each finds out from what is stored what is to be done, and ends in one fenced
/// transaction: cut short anywhere, it is done again and comes to the same.
/// </summary>
internal sealed class DrawSteps(DrawParts parts, DrawAddress address)
{
    /// <summary>From the commitment to the round at the least: nobody can know the randomness by then.</summary>
    internal static readonly TimeSpan Ahead = TimeSpan.FromSeconds(600);

    private static readonly TimeSpan TokenEarliest = TimeSpan.FromSeconds(-5);
    private static readonly TimeSpan TokenLatest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly DrawListAddress list = DrawListAddress.Parse(address.TenantId, address.CampaignId, address.DrawId);

    /// <summary>The restored installation only reports.</summary>
    internal static Waiting UntilConfirmed { get; } = new(
        LookAgain, "The central database was restored to an older state: the draw goes on once a super_admin has looked and confirmed the installation.");

    /// <summary>What there is to wait for: how long until it is looked for again, why, and when it is expected, where that is known.</summary>
    internal sealed record Waiting(TimeSpan For, string Why, DateTimeOffset? Until = null);

    /// <summary>Builds the list, commits to it, and has the commitment witnessed. Null when it is done.</summary>
    public async Task<Waiting?> CommitAsync(TakenDraw draw, Actor actor, CancellationToken ct)
    {
        var level = LevelOf(draw);
        if (level.UsesBeacon() && !parts.Beacon.IsConfigured)
        {
            return new Waiting(LookAgain, $"The draw is planned at level {draw.Level}, but no beacon relays are configured any more.");
        }

        var sealedList = await parts.Builder.BuildAsync(list, new DrawListFreeze(draw.From, draw.Until, draw.Frozen!.LastNumbers), ct);
        var commitment = CommitmentOf(draw, level, sealedList);
        var body = commitment.ToCanonical();
        byte[]? token = null;
        if (level == EvidenceLevel.Beacon)
        {
            var stamped = await parts.Authority.StampAsync(commitment.Hash().ToArray(), ct);
            if (stamped is not Stamped witness)
            {
                return new Waiting(AskAgain, ((NotStamped)stamped).Reason);
            }

            // Whoever commits and has it dated much later could have chosen in between: then another commitment is made and dated.
            var late = witness.GenTime - commitment.CommittedAt;
            if (late < TokenEarliest || late >= TokenLatest)
            {
                return new Waiting(AskAgain, $"The time-stamp authority says {CanonicalTime.Format(witness.GenTime)}, the platform {CanonicalTime.Format(commitment.CommittedAt)}.");
            }

            token = [.. witness.Token];
        }

        var signature = await parts.Keys.SignAsync(body, ct);
        var signed = new SignedDrawCommitment(Encoding.UTF8.GetString(body), signature.KeyId, signature.Bytes, token);
        DrawGrain.Holds(await parts.Store.CommitAsync(
            address, draw.Epoch,
            new CommittedDraw(sealedList, signed, commitment.Round, commitment.Round == 0 ? null : JsonSerializer.Serialize(parts.Beacon.Chain), ClosingOf(draw)),
            Event(actor, "draw.committed", new { commitment = signed.Hash.ToString(), commitment.Eligible, commitment.Excluded, commitment.Round }),
            CancellationToken.None));
        return null;
    }

    /// <summary>Makes the commitment public, for ever.</summary>
    public async Task PublishCommitmentAsync(TakenDraw draw, Actor actor, CancellationToken ct)
    {
        await parts.Files.PutCommitmentAsync(list, draw.Commitment!.ToDocument(draw.Rules, await PredecessorAsync(parts, address, draw, ct)), ct);
        DrawGrain.Holds(await parts.Store.CommitmentPublishedAsync(
            address, draw.Epoch, parts.Clock.GetUtcNow(), Event(actor, "draw.commitment_published", null), CancellationToken.None));
    }

    /// <summary>Waits for the round that was committed to, however long that takes, and draws. Null when the winners are stored.</summary>
    public async Task<Waiting?> RevealAsync(TakenDraw draw, Actor actor, CancellationToken ct)
    {
        var level = LevelOf(draw);
        BeaconAgreed? agreed = null;
        CertifiedObserver? observed = null;
        if (level.UsesBeacon())
        {
            var (waiting, answer) = await RoundAsync(draw, ct);
            if (answer is null)
            {
                return waiting;
            }

            agreed = answer;
        }
        else if (level == EvidenceLevel.Observed)
        {
            observed = await parts.Observers.SuppliedAsync(address, ct);
            if (observed is null)
            {
                return new Waiting(LookAgain, "An independent person has to supply the randomness by the link that they are given.");
            }
        }

        var sealedList = await parts.Lists.FindAsync(list, ct) ?? throw new InvalidOperationException("The list that was committed to is not there.");
        var secret = parts.Box.Open(draw.SealedSecret, "draw", address.DrawId);
        var seed = DrawSeed.Derive(
            level, RootOf(draw), new Bytes32(draw.RulesHash), draw.Round,
            agreed is not null ? Convert.FromHexString(agreed.Randomness) : observed is not null ? observed.Randomness.ToArray() : [], secret);
        var order = await parts.Lists.DrawAsync(sealedList, RulesOf(draw.Rules), seed, 0, ct);
        var ids = await parts.Entries.EntryIdsAsync(sealedList, [.. order.Places.Select(p => p.EntryRef)], ct);
        var winners = order.Places.Select(p => new DrawnWinner(
            p.Position, p.Role == DrawRole.Winner ? "winner" : "reserve", p.Prize, p.EntryRef, ids[p.EntryRef])).ToArray();
        await StoreAsync(draw, actor, new DrawResult(
            winners, secret, seed.ToArray(), agreed?.Signature, DrawCertificate.TraceOf(order.Trace), parts.Clock.GetUtcNow()));
        return null;
    }

    /// <summary>Draws from a list that an earlier version committed to.</summary>
    public async Task DrawEarlierAsync(TakenDraw draw, Actor actor, CancellationToken ct)
    {
        var (entries, root) = await parts.Records.EarlierListAsync(address, ct);
        var secret = parts.Box.Open(draw.SealedSecret, "draw", address.DrawId);
        var seed = DrawSeed.Derive(LevelOf(draw), new Bytes32(root), new Bytes32(draw.RulesHash), 0, [], secret);
        var order = DrawOrder.Draw([.. entries.Select(e => e.Entry)], RulesOf(draw.Rules), seed);
        var ids = entries.ToDictionary(e => e.Entry.EntryRef, e => e.Id);
        var winners = order.Places.Select(p => new DrawnWinner(
            p.Position, p.Role == DrawRole.Winner ? "winner" : "reserve", p.Prize, p.EntryRef, ids[p.EntryRef])).ToArray();
        await StoreAsync(draw, actor, new DrawResult(winners, secret, seed.ToArray(), null, null, parts.Clock.GetUtcNow()));
    }

    /// <summary>The void draw that this one succeeds; null when it succeeds none.</summary>
    internal static async Task<DrawPredecessor?> PredecessorAsync(DrawParts parts, DrawAddress address, TakenDraw draw, CancellationToken ct) =>
        draw.Succeeds is { } predecessor ? await parts.Events.PredecessorAsync(address, predecessor, ct) : null;

    private async Task StoreAsync(TakenDraw draw, Actor actor, DrawResult result) => DrawGrain.Holds(await parts.Store.DrawAsync(
        address, draw.Epoch, result with { Event = DrawLateness.Of(draw, result.At) },
        Event(actor, "draw.drawn", new { seed = Convert.ToHexStringLower(result.Seed), winners = result.Winners.Count }), CancellationToken.None));

    private async Task<(Waiting? Waiting, BeaconAgreed? Agreed)> RoundAsync(TakenDraw draw, CancellationToken ct)
    {
        var chain = JsonSerializer.Deserialize<BeaconChain>(draw.Chain!)!;
        if (parts.Beacon.Chain.ChainHash != chain.ChainHash)
        {
            return (new Waiting(LookAgain, $"The draw is committed to a round of the chain {chain.ChainHash}, and relays of another one are configured."), null);
        }

        var until = chain.TimeOf(draw.Round) - parts.Clock.GetUtcNow();
        if (until > TimeSpan.Zero)
        {
            return (new Waiting(
                until < LookAgain ? until : LookAgain, $"Round {draw.Round} appears at {CanonicalTime.Format(chain.TimeOf(draw.Round))}.", chain.TimeOf(draw.Round)), null);
        }

        // A round stays retrievable for ever: it is never given up for another one.
        return await parts.Beacon.RoundAsync(draw.Round, ct) switch
        {
            BeaconAgreed agreed => (null, agreed),
            BeaconWaiting waiting => (new Waiting(AskAgain, waiting.Sentence), null),
            var other => throw new InvalidOperationException($"{other} is no answer of a beacon."),
        };
    }

    private DrawCommitment CommitmentOf(TakenDraw draw, EvidenceLevel level, SealedDrawList frozen)
    {
        var now = CanonicalTime.ToMicroseconds(parts.Clock.GetUtcNow());
        return new DrawCommitment
        {
            DrawId = address.DrawId,
            Root = frozen.Root,
            ExcludedRoot = frozen.ExcludedRoot,
            Eligible = frozen.Eligible,
            Excluded = frozen.Excluded,
            Tickets = frozen.Tickets,
            Persons = frozen.Persons,
            LastNumbers = frozen.LastNumbers.ToDictionary(p => Ids.Format(Ids.Pool, p.Key), p => p.Value),
            RulesHash = new Bytes32(draw.RulesHash),
            SecretHash = new Bytes32(draw.SecretHash),
            Level = level,
            ChainHash = level.UsesBeacon() ? Bytes32.Parse(parts.Beacon.Chain.ChainHash) : null,
            Round = level.UsesBeacon() ? parts.Beacon.Chain.FirstRoundAtOrAfter(now + Ahead) : 0,
            CommittedAt = now,
            AddedLater = draw.AddedLater,
            Succeeds = draw.Succeeds is { } predecessor ? Ids.Format(Ids.Draw, predecessor) : null,
        };
    }

    /// <summary>A campaign that closed before the end of the draw's period.</summary>
    private static DrawEvent? ClosingOf(TakenDraw draw) => draw.Frozen!.ClosedAt is { } closedAt && closedAt < draw.Until
        ? new DrawEvent("closing-changed", null, "closed-early", null, null, "platform", closedAt)
        : null;

    internal static EvidenceLevel LevelOf(TakenDraw draw) =>
        EvidenceLevels.TryParse(draw.Level, out var level) ? level : throw new InvalidOperationException($"Unknown level '{draw.Level}'.");

    private static Bytes32 RootOf(TakenDraw draw)
    {
        using var body = JsonDocument.Parse(draw.Commitment!.Body);
        return Bytes32.Parse(body.RootElement.GetProperty("root").GetString()!);
    }

    internal static DrawRules RulesOf(string canonical)
    {
        using var document = JsonDocument.Parse(canonical);
        var rules = document.RootElement;
        return new DrawRules
        {
            DrawId = rules.GetProperty("drawId").GetString()!,
            Prizes = [.. rules.GetProperty("prizes").EnumerateArray().Select(p => p.GetString()!)],
            Reserves = rules.GetProperty("reserves").GetInt32(),
            Rule = DrawRuleNames.TryParse(rules.GetProperty("rule").GetString(), out var rule) ? rule : throw new InvalidOperationException("Unknown rule."),
        };
    }

    private CampaignEvent Event(Actor actor, string action, object? after) => DrawGrain.Event(parts.Clock, address, actor, action, after);
}
