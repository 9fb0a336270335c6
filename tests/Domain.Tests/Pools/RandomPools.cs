using System;
using System.Collections.Generic;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Domain.Time;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>Pools and entries at random, tight enough that every limit is met and every tie occurs.</summary>
public sealed class RandomPools(Random random)
{
    private static readonly string[] Zones = ["Europe/London", "America/New_York", "America/Santiago", "Asia/Kathmandu", "UTC"];

    // The clocks of the first three zones change within these windows.
    private static readonly string[] Starts = ["2026-03-27T20:00Z", "2026-10-23T20:00Z", "2026-03-07T01:00Z", "2026-10-31T01:00Z", "2026-04-03T20:00Z"];

    public PoolWorld World()
    {
        var world = new PoolWorld(new Random(random.Next()));
        var opens = DateTimeOffset.Parse(Starts[random.Next(Starts.Length)], System.Globalization.CultureInfo.InvariantCulture);
        world.Rules = world.Rules with
        {
            OpensAt = opens,
            ClosesAt = opens.AddHours(random.Next(24, 120)),
            Calendar = new CampaignCalendar(TimeZoneInfo.FindSystemTimeZoneById(Zones[random.Next(Zones.Length)])),
            Limits = new EntryLimits(Maybe(1, 12), Maybe(1, 6), Maybe(1, 4) is { } hours ? TimeSpan.FromHours(hours) : null, Maybe(0, 3)),
        };
        for (var i = random.Next(5); i > 0; i--)
        {
            AddPrize(world, $"prize {i}");
        }

        return world;
    }

    private void AddPrize(PoolWorld world, string name)
    {
        var kind = random.Next(2) == 0 ? PrizeKind.Prize : PrizeKind.Gift;
        var mode = kind == PrizeKind.Gift && random.Next(2) == 0 ? AllocationMode.Consolation : AllocationMode.Moments;
        var prize = PoolWorld.Terms(
            name, kind, mode, kind == PrizeKind.Prize ? random.Next(8) : Maybe(0, 12), Maybe(1, 3), Maybe(1, 3), random.Next(8) == 0);
        world.Book.Prizes.Add(prize);
        for (var m = mode == AllocationMode.Moments ? random.Next(10) : 0; m > 0; m--)
        {
            // On whole six hours, so that many fall together.
            world.Book.Moments.Add(new WinningMoment(
                new MomentId(PoolWorld.IdOf($"{name} moment {m}")), prize.Id, world.Rules.OpensAt.AddHours(6 * random.Next(16))));
        }
    }

    /// <summary>Entries of a few people: fresh ones, repeated ones, and other ones under a used key; clocks step back now and then.</summary>
    public List<EntryCommand> Commands(PoolWorld world, int count)
    {
        var commands = new List<EntryCommand>();
        var now = world.Rules.OpensAt.AddHours(-1);
        for (var i = 0; i < count; i++)
        {
            now = now.AddMinutes(random.Next(10) == 0 ? -random.Next(300) : random.Next(180));
            var again = commands.Count > 0 && random.Next(5) == 0 ? commands[random.Next(commands.Count)] : null;
            commands.Add(again is null ? PoolWorld.EntryOf(Person(), $"key-{i}", now)
                : random.Next(3) > 0 ? Retry(again, now)
                : PoolWorld.EntryOf(Person(), again.Key, now));
        }

        return commands;
    }

    public string Person() => $"person-{random.Next(7)}";

    /// <summary>The same entry sent again: same key and content, received later, with randomness of its own.</summary>
    public static EntryCommand Retry(EntryCommand command, DateTimeOffset at)
    {
        var fresh = PoolWorld.EntryOf("nobody", command.Key, at);
        return command with { ReceivedAt = at, NewEntryId = fresh.NewEntryId, NewEntrantId = fresh.NewEntrantId, NewPersonKey = fresh.NewPersonKey };
    }

    private int? Maybe(int from, int to) => random.Next(2) == 0 ? null : random.Next(from, to + 1);
}
