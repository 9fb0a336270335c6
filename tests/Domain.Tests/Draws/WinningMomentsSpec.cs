using System;
using System.Buffers.Binary;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Time;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Draws;

public sealed class Winning_moments
{
    private static readonly byte[] Secret = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly byte[] Key = InstantWinKey.Derive(EvidenceLevel.Committed, Secret, 0, []);
    private static readonly MomentWindows Windows = new([new(1000, 1010), new(5000, 5001), new(9000, 9100)]);

    [Fact] public void have_a_key_from_secret_and_beacon()
    {
        var randomness = Bytes32.HashOf("beacon"u8).ToArray();
        InstantWinKey.Derive(EvidenceLevel.Beacon, Secret, 258, randomness).ShouldBe(Hmac(
            Secret, [.. Encoding.ASCII.GetBytes("pdv1/instant-key"), 0, 0, 0, 0, 0, 0, 0, 1, 2, .. randomness]));
        Key.ShouldBe(Hmac(Secret, [.. Encoding.ASCII.GetBytes("pdv1/instant-key"), 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        Should.Throw<ArgumentException>(() => InstantWinKey.Derive(EvidenceLevel.Committed, new byte[31], 0, []));
        Should.Throw<ArgumentException>(() => InstantWinKey.Derive(EvidenceLevel.Beacon, Secret, 0, randomness));
    }

    [Fact] public void stand_where_the_seeded_stream_puts_them()
    {
        var seed = Hmac(Key, Encoding.ASCII.GetBytes("pdv1/moments\0pool_1prz_1"));
        var stream = new SeededStream(seed);
        var moments = WinningMoments.Generate(Key, "pool_1", "prz_1", 50, Windows);
        for (var i = 0; i < moments.Length; i++)
        {
            var offset = (long)stream.Below(111);
            moments[i].AtMs.ShouldBe(offset < 10 ? 1000 + offset : offset < 11 ? 5000 : 9000 + offset - 11, $"moment {i}");
            var index = new byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(index, (ulong)i);
            moments[i].Salt.ToArray().ShouldBe(
                Hmac(Key, [.. Encoding.ASCII.GetBytes("pdv1/salt\0pool_1prz_1"), .. index]), $"moment {i}");
        }
    }

    [Fact] public void differ_by_pool_and_prize()
    {
        var moments = WinningMoments.Generate(Key, "pool_1", "prz_1", 20, Windows);
        WinningMoments.Generate(Key, "pool_2", "prz_1", 20, Windows).ShouldNotBe(moments);
        WinningMoments.Generate(Key, "pool_1", "prz_2", 20, Windows).Select(m => m.AtMs).ShouldNotBe(moments.Select(m => m.AtMs));
    }

    [Fact] public void always_stand_within_an_allowed_window() =>
        Prop.ForAll((from lengths in Gen.Choose(1, 1000).NonEmptyListOf()
                     from gaps in Gen.Choose(0, 1000).ListOf(lengths.Count)
                     select lengths.Zip(gaps)).ToArbitrary(), shape =>
        {
            var end = 0L;
            MomentWindow[] windows = [.. shape.Select(s => new MomentWindow(end + s.Second, end = end + s.Second + s.First))];
            var laid = new MomentWindows(windows);
            var moments = WinningMoments.Generate(Key, "pool_1", "prz_1", 30, laid);
            return laid.TotalMs == windows.Sum(w => w.LengthMs)
                && laid.At(0) == windows[0].FromMs && laid.At(laid.TotalMs - 1) == windows[^1].UntilMs - 1
                && moments.All(m => windows.Any(w => w.FromMs <= m.AtMs && m.AtMs < w.UntilMs));
        }).QuickCheckThrowOnFailure();

    [Fact] public void are_committed_to_in_order_of_time_prize_and_salt()
    {
        var (low, high) = (Bytes32.Zero, Bytes32.HashOf([]));
        SealedMoment[] ordered = [new(1, "prz_b", high), new(2, "prz_a", low), new(2, "prz_a", high), new(2, "prz_b", low)];
        WinningMoments.Sort(ordered.Reverse()).ShouldBe(ordered);
        WinningMoments.Leaf(ordered[1]).ShouldBe([.. new byte[32], 0, 0, 0, 0, 0, 0, 0, 2, .. "prz_a"u8]);
        var tree = WinningMoments.Tree(ordered.Reverse());
        tree.Root.ShouldBe(MerkleTree.Of([.. ordered.Select(WinningMoments.Leaf)]).Root);
        MerkleTree.Verify(WinningMoments.Leaf(ordered[3]), 3, 4, tree.Path(3), tree.Root).ShouldBeTrue();
    }

    [Fact] public void refuse_windows_that_are_empty_or_overlap()
    {
        Should.Throw<ArgumentException>(() => new MomentWindows([]));
        Should.Throw<ArgumentException>(() => new MomentWindows([new(5, 5)]));
        Should.Throw<ArgumentException>(() => new MomentWindows([new(5, 10), new(9, 12)]));
        Should.Throw<ArgumentException>(() => new MomentWindows([new(50, 60), new(5, 10)]));
        Should.Throw<ArgumentException>(() => new MomentWindows([new(-1, 10)]));
        Should.Throw<ArgumentOutOfRangeException>(() => Windows.At(111));
    }

    [Fact] public void keep_to_local_hours_across_a_change_of_clocks()
    {
        var london = new CampaignCalendar(TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));
        var windows = MomentWindows.Daily(
            london, Utc(2026, 3, 28, 10, 30), Utc(2026, 3, 30, 9), new TimeOnly(9, 0), new TimeOnly(17, 0));
        windows.Windows.ShouldBe([
            MomentWindow.Between(Utc(2026, 3, 28, 10, 30), Utc(2026, 3, 28, 17)),
            MomentWindow.Between(Utc(2026, 3, 29, 8), Utc(2026, 3, 29, 16)),
            MomentWindow.Between(Utc(2026, 3, 30, 8), Utc(2026, 3, 30, 9))]);
        // Whole days touch, and the day on which clocks go back has 25 hours.
        MomentWindows.Daily(london, Utc(2026, 10, 23, 23), Utc(2026, 10, 27), TimeOnly.MinValue, TimeOnly.MinValue).TotalMs
            .ShouldBe((long)TimeSpan.FromHours(73).TotalMilliseconds);
    }

    private static byte[] Hmac(byte[] key, byte[] message) => HMACSHA256.HashData(key, message);

    private static DateTimeOffset Utc(int year, int month, int day, int hour = 0, int minute = 0) =>
        new(year, month, day, hour, minute, 0, TimeSpan.Zero);
}
