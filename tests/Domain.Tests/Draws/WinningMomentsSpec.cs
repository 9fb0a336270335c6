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

    [Fact] public void stand_alike_however_the_windows_are_cut()
    {
        var (from, until) = (Utc(2026, 3, 27, 10, 30), Utc(2026, 4, 2, 9));
        var cut = MomentWindows.Daily(London, from, until, TimeOnly.MinValue, TimeOnly.MinValue);
        cut.Windows.Count.ShouldBe(7);
        WinningMoments.Generate(Key, "pool_1", "prz_1", 500, cut)
            .ShouldBe(WinningMoments.Generate(Key, "pool_1", "prz_1", 500, new MomentWindows([MomentWindow.Between(from, until)])));
    }

    [Fact] public void keep_a_days_quota_in_local_days()
    {
        // Three whole days of 24, 25 and 24 hours and two that are cut: five days, each full at the end.
        var windows = new MomentWindows([MomentWindow.Between(Utc(2026, 10, 23, 22, 59), Utc(2026, 10, 27, 0, 1))]);
        var moments = WinningMoments.Generate(Key, "pool_1", "prz_1", 50, windows, 10, London);
        moments.GroupBy(m => London.DayOf(DateTimeOffset.FromUnixTimeMilliseconds(m.AtMs))).Select(g => g.Count()).ShouldBe([10, 10, 10, 10, 10]);
        Should.Throw<ArgumentException>(() => WinningMoments.Generate(Key, "pool_1", "prz_1", 51, windows, 10, London))
            .Message.ShouldStartWith("10 a day on 5 days hold at most 50 moments, not 51.");
        Should.Throw<ArgumentException>(() => WinningMoments.Generate(Key, "pool_1", "prz_1", 0, windows, 0, London));
        WinningMoments.Generate(Key, "pool_1", "prz_1", 50, windows, null, London).ShouldBe(WinningMoments.Generate(Key, "pool_1", "prz_1", 50, windows));
    }

    [Fact] public void take_days_out_of_the_windows_as_they_fill()
    {
        // By hand: three days of one minute each; what is full is left out, the rest laid end to end anew.
        var hours = MomentWindows.Daily(London, Utc(2026, 6, 1), Utc(2026, 6, 4), new TimeOnly(9, 0), new TimeOnly(9, 1));
        var open = Enumerable.Range(1, 3).Select(d => Utc(2026, 6, d, 8).ToUnixTimeMilliseconds()).ToList();
        var stream = new SeededStream(Hmac(Key, Encoding.ASCII.GetBytes("pdv1/moments\0pool_1prz_1")));
        var expected = new long[6];
        for (var i = 0; i < 6; i++)
        {
            var offset = (long)stream.Below((ulong)open.Count * 60_000);
            var day = open[(int)(offset / 60_000)];
            expected[i] = day + offset % 60_000;
            if (expected.Take(i).Count(at => at >= day && at < day + 60_000) == 1) open.Remove(day);
        }
        var moments = WinningMoments.Generate(Key, "pool_1", "prz_1", 6, hours, 2, London);
        moments.Select(m => m.AtMs).ShouldBe(expected);
        moments.Select(m => m.Salt).ShouldBe(Enumerable.Range(0, 6).Select(i => InstantWinKey.Salt(Key, "pool_1", "prz_1", i)));
    }

    [Fact] public void end_even_where_a_day_that_is_needed_is_a_millisecond_long()
    {
        var windows = new MomentWindows([new(86_399_999, 10 * 86_400_000L)]);
        WinningMoments.Generate(Key, "pool_1", "prz_1", 10, windows, 1, new CampaignCalendar(TimeZoneInfo.Utc))
            .Select(m => m.AtMs / 86_400_000).Order().ShouldBe(Enumerable.Range(0, 10).Select(d => (long)d));
    }

    [Fact] public void skip_a_day_that_the_zone_skipped()
    {
        var apia = new CampaignCalendar(TimeZoneInfo.FindSystemTimeZoneById("Pacific/Apia"));
        var windows = new MomentWindows([MomentWindow.Between(Utc(2011, 12, 29, 0), Utc(2011, 12, 31, 0))]);
        windows.ByDay(apia).Select(p => p.Day.Day).ShouldBe([28, 29, 31]);
        windows.ByDay(apia).Sum(p => p.Window.LengthMs).ShouldBe(windows.TotalMs);
    }

    [Fact] public void refuse_hours_that_end_before_they_begin()
    {
        var nine = new TimeOnly(9, 0);
        Should.Throw<ArgumentException>(() => MomentWindows.Daily(London, Utc(2026, 6, 1), Utc(2026, 6, 3), nine, new TimeOnly(8, 0))).Message.ShouldStartWith("The hours end");
        Should.Throw<ArgumentException>(() => MomentWindows.Daily(London, Utc(2026, 6, 1), Utc(2026, 6, 3), nine, nine)).Message.ShouldStartWith("The hours end");
        Should.Throw<ArgumentException>(() => MomentWindows.Daily(London, Utc(2026, 6, 1, 9), Utc(2026, 6, 2, 7), nine, new TimeOnly(10, 0))).Message.ShouldStartWith("Moments need");
    }

    [Fact] public void leave_out_a_day_whose_hours_are_over_to_the_millisecond() =>
        MomentWindows.Daily(London, Utc(2026, 6, 1, 16), Utc(2026, 6, 3, 8), new TimeOnly(9, 0), new TimeOnly(17, 0)).Windows
            .ShouldBe([MomentWindow.Between(Utc(2026, 6, 2, 8), Utc(2026, 6, 2, 16))]);

    [Fact] public void have_no_seed_salt_or_leaf_out_of_range()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => InstantWinKey.Salt(Key, "pool_1", "prz_1", -1));
        Should.Throw<ArgumentOutOfRangeException>(() => InstantWinKey.NthSeed(Key, "prz_1", -1));
        Should.Throw<ArgumentOutOfRangeException>(() => InstantWinKey.Play(Key, "pool_1", 0));
        Should.Throw<ArgumentOutOfRangeException>(() => WinningMoments.Leaf(new SealedMoment(-1, "prz_1", Bytes32.Zero)));
        Should.Throw<ArgumentOutOfRangeException>(() => WinningMoments.Generate(Key, "pool_1", "prz_1", -1, Windows));
    }

    [Fact] public void take_ids_of_any_length()
    {
        var (pool, prize) = (new string('p', 90), new string('z', 200));
        InstantWinKey.MomentsSeed(Key, pool, prize).ShouldBe(Hmac(Key, Encoding.ASCII.GetBytes($"pdv1/moments\0{pool}{prize}")));
        InstantWinKey.Salt(Key, pool, prize, 0).ToArray().ShouldBe(Hmac(Key, [.. Encoding.ASCII.GetBytes($"pdv1/salt\0{pool}{prize}"), .. new byte[8]]));
        InstantWinKey.NthSeed(Key, prize, 0).ToArray().ShouldBe(Hmac(Key, [.. Encoding.ASCII.GetBytes($"pdv1/nth\0{prize}"), .. new byte[8]]));
    }

    [Fact] public void find_any_offset_among_many_windows()
    {
        MomentWindow[] many = [.. Enumerable.Range(0, 1000).Select(i => new MomentWindow(i * 10, i * 10 + 1 + i % 9))];
        var laid = new MomentWindows(many);
        var offset = 0L;
        for (var w = 0; w < many.Length; w++)
        {
            for (var at = many[w].FromMs; at < many[w].UntilMs; at++, offset++)
            {
                (laid.IndexAt(offset), laid.At(offset)).ShouldBe((w, at));
            }
        }

        Should.Throw<ArgumentOutOfRangeException>(() => laid.At(offset));
        Should.Throw<ArgumentOutOfRangeException>(() => laid.At(-1));
    }

    private static readonly CampaignCalendar London = new(TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));

    private static byte[] Hmac(byte[] key, byte[] message) => HMACSHA256.HashData(key, message);

    private static DateTimeOffset Utc(int year, int month, int day, int hour = 0, int minute = 0) =>
        new(year, month, day, hour, minute, 0, TimeSpan.Zero);
}
