using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions.Campaigns;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Pools;

public sealed class Importing_moments(ApiHost host) : IClassFixture<ApiHost>
{
    private CampaignView Campaign => host.Campaign;

    private string Path => $"/v1/pools/{Campaign.Settings.Pools[0].Id}/moments";

    [Fact]
    public async Task takes_each_line_of_a_file()
    {
        var id = Campaign.Settings.Pools[0].Prizes[0].Id!;
        var answer = await (await SendAsync($"\uFEFFprize,at\r\nMug,2026-12-05T10:00:00Z\r\n\r\n\"Mug\",\"2026-12-05T11:00:00+01:00\"\n{id},2026-12-06T10:00:00.5Z"))
            .ShouldBeAsync(HttpStatusCode.Created);
        ((int?)answer["added"]).ShouldBe(3);
        var command = host.Platform.Moments.Last();
        command.Moments.Select(m => m.Prize).ShouldBe(["Mug", "Mug", id]);
        command.Moments.Select(m => m.At!.Value.UtcDateTime.ToString("HH:mm:ss.f", System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(["10:00:00.0", "10:00:00.0", "10:00:00.5"]);
    }

    [Fact]
    public async Task takes_nothing_when_a_line_is_wrong_and_names_each()
    {
        var commands = host.Platform.Commands;
        var problem = await (await SendAsync(
            "at,prize\r\n2026-12-05T10:00:00Z,Mug\r\ntomorrow,Mug\r\n2026-12-05T10:00:00Z,Bike\r\n\"2026-12-05T10:00:00Z\r\n\",Mug\r\n2026-12-05T10:00:00Z\r\n2027-01-01T00:00:00Z,Mug\r\n"))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        problem["errors"]!.AsObject().Select(error => error.Key).ShouldBe(["line 3", "line 4", "line 5", "line 7", "line 8"]);
        ((string?)problem["detail"])!.ShouldStartWith("Nothing was taken: line 3");
        host.Platform.Commands.ShouldBe(commands);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-12-05T10:00:00Z,Mug")]
    [InlineData("at,prize,more\r\n")]
    public async Task wants_its_heading(string file) =>
        (await (await SendAsync(file)).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field"))["errors"]!.AsObject().ShouldContainKey("line 1");

    [Fact]
    public async Task takes_a_hundred_thousand_lines_and_no_more()
    {
        var lines = new StringBuilder("at,prize\n");
        for (var i = 0; i < 100_000; i++)
        {
            lines.Append("2026-12-05T10:00:00Z,Mug\n");
        }

        ((int?)(await (await SendAsync(lines.ToString())).ShouldBeAsync(HttpStatusCode.Created))["added"]).ShouldBe(100_000);
        var problem = await (await SendAsync(lines.Append("2026-12-05T10:00:00Z,Mug\n").ToString())).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        ((string?)problem["detail"])!.ShouldContain("100,000");
    }

    [Fact]
    public async Task is_done_once_per_Idempotency_Key()
    {
        const string File = "at,prize\n2026-12-05T10:00:00Z,Mug\n";
        await (await SendAsync(File, "moments-file-1")).ShouldBeAsync(HttpStatusCode.Created);
        var commands = host.Platform.Commands;
        await (await SendAsync(File, "moments-file-1")).ShouldBeAsync(HttpStatusCode.Created);
        host.Platform.Commands.ShouldBe(commands);
        await (await SendAsync(File + File[9..], "moments-file-1")).ShouldBeProblemAsync((HttpStatusCode)422, "idempotency.key_reused");
    }

    [Fact]
    public async Task refuses_what_is_not_utf8()
    {
        using var content = new ByteArrayContent([.. "at,prize\n"u8, 0xff, 0xfe]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("text/csv");
        await (await (await host.ManagerAsync()).PostAsync(Path, content)).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
    }

    [Fact]
    public void stands_in_the_document()
    {
        var operation = host.Document.Operations.Single(operation => operation.Id == "createMoments");
        ((string?)operation.Definition["requestBody"]!["content"]!["text/csv"]!["example"])!.ShouldStartWith("at,prize");
    }

    private async Task<HttpResponseMessage> SendAsync(string file, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(file, Encoding.UTF8, "text/csv") };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await (await host.ManagerAsync()).SendAsync(request);
    }
}
