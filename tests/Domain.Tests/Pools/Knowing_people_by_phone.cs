using System;
using PrizeDraw.Domain.Pools;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>Limits hold for the phone number as they do for the address, each by itself.</summary>
public sealed class Knowing_people_by_phone : PoolSpec
{
    private static EntryCommand From(string phone, EntryCommand command) => command with { PhoneIdentity = PoolWorld.IdentityOf("phone/" + phone) };

    [Fact]
    public void limits_the_entries_from_one_phone() =>
        Given(Limited(perEntrant: 1), Accepted(From("1", Submit(Alice)))).When(From("1", Submit(Bob)), From("2", Submit(Bob)), From("2", Submit(Carol)), Submit(Carol))
            .TheRefusalsAre("entry.limit_reached", null, "entry.limit_reached", null);

    [Fact]
    public void limits_them_by_the_day_and_by_the_interval()
    {
        Given(Limited(perDay: 1), Accepted(From("1", Submit(Alice)))).When(From("1", Submit(Bob)), From("1", Submit(Bob, at: Noon.AddDays(1))))
            .TheRefusalsAre("entry.limit_reached", null);
        Given(Limited(interval: TimeSpan.FromHours(1)), Accepted(From("1", Submit(Alice))))
            .When(From("1", Submit(Bob, at: Noon.AddMinutes(59))), From("1", Submit(Bob, at: Noon.AddMinutes(60)))).TheRefusalsAre("entry.limit_reached", null);
    }

    [Fact]
    public void limits_what_is_won_with_one_phone() =>
        Given(Limited(wins: 1), APrize("car", stock: 9), AMoment("car", Opens), AMoment("car", Opens), AMoment("car", Opens), Accepted(From("1", Submit(Alice))))
            .When(From("1", Submit(Bob)), From("2", Submit(Alice)), From("2", Submit(Bob))).TheyWin(null, null, "car");

    [Fact]
    public void limits_the_units_of_a_prize_by_phone() =>
        Given(AGift("mug", perEntrant: 1), Accepted(From("1", Submit(Alice)))).When(From("1", Submit(Bob)), From("2", Submit(Bob)), From("2", Submit(Carol))).TheyWin(null, "mug", null);

    [Fact]
    public void counts_phones_of_the_same_batch() =>
        Given(Limited(perEntrant: 1)).When(From("1", Submit(Alice)), From("1", Submit(Bob))).TheRefusalsAre(null, "entry.limit_reached");

    [Fact]
    public void takes_entries_without_a_phone_for_nobody() =>
        Given(Limited(perEntrant: 1)).When(Submit(Alice), Submit(Bob), Submit(Carol)).TheRefusalsAre(null, null, null);

    [Fact]
    public void does_not_take_a_win_of_the_phone_for_one_of_the_address() =>
        Given(Limited(wins: 1), APrize("car", stock: 9), AMoment("car", Opens), AMoment("car", Opens), Accepted(From("1", Submit(Alice))))
            .When(Submit(Bob)).ItWins("car");
}
