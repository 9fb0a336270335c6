using FsCheck;
using FsCheck.Fluent;
using PrizeDraw.Domain.Entrants;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Entrants;

public sealed class A_phone_number
{
    [Theory]
    [InlineData("07700 900123", "+447700900123")]
    [InlineData(" +44 (0)7700-900.123 ", "+447700900123")]
    [InlineData("0044 7700 900123", "+447700900123")]
    [InlineData("(0113) 496 0000", "+441134960000")]
    [InlineData("+33 1 99 00 12 34", "+33199001234")]
    public void loses_its_decoration(string text, string expected)
    {
        PhoneNumber.TryParse(text, "44", out var number).ShouldBeTrue();
        number!.Value.ShouldBe(expected);
        number.ToString().ShouldNotContain("900");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("7700 900123")]
    [InlineData("+44 7700 900123 456789")]
    [InlineData("0770x900123")]
    [InlineData("+44+7700900123")]
    [InlineData("+0 7700 900123")]
    [InlineData("012")]
    [InlineData("٠٧٧٠٠٩٠٠١٢٣")]
    public void is_refused_when_it_can_not_be_one(string? text) => PhoneNumber.TryParse(text, "44", out _).ShouldBeFalse();

    [Fact] public void never_throws_and_is_stable() =>
        Prop.ForAll<string>(text =>
            !PhoneNumber.TryParse("0" + text, "44", out var number)
            || (PhoneNumber.TryParse(number.Value, "44", out var again) && again == number)).QuickCheckThrowOnFailure();
}
