using System.Linq;
using PrizeDraw.Domain.Tenants;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Tenants;

public sealed class Judging_a_tenant
{
    [Theory]
    [InlineData("Acme", "acme")]
    [InlineData("é", "a1")]
    [InlineData(null, "a-b-c")]
    [InlineData("Acme", null)]
    [InlineData(null, null)]
    public void accepts_what_can_be(string? name, string? slug) => TenantRules.Judge(name, slug).ShouldBeNull();

    [Theory]
    [InlineData("", "acme", "name")]
    [InlineData("  ", "acme", "name")]
    [InlineData("a\0b", "acme", "name")]
    [InlineData("Acme", "", "slug")]
    [InlineData("Acme", "a", "slug")]
    [InlineData("Acme", "1acme", "slug")]
    [InlineData("Acme", "-acme", "slug")]
    [InlineData("Acme", "Acme", "slug")]
    [InlineData("Acme", "acme\n", "slug")]
    [InlineData("Acme", "acmé", "slug")]
    [InlineData("Acme", "a2345678901234567890123456789012345678901", "slug")]
    public void names_the_field_that_cannot_be(string name, string slug, string field)
    {
        var error = TenantRules.Judge(name, slug).ShouldNotBeNull();
        error.Code.ShouldBe("tenant.invalid");
        error.Fields.ShouldHaveSingleItem().Field.ShouldBe(field);
    }

    [Fact]
    public void names_every_field_that_cannot_be() =>
        TenantRules.Judge(new string('x', 201), "?").ShouldNotBeNull().Fields.Select(error => error.Field).ShouldBe(["name", "slug"]);
}
