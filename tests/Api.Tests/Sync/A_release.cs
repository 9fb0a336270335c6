using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Sync;

public sealed class A_release(ApiHost host) : IClassFixture<ApiHost>
{
    private const string All = "/v1/template/releases";

    [Fact]
    public async Task is_made_with_the_usual_waves_and_steered()
    {
        var admin = await host.AdminAsync();
        var made = await admin.SendJsonAsync(HttpMethod.Post, All, """{"version":"v1.1.0","dryRun":true}""", ("Idempotency-Key", "release-once"));
        var release = await made.ShouldBeAsync(HttpStatusCode.Accepted);
        var at = made.Headers.Location!.ToString();
        ((string?)release["state"], release["waves"]!.AsArray().Count, (int?)release["settings"]!["holdHoursBeforeClosing"]).ShouldBe(("planned", 3, 48));
        release["waves"]!.AsArray().Select(wave => ((int?)wave!["settings"]!["percent"], (int)wave["settings"]!["soakMinutes"]!)).ShouldBe([(10, 60), (50, 60), (100, 0)]);
        var again = await admin.SendJsonAsync(HttpMethod.Post, All, """{"version":"v1.1.0","dryRun":true}""", ("Idempotency-Key", "release-once"));
        again.Headers.Location!.ToString().ShouldBe(at);

        await (await admin.PostAsync(at + "/pause", null)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "release.wrong_state");
        ((string?)(await (await admin.PostAsync(at + "/start", null)).ShouldBeAsync(HttpStatusCode.Accepted))["state"]).ShouldBe("running");
        ((string?)(await (await admin.PostAsync(at + "/pause", null)).ShouldBeAsync(HttpStatusCode.Accepted))["state"]).ShouldBe("paused");
        ((string?)(await (await admin.PostAsync(at + "/resume", null)).ShouldBeAsync(HttpStatusCode.Accepted))["state"]).ShouldBe("running");
        ((string?)(await (await admin.PostAsync(at + "/roll-back", null)).ShouldBeAsync(HttpStatusCode.Accepted))["state"]).ShouldBe("rolling_back");
        ((string?)(await (await admin.GetAsync(at)).ShouldBeAsync(HttpStatusCode.OK))["state"]).ShouldBe("rolling_back");
        (await (await admin.GetAsync(at + "/sites?state=pushed")).ShouldBeAsync(HttpStatusCode.OK))["items"]!.AsArray().ShouldNotBeEmpty();
        await (await admin.GetAsync(at + "/sites?state=odd")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_parameter");
        await (await admin.GetAsync(All + "/rel_none")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "release.not_found");
    }

    [Fact]
    public async Task takes_chosen_canaries_commits_and_settings()
    {
        var body = $$"""
            {"picks":["4a5b6c7"],"waves":[{"campaignIds":["{{host.Campaign.Id}}"],"soakMinutes":5},{"percent":100}],
             "tenantIds":["{{host.Acme.Id}}"],"holdHoursBeforeClosing":0,"unhealthyMax":5,"rollsBack":false,"rehearses":false}
            """;
        await (await (await host.AdminAsync()).SendJsonAsync(HttpMethod.Post, All, body)).ShouldBeAsync(HttpStatusCode.Accepted);
        var asked = host.Template.Asked.OfType<CreateRelease>().Single(made => made.Version is null);
        (asked.Picks.Single(), asked.Waves[0].CampaignIds.Single(), asked.Waves[0].Percent, asked.Waves[1].Percent, asked.IsDryRun).ShouldBe(("4a5b6c7", host.Campaign.Id, null, 100, false));
        (asked.Settings.TenantIds.Single(), asked.Settings.HoldHoursBeforeClosing, asked.Settings.UnhealthyMax, asked.Settings.RollsBack, asked.Settings.Rehearses)
            .ShouldBe((host.Acme.Id, 0, 5, false, false));
    }

    [Theory]
    [InlineData("""{}""", "version")]
    [InlineData("""{"version":"v1","picks":["a"]}""", "picks")]
    [InlineData("""{"version":"v1","waves":[]}""", "waves")]
    [InlineData("""{"version":"v1","waves":[{"percent":0}]}""", "waves[0].percent")]
    [InlineData("""{"version":"v1","waves":[{"soakMinutes":5}]}""", "waves[0].percent")]
    [InlineData("""{"version":"v1","waves":[{"percent":50}]}""", "waves[0].percent")]
    [InlineData("""{"version":"v1","waves":[{"percent":50},{"percent":50},{"percent":100}]}""", "waves[1].percent")]
    [InlineData("""{"version":"v1","waves":[{"campaignIds":["cmp_1"]},{"percent":100}]}""", "waves[0].campaignIds[0]")]
    [InlineData("""{"version":"v1","waves":[{"percent":100,"soakMinutes":20000}]}""", "waves[0].soakMinutes")]
    [InlineData("""{"version":"v1","tenantIds":["acme"]}""", "tenantIds[0]")]
    [InlineData("""{"version":"v1","unhealthyMax":51}""", "unhealthyMax")]
    public async Task is_refused_for_a_bad_field_by_name(string body, string field)
    {
        var problem = await (await (await host.AdminAsync()).SendJsonAsync(HttpMethod.Post, All, body)).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        problem["errors"]!.AsObject().Select(error => error.Key).ShouldBe([field]);
    }

    [Fact]
    public async Task of_an_unknown_version_is_refused() =>
        await (await (await host.AdminAsync()).SendJsonAsync(HttpMethod.Post, All, """{"version":"v9"}"""))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "template.version_unknown");
}
