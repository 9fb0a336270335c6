using System.Net.Http;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Providers.Timestamps;
using PrizeDraw.TestKit.Platform;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>Who comes with a credential of their own: people, tills, receivers of webhooks.</summary>
internal sealed class PeopleActs(SecretScene scene, Needles needles)
{
    private const string First = "planted-first-password", Second = "planted-second-password", Third = "planted-third-password", Wrong = "planted-wrong-password";

    /// <summary>A client with a webhook and an API key.</summary>
    public async Task<string> ClientAsync(string slug)
    {
        var tenant = (string)(await scene.SendAsync(HttpMethod.Post, "/v1/tenants", new JsonObject { ["name"] = slug, ["slug"] = slug }, 201))["id"]!;
        needles.Add("the webhook's secret", await scene.ToldOnceAsync(
            $"/v1/tenants/{tenant}/webhooks", new JsonObject { ["url"] = $"{scene.Hook.Address}hook", ["events"] = new JsonArray() }, "secret"));
        var key = await scene.ToldOnceAsync($"/v1/tenants/{tenant}/api-keys", new JsonObject { ["name"] = "till", ["scopes"] = new JsonArray("coupons:redeem") }, "secret");
        needles.Add("the API key", key);
        using var till = new PlatformClient(scene.Address);
        foreach (var shown in (string[])[key, key[..^1] + "x"])
        {
            await scene.SendAsync(till, HttpMethod.Post, "/v1/coupons/redeem", new JsonObject { ["code"] = "CAFE-7K2M-9QXTR-4WPZC" }, null, ("Authorization", $"Bearer {shown}"));
        }

        return tenant;
    }

    /// <summary>What a draw at level beacon asks for; a whole one would wait ten minutes for its round. Once the password is refused.</summary>
    public async Task StampAsync()
    {
        var authority = scene.Services.GetRequiredService<ITimestampAuthority>();
        (await authority.StampAsync(SHA256.HashData([1]), default)).ShouldBeOfType<Stamped>();
        scene.Authority.Credentials = (SecretScene.StampUser, "another");
        scene.Answers.Enqueue(("a refused time stamp", (await authority.StampAsync(SHA256.HashData([2]), default)).ShouldBeOfType<NotStamped>().ToString()));
        scene.Authority.Credentials = (SecretScene.StampUser, SecretScene.StampPassword);
    }

    /// <summary>Somebody who is added, signs in, stays signed in, changes the password, has it set anew, and gets it wrong.</summary>
    public async Task SignInAsync(string tenant)
    {
        JsonObject Added(string email) => new() { ["email"] = email, ["role"] = "campaign_manager", ["tenantIds"] = new JsonArray(tenant) };
        needles.Add("a first password that was made", await scene.ToldOnceAsync("/v1/users", Added("made@example.com"), "initialPassword"));
        var body = Added("mary@example.com");
        body["password"] = First;
        var mary = (string)(await scene.SendAsync(HttpMethod.Post, "/v1/users", body, 201))["id"]!;
        using var her = new PlatformClient(scene.Address);
        await scene.SendAsync(her, HttpMethod.Post, "/v1/auth/login", new JsonObject { ["email"] = "mary@example.com", ["password"] = Wrong }, 401);
        var tokens = await SignedInAsync(her, "login", new JsonObject { ["email"] = "mary@example.com", ["password"] = First });
        await SignedInAsync(her, "refresh", new JsonObject { ["refreshToken"] = tokens });
        await scene.SendAsync(her, HttpMethod.Post, "/v1/auth/refresh", new JsonObject { ["refreshToken"] = tokens }, 401);
        await her.LoginAsync("mary@example.com", First);
        needles.Add("mary's session", her.AccessToken);
        await scene.SendAsync(her, HttpMethod.Post, "/v1/auth/password", new JsonObject { ["currentPassword"] = First, ["newPassword"] = Second }, 204);
        await scene.SendAsync(HttpMethod.Patch, $"/v1/users/{mary}", new JsonObject { ["password"] = Third }, 200);
        foreach (var password in (string[])[First, Second, Third, Wrong])
        {
            needles.Add("mary's password", password);
        }
    }

    private async Task<string> SignedInAsync(PlatformClient who, string how, JsonObject body)
    {
        var told = await scene.ToldAsync(who, $"/v1/auth/{how}", body, "accessToken refreshToken");
        needles.Add("mary's session", told[0]);
        needles.Add("mary's refresh token", told[1]);
        told[1].ShouldNotBe(told[0]);
        return told[1];
    }
}
