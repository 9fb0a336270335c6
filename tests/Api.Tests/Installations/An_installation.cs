using System.Net;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Installations;

public sealed class An_installation(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task tells_whoever_is_signed_in_which_levels_it_serves()
    {
        var answer = await (await (await host.ReaderAsync()).GetAsync("/v1/installation")).ShouldBeAsync(HttpStatusCode.OK);
        answer["draws"]!.ToJsonString().ShouldBe("""{"levels":["beacon-unwitnessed","observed"],"strongest":"beacon-unwitnessed","relays":true,"authority":false}""");
    }
}
