using PrizeDraw.Domain.Pools;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

public sealed class Entering_with_codes : PoolSpec
{
    private static EntryCommand With(string? code, EntryCommand command) => command with { Code = code };

    [Fact]
    public void takes_a_code_that_was_issued_once() =>
        Given(AskingCodes(), ACode("PACK")).When(With("PACK", Submit(Alice)), With("PACK", Submit(Bob))).TheRefusalsAre(null, "entry.code_invalid");

    [Fact]
    public void takes_no_code_that_an_earlier_batch_used() =>
        Given(AskingCodes(), ACode("PACK"), Accepted(With("PACK", Submit(Alice)))).When(With("PACK", Submit(Bob))).ItIsRefusedWith(new EntryCodeInvalid());

    [Theory, InlineData("OTHER"), InlineData(""), InlineData(null)]
    public void takes_nothing_that_is_no_code(string? code) =>
        Given(AskingCodes(), ACode("PACK")).When(With(code, Submit(Alice))).ItIsRefusedWith(new EntryCodeInvalid());

    [Fact]
    public void takes_no_code_from_the_instant_on_at_which_it_expires() =>
        Given(AskingCodes(), ACode("A", Noon), ACode("B", Noon)).When(With("A", Submit(Alice, at: Noon.AddMilliseconds(-1))), With("B", Submit(Bob)))
            .TheRefusalsAre(null, "entry.code_invalid");

    [Fact]
    public void leaves_a_code_to_others_where_the_entry_is_refused_for_something_else() =>
        Given(AskingCodes(), ACode("A"), ACode("B"), Limited(perEntrant: 1)).When(With("A", Submit(Alice)), With("B", Submit(Alice)), With("B", Submit(Bob)))
            .TheRefusalsAre(null, "entry.limit_reached", null);

    [Fact]
    public void answers_a_repeated_entry_although_its_code_is_used()
    {
        var first = With("PACK", Submit(Alice, "key"));
        Given(AskingCodes(), ACode("PACK"), Accepted(first)).When(first).TheAnswerIsThatOf("key");
        Given(AskingCodes(), ACode("PACK")).When(first, first).AllAnswersAreTheFirst();
    }

    [Fact]
    public void lets_in_by_the_free_route_online_where_it_is_open() =>
        Given(AskingCodes(freeOnline: true)).When(Submit(Alice) with { FreeRoute = true }, Submit(Bob)).TheRefusalsAre(null, "entry.code_invalid");

    [Fact]
    public void lets_in_by_post_wherever_a_code_is_asked_for() =>
        Given(AskingCodes()).When(Submit(Alice) with { FreeRoute = true, Channel = "post" }, Submit(Bob) with { FreeRoute = true }, Submit(Carol) with { Channel = "post" })
            .TheRefusalsAre(null, "entry.code_invalid", "entry.code_invalid");

    [Fact]
    public void gives_the_free_route_equal_chances() =>
        Given(AskingCodes(freeOnline: true), ACode("PACK"), APrize("car", stock: 2), AMoment("car", Opens), AMoment("car", Opens))
            .When(Submit(Alice) with { FreeRoute = true }, With("PACK", Submit(Bob))).TheyWin("car", "car");

    [Fact]
    public void uses_no_code_where_none_is_asked_for() =>
        Given(ACode("PACK")).When(With("PACK", Submit(Alice)), With("PACK", Submit(Bob)), With("NONE", Submit(Carol))).TheRefusalsAre(null, null, null);
}
