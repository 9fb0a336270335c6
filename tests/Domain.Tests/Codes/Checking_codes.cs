using System;
using System.Linq;
using PrizeDraw.Domain.Codes;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Codes;

public sealed class Checking_codes
{
    private static readonly int[] All = [.. Enumerable.Range(0, 32)];

    [Fact]
    public void folds_with_a_quasigroup() =>
        All.ShouldAllBe(x => All.Select(y => CodeCheck.Fold(x, y)).Distinct().Count() == 32
            && All.Select(y => CodeCheck.Fold(y, x)).Distinct().Count() == 32);

    /// <summary>Damm's definition: (c∗x)∗y = (c∗y)∗x only for x = y, and x∗y = y∗x only for x = y. Tried in full.</summary>
    [Fact]
    public void is_totally_anti_symmetric()
    {
        foreach (var (x, y) in All.SelectMany(x => All.Where(y => y != x).Select(y => (x, y))))
        {
            CodeCheck.Fold(x, y).ShouldNotBe(CodeCheck.Fold(y, x));
            All.ShouldAllBe(c => CodeCheck.Fold(CodeCheck.Fold(c, x), y) != CodeCheck.Fold(CodeCheck.Fold(c, y), x));
        }
    }

    [Fact]
    public void finds_every_single_wrong_character()
    {
        var code = CodeOf(1);
        for (var at = 0; at < code.Length; at++)
        {
            foreach (var other in CodeAlphabet.Characters.Where(c => c != code[at]))
            {
                CodeCheck.Holds(code[..at] + other + code[(at + 1)..]).ShouldBeFalse($"{other} at {at} of {code}");
            }
        }
    }

    [Fact]
    public void finds_any_two_characters_exchanged()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var code = CodeOf(seed);
            CodeCheck.Holds(code).ShouldBeTrue(code);
            foreach (var (a, b) in Enumerable.Range(0, code.Length).SelectMany(a => Enumerable.Range(0, a).Select(b => (a, b))))
            {
                var characters = code.ToCharArray();
                (characters[a], characters[b]) = (characters[b], characters[a]);
                CodeCheck.Holds(characters).ShouldBe(code[a] == code[b], $"{a} and {b} of {code}, seed {seed}");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    public void finds_nothing_right_in_what_is_too_short(string code) => CodeCheck.Holds(code).ShouldBeFalse();

    /// <summary>As long as codes can be: 12 of the prefix, 18 random, 1 to check.</summary>
    private static string CodeOf(int seed)
    {
        var random = new byte[CodePattern.RandomMax];
        new Random(seed).NextBytes(random);
        return new CodeMint("ABCDEFGHJKMN", CodePattern.RandomMax).Mint(random);
    }
}
