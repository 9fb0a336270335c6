using System;
using System.Linq;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Evidence;

public sealed class Thirty_two_bytes
{
    private const string Hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    [Fact] public void go_in_and_out_as_hex_and_as_bytes()
    {
        var value = Bytes32.Parse(Hex);
        value.ToString().ShouldBe(Hex);
        value.ToArray().ShouldBe([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        new Bytes32(value.ToArray()).ShouldBe(value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F")]
    [InlineData("g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")]
    public void have_one_spelling_in_hex(string? hex) => Bytes32.TryParse(hex, out _).ShouldBeFalse();

    [Fact] public void compare_as_unsigned_bytes()
    {
        for (var at = 0; at < 32; at++)
        {
            var (low, high) = (new byte[32], new byte[32]);
            (low[at], high[at]) = (0x7f, 0x80);
            new Bytes32(low).CompareTo(new Bytes32(high)).ShouldBeLessThan(0, $"byte {at}");
        }
    }

    [Fact] public void hash_and_hmac_as_the_standards_say()
    {
        Bytes32.HashOf("abc"u8).ToString().ShouldBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        // RFC 4231, test case 2.
        Bytes32.HmacOf("Jefe"u8, "what do ya want for nothing?"u8).ToString()
            .ShouldBe("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    [Fact] public void are_never_more_or_fewer()
    {
        Should.Throw<ArgumentException>(() => new Bytes32(new byte[31]));
        Should.Throw<ArgumentException>(() => new Bytes32(new byte[33]));
    }
}
