using PrizeDraw.Domain.Pools;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

public sealed class Handing_out_coupons : PoolSpec
{
    private static Fact Voucher(string name = "voucher", int? perEntrant = null) =>
        Offered(name, AllocationMode.Consolation, t => t with { CouponBatch = Vouchers, PerEntrantMax = perEntrant });

    [Fact]
    public void gives_each_entry_a_code_of_its_own_in_order_until_there_are_none() =>
        Given(Voucher(), Coupons(null, "A", "B")).When(Submit(Alice), Submit(Bob), Submit(Carol)).TheCouponsAre("A", "B", null);

    [Fact]
    public void gives_no_prize_whose_codes_have_run_out() =>
        Given(Voucher(), Coupons(null, "A"), Accepted(Alice, Noon)).When(Submit(Bob)).ItWins(null);

    [Fact]
    public void gives_no_prize_whose_codes_are_not_there_yet() => Given(Voucher(), AGift("mug")).When(Submit(Alice)).ItWins("mug");

    [Fact]
    public void goes_on_behind_what_was_handed_out_before() =>
        Given(Voucher(), Coupons(null, "A", "B"), Accepted(Alice, Noon)).When(Submit(Bob)).TheCouponsAre("A", "B");

    [Fact]
    public void gives_no_code_to_who_may_not_have_the_prize() =>
        Given(Voucher(perEntrant: 1), Coupons(null, "A", "B")).When(Submit(Alice), Submit(Alice), Submit(Bob)).TheCouponsAre("A", null, "B");

    [Fact]
    public void gives_none_from_the_instant_on_at_which_they_expire() =>
        Given(Voucher(), Coupons(Noon, "A", "B")).When(Submit(Alice, at: Noon.AddMilliseconds(-1)), Submit(Bob, at: Noon)).TheCouponsAre("A", null);

    [Fact]
    public void shares_a_batch_among_its_prizes() =>
        Given(Voucher("first", perEntrant: 1), Voucher("second"), Coupons(null, "A", "B", "C")).When(Submit(Alice), Submit(Alice), Submit(Bob)).TheCouponsAre("A", "B", "C");

    [Fact]
    public void gives_no_code_with_another_prize() => Given(AGift("mug"), Coupons(null, "A")).When(Submit(Alice)).TheCouponsAre(null as string);

    [Fact]
    public void keeps_a_moment_until_there_are_codes_again() =>
        Given(Offered("car", AllocationMode.Moments, t => t with { CouponBatch = Vouchers }), AMoment("car", Opens), AMoment("car", Opens.AddHours(1)),
            Coupons(null, "A"), Accepted(Alice, Noon), Accepted(Bob, Noon), world => world.Book.Coupons[Vouchers].Codes.Add(new CouponCode(Vouchers, 2, "B")))
            .When(Submit(Carol)).TheCouponsAre("A", null, "B");
}
