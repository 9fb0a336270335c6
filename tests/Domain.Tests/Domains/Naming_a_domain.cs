using System.Linq;
using PrizeDraw.Domain.Domains;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Domains;

public sealed class Naming_a_domain
{
    private static readonly string[] Own = ["platform.example.com"];

    [Theory]
    [InlineData("win.example.com", "win.example.com")]
    [InlineData("  Win.Example.COM. ", "win.example.com")]
    [InlineData("gewinn.müller.de", "gewinn.xn--mller-kva.de")]
    [InlineData("xn--mller-kva.de", "xn--mller-kva.de")]
    [InlineData("выиграй.рф", "xn--80addth4b9d.xn--p1ai")]
    [InlineData("win.platform.example.com", "win.platform.example.com")]
    public void gives_the_form_that_is_stored(string typed, string name) => CustomDomain.Read(typed, Own).ShouldBe((name, null));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("win")]
    [InlineData("https://win.example.com")]
    [InlineData("win.example.com/summer")]
    [InlineData("win.example.com:8080")]
    [InlineData("me@example.com")]
    [InlineData("win example.com")]
    [InlineData("*.example.com")]
    [InlineData("192.0.2.1")]
    [InlineData("[2001:db8::1]")]
    [InlineData("2001:db8::1")]
    [InlineData("-win.example.com")]
    [InlineData("win_ner.example.com")]
    [InlineData("win..example.com")]
    [InlineData("win.example.com..")]
    [InlineData("win.example.123")]
    [InlineData("printer.local")]
    [InlineData("a.localhost")]
    [InlineData("platform.example.com")]
    [InlineData("PLATFORM.example.com.")]
    [InlineData("summer.vercel.app")]
    [InlineData("vercel.app")]
    [InlineData("win.exam\0ple.com")]
    public void refuses_what_is_no_domain_of_ones_own(string typed)
    {
        var (name, error) = CustomDomain.Read(typed, Own);
        name.ShouldBeNull();
        error!.Code.ShouldBe("domain.invalid");
        error.Fields.Single().Field.ShouldBe("name");
    }

    [Fact]
    public void takes_as_many_characters_as_DNS_does()
    {
        var label = new string('a', 63);
        CustomDomain.Read($"{label}.example.com", Own).Name.ShouldNotBeNull();
        CustomDomain.Read($"{label}a.example.com", Own).Name.ShouldBeNull();
        CustomDomain.Read($"{label}.{label}.{label}.{new string('b', 57)}.com", Own).Name!.Length.ShouldBe(CustomDomain.LengthMax);
        CustomDomain.Read($"{label}.{label}.{label}.{new string('b', 58)}.com", Own).Name.ShouldBeNull();
    }
}
