using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Pools;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

public sealed class Submitting_an_entry : PoolSpec
{
    private static readonly EntryCommand Earlier = Submit(Alice, "the-key", Noon.AddHours(-1));

    private static readonly Fact[] Phases =
        [Opened(), Paused(), Unpublished(), Closed(Noon), OpenFrom(Noon.AddDays(1), Closes), OpenFrom(Opens, Noon.AddMinutes(-1))];

    public static TheoryData<int> EveryPhase => [.. Enumerable.Range(0, Phases.Length)];

    [Fact]
    public void is_accepted_and_numbered_from_one() => Given(Opened()).When(Submit(Alice), Submit(Bob), Submit(Carol)).TheNumbersAre(1, 2, 3);

    [Fact]
    public void goes_on_counting_where_the_last_batch_ended() =>
        Given(Opened(), Accepted(Alice, Opens), Accepted(Bob, Opens)).When(Submit(Carol), Submit(Alice)).TheNumbersAre(3, 4);

    [Fact]
    public void leaves_no_gap_for_one_that_is_refused() =>
        Given(Limited(perEntrant: 1)).When(Submit(Alice), Submit(Alice), Submit(Bob)).TheNumbersAre(1, 0, 2);

    [Fact]
    public void is_refused_before_the_opening() =>
        Given(Opened()).When(Submit(Alice, at: Opens.AddMilliseconds(-1))).ItIsRefusedWith(new CampaignNotOpen(Opens));

    [Fact]
    public void is_accepted_at_the_very_opening() => Given(Opened()).When(Submit(Alice, at: Opens)).ItIsAccepted();

    [Fact]
    public void is_accepted_until_the_last_instant() => Given(Opened()).When(Submit(Alice, at: Closes.AddMilliseconds(-1))).ItIsAccepted();

    [Fact]
    public void is_refused_at_the_very_closing() =>
        Given(Opened()).When(Submit(Alice, at: Closes)).ItIsRefusedWith(new CampaignHasClosed(Closes));

    [Fact]
    public void is_refused_once_the_pool_has_closed_whenever_it_was_received() =>
        Given(Closed(Noon)).When(Submit(Alice, at: Noon.AddDays(-1))).ItIsRefusedWith(new CampaignHasClosed(Noon));

    [Fact]
    public void is_refused_while_unpublished() => Given(Unpublished()).When(Submit(Alice)).ItIsRefusedWith(new CampaignNotOpen(Opens));

    [Fact]
    public void is_refused_while_paused() => Given(Paused()).When(Submit(Alice)).ItIsRefusedWith(new CampaignPaused());

    [Fact]
    public void with_the_honeypot_filled_is_not_accepted() =>
        Given(Opened()).When(Submit(Alice) with { HoneypotFilled = true }).ItIsRefusedWith(new EntryNotAccepted());

    [Theory, MemberData(nameof(EveryPhase))]
    public void again_with_its_key_gets_the_stored_answer_in_every_phase(int phase) =>
        Given(Accepted(Earlier), Phases[phase]).When(Submit(Alice, "the-key")).TheAnswerIsThatOf("the-key");

    [Theory, MemberData(nameof(EveryPhase))]
    public void with_the_key_of_another_entry_is_refused_in_every_phase(int phase) =>
        Given(Accepted(Earlier), Phases[phase]).When(Submit(Bob, "the-key")).ItIsRefusedWith(new KeyReused());

    [Fact]
    public void again_gets_the_stored_answer_whatever_the_limits_and_the_honeypot_say() =>
        Given(Accepted(Earlier), Limited(perEntrant: 1), WithTerms(7), FromAge(18))
            .When(Submit(Alice, "the-key") with { HoneypotFilled = true }).TheAnswerIsThatOf("the-key");

