using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Domain.Pools;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

public sealed class Fingerprinting_an_entry : PoolSpec
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private static readonly EntryCommand Full = Submit(Alice) with
    {
        Entrant = new EntrantDetails("a@example.com", "A", "B", "07", new DateOnly(1990, 1, 2), "N1", "Kent", "GB"),
        Answers = Answers(("one", "1"), ("two", "2")),
        TermsVersion = 3,
        Consents = [new("news", 1, true), new("post", 2, false)],
    };

    private static string Of(EntryCommand command) => Convert.ToHexString(EntryFingerprint.Of(Key, command));

    private static EntryCommand Who(Func<EntrantDetails, EntrantDetails> change) => Full with { Entrant = change(Full.Entrant) };

    public static readonly Dictionary<string, EntryCommand> Changed = new()
    {
        ["email"] = Who(e => e with { Email = "b@example.com" }),
        ["first name"] = Who(e => e with { FirstName = "C" }),
        ["last name"] = Who(e => e with { LastName = "C" }),
        ["names swapped"] = Who(e => e with { FirstName = "B", LastName = "A" }),
        ["names joined"] = Who(e => e with { FirstName = "AB", LastName = "" }),
        ["no last name"] = Who(e => e with { LastName = null }),
        ["empty last name"] = Who(e => e with { LastName = "" }),
        ["phone"] = Who(e => e with { Phone = "08" }),
        ["date of birth"] = Who(e => e with { DateOfBirth = new DateOnly(1990, 2, 1) }),
        ["postcode"] = Who(e => e with { Postcode = "N2" }),
        ["county"] = Who(e => e with { County = "Essex" }),
        ["country"] = Who(e => e with { Country = "IE" }),
        ["terms"] = Full with { TermsVersion = 4 },
        ["no terms"] = Full with { TermsVersion = null },
        ["answer"] = Full with { Answers = Answers(("one", "1"), ("two", "3")) },
        ["question"] = Full with { Answers = Answers(("one", "1"), ("three", "2")) },
        ["answers joined"] = Full with { Answers = Answers(("one", "1\u001f3:two\u001f1:2")) },
        ["answer less"] = Full with { Answers = Answers(("one", "1")) },
        ["consent"] = Full with { Consents = [new("news", 1, false), new("post", 2, false)] },
        ["consent version"] = Full with { Consents = [new("news", 2, true), new("post", 2, false)] },
        ["consent purpose"] = Full with { Consents = [new("sms", 1, true), new("post", 2, false)] },
        ["consent less"] = Full with { Consents = [new("news", 1, true)] },
        ["consents as answers"] = Full with { Consents = [], Answers = Full.Answers.AddRange([new("news", "1"), new("post", "2")]) },
    };

    public static TheoryData<string> Changes => [.. Changed.Keys];

    [Theory, MemberData(nameof(Changes))]
    public void tells_every_change_of_what_was_entered(string change) => Of(Changed[change]).ShouldNotBe(Of(Full));

    [Fact]
    public void tells_all_changes_apart() => Changed.Values.Select(Of).ShouldBeUnique();

    [Fact]
    public void leaves_out_the_honeypot_and_all_that_differs_between_attempts() =>
        Of(Full with
        {
            HoneypotFilled = true,
            Key = "another",
            ReceivedAt = Noon.AddHours(1),
            NewEntryId = default,
            NewEntrantId = default,
            NewPersonKey = [],
        }).ShouldBe(Of(Full));

    [Fact]
    public void says_nothing_without_the_persons_key() =>
        EntryFingerprint.Of([.. Key.Reverse()], Full).ShouldNotBe(EntryFingerprint.Of(Key, Full));

    // captchaToken never reaches the domain; a command has no place for it.
    [Fact]
    public void has_no_captcha_to_leave_out() =>
        typeof(EntryCommand).GetProperties().ShouldNotContain(p => p.Name.Contains("Captcha", StringComparison.OrdinalIgnoreCase));
}
