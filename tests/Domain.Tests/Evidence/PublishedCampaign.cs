using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Domain.Time;

namespace PrizeDraw.Domain.Tests.Evidence;

/// <summary>
/// A closed campaign of one pool with every mode, caps, limits, coupons and changes while live, played by the allocation itself and
/// published as lines. The same seed gives the same campaign.
/// </summary>
public sealed class PublishedCampaign : IDisposable
{
    public const string Campaign = "cmp_1", Pool = "pool_1", Mug = "prz_mug", Pen = "prz_pen", Trip = "prz_trip", Voucher = "prz_voucher",
        Sticker = "prz_sticker";

    public static readonly DateTimeOffset Opens = new(2026, 10, 24, 20, 0, 0, TimeSpan.Zero);
    private const int BatchMax = 12;
    private static readonly DateTimeOffset Closes = Opens.AddDays(3);
    private static readonly CampaignCalendar Calendar = new(TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));
    private static readonly CodeBatchId CouponBatch = new(new Guid("00000000-0000-0000-0000-0000000000c1"));
    private static readonly GeneratedMoments[] Orders =
    [
        new(Mug, 25, Opens, Closes, "08:00-00:00", 10), new(Mug, 5, Opens, Opens.AddHours(9), null, null),
    ];

    private readonly Random random;
    private readonly byte[] secret = SHA256.HashData("the secret of the test"u8), key;
    private readonly List<string> changes = [], entries = [];
    private readonly List<PrizeTerms> terms = [];
    private readonly Dictionary<PrizeId, PrizeState> states = [];
    private readonly Dictionary<IdentityHash, EntrantState> people = [];
    private readonly Dictionary<IdentityHash, IdentityCounts> phones = [];
    private readonly CouponSupply coupons = new(CouponBatch, Opens.AddDays(2.5));
    private readonly List<(WinningMoment Moment, SealedMoment Leaf, bool Chosen)> moments = [];
    private readonly Dictionary<MomentId, long> awarded = [];
    private readonly SignedInstantCommitment commitment;
    private readonly PoolState state;
    private PoolRules rules;
    private Bytes32 rulesHead = PoolChangeLine.Genesis, journalHead = JournalRecord.Genesis;
    private long ordinal, batches, couponSeq, serial;
    private DateTimeOffset now = Opens;

    public PublishedCampaign(int seed, int entries)
    {
        random = new Random(seed);
        key = InstantWinKey.Derive(EvidenceLevel.Committed, secret, 0, []);
        MakePrizes();
        MakeMoments();
        MakePeople();
        rules = new PoolRules
        {
            Published = true, Paused = false, ClosedAt = null, OpensAt = Opens, ClosesAt = Closes, Calendar = Calendar,
            Limits = new EntryLimits(null, 40, TimeSpan.FromSeconds(2), 3), Form = new EntryFormRules(0, [], ImmutableDictionary<string, int>.Empty),
            TermsVersion = 0, Draws = [],
        };
        state = new PoolState(Pool, key, states.Values, moments.Select(m => m.Moment), 0, DateTimeOffset.MinValue);
        var first = RulesLine(1);
        Append(first);
        AddCoupons(20);
        commitment = Commit(first);
        Play(entries);
    }

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public IReadOnlyDictionary<string, int> Wins => states.Values.ToDictionary(p => p.Terms.PublicId, p => (int)p.Allocated);

    public int Changes => changes.Count;

    public void Dispose() => Key.Dispose();

    /// <summary>The file's lines, for a test to change.</summary>
    public List<string> Lines()
    {
        var lines = new List<string>
        {
            Text(InstantLines.Header(
                Campaign, "Europe/London", Closes, [Pool],
                [new InstantKey("k1", [.. Key.ExportSubjectPublicKeyInfo()], Opens.AddDays(-9), null)], [new InstantTerms(1, Bytes32.Zero)])),
            Text(InstantLines.Pool(Pool, "Instant", commitment)),
            Text(InstantLines.Reveal(Pool, secret, 0, [])),
        };
        lines.AddRange(changes);
        foreach (var (moment, leaf, chosen) in moments.OrderBy(m => m.Leaf, Comparer<SealedMoment>.Create(ByLeaf)))
        {
            lines.Add(Text(InstantLines.Moment(new InstantMoment(
                Pool, leaf.PrizeId, leaf.AtMs, leaf.Salt, chosen, awarded.TryGetValue(moment.Id, out var number) ? number : null))));
        }

        lines.AddRange(entries);
        lines.Add(Text(InstantLines.End(lines.Count, state.LastNumber)));
        return lines;
    }

    /// <summary>The recount of these lines, fed in pieces of this many bytes.</summary>
    public static RecountResult Recount(IEnumerable<string> lines, int piece = 4096)
    {
        using var recount = new InstantRecount();
        var bytes = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
        for (var at = 0; at < bytes.Length; at += piece) recount.Feed(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
        return recount.Finish();
    }

    /// <summary>A line with one field changed.</summary>
    public static string With(string line, string field, JsonNode? value)
    {
        var node = JsonNode.Parse(line)!;
        var at = node;
        var names = field.Split('.');
        foreach (var name in names[..^1]) at = int.TryParse(name, CultureInfo.InvariantCulture, out var index) ? at[index]! : at[name]!;
        at[names[^1]] = value;
        return Text(CanonicalJson.ToUtf8(node));
    }

    private void MakePrizes()
    {
        Add(Pen, PrizeKind.Gift, AllocationMode.Guaranteed, null, t => t with { EveryNth = 7 });
        Add(Mug, PrizeKind.Prize, AllocationMode.Moments, 30, t => t with { DailyCap = 9, PerEntrantMax = 2 });
        Add(Trip, PrizeKind.Prize, AllocationMode.Probability, 3, t => t with { Odds = new Odds(1, 40), HourlyCap = 1 });
        Add(Voucher, PrizeKind.Prize, AllocationMode.Probability, 60, t => t with { Odds = new Odds(3, 25), CouponBatch = CouponBatch });
        Add(Sticker, PrizeKind.Gift, AllocationMode.Consolation, 150, t => t with { PerEntrantMax = 4, HourlyCap = 12 });

        void Add(string id, PrizeKind kind, AllocationMode mode, long? stock, Func<PrizeTerms, PrizeTerms> with)
        {
            var made = with(new PrizeTerms
            {
                Id = new PrizeId(new Guid(MD5Of(id))), PublicId = id, Name = id[4..], Kind = kind, Mode = mode, Stock = stock,
            });
            terms.Add(made);
            states[made.Id] = new PrizeState(made, made.CouponBatch is null ? null : coupons);
        }
    }

    private void MakeMoments()
    {
        for (var i = 0; i < 4; i++)
        {
            Add(new SealedMoment(Opens.AddHours(3 * i).ToUnixTimeMilliseconds(), Mug, Bytes32.HashOf([(byte)i])), true);
        }

        foreach (var leaf in GeneratedMoments.Follow(Orders, key, Pool, Calendar)) Add(leaf, false);

        void Add(SealedMoment leaf, bool chosen)
        {
            var id = new MomentId(new Guid(MD5Of($"moment {moments.Count}")));
            var prize = terms.Single(t => t.PublicId == leaf.PrizeId).Id;
            moments.Add((new WinningMoment(id, prize, DateTimeOffset.FromUnixTimeMilliseconds(leaf.AtMs)), leaf, chosen));
        }
    }

    private void MakePeople()
    {
        for (var i = 0; i < 60; i++)
        {
            people[Identity($"mail {i}")] = new EntrantState(new EntrantId(new Guid(MD5Of($"person {i}"))), SHA256.HashData(Encoding.UTF8.GetBytes($"key {i}")));
            phones[Identity($"phone {i % 25}")] = new IdentityCounts();
        }
    }

    private SignedInstantCommitment Commit(PoolRulesLine first)
    {
        var made = new InstantCommitment
        {
            Campaign = Campaign, Pool = Pool, SecretHash = Bytes32.HashOf(secret), RulesHash = first.Hash(), Level = EvidenceLevel.Committed,
            MomentsRoot = WinningMoments.Tree(moments.Select(m => m.Leaf)).Root, Moments = moments.Count, Chosen = 4, Generated = [.. Orders],
            At = Opens.AddHours(-1),
        };
        return new SignedInstantCommitment(made, Sign(made.Hash()), "k1");
    }

    private void Play(int count)
    {
        while (state.LastNumber < count)
        {
            var before = state.LastNumber;
            WriteBatch(Math.Min(random.Next(1, BatchMax), (int)(count - state.LastNumber)));
            ChangeBetween(before, state.LastNumber, count);
        }
    }

    private void ChangeBetween(long before, long last, int count)
    {
        if (Passed(count / 4)) Change(Mug, t => t with { Paused = true });
        if (Passed(count / 3)) Change(Mug, t => t with { Paused = false, DailyCap = 12 });
        if (Passed(count / 2)) Change(Trip, t => t with { Stock = 5, HourlyCap = null });
        if (Passed(count * 2 / 3)) AddCoupons(15);
        if (Passed(count * 3 / 4)) Change(Sticker, t => t with { Stock = 155 });

        bool Passed(int number) => before < number && last >= number;
    }

    private void Change(string prize, Func<PrizeTerms, PrizeTerms> with)
    {
        var index = terms.FindIndex(t => t.PublicId == prize);
        terms[index] = with(terms[index]);
        states[terms[index].Id].Change(terms[index]);
        Append(RulesLine(state.LastNumber + 1));
    }

    private void AddCoupons(int added)
    {
        for (var i = 0; i < added; i++) coupons.Add(new CouponCode(CouponBatch, ++couponSeq, $"CODE{couponSeq}"));
        Append(new PoolCouponsLine { Pool = Pool, From = state.LastNumber + 1, At = now, Prize = Voucher, Added = added });
    }

    private PoolRulesLine RulesLine(long from) => new()
    {
        Pool = Pool, From = from, At = now,
        Rules = new PoolRuleSet
        {
            Modes = ["guaranteed", "moments", "probability", "consolation"], TimeZone = "Europe/London", OpensAt = Opens, ClosesAt = Closes,
            Limits = new RuledLimits(null, 40, 2, 3, "gmail"),
            Prizes =
            [
                .. terms.Select(t => new RuledPrize
                {
                    Id = t.PublicId, Name = t.Name, Kind = t.Kind == PrizeKind.Gift ? "gift" : "prize",
                    Mode = t.Mode.ToString().ToLowerInvariant(), Stock = t.Stock, DailyCap = t.DailyCap, HourlyCap = t.HourlyCap,
                    PerEntrantMax = t.PerEntrantMax, EveryNth = t.EveryNth, Paused = t.Paused,
                    Odds = t.Odds is { } odds ? new RuledOdds(odds.Win, odds.OutOf) : null,
                    Coupon = t.CouponBatch is null ? null : new RuledCoupon("cpn_1", coupons.ExpiresAt),
                }),
            ],
        },
    };

    private void Append(PoolChangeLine line)
    {
        rulesHead = line.After(rulesHead);
        changes.Add(Text(InstantLines.Change(Pool, ++ordinal, Text(line.ToCanonical()), rulesHead)));
    }

    private void WriteBatch(int size)
    {
        var facts = new EntryFacts(new Dictionary<string, KnownEntry>(), people, phones, new Dictionary<string, EntryCode>());
        var batch = new EntryBatch(state, rules, facts);
        while (batch.Accepted.Count < size)
        {
            now += TimeSpan.FromMilliseconds(random.Next(1, 600_000));
            batch.Decide(Command());
        }

        var told = batch.Accepted.Select(e => new EntryOutcome(
            e.Outcome, e.Prize?.Terms.PublicId, e.Prize?.Terms.Name, e.Coupon?.Text)).ToArray();
        var leaves = batch.Accepted.Select((e, i) => new ReceiptLeaf(
            Ref($"entry {e.Number}"), Ref(e.Command.Entrant.Email!), Pool, e.Number, told[i].Hash(), Bytes32.Zero).ToCanonical()).ToArray();
        var record = new JournalRecord
        {
            Campaign = Campaign, Pool = Pool, Batch = ++batches, PreviousHead = journalHead, Root = MerkleTree.Of(leaves).Root,
            FirstNumber = batch.Accepted[0].Number, Count = size, At = now, Rules = rulesHead,
        };
        journalHead = record.Head();
        entries.Add(Text(InstantLines.Batch(Pool, Text(record.ToCanonical()), journalHead, Sign(journalHead), "k1")));
        for (var i = 0; i < size; i++)
        {
            var e = batch.Accepted[i];
            if (e.Moment is { } moment) awarded[moment.Id] = e.Number;
            entries.Add(Text(InstantLines.Entry(new InstantEntry(
                Pool, e.Number, e.EnteredAt, Ref(e.Command.Entrant.Email!),
                e.Command.PhoneIdentity.IsNone ? null : InstantLines.PhoneRef(Pool, Convert.FromHexString(e.Command.PhoneIdentity.Hex)),
                Ref($"entry {e.Number}"), 1, e.Outcome, e.Prize?.Terms.PublicId, told[i].Hash(), null))));
        }
    }

    private EntryCommand Command()
    {
        var person = random.Next(60);
        return new EntryCommand
        {
            Key = $"key {++serial}", ReceivedAt = now, Entrant = new EntrantDetails($"mail{person}@example.com", null, null, null, null, null, null, null),
            Answers = ImmutableSortedDictionary<string, string>.Empty, TermsVersion = null, Consents = [], HoneypotFilled = false,
            Identity = Identity($"mail {person}"), PhoneIdentity = random.Next(2) == 0 ? IdentityHash.None : Identity($"phone {random.Next(25)}"),
            NewEntryId = new EntryId(new Guid(MD5Of($"entry {serial}"))), NewEntrantId = default, NewPersonKey = new byte[32],
        };
    }

    private byte[] Sign(Bytes32 head) =>
        Key.SignData(head.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    private static int ByLeaf(SealedMoment a, SealedMoment b) =>
        a.AtMs != b.AtMs ? a.AtMs.CompareTo(b.AtMs)
        : string.CompareOrdinal(a.PrizeId, b.PrizeId) is not 0 and var byPrize ? byPrize : a.Salt.CompareTo(b.Salt);

    private static string Ref(string of) => Bytes32.HashOf(Encoding.UTF8.GetBytes(of)).ToString();

    private static IdentityHash Identity(string of) => new(Ref(of));

    private static byte[] MD5Of(string of) => SHA256.HashData(Encoding.UTF8.GetBytes(of))[..16];

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);
}
