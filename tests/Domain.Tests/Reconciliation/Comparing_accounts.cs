using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Reconciliation;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Reconciliation;

public sealed class Comparing_accounts
{
    private const string Installation = "aaaaaaaa00000000000000000000aaaa", Mine = "aaaaaaaa11111111", Others = "bbbbbbbb22222222";
    private static readonly Guid Campaign = Guid.Parse("0193a5f2-c0de-7a10-b1c2-d3e4f5a6b7c8");

    [Fact]
    public void finds_nothing_where_all_is_as_it_was_made() => Of([Held("summer", Mine, "1")], [Expected("summer", Mine, "1")], [Mine]).ShouldBeEmpty();

    [Fact]
    public void does_not_concern_itself_with_what_carries_no_mark() => Of([Held("theirs", null, "9")], [], []).ShouldBeEmpty();

    [Fact]
    public void finds_an_orphan_in_what_this_installation_made_and_nobody_knows() =>
        Of([Held("summer", Mine, "1")], [], []).Select(d => (d.Kind, d.Id, d.Campaign)).ShouldBe([("orphan", "1", null)]);

    [Fact]
    public void finds_a_stranger_in_what_another_installation_made() => Of([Held("summer", Others, "1")], [], []).Single().Kind.ShouldBe("stranger");

    [Fact]
    public void leaves_alone_what_a_running_deployment_has_only_just_meant_to_make() => Of([Held("summer", Mine, "1")], [], [Mine]).ShouldBeEmpty();

    [Fact]
    public void misses_a_part_that_is_gone_only_where_the_whole_account_was_read()
    {
        Of([], [Expected("summer", Mine, "1")], []).Select(d => (d.Kind, d.Campaign)).ShouldBe([("missing", Campaign)]);
        Of([], [Expected("summer", Mine, "1")], [], isWhole: false).ShouldBeEmpty();
    }

    [Fact]
    public void sees_a_name_a_mark_and_a_setting_that_have_changed()
    {
        Of([Held("winter", Mine, "1")], [Expected("summer", Mine, "1")], [Mine]).Single().ShouldSatisfyAllConditions(
            d => d.Kind.ShouldBe("drift"), d => d.Detail.ShouldContain("'summer'"));
        Of([Held("summer", null, "1")], [Expected("summer", Mine, "1")], []).Single().Detail.ShouldContain("lost its mark");
        Of([Held("summer", Mine, "1") with { Changed = "It is public." }], [Expected("summer", Mine, "1")], [Mine]).Single().Detail.ShouldBe("It is public.");
    }

    [Fact]
    public void reports_a_twin_and_leaves_it_to_a_person()
    {
        var found = Of([Held("summer", Mine, "1"), Held("summer", Mine, "2")], [Expected("summer", Mine, "1")], [Mine]);
        found.Select(d => (d.Kind, d.Id)).ShouldBe([("drift", "2")]);
    }

    [Fact]
    public void gives_each_difference_a_key_of_its_own()
    {
        var found = Of(
            [Held("a", Mine, "1"), Held("a", Mine, "2"), Held("b", Others, "3")], [], []);
        found.Select(d => (d.Kind, d.Key)).ShouldBeUnique();
        found.Count.ShouldBe(3);
    }

    [Fact]
    public void gives_copies_that_have_only_their_names_keys_of_their_own()
    {
        HeldPart[] held = [Held("spring.git", Mine, null), Held("spring copy.git", Mine, null), Held("spring old.git", Mine, null)];
        Of(held, [], []).Select(d => (d.Kind, d.Key)).Distinct().Count().ShouldBe(3);

        var beside = Of(held, [Expected("spring.git", Mine, null)], [Mine]);
        beside.Select(d => (d.Kind, d.Key)).Distinct().Count().ShouldBe(2);
        beside.ShouldAllBe(d => d.Detail.Contains("copy with the same mark"));
        Of([held[0]], [], []).Single().Key.ShouldBe(Of(held, [], [])[0].Key);
    }

    [Theory]
    [InlineData(3, 0, false)]
    [InlineData(4, 0, true)]
    [InlineData(4, 19, true)]
    [InlineData(4, 20, false)]
    [InlineData(21, 100, true)]
    public void refuses_to_delete_much_at_once(int due, int ours, bool isMass) => new DeletionRules().IsMass(due, ours).ShouldBe(isMass);

    [Theory]
    [InlineData("orphan", "reported", 2, 7, true)]
    [InlineData("orphan", "due", 9, 70, true)]
    [InlineData("orphan", "reported", 1, 7, false)]
    [InlineData("orphan", "reported", 2, 6, false)]
    [InlineData("orphan", "deleted", 2, 7, false)]
    [InlineData("orphan", "dismissed", 2, 7, false)]
    [InlineData("stranger", "reported", 2, 7, false)]
    [InlineData("drift", "reported", 2, 7, false)]
    [InlineData("missing", "reported", 2, 7, false)]
    public void lets_a_person_delete_orphans_past_their_grace_alone(string kind, string state, int runs, int days, bool may)
    {
        var now = new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);
        (new DeletionRules().Refuses(kind, state, runs, now.AddDays(-days), now) is null).ShouldBe(may);
    }

    private static IReadOnlyList<Difference> Of(HeldPart[] held, ExpectedPart[] expected, string[] known, bool isWhole = true) =>
        Comparing.Of(new Reading(held, isWhole, expected, known.ToHashSet(), Installation));

    private static HeldPart Held(string name, string? nonce, string? id) => new("repository", name, name, nonce, id, null);

    private static ExpectedPart Expected(string name, string nonce, string? id) => new(Campaign, "repository", name, nonce, id);
}
