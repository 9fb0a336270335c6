using System;
using System.Collections.Immutable;
using PrizeDraw.Domain.Pools;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

public sealed class Checking_the_form : PoolSpec
{
    private static EntryCommand With(Func<EntrantDetails, EntrantDetails> change)
    {
        var command = Submit(Alice);
        return command with { Entrant = change(command.Entrant) };
    }

    private static EntryCommand Answering(params (string, string)[] answers) => Submit(Alice) with { Answers = Answers(answers) };

    private static FieldRule Question(string type = "text", bool required = false, params string[] options) => new("q", type, required, [.. options]);

    [Fact]
    public void tells_every_error_at_once() =>
        Given(FromAge(18), Asking(Question(required: true)), AskingConsent("news", 2)).When(With(e => e with { Email = " ", Country = "gb" }) with
        {
            Identity = IdentityHash.None,
            Consents = [new("news", 1, true), new("sms", 1, true)],
        }).ItIsInvalidAt("entrant.email", "entrant.country", "entrant.dateOfBirth", "answers.q", "consents[0].version", "consents[1].purpose");

    [Fact]
    public void asks_for_an_address_that_is_one() =>
        Given(Opened()).When(With(e => e with { Email = "nobody" }) with { Identity = IdentityHash.None }).ItIsInvalidAt("entrant.email");

    [Theory]
    [InlineData("firstName", 100), InlineData("lastName", 100), InlineData("phone", 30), InlineData("postcode", 100), InlineData("county", 100)]
    public void takes_texts_of_a_bounded_length(string field, int max)
    {
        EntryCommand Filled(int length) => With(e => Set(e, field, new string('x', length))) with { PhoneIdentity = new("aa") };
        Given(Opened()).When(Filled(max)).ItIsAccepted();
        Given(Opened()).When(Filled(max + 1)).ItIsInvalidAt($"entrant.{field}");
    }

    [Theory]
    [InlineData("firstName"), InlineData("lastName"), InlineData("phone"), InlineData("postcode"), InlineData("county")]
    public void refuses_text_that_no_database_holds(string field)
    {
        Given(Opened()).When(With(e => Set(e, field, "a\0b"))).ItIsInvalidAt($"entrant.{field}");
        Given(Opened()).When(With(e => Set(e, field, "a\ud800b"))).ItIsInvalidAt($"entrant.{field}");
    }

    [Theory, InlineData("call me", true), InlineData(" ", false), InlineData(null, false)]
    public void asks_for_a_phone_number_that_is_one_but_not_for_one(string? phone, bool refused)
    {
        var outcome = Given(Opened()).When(With(e => e with { Phone = phone }));
        if (refused)
        {
            outcome.ItIsInvalidAt("entrant.phone");
        }
        else
        {
            outcome.ItIsAccepted();
        }
    }

    [Fact]
    public void refuses_answers_that_no_database_holds()
    {
        Given(Asking(Question())).When(Answering(("q", "a\0b"))).ItIsInvalidAt("answers.q");
        Given(Asking(Question())).When(Answering(("q", "\udc00"))).ItIsInvalidAt("answers.q");
        Given(Asking(Question())).When(Answering(("q", "\ud83d\ude00 two\nlines"))).ItIsAccepted();
    }

    private static EntrantDetails Set(EntrantDetails e, string field, string value) => field switch
    {
        "firstName" => e with { FirstName = value },
        "lastName" => e with { LastName = value },
        "phone" => e with { Phone = value },
        "postcode" => e with { Postcode = value },
        "county" => e with { County = value },
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };

