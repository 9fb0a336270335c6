using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.ApiKeys;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Codes;

public sealed class Redeeming_a_coupon : IAsyncLifetime
{
    private readonly LimitedHost _host = new();

    private static JsonObject Code(string code = "CAFE-7K2M") => new() { ["code"] = code };

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task leads_to_the_batch_of_the_callers_own_tenant()
    {
        var answer = await (await (await _host.ManagerAsync()).PostJsonAsync("/v1/coupons/redeem", Code())).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)answer["campaignId"]).ShouldBe(_host.Campaign.Id);
        ((string?)answer["prize"]).ShouldBe("Coffee");
    }

    [Fact]
    public async Task is_done_once_under_one_key()
    {
        var client = await _host.ManagerAsync();
        var first = await (await client.PostJsonAsync("/v1/coupons/redeem", Code(), "redeem-1234")).ShouldBeAsync(HttpStatusCode.OK);
        var again = await (await client.PostJsonAsync("/v1/coupons/redeem", Code(), "redeem-1234")).ShouldBeAsync(HttpStatusCode.OK);
        again.ToJsonString().ShouldBe(first.ToJsonString());
        _host.Platform.Codes.Redemptions.Count.ShouldBe(1);
        _host.Platform.Codes.Redemptions.Single().Key.ShouldBe("redeem-1234");
        await (await client.PostJsonAsync("/v1/coupons/redeem", Code("CAFE-OTHER"), "redeem-1234"))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency.key_reused");
    }

    [Theory]
    [InlineData("coupon.not_found", HttpStatusCode.NotFound)]
    [InlineData("coupon.not_assigned", HttpStatusCode.Conflict)]
    public async Task waits_after_too_many_wrong_codes(string code, HttpStatusCode status)
    {
        _host.Platform.Codes.RedemptionsRefused = new Refusal(code, "No.");
        var client = await _host.ManagerAsync();
        for (var i = 0; i < 3; i++)
        {
            await (await client.PostJsonAsync("/v1/coupons/redeem", Code())).ShouldBeProblemAsync(status, code);
        }

        _host.Platform.Codes.RedemptionsRefused = null;
        var refused = await client.PostJsonAsync("/v1/coupons/redeem", Code());
        await refused.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "request.rate_limited");
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromMinutes(10));

        _host.Clock.Move(TimeSpan.FromMinutes(10));
        await (await (await _host.SignedInAsync("manager@example.com")).PostJsonAsync("/v1/coupons/redeem", Code())).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("coupon.expired")]
    [InlineData("coupon.already_redeemed")]
    public async Task never_waits_for_codes_that_were_right(string code)
    {
        _host.Platform.Codes.RedemptionsRefused = new Refusal(code, "No.");
        for (var i = 0; i < 10; i++)
        {
            await (await (await _host.ManagerAsync()).PostJsonAsync("/v1/coupons/redeem", Code())).ShouldBeProblemAsync(HttpStatusCode.Conflict, code);
        }
    }

    [Fact]
    public async Task tells_nothing_of_a_code_that_leads_nowhere()
    {
        var client = await _host.ManagerAsync();
        var nowhere = await (await client.PostJsonAsync("/v1/coupons/redeem", Code("NOTHING-1"))).ShouldBeProblemAsync(HttpStatusCode.NotFound, "coupon.not_found");
        ((string?)nowhere["detail"]).ShouldBe("The code is not valid.");
    }

    [Fact]
    public async Task is_open_to_an_api_key_with_the_scope()
    {
        var created = await (await (await _host.ManagerAsync()).PostJsonAsync(
            $"/v1/tenants/{_host.Acme.Id}/api-keys", new JsonObject { ["name"] = "Tills", ["scopes"] = new JsonArray("coupons:redeem") }, "key-12345678"))
            .ShouldBeAsync(HttpStatusCode.Created);
        var secret = (string)created["secret"]!;
        secret.ShouldStartWith("pk_");
        _host.Platform.Codes.Keys[(string)created["id"]!].SecretHash.ShouldNotContain(secret);

        var till = Machine(secret);
        await (await till.PostJsonAsync("/v1/coupons/redeem", Code(), "till-1234")).ShouldBeAsync(HttpStatusCode.OK);
        _host.Platform.Codes.Redemptions.Last().Actor.Id.ShouldBe((string?)created["id"]);

        // And to nothing else.
        await (await till.GetAsync($"/v1/campaigns/{_host.Campaign.Id}")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        await (await till.GetAsync($"/v1/tenants/{_host.Acme.Id}/api-keys")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");

        // It is told once.
        var again = await (await (await _host.ManagerAsync()).PostJsonAsync(
            $"/v1/tenants/{_host.Acme.Id}/api-keys", new JsonObject { ["name"] = "Tills", ["scopes"] = new JsonArray("coupons:redeem") }, "key-12345678"))
            .ShouldBeAsync(HttpStatusCode.Created);
        again["secret"].ShouldBeNull();
        ((string?)again["id"]).ShouldBe((string?)created["id"]);
        var listed = await (await _host.ManagerAsync()).GetStringAsync($"/v1/tenants/{_host.Acme.Id}/api-keys");
        listed.ShouldContain((string)created["id"]!);
        listed.ShouldNotContain(secret);

        (await (await _host.ManagerAsync()).DeleteAsync($"/v1/tenants/{_host.Acme.Id}/api-keys/{created["id"]}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await till.PostJsonAsync("/v1/coupons/redeem", Code())).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task is_closed_to_an_api_key_without_the_scope()
    {
        _host.Platform.Codes.AddKey(_host.Acme.Id, _host.Clock.GetUtcNow(), Identity.ApiKeySignInProbe.HashOf("pk_other"), "something:else");
        await (await Machine("pk_other").PostJsonAsync("/v1/coupons/redeem", Code())).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.forbidden");
        await (await Machine("pk_made-up").PostJsonAsync("/v1/coupons/redeem", Code())).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task sees_the_keys_own_tenant_alone()
    {
        _host.Platform.Codes.AddKey(_host.Other.Id, _host.Clock.GetUtcNow(), Identity.ApiKeySignInProbe.HashOf("pk_foreign"), ApiKeyScopes.RedeemCoupons);
        var answer = await (await Machine("pk_foreign").PostJsonAsync("/v1/coupons/redeem", Code())).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)answer["campaignId"]).ShouldBe(_host.Foreign.Id);
    }

    private HttpClient Machine(string secret)
    {
        var client = _host.Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }

    private sealed class LimitedHost : ApiHost
    {
        public override ApiOptions Options => new() { EntriesPerMinute = 0, SignInsPerMinute = 0, RedemptionFailuresMax = 3 };
    }
}
