using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using PrizeDraw.Domain.Entrants;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Entrants;

public sealed class An_email_address
{
    [Theory]
    [InlineData(" Ann.Smith@Example.COM ", "Ann.Smith@example.com", "ann.smith@example.com")]
    [InlineData("ann+x@example.com", "ann+x@example.com", "ann+x@example.com")]
    [InlineData("A.n.n+tag@GoogleMail.com", "A.n.n+tag@googlemail.com", "ann@gmail.com")]
    [InlineData("ann+a+b@gmail.com", "ann+a+b@gmail.com", "ann@gmail.com")]
    [InlineData("ann@sub.gmail.com", "ann@sub.gmail.com", "ann@sub.gmail.com")]
    [InlineData("ÄNN@BÜCHER.de", "ÄNN@xn--bcher-kva.de", "änn@xn--bcher-kva.de")]
    [InlineData("ann@xn--bcher-kva.de", "ann@xn--bcher-kva.de", "ann@xn--bcher-kva.de")]
    [InlineData("o'neil_a/b=c!#$%&*{}|~^`?-@a-b.co.uk", "o'neil_a/b=c!#$%&*{}|~^`?-@a-b.co.uk", "o'neil_a/b=c!#$%&*{}|~^`?-@a-b.co.uk")]
    public void is_kept_to_write_to_and_folded_to_recognise(string text, string address, string key)
    {
        EmailAddress.TryParse(text, EmailPolicy.Default, out var email, out var fault).ShouldBeTrue();
        email!.Address.ShouldBe(address);
        email.Key.ShouldBe(key);
        fault.ShouldBe(EmailFault.None);
    }

    [Theory]
    [InlineData(true, false, "a.b+x@gmail.com", "ab@gmail.com")]
    [InlineData(false, false, "A.b+x@googlemail.com", "a.b+x@googlemail.com")]
    [InlineData(false, true, "a.b+x@gmail.com", "a.b+x@gmail.com")]
    [InlineData(true, true, "a.b+x@example.com", "a.b@example.com")]
    [InlineData(true, false, "a.b+x@example.com", "a.b+x@example.com")]
    public void is_folded_as_the_policy_says(bool google, bool others, string text, string key)
    {
        EmailAddress.TryParse(text, new EmailPolicy(google, others), out var email, out _).ShouldBeTrue();
        email!.Key.ShouldBe(key);
    }

    [Theory]
    [InlineData(null, EmailFault.IsMissing)]
    [InlineData("  ", EmailFault.IsMissing)]
    [InlineData("ann", EmailFault.HasNoSingleAt)]
    [InlineData("@example.com", EmailFault.HasNoSingleAt)]
    [InlineData("ann@", EmailFault.HasNoSingleAt)]
    [InlineData("ann@b@example.com", EmailFault.HasNoSingleAt)]
    [InlineData("+tag@gmail.com", EmailFault.HasNoSingleAt)]
    [InlineData("a nn@example.com", EmailFault.HasForbiddenCharacter)]
    [InlineData("ann\u0000@example.com", EmailFault.HasForbiddenCharacter)]
    [InlineData("ann\r\nBcc:x@example.com", EmailFault.HasForbiddenCharacter)]
    [InlineData("an\u200bn@example.com", EmailFault.HasForbiddenCharacter)]
    [InlineData("ann@exam\u00adple.com", EmailFault.HasForbiddenCharacter)]
    [InlineData("\"ann\"@example.com", EmailFault.HasForbiddenCharacter)]
    [InlineData("Ann <ann@example.com>", EmailFault.HasForbiddenCharacter)]
    [InlineData("ann@[127.0.0.1]", EmailFault.HasForbiddenCharacter)]
    [InlineData(".ann@example.com", EmailFault.HasMisplacedDot)]
    [InlineData("ann.@example.com", EmailFault.HasMisplacedDot)]
    [InlineData("a..n@example.com", EmailFault.HasMisplacedDot)]
    [InlineData("ann@localhost", EmailFault.HasNoDomain)]
    [InlineData("ann@127.0.0.1", EmailFault.HasNoDomain)]
    [InlineData("ann@example..com", EmailFault.HasNoDomain)]
    [InlineData("ann@.example.com", EmailFault.HasNoDomain)]
    [InlineData("ann@example.com.", EmailFault.HasNoDomain)]
    [InlineData("ann@-example.com", EmailFault.HasNoDomain)]
    [InlineData("ann@exa_mple.com", EmailFault.HasNoDomain)]
    public void is_refused_with_what_is_wrong(string? text, EmailFault expected)
    {
        EmailAddress.TryParse(text, EmailPolicy.Default, out var email, out var fault).ShouldBeFalse();
        email.ShouldBeNull();
        fault.ShouldBe(expected);
    }

    [Fact] public void has_at_most_254_bytes_and_64_before_the_at_sign()
    {
        static string At(int local, int domain) =>
            new string('a', local) + "@" + string.Join('.', Enumerable.Repeat(new string('b', 49), 4))[..(domain - 4)] + ".com";
        FaultOf(At(64, 189)).ShouldBe(EmailFault.None);
        FaultOf(At(65, 180)).ShouldBe(EmailFault.IsTooLong);
        FaultOf(At(64, 190)).ShouldBe(EmailFault.IsTooLong);
        FaultOf(new string('é', 33) + "@example.com").ShouldBe(EmailFault.IsTooLong);
        FaultOf("a@" + new string('b', 64) + ".com").ShouldBe(EmailFault.HasNoDomain);
    }

    [Fact] public void is_recognised_again_from_its_own_key_and_in_any_case() =>
        Prop.ForAll(Gen.Elements("abcXYZ019.+-_".ToCharArray()).NonEmptyListOf().Select(c => string.Concat(c)).ToArbitrary(),
            Gen.Elements("gmail.com", "example.com", "BÜCHER.de").ToArbitrary(), (local, domain) =>
        {
            if (!EmailAddress.TryParse($"{local}@{domain}", EmailPolicy.Default, out var email, out _)) return true;
            string[] spellings = [email.Key, email.Address, $"{local}@{domain}".ToUpperInvariant()];
            return spellings.All(spelling => KeyOf(spelling) == email.Key);
        }).QuickCheckThrowOnFailure();

    [Fact] public void never_throws_on_what_people_type() =>
        Prop.ForAll<string>(text =>
        {
            EmailAddress.TryParse(text, EmailPolicy.Default, out _, out _);
            EmailAddress.TryParse($"a@{text}.com", EmailPolicy.Default, out _, out _);
            EmailAddress.TryParse($"a@xn--{text}.com", EmailPolicy.Default, out _, out _);
        }).QuickCheckThrowOnFailure();

    [Fact] public void does_not_print_itself() // a record that reaches a log must not take the person along
    {
        EmailAddress.TryParse("ann@example.com", EmailPolicy.Default, out var email, out _);
        email!.ToString().ShouldNotContain("ann");
    }

    private static EmailFault FaultOf(string text)
    {
        EmailAddress.TryParse(text, EmailPolicy.Default, out _, out var fault);
        return fault;
    }

    private static string? KeyOf(string text) =>
        EmailAddress.TryParse(text, EmailPolicy.Default, out var email, out _) ? email.Key : null;
}
