using System.Linq;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Provisioning;

public sealed class A_provider_account(ApiHost host) : IClassFixture<ApiHost>
{
    private string Own => $"/v1/tenants/{host.Acme.Id}/providers";

    private static JsonObject Supabase => new() { ["token"] = "sbp_planted_secret", ["organization"] = "acme", ["region"] = "eu-west-2" };

    [Fact]
    public async Task is_set_listed_and_removed_and_its_token_is_never_told()
    {
        var admin = await host.AdminAsync();
        var set = await (await admin.SendJsonAsync(System.Net.Http.HttpMethod.Put, Own + "/supabase", Supabase.ToJsonString())).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)set["settings"]!["organization"], (bool?)set["isPlatforms"]).ShouldBe(("acme", false));
        set.ToJsonString().ShouldNotContain("planted");
        var listed = await (await (await host.ManagerAsync()).GetAsync(Own)).ShouldBeAsync(HttpStatusCode.OK);
        listed["items"]!.AsArray().Select(one => (string?)one!["provider"]).ShouldBe(["supabase"]);
        listed.ToJsonString().ShouldNotContain("planted");
        await (await admin.DeleteAsync(Own + "/supabase")).ShouldBeAsync(HttpStatusCode.NoContent);
        await (await admin.DeleteAsync(Own + "/supabase")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "provider.not_found");
    }

    [Fact]
    public async Task of_the_platform_is_another_one()
    {
        var admin = await host.AdminAsync();
        var set = await (await admin.SendJsonAsync(System.Net.Http.HttpMethod.Put, "/v1/providers/vercel", """{"token":"planted"}""")).ShouldBeAsync(HttpStatusCode.OK);
        ((bool?)set["isPlatforms"]).ShouldBe(true);
        (await (await admin.GetAsync("/v1/providers")).ShouldBeAsync(HttpStatusCode.OK))["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task is_checked_without_being_changed_and_the_worst_of_the_checks_is_told_first()
    {
        var (admin, manager) = (await host.AdminAsync(), await host.ManagerAsync());
        await (await admin.PostAsync("/v1/providers/github/check", null)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "provider.not_found");
        await (await admin.SendJsonAsync(System.Net.Http.HttpMethod.Put, Own + "/github", """{"token":"planted","owner":"acme","template":"acme/site"}""")).ShouldBeAsync(HttpStatusCode.OK);
        var commands = host.Platform.Commands;
        var told = await (await manager.PostAsync(Own + "/github/check", null)).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)told["state"], (string?)told["checks"]![1]!["state"], told["checks"]!.AsArray().Count).ShouldBe(("failed", "failed", 3));
        var campaign = await (await manager.PostAsync($"/v1/campaigns/{host.Campaign.Id}/check", null)).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)campaign["state"]).ShouldBe("unknown");
        host.Platform.Commands.ShouldBe(commands);
    }

    [Fact]
    public async Task is_not_for_managers_to_set()
    {
        var manager = await host.ManagerAsync();
        await (await manager.SendJsonAsync(System.Net.Http.HttpMethod.Put, Own + "/supabase", Supabase.ToJsonString()))
            .ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.forbidden");
    }
}
