using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Providers.Cloud;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Pipeline;

public sealed class Keeping_secrets : PipelineSpec
{
    private const string Password = "recognisable \"pass\\wörd\"/+";
    private const string Variable = "recognisable-variable";
    private const string Special = "recognisable-special";
    private const string Made = "recognisable-made-key";

    private static readonly CloudCall Telling = Write with
    {
        Body = new JsonObject
        {
            ["name"] = "site",
            ["db_pass"] = Password,
            ["env"] = new JsonArray(new JsonObject { ["key"] = "ADDRESS", ["value"] = Variable }),
            ["nested"] = new JsonObject { ["client_secret"] = new JsonObject { ["inner"] = new JsonArray(Special + "-inner") } },
            ["special"] = Special,
        },
        SecretFields = ["special"],
    };

    private readonly List<CloudTrace> _traces = [];

    [Fact]
    public async Task tells_every_attempt_without_any_of_them()
    {
        Http.Then(429, "{}", ("Retry-After", "2"), ("x-github-request-id", "A1")).Then(201, Echo(), ("x-github-request-id", "A2"));
        using (CloudTracing.To(_traces.Add))
        {
            await SendAsync(Telling);
        }

        _traces.Select(trace => (trace.Attempt, trace.Status, trace.RequestId)).ShouldBe([(1, 429, "A1"), (2, 201, "A2")]);
        _traces.Select(trace => trace.At).ShouldBe([Noon, Noon.AddSeconds(2)]);
        _traces.ShouldAllBe(trace => trace.Operation == "github.generate" && trace.Request.StartsWith("POST /repos/acme/template/generate {"));
        _traces[0].Request.ShouldContain("\"name\":\"site\"");
        _traces[1].Answer.ShouldNotBeNull().ShouldContain("\"id\":9");
        _traces.ShouldAllBe(trace => IsClean(trace.ToString()));
    }

    [Theory]
    [InlineData(422)]
    [InlineData(403)]
    [InlineData(500)]
    [InlineData(401)]
    public async Task refuses_without_any_of_them_whatever_the_provider_repeats(int status)
    {
        Http.Then(status, Echo());
        using (CloudTracing.To(_traces.Add))
        {
            var refusal = await Should.ThrowAsync<ProviderException>(() => SendAsync(Telling));
            IsClean(refusal.ToString()).ShouldBeTrue(refusal.ToString());
        }

        _traces.ShouldAllBe(trace => IsClean(trace.ToString()));
    }

    [Theory]
    [InlineData(200, """[{"name":"another client's"},{"name":"our own"}]""", "2 in a list; not kept, since it may tell of others")]
    [InlineData(200, """{"projects":[{"name":"another client's"}],"total":1}""", "1 in a list; not kept, since it may tell of others")]
    [InlineData(200, """{"email":"another client's"}""", "not kept, since it may tell of others")]
    [InlineData(422, """{"message":"another client's"}""", "not kept, since it may tell of others")]
    [InlineData(502, "<p>another client's</p>", "not kept, since it may tell of others")]
    public async Task keeps_no_answer_that_may_tell_of_others(int status, string answer, string told)
    {
        Http.Then(status, answer);
        using (CloudTracing.To(_traces.Add))
        {
            await Client().SendAsync(Read with { MayTellOfOthers = true, MayRepeat = false, Expected = [422, 502] }, default);
        }

        (_traces.Single().Status, _traces.Single().Answer).ShouldBe((status, told));
        _traces.Single().ToString().ShouldNotContain("another client's");
    }

    [Fact]
    public async Task takes_them_out_of_pages_that_are_no_JSON()
    {
        Http.Then(500, $"<pre>Authorization: Bearer {Token} {Uri.EscapeDataString(Password)} {Convert.ToBase64String(Encoding.UTF8.GetBytes(Variable))}</pre>");
        using (CloudTracing.To(_traces.Add))
        {
            await Should.ThrowAsync<ProviderException>(() => SendAsync(Telling));
        }

        _traces.Single().Answer.ShouldBe("<pre>Authorization: Bearer *** *** ***</pre>");
    }

    [Theory]
    [InlineData("ghs_", "16C7e42F292c6912E7710c838347Ae178B4a")]
    [InlineData("sbp_", "0102030405060708090a0b0c0d0e0f1011121314")]
    [InlineData("eyJ", "hbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2lnbmF0dXJl")]
    public async Task knows_what_a_credential_looks_like(string prefix, string rest)
    {
        Http.Then(200, new JsonObject { ["note"] = $"made {prefix}{rest} today", ["address"] = $"postgres://owner:{Special}@db.example/x" }.ToJsonString());
        using (CloudTracing.To(_traces.Add))
        {
            await SendAsync(Read);
        }

        _traces.Single().Answer.ShouldBe("""{"note":"made *** today","address":"postgres://owner:***@db.example/x"}""");
    }

    [Fact]
    public async Task tells_four_kilobytes_at_most()
    {
        var call = Write with { Body = new JsonObject { ["text"] = new string('ä', 9000) } };
        Http.Then(201, new JsonObject { ["text"] = new string('€', 9000) }.ToJsonString());
        using (CloudTracing.To(_traces.Add))
        {
            await SendAsync(call);
        }

        Encoding.UTF8.GetByteCount(_traces.Single().Request).ShouldBeInRange(4000, 4096);
        Encoding.UTF8.GetByteCount(_traces.Single().Answer!).ShouldBeInRange(4000, 4096);
    }

    [Fact]
    public async Task tells_what_went_wrong_where_there_was_no_answer()
    {
        Http.ThenHangs(() => Clock.Move(Options.AttemptTimeout));
        using (CloudTracing.To(_traces.Add))
        {
            await Should.ThrowAsync<ProviderException>(() => SendAsync(Write));
        }

        var trace = _traces.Single();
        (trace.Status, trace.Answer, trace.Took).ShouldBe((null, "no answer in time", Options.AttemptTimeout));
    }

    [Fact]
    public async Task tells_only_who_listens_and_those_who_listened_before()
    {
        Http.Then(200).Then(200).Then(200);
        List<CloudTrace> inner = [];
        using (CloudTracing.To(_traces.Add))
        {
            using (CloudTracing.To(inner.Add))
            {
                await SendAsync(Read);
            }

            await SendAsync(Read);
        }

        await SendAsync(Read);
        (_traces.Count, inner.Count).ShouldBe((2, 1));
    }

    [Fact]
    public void an_account_does_not_tell_its_token()
    {
        IsClean(Account.ToString()).ShouldBeTrue();
        Account.Id.ShouldMatch("^[0-9a-f]{16}$");
        Account.Id.ShouldBe(CloudAccount.Of("github", Token).Id);
        Account.Id.ShouldNotBe(CloudAccount.Of("vercel", Token).Id);
    }

    private static string Echo() => new JsonObject
    {
        ["id"] = 9,
        ["message"] = $"You sent {Token}, {Password}, {Variable}, {Special} and {Special}-inner; made {Made}",
        ["api_key"] = Made,
        ["access_token"] = Token,
    }.ToJsonString();

    private static bool IsClean(string text) => !text.Contains("recognisable", StringComparison.OrdinalIgnoreCase);
}
