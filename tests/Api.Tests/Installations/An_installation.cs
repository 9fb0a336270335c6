using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Installations;

public sealed class An_installation(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task tells_whoever_is_signed_in_which_levels_it_serves_and_who_provides_what()
    {
        var answer = await (await (await host.ReaderAsync()).GetAsync("/v1/installation")).ShouldBeAsync(HttpStatusCode.OK);
        answer["draws"]!.ToJsonString().ShouldBe("""{"levels":["beacon-unwitnessed","observed"],"strongest":"beacon-unwitnessed","relays":true,"authority":false}""");
        answer["providers"]!.ToJsonString().ShouldBe("""{"database":"supabase","repository":"github","site":"vercel"}""");
    }

    [Fact]
    public async Task may_act_again_once_a_super_admin_has_confirmed_the_incarnation_that_they_looked_at()
    {
        var admin = await host.AdminAsync();
        await (await admin.SendJsonAsync(HttpMethod.Post, "/v1/installation/confirm", """{"incarnation":"00000000000000000000000000000000"}"""))
            .ShouldBeProblemAsync(HttpStatusCode.Conflict, "installation.incarnation_changed");
        ((string?)(await (await admin.GetAsync("/v1/installation")).ShouldBeAsync(HttpStatusCode.OK))["incarnation"]!["confirmedAt"]).ShouldBeNull();
        var body = $$"""{"incarnation":"{{FakeInstallation.Incarnation}}"}""";
        (await (await admin.SendJsonAsync(HttpMethod.Post, "/v1/installation/confirm", body)).ShouldBeAsync(HttpStatusCode.OK))["confirmedAt"].ShouldNotBeNull();
        (await (await admin.GetAsync("/v1/installation")).ShouldBeAsync(HttpStatusCode.OK))["incarnation"]!["confirmedAt"].ShouldNotBeNull();
    }
}
