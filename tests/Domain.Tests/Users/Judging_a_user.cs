using System.Linq;
using PrizeDraw.Domain.Users;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Users;

public sealed class Judging_a_user
{
    [Theory]
    [InlineData("ann@example.com", "super_admin")]
    [InlineData("ann+x@localhost", "campaign_manager")]
    [InlineData("ännä@exämple.com", "read_only")]
    [InlineData(null, null)]
    public void accepts_what_can_be(string? email, string? role) => UserRules.Judge(email, role, 1, 0).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("ann")]
    [InlineData("ann@")]
    [InlineData("@example.com")]
    [InlineData("ann@b@example.com")]
    [InlineData("ann smith@example.com")]
    [InlineData("ann@example.com\n")]
    [InlineData("ann\0@example.com")]
    public void refuses_what_is_no_address(string email) =>
        UserRules.Judge(email, "read_only", 0, 0).ShouldNotBeNull().Fields.ShouldHaveSingleItem().Field.ShouldBe("email");

    [Fact]
    public void refuses_an_address_that_is_too_long() =>
        UserRules.Judge("a@" + new string('b', 253), "read_only", 0, 0).ShouldNotBeNull().Fields.ShouldHaveSingleItem().Field.ShouldBe("email");

    [Theory]
    [InlineData("")]
    [InlineData("Super_Admin")]
    [InlineData("system")]
    public void refuses_a_role_that_is_not(string role) =>
        UserRules.Judge(null, role, 0, 0).ShouldNotBeNull().Fields.ShouldHaveSingleItem().Field.ShouldBe("role");

    [Fact]
    public void refuses_more_grants_than_anybody_needs() =>
        UserRules.Judge(null, null, 1001, 1001).ShouldNotBeNull().Fields.Select(error => error.Field).ShouldBe(["tenantIds", "campaignIds"]);
}
