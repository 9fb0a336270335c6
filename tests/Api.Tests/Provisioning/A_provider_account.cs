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
    public async Task is_not_for_managers_to_set()
    {
        var manager = await host.ManagerAsync();
        await (await manager.SendJsonAsync(System.Net.Http.HttpMethod.Put, Own + "/supabase", Supabase.ToJsonString()))
            .ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.forbidden");
    }
}
