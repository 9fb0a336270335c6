using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>An entry as it is stored.</summary>
public sealed record BookedEntry(
    string Key, EntryId Id, long Number, DateTimeOffset EnteredAt, DateOnly Day, IdentityHash Identity, EntrantId Entrant, byte[] PersonKey,
    byte[] Fingerprint, string Outcome, PrizeId? Prize, MomentId? Moment)
{
    public IdentityHash Phone { get; init; } = IdentityHash.None;
    public DateTimeOffset Hour { get; init; }
    public CouponCode? Coupon { get; init; }
    public string? Code { get; init; }
}

/// <summary>
/// A model of storage: only what was committed is in it, an epoch fences its writers, and all counters are counted anew at every
/// load. Moments come back in no order, as from a table.
/// </summary>
public sealed class PoolBook(Random? disorder = null)
{
    private readonly Dictionary<IdentityHash, (EntrantId Id, byte[] PersonKey)> entrants = [];
    private readonly Dictionary<string, BookedEntry> byKey = [];

    /// <summary>The pool as the protocol's formulas spell it, and the key of its instant wins.</summary>
    public const string PublicId = "pool_spec";
    public static readonly byte[] Key = SHA256.HashData("the key of all pools under test"u8);

    public List<PrizeTerms> Prizes { get; } = [];

    public List<WinningMoment> Moments { get; } = [];

    /// <summary>Coupon codes set aside for this pool, by batch, with what the batch expires at.</summary>
    public Dictionary<CodeBatchId, (List<CouponCode> Codes, DateTimeOffset? ExpiresAt)> Coupons { get; } = [];

    /// <summary>Entry codes by canonical spelling, used or not.</summary>
    public Dictionary<string, EntryCode> Codes { get; } = [];

    public List<BookedEntry> Entries { get; } = [];

    public long Epoch { get; private set; }

    public BookedEntry? Find(string key) => byKey.GetValueOrDefault(key);

    /// <summary>Takes the pool over, as an activation does, and loads it.</summary>
    public (long Epoch, PoolState State) Take() => (++Epoch, Load());

    public PoolState Load()
    {
        var claimed = Entries.Where(e => e.Moment is not null).Select(e => e.Moment!.Value).ToHashSet();
        var unclaimed = Moments.Where(m => !claimed.Contains(m.Id)).ToArray();
        disorder?.Shuffle(unclaimed);
        var supplies = Coupons.ToDictionary(c => c.Key, c => SupplyOf(c.Key, c.Value));
        return new PoolState(
            PublicId, Key, [.. Prizes.Select(p => StateOf(p, p.CouponBatch is { } b ? supplies.GetValueOrDefault(b) : null))], unclaimed, Entries.Count, Entries.Count == 0 ? DateTimeOffset.MinValue : Entries[^1].EnteredAt);
    }

    /// <summary>What a batch of these needs to know, in a state of its own.</summary>
    public EntryFacts FactsOf(IReadOnlyCollection<EntryCommand> commands)
    {
        var used = Entries.Where(e => e.Code is not null).Select(e => e.Code!).ToHashSet();
        return new EntryFacts(
            commands.Select(c => c.Key).Distinct().Where(byKey.ContainsKey)
                .ToDictionary(k => k, k => new KnownEntry(byKey[k].Id, byKey[k].PersonKey, byKey[k].Fingerprint)),
            commands.Select(c => c.Identity).Distinct().Where(entrants.ContainsKey).ToDictionary(i => i, StateOf),
            commands.Select(c => c.PhoneIdentity).Distinct().Where(p => Entries.Any(e => e.Phone == p)).ToDictionary(i => i, PhoneStateOf),
            Codes.Where(c => !used.Contains(c.Key)).ToDictionary());
    }

    /// <summary>Writes the whole batch, or nothing when another writer has taken over.</summary>
    public bool Commit(long epoch, IReadOnlyList<AcceptedEntry> accepted)
    {
        if (epoch != Epoch)
        {
            return false;
        }

        foreach (var e in accepted)
        {
            entrants.TryAdd(e.Command.Identity, (e.Entrant.Id, e.Entrant.PersonKey));
            var booked = new BookedEntry(
                e.Command.Key, e.Id, e.Number, e.EnteredAt, e.Day, e.Command.Identity, e.Entrant.Id, e.Entrant.PersonKey, e.Fingerprint,
                e.Outcome, e.Prize?.Id, e.Moment?.Id)
            {
                Phone = e.Command.PhoneIdentity, Hour = e.Time.Hour, Coupon = e.Coupon, Code = e.Code is null ? null : e.Command.Code,
            };
            byKey.Add(booked.Key, booked);
            Entries.Add(booked);
        }

        return true;
    }

    private CouponSupply SupplyOf(CodeBatchId batch, (List<CouponCode> Codes, DateTimeOffset? ExpiresAt) held)
    {
        var supply = new CouponSupply(batch, held.ExpiresAt);
        foreach (var code in held.Codes.Where(c => !Entries.Any(e => e.Coupon == c)))
        {
            supply.Add(code);
        }

        return supply;
    }

    private PrizeState StateOf(PrizeTerms terms, CouponSupply? coupons)
    {
        var state = new PrizeState(terms, coupons);
        var won = Entries.Where(e => e.Prize == terms.Id).ToArray();
        var (day, hour) = won.Length == 0 ? default : (won.Max(e => e.Day), won.Max(e => e.Hour));
        state.Restore(won.Length, day, won.Count(e => e.Day == day), hour, won.Count(e => e.Hour == hour));
        return state;
    }

    private EntrantState StateOf(IdentityHash identity)
    {
        var (id, personKey) = entrants[identity];
        return Counted(new EntrantState(id, personKey), Entries.Where(e => e.Identity == identity));
    }

    private IdentityCounts PhoneStateOf(IdentityHash phone) => Counted(new IdentityCounts(), Entries.Where(e => e.Phone == phone));

    private static T Counted<T>(T state, IEnumerable<BookedEntry> entries) where T : IdentityCounts
    {
        var own = entries.ToArray();
        var day = own.Max(e => e.Day);
        state.Restore(own.Length, own.Count(e => e.Outcome == "prize"), day, own.Count(e => e.Day == day), own.Max(e => e.EnteredAt));
        foreach (var prize in own.Where(e => e.Prize is not null).GroupBy(e => e.Prize!.Value))
        {
            state.RestoreUnits(prize.Key, prize.Count());
        }

        return state;
    }
}
