using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Providers.Hosting;
using Shouldly;
using Xunit;
using static PrizeDraw.Providers.Tests.Cloud.Vercel.VercelWorkshop;

namespace PrizeDraw.Providers.Tests.Cloud.Vercel;

/// <summary>What would be in the way is said before anything is made.</summary>
public sealed class Asking_Vercel_beforehand
{
    [Fact]
    public async Task finds_nothing_in_the_way_and_changes_nothing()
    {
        await using var workshop = await OpenAsync();
        (await CheckAsync(workshop, Site)).Where(c => c.State == PreflightState.Passed).Select(c => c.Name).ShouldBe(["token", "name"]);
        var made = await workshop.MadeAsync();
        (await CheckAsync(workshop, made)).ShouldNotContain(c => c.State == PreflightState.Failed);
        workshop.RequestsOf("vercel.create-project").Count.ShouldBe(1);
    }

    [Fact]
    public async Task finds_a_name_that_is_somebody_elses()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.PutForeign(Name);
        (await RefusalAsync(workshop)).Fault.ShouldBe(ProviderFault.NameTaken);
    }

    [Fact]
    public async Task finds_a_token_that_is_not_valid()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.Token = null;
        (await RefusalAsync(workshop)).Fault.ShouldBe(ProviderFault.Unauthorized);
    }

    [Theory]
    [InlineData("VIEWER")]
    [InlineData("BILLING")]
    public async Task finds_a_role_that_may_only_look_on(string role)
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.Role = role;
        var refusal = await RefusalAsync(workshop);
        (refusal.Fault, refusal.Message).ShouldBe((ProviderFault.Unauthorized,
            $"The token's user may only look on in the Vercel team (role {role}). Give them the role of a member."));
    }

    [Theory]
    [InlineData("scope", "not made for this team")]
    [InlineData("mfa", "two-factor authentication")]
    public async Task finds_a_token_that_the_team_limits(string by, string told)
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.Faults.On("vercel.team", Fault.Before(200, new JsonObject { ["limited"] = true, ["limitedBy"] = new JsonArray(by) }));
        var refusal = await RefusalAsync(workshop);
        refusal.Fault.ShouldBe(ProviderFault.Unauthorized);
        refusal.Message.ShouldContain(told);
    }

    [Fact]
    public async Task finds_a_team_that_is_none()
    {
        await using var workshop = await OpenAsync(team: "team_elsewhere");
        var refusal = await RefusalAsync(workshop);
        (refusal.Fault, refusal.Message[..43]).ShouldBe((ProviderFault.Rejected, "There is no Vercel team 'team_elsewhere', o"));
    }

    [Fact]
    public async Task says_what_Vercel_does_not_tell_and_asks_nothing_more_of_one_that_does_not_answer()
    {
        await using var workshop = await OpenAsync();
        (await CheckAsync(workshop, Site)).Where(c => c.State == PreflightState.Unknown).Select(c => c.Name).ShouldBe(["quota", "repository-access"]);
        workshop.Vercel.Faults.Always("vercel.team", Fault.Before(503));
        var checks = await CheckAsync(workshop, Site);
        (checks.Single().Name, checks[0].State, checks[0].Fault).ShouldBe(("token", PreflightState.Unknown, ProviderFault.Transient));
    }

    private static Task<ImmutableArray<PreflightCheck>> CheckAsync(VercelWorkshop workshop, SiteRequest site) =>
        workshop.Hosting.CheckAsync(new PreflightTarget(site.Name, site.Nonce) { Id = site.Id }, System.TimeSpan.FromSeconds(30), CancellationToken.None);

    private static async Task<(ProviderFault? Fault, string Message)> RefusalAsync(VercelWorkshop workshop)
    {
        var failed = (await CheckAsync(workshop, Site)).Single(c => c.State == PreflightState.Failed);
        return (failed.Fault, failed.Message);
    }
}
