using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.GitHub;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Pipeline;

/// <summary>Installation tokens of a GitHub App.</summary>
public sealed class Tokens_that_expire : PipelineSpec, IDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly GitHubAppTokens _tokens;

    public Tokens_that_expire() => _tokens = Tokens(_key.ExportPkcs8PrivateKeyPem());

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task are_made_with_what_the_app_signs()
    {
        Made("one");
        Http.Then(200);
        await Client(_tokens.Account).SendAsync(Read, default);

        var (asked, read) = (Http.Requests[0], Http.Requests[1]);
        (asked.Method, asked.Address).ShouldBe(("POST", "http://localhost:1/api/app/installations/4711/access_tokens"));
        read.Token.ShouldBe("recognisable-token-one");
        var parts = asked.Token!.Split('.');
        _key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .ShouldBeTrue();
        JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!.ToJsonString().ShouldBe("""{"alg":"RS256","typ":"JWT"}""");
        var now = Noon.ToUnixTimeSeconds();
        JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.ToJsonString().ShouldBe($$"""{"iat":{{now - 60}},"exp":{{now + 540}},"iss":"123"}""");
    }

    [Fact]
    public async Task serve_until_ten_minutes_before_their_end()
    {
        var client = Client(_tokens.Account);
        Made("one");
        Http.Then(200).Then(200);
        await client.SendAsync(Read, default);
        Clock.Move(TimeSpan.FromMinutes(50) - TimeSpan.FromTicks(1));
        await client.SendAsync(Read, default);
        Clock.Move(TimeSpan.FromTicks(1));
        Made("two");
        Http.Then(200);
        await client.SendAsync(Read, default);
        Http.Requests.Where(r => r.Method == "GET").Select(r => r.Token).ShouldBe(["recognisable-token-one", "recognisable-token-one", "recognisable-token-two"]);
    }

    [Fact]
    public async Task are_made_anew_after_one_was_refused()
    {
        var client = Client(_tokens.Account);
        Made("one");
        Http.Then(401);
        (await Should.ThrowAsync<ProviderException>(() => client.SendAsync(Read, default))).Fault.ShouldBe(ProviderFault.Unauthorized);
        Made("two");
        Http.Then(200);
        await client.SendAsync(Read, default);
        Http.Requests[^1].Token.ShouldBe("recognisable-token-two");
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(403)]
    public async Task are_not_had_by_an_app_that_is_not_installed(int status)
    {
        Http.Then(status);
        (await Should.ThrowAsync<ProviderException>(() => Client(_tokens.Account).SendAsync(Write, default))).Fault.ShouldBe(ProviderFault.Unauthorized);
        Http.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task and_keys_are_never_told()
    {
        var traces = new List<CloudTrace>();
        Made("one");
        Http.Then(422, """{"message":"You are recognisable-token-one"}""");
        using (CloudTracing.To(traces.Add))
        {
            var refusal = await Should.ThrowAsync<ProviderException>(() => Client(_tokens.Account).SendAsync(Write, default));
            refusal.ToString().ShouldNotContain("recognisable");
        }

        traces.Count.ShouldBe(2);
        traces.ShouldAllBe(trace => !trace.ToString().Contains("recognisable") && !trace.ToString().Contains(Http.Requests[0].Token!));

        var wrong = await Should.ThrowAsync<ProviderException>(() => Client(Tokens("recognisable and no key").Account).SendAsync(Read, default));
        (wrong.Fault, wrong.ToString().Contains("recognisable")).ShouldBe((ProviderFault.Unauthorized, false));
        new GitHubApp("123", 4711, "recognisable").ToString().ShouldNotContain("recognisable");
    }

    [Fact]
    public async Task are_not_told_by_what_turns_out_to_be_a_refusal()
    {
        Made("one");
        Http.Then(422, """{"message":"You are recognisable-token-one"}""");
        var (client, call) = (Client(_tokens.Account), Write with { Expected = [422] });
        var refusal = client.Refusal(call, await client.SendAsync(call, default));
        refusal.Message.ShouldContain("You are ***");
    }

    [Fact]
    public void belong_to_one_account_whatever_the_key()
    {
        using var another = RSA.Create(2048);
        var renewed = Tokens(another.ExportPkcs8PrivateKeyPem()).Account;
        (renewed.Id, renewed.Token).ShouldBe((_tokens.Account.Id, ""));
    }

    private GitHubAppTokens Tokens(string key) => new(Http.Client, new GitHubApp("123", 4711, key), Options, Budget, Clock);

    private void Made(string name) => Http.Then(201, new JsonObject
    {
        ["token"] = "recognisable-token-" + name, ["expires_at"] = Clock.GetUtcNow().AddHours(1).ToString("yyyy-MM-ddTHH:mm:ssZ"),
    }.ToJsonString());
}