    [Theory]
    [InlineData("text", "anything", true), InlineData("select", "red", true), InlineData("select", "blue", false)]
    [InlineData("checkbox", "true", true), InlineData("checkbox", "false", true), InlineData("checkbox", "yes", false)]
    [InlineData("number", "-1.5", true), InlineData("number", "one", false), InlineData("number", "1,5", false)]
    [InlineData("date", "2026-02-28", true), InlineData("date", "2026-02-29", false), InlineData("date", "28/02/2026", false)]
    [InlineData("email", "a@b.example", true), InlineData("email", "ab.example", false)]
    public void judges_answers_by_their_type(string type, string answer, bool accepted)
    {
        var outcome = Given(Asking(Question(type, false, "red", "green"))).When(Answering(("q", answer)));
        if (accepted)
        {
            outcome.ItIsAccepted();
        }
        else
        {
            outcome.ItIsInvalidAt("answers.q");
        }
    }

    [Fact]
    public void takes_answers_of_a_bounded_length()
    {
        Given(Asking(Question())).When(Answering(("q", new string('x', 2000)))).ItIsAccepted();
        Given(Asking(Question())).When(Answering(("q", new string('x', 2001)))).ItIsInvalidAt("answers.q");
    }

    [Theory, InlineData("text", ""), InlineData("text", "  "), InlineData("checkbox", "false")]
    public void wants_required_questions_answered(string type, string answer)
    {
        Given(Asking(Question(type, required: true))).When(Answering(("q", answer))).ItIsInvalidAt("answers.q");
        Given(Asking(Question(type, required: true))).When(Submit(Alice)).ItIsInvalidAt("answers.q");
        Given(Asking(Question(type))).When(Answering(("q", answer))).ItIsAccepted();
    }

    [Fact]
    public void refuses_a_question_that_was_not_asked() => Given(Opened()).When(Answering(("q", "x"))).ItIsInvalidAt("answers.q");

    [Fact]
    public void takes_each_consent_once_in_its_current_version()
    {
        Fact asked = AskingConsent("news", 2);
        EntryCommand Consenting(params ConsentGiven[] given) => Submit(Alice) with { Consents = [.. given] };
        Given(asked).When(Consenting()).ItIsAccepted();
        Given(asked).When(Consenting(new ConsentGiven("news", 2, false))).ItIsAccepted();
        Given(asked).When(Consenting(new ConsentGiven("news", 1, true))).ItIsInvalidAt("consents[0].version");
        Given(asked).When(Consenting(new ConsentGiven("news", 2, true), new ConsentGiven("news", 2, false))).ItIsInvalidAt("consents[1].purpose");
        Given(asked).When(Consenting(new ConsentGiven("post", 2, true))).ItIsInvalidAt("consents[0].purpose");
    }

    [Theory]
    [InlineData("2008-06-15", true), InlineData("2008-06-16", false), InlineData("1920-01-01", true)]
    public void lets_in_who_is_old_enough_on_the_day(string born, bool accepted)
    {
        var outcome = Given(FromAge(18)).When(With(e => e with { DateOfBirth = DateOnly.Parse(born, System.Globalization.CultureInfo.InvariantCulture) }));
        if (accepted)
        {
            outcome.ItIsAccepted();
        }
        else
        {
            outcome.ItIsRefusedWith(new UnderAge(18));
        }
    }

    [Theory, InlineData("2026-06-16"), InlineData("1895-12-31")]
    public void refuses_a_birth_that_cannot_be(string born) =>
        Given(Opened()).When(With(e => e with { DateOfBirth = DateOnly.Parse(born, System.Globalization.CultureInfo.InvariantCulture) }))
            .ItIsInvalidAt("entrant.dateOfBirth");

    [Fact]
    public void wants_the_terms_accepted_in_their_current_version()
    {
        Given(WithTerms(3)).When(Submit(Alice) with { TermsVersion = 3 }).ItIsAccepted();
        Given(WithTerms(3)).When(Submit(Alice) with { TermsVersion = 2 }).ItIsRefusedWith(new TermsNotAccepted(3));
        Given(WithTerms(3)).When(Submit(Alice)).ItIsRefusedWith(new TermsNotAccepted(3));
        Given(Opened()).When(Submit(Alice)).ItIsAccepted();
    }
}
