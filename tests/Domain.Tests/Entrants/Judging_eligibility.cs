using PrizeDraw.Domain.Entrants;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Entrants;

public sealed class Judging_eligibility
{
    [Theory]
    [InlineData("under-age")]
    [InlineData("a")]
    [InlineData("7")]
    public void takes_codes(string reason) => EligibilityRules.JudgeExclusion(reason, "2", "Case 1").ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("Ann Smith")]
    [InlineData("é")]
    [InlineData("outside-period")]
    public void takes_nothing_else(string reason) => EligibilityRules.JudgeExclusion(reason, "2", "Case 1")!.Errors.ShouldHaveSingleItem().Field.ShouldBe("reason");

    [Fact]
    public void asks_for_no_clause_where_nobody_is_blamed()
    {
        foreach (var reason in new[] { "duplicate", "test-entry", "withdrawn" })
        {
            EligibilityRules.JudgeExclusion(reason, null, null).ShouldBeNull();
        }

        EligibilityRules.JudgeExclusion("fraud", null, null)!.Errors.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1_000, true)]
    [InlineData(-1, false)]
    [InlineData(1_001, false)]
    public void bounds_tickets(int tickets, bool isTaken) => (EligibilityRules.JudgeTickets(tickets, "Clause 7") is null).ShouldBe(isTaken);
}
