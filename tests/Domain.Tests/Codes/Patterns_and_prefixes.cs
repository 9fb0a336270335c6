using System;
using System.Linq;
using PrizeDraw.Domain.Codes;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Codes;

public sealed class Patterns_and_prefixes
{
    [Fact]
    public void have_sixty_four_random_bits_by_default() =>
        (CodePattern.RandomCharactersOf(CodePattern.Default("AB")) * CodeAlphabet.BitsPerCharacter).ShouldBeGreaterThanOrEqualTo(64);

    [Theory]
    [InlineData("MUG", "MUG-####-#####-#####", "MUG-####-#####-#####")]
    [InlineData("MUG", "mug ##############", "mug ##############")]
    [InlineData("MUG", "####-#####-#####", "MUG-####-#####-#####")]
    [InlineData("MUG", "-####-#####-#####", "MUG-####-#####-#####")]
    [InlineData("MUG", "M-U-G/###################", "M-U-G/###################")]
    public void fit_together(string prefix, string given, string pattern) => CodePattern.For(prefix, given).ShouldBe(pattern);

    [Theory]
    [InlineData("MUG", "")]
    [InlineData("MUG", "MUG-####-####-#####")]
    [InlineData("MUG", "MUG-####################")]
    [InlineData("MUG", "CUP-##############")]
    [InlineData("MUG", "MUG-##############-X")]
    [InlineData("MUG", "MUG-##############-")]
    [InlineData("MUG", "-MUG-##############")]
    [InlineData("MUG", "=MUG-##############")]
    [InlineData("MUG", "MUG-##############*")]
    [InlineData("MUG", "MUG-#######\n#######")]
    public void are_refused_where_they_do_not(string prefix, string given) => CodePattern.For(prefix, given).ShouldBeNull();

    [Theory]
    [InlineData("Summer", "SVMMER")]
    [InlineData("lo", "10")]
    [InlineData("ABCDEFGHJKMN", "ABCDEFGHJKMN")]
    public void are_compared_in_their_canonical_spelling(string given, string canonical)
    {
        CodePrefix.TryCanonical(given, out var read).ShouldBeTrue();
        read.ShouldBe(canonical);
        CodePattern.PrefixOf(CodePattern.Default(given)).ShouldBe(given);
        CodePattern.PrefixOf(CodePattern.OfImport(given)).ShouldBe(given);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("ABCDEFGHJKMNP")]
    [InlineData("A-B")]
    [InlineData("=A")]
    [InlineData("Été")]
    public void are_letters_and_digits(string? given) => CodePrefix.TryCanonical(given, out _).ShouldBeFalse();

    [Fact]
    public void lead_a_code_to_its_prefix() =>
        CodePrefix.CandidatesOf("ABCDEF").ShouldBe(["AB", "ABC", "ABCD", "ABCDE"]);

    [Fact]
    public void take_each_random_bit_into_the_code()
    {
        var mint = new CodeMint("AB", CodePattern.RandomMin);
        var codes = Enumerable.Range(0, mint.BytesPerCode * CodeAlphabet.BitsPerCharacter).Select(bit =>
        {
            var random = new byte[mint.BytesPerCode];
            random[bit / 5] = (byte)(1 << (bit % 5));
            return mint.Mint(random);
        }).ToArray();
        codes.Distinct().Count().ShouldBe(65);
        codes.ShouldAllBe(code => code.StartsWith("AB") && code.Length == 16 && CodeCheck.Holds(code));
    }

    [Fact]
    public void never_have_fewer_random_characters() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new CodeMint("AB", CodePattern.RandomMin - 1));
}
