using System;
using System.Linq;
using PrizeDraw.Domain.Codes;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Codes;

public sealed class Reading_codes
{
    [Fact]
    public void leaves_out_what_is_mistaken_for_something_else()
    {
        CodeAlphabet.Characters.Length.ShouldBe(32);
        CodeAlphabet.Characters.Distinct().Count().ShouldBe(32);
        CodeAlphabet.Characters.IndexOfAny(['I', 'L', 'O', 'U']).ShouldBe(-1);
    }

    [Theory]
    [InlineData("MUG-7K2M-9QXTR-4WPZC", "MVG7K2M9QXTR4WPZC")]
    [InlineData("mug 7k2m 9qxtr 4wpzc", "MVG7K2M9QXTR4WPZC")]
    [InlineData(" mvg7k2m9qxtr4wpzc\r\n", "MVG7K2M9QXTR4WPZC")]
    [InlineData("oOiIlLuU", "001111VV")]
    [InlineData("AB\u2013CD\u00A0EF\u200B12", "ABCDEF12")]
    [InlineData("ＡＢＣ－１２３", "ABC123")]
    public void reads_what_people_type(string typed, string canonical)
    {
        CodeText.TryCanonical(typed, out var read).ShouldBeTrue();
        read.ShouldBe(canonical);
        CodeText.TryCanonical(read, out var again).ShouldBeTrue();
        again.ShouldBe(canonical);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-----------")]
    [InlineData("ABC12")]
    [InlineData("ABCDEF!")]
    [InlineData("ABCDEFé")]
    [InlineData("ABC\0DEF")]
    [InlineData("=1+1*2+3")]
    public void knows_what_is_no_code(string? typed)
    {
        CodeText.TryCanonical(typed, out var read).ShouldBeFalse();
        read.ShouldBeEmpty();
    }

    [Fact]
    public void reads_no_more_than_a_code_can_have()
    {
        CodeText.TryCanonical(new string('A', CodeText.LengthMax), out _).ShouldBeTrue();
        CodeText.TryCanonical(new string('A', CodeText.LengthMax + 1), out _).ShouldBeFalse();
        CodeText.TryCanonical(new string('-', CodeText.TypedLengthMax) + "ABCDEF", out _).ShouldBeFalse();
    }

    [Fact]
    public void takes_a_shown_code_for_the_code_it_shows()
    {
        foreach (var prefix in new[] { "Summer", "AB", "PROMOTION123" })
        {
            foreach (var pattern in new[] { CodePattern.Default(prefix), CodePattern.For(prefix, "####-####-####-####")! })
            {
                CodePrefix.TryCanonical(prefix, out var canonicalPrefix).ShouldBeTrue();
                var mint = new CodeMint(canonicalPrefix, CodePattern.RandomCharactersOf(pattern));
                var code = mint.Mint([.. Enumerable.Range(7, mint.BytesPerCode).Select(i => (byte)(i * 41))]);
                var shown = CodePattern.Format(code, pattern);
                shown.ShouldStartWith(prefix);
                shown.Length.ShouldBe(pattern.Length);
                CodeText.TryCanonical(shown, out var read).ShouldBeTrue();
                read.ShouldBe(code);
            }
        }
    }

    [Theory]
    [InlineData("MVGABCDEF", "Mug*", "MugABCDEF")]
    [InlineData("MVGABCDEF", "Mug-##-##", "Mug-AB-CDEF")]
    [InlineData("MVGAB", "Mug-##-##", "Mug-AB")]
    [InlineData("MVG", "Mug-##-##", "Mug")]
    public void shows_a_code_whole_by_any_pattern(string canonical, string pattern, string shown) =>
        CodePattern.Format(canonical, pattern).ShouldBe(shown);

    [Fact]
    public void shows_an_imported_code_as_it_was_spelled()
    {
        CodePattern.Display("AMZ00112", "amz-oO112", "AMZ*").ShouldBe("amz-oO112");
        CodePattern.Display("AMZ00112", null, "AMZ*").ShouldBe("AMZ00112");
    }
}
