using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Identity;

public sealed class Signing_in(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Gives_tokens_and_who_is_signed_in()
    {
        var answer = await (await LogInAsync("manager@example.com", ApiHost.Password)).ShouldBeAsync(HttpStatusCode.OK);
        answer["expiresAt"]!.GetValue<DateTimeOffset>().ShouldBe(host.Clock.GetUtcNow().AddMinutes(15));
        ((string?)answer["user"]!["role"]).ShouldBe("campaign_manager");
        answer["user"]!["tenantIds"]!.AsArray().Select(id => (string)id!).ShouldBe([host.Acme.Id]);
        var me = await (await With(answer).GetAsync("/v1/auth/me")).ShouldBeAsync(HttpStatusCode.OK);
        me.ToJsonString().ShouldBe(answer["user"]!.ToJsonString());
    }

    [Fact]
    public async Task Says_the_same_of_an_unknown_user_and_a_wrong_password()
    {
        host.AddAccount("wrong@example.com", Roles.ReadOnly, host.Acme.Id);
        var unknown = await (await LogInAsync("nobody@example.com", "wrong")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        var wrong = await (await LogInAsync("wrong@example.com", "wrong")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        unknown["traceId"] = wrong["traceId"] = null;
        unknown.ToJsonString().ShouldBe(wrong.ToJsonString());
    }

    [Fact]
    public async Task Is_locked_after_five_wrong_passwords_and_open_again_later()
    {
        host.AddAccount("locked@example.com", Roles.ReadOnly, host.Acme.Id);
        for (var i = 0; i < 5; i++)
        {
            await (await LogInAsync("locked@example.com", "wrong")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        }

        await (await LogInAsync("locked@example.com", ApiHost.Password)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        var account = host.Platform.Accounts.Values.Single(account => account.Email == "locked@example.com");
        account.LockoutEnd.ShouldNotBeNull();
        account.LockoutEnd = null;
        await (await LogInAsync("locked@example.com", ApiHost.Password)).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ends_with_the_access_token()
    {
        var client = With(await (await LogInAsync("reader@example.com", ApiHost.Password)).JsonAsync());
        host.Clock.Move(TimeSpan.FromMinutes(14.9));
        await (await client.GetAsync("/v1/auth/me")).ShouldBeAsync(HttpStatusCode.OK);
        host.Clock.Move(TimeSpan.FromMinutes(0.2));
        await (await client.GetAsync("/v1/auth/me")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task Goes_on_with_a_refresh_token_once()
    {
        var first = await (await LogInAsync("reader@example.com", ApiHost.Password)).JsonAsync();
        var second = await (await RefreshAsync(first)).ShouldBeAsync(HttpStatusCode.OK);
        await (await With(second).GetAsync("/v1/auth/me")).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)second["refreshToken"]).ShouldNotBe((string?)first["refreshToken"]);

        // The first one again: stolen or replayed, so that the session ends for whoever holds it.
        await (await RefreshAsync(first)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        await (await With(second).GetAsync("/v1/auth/me")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task Ends_at_once_with_logging_out()
    {
        var client = With(await (await LogInAsync("reader@example.com", ApiHost.Password)).JsonAsync());
        await (await client.PostAsync("/v1/auth/logout", null)).ShouldBeAsync(HttpStatusCode.NoContent);
        await (await client.GetAsync("/v1/auth/me")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task Takes_the_new_password_after_a_change()
    {
        host.AddAccount("changing@example.com", Roles.ReadOnly, host.Acme.Id);
        var client = With(await (await LogInAsync("changing@example.com", ApiHost.Password)).JsonAsync());
        var change = new JsonObject { ["currentPassword"] = "not this one", ["newPassword"] = "a new long password" };
        await (await client.PostJsonAsync("/v1/auth/password", change)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
        change["currentPassword"] = ApiHost.Password;
        await (await client.PostJsonAsync("/v1/auth/password", change)).ShouldBeAsync(HttpStatusCode.NoContent);
        await (await LogInAsync("changing@example.com", "a new long password")).ShouldBeAsync(HttpStatusCode.OK);
        await (await LogInAsync("changing@example.com", ApiHost.Password)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.failed");
    }

    [Fact]
    public async Task Is_for_a_created_user_with_the_password_that_was_told_once()
    {
        var admin = await host.AdminAsync();
        var user = new JsonObject { ["email"] = "new@example.com", ["role"] = "read_only", ["tenantIds"] = new JsonArray(host.Acme.Id) };
        var created = await (await admin.PostJsonAsync("/v1/users", user, "create-user-1")).ShouldBeAsync(HttpStatusCode.Created);
        var password = (string)created["initialPassword"]!;
        await (await LogInAsync("new@example.com", password)).ShouldBeAsync(HttpStatusCode.OK);

        var again = await (await admin.PostJsonAsync("/v1/users", user, "create-user-1")).ShouldBeAsync(HttpStatusCode.Created);
        ((string?)again["id"]).ShouldBe((string?)created["id"]);
        again["initialPassword"].ShouldBeNull();
        host.Keys.Stored.ShouldAllBe(stored => !stored.Body.Contains(password));
    }

    private Task<HttpResponseMessage> LogInAsync(string email, string password) =>
        host.Stranger().PostJsonAsync("/v1/auth/login", new JsonObject { ["email"] = email, ["password"] = password });

    private Task<HttpResponseMessage> RefreshAsync(JsonNode tokens) =>
        host.Stranger().PostJsonAsync("/v1/auth/refresh", new JsonObject { ["refreshToken"] = (string)tokens["refreshToken"]! });

    private HttpClient With(JsonNode tokens)
    {
        var client = host.Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)tokens["accessToken"]!);
        return client;
    }
}