    [Fact]
    public void again_after_an_erasure_gets_no_answer_of_somebody_else()
    {
        var known = new Dictionary<string, KnownEntry> { ["the-key"] = new(Earlier.NewEntryId, null, new byte[32]) };
        var batch = new EntryBatch(new PoolBook().Load(), new PoolWorld().Rules, new PoolBook().FactsOf([]) with { Keys = known });
        batch.Decide(Earlier).ShouldBeOfType<EntryDecision.Refused>();
        batch.Accepted.ShouldBeEmpty();
    }

    [Fact]
    public void twice_in_one_batch_gives_one_answer()
    {
        var first = Submit(Alice, "twice");
        var outcome = Given(Opened()).When(first, Submit(Alice, "twice", Noon.AddSeconds(1)), first);
        outcome.AllAnswersAreTheFirst();
        outcome.StoredAre(1);
    }

    [Fact]
    public void with_a_key_that_the_same_batch_gave_to_another_is_refused() =>
        Given(Opened()).When(Submit(Alice, "one"), Submit(Bob, "one")).TheRefusalsAre(null, "idempotency.key_reused");

    [Fact]
    public void with_the_key_of_a_refused_entry_is_judged_afresh() =>
        Given(Opened()).When(Submit(Alice, "one") with { HoneypotFilled = true }, Submit(Bob, "one")).TheRefusalsAre("entry.not_accepted", null);

    [Fact]
    public void is_entered_when_it_was_received() =>
        Given(Accepted(Alice, Noon)).When(Submit(Bob, at: Noon.AddHours(1))).TheyEnteredAt(Noon.AddHours(1));

    [Fact]
    public void is_never_entered_before_the_one_before_it() =>
        Given(Accepted(Alice, Noon)).When(Submit(Bob, at: Noon.AddHours(-1)), Submit(Carol, at: Noon.AddHours(1)), Submit(Bob, at: Noon))
            .TheyEnteredAt(Noon, Noon.AddHours(1), Noon.AddHours(1));

    [Fact]
    public void is_judged_by_the_time_it_is_raised_to() =>
        Given(OpenFrom(Opens, Noon.AddHours(2)), Accepted(Alice, Noon.AddHours(1)), OpenFrom(Opens, Noon.AddHours(1)))
            .When(Submit(Bob)).ItIsRefusedWith(new CampaignHasClosed(Noon.AddHours(1)));

    /// <summary>Each gate with a way to fail it; all later ones fail as well, so that the order alone decides.</summary>
    private static readonly (string Code, Fact World, Func<EntryCommand, EntryCommand> Command)[] Gates =
    [
        ("idempotency.key_reused", Opened(), c => c with { Key = Earlier.Key }),
        ("campaign.has_closed", Closed(Noon), c => c),
        ("campaign.not_open", OpenFrom(Noon.AddDays(1), Closes), c => c),
        ("campaign.paused", Paused(), c => c),
        ("entry.not_accepted", Opened(), c => c with { HoneypotFilled = true }),
        ("entry.invalid", Opened(), c => c with { Answers = Answers(("no-such-question", "x")) }),
        ("entry.under_age", FromAge(18), c => c with { Entrant = c.Entrant with { DateOfBirth = new DateOnly(2015, 1, 1) } }),
        ("entry.terms_not_accepted", WithTerms(3), c => c with { TermsVersion = 2 }),
        ("entry.code_invalid", AskingCodes(), c => c with { Code = "NO-SUCH-CODE" }),
        ("entry.limit_reached", Limited(perEntrant: 1), c => c),
    ];

    public static TheoryData<int> EveryGate => [.. Enumerable.Range(0, Gates.Length)];

    [Theory, MemberData(nameof(EveryGate))]
    public void is_refused_by_the_first_gate_that_it_fails(int gate)
    {
        var failed = Gates[gate..];
        // Alice has entered once, so that a later entry of hers is beyond the limit. A key is reused with another content alone.
        var command = failed.Aggregate(Submit(Alice), (c, g) => g.Command(c));
        Given([Accepted(Earlier), .. failed.Select(g => g.World)]).When(command).ItIsRefusedWith(failed[0].Code);
    }
}
