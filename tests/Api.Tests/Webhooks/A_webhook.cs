using System.Linq;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Webhooks;

public sealed class A_webhook(ApiHost host) : IClassFixture<ApiHost>
{
    private string Path => $"/v1/tenants/{host.Acme.Id}/webhooks";

    [Fact]
    public async Task tells_its_secret_once()
    {
        var manager = await host.ManagerAsync();
        var body = new JsonObject { ["url"] = "https://hooks.example.com/once", ["events"] = new JsonArray("stock.out") };
        var made = await (await manager.PostJsonAsync(Path, body, "webhook-key-1")).ShouldBeAsync(HttpStatusCode.Created);
        ((string?)made["secret"]).ShouldBe("whsec_fake");
        var again = await (await manager.PostJsonAsync(Path, body, "webhook-key-1")).ShouldBeAsync(HttpStatusCode.Created);
        ((string?)again["id"], (string?)again["secret"]).ShouldBe(((string?)made["id"], null));
        var listed = await (await manager.GetAsync(Path)).ShouldBeAsync(HttpStatusCode.OK);
        var one = listed["items"]!.AsArray().Single(w => (string?)w!["id"] == (string?)made["id"])!;
        one.AsObject().Select(p => p.Key).ShouldBe(["id", "url", "events", "createdAt"]);
    }

    [Fact]
    public async Task is_deleted_once()
    {
        var manager = await host.ManagerAsync();
        var made = await (await manager.PostJsonAsync(Path, new JsonObject { ["url"] = "https://hooks.example.com/gone" })).ShouldBeAsync(HttpStatusCode.Created);
        await (await manager.DeleteAsync($"{Path}/{made["id"]}")).ShouldBeAsync(HttpStatusCode.NoContent);
        await (await manager.DeleteAsync($"{Path}/{made["id"]}")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "webhook.not_found");
    }

    [Fact]
    public async Task needs_an_address_that_can_be_one() =>
        await (await (await host.ManagerAsync()).PostJsonAsync(Path, new JsonObject { ["url"] = "http://10.0.0.1/" }))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "webhook.invalid");

    [Fact]
    public async Task is_not_for_managers_of_some_campaigns_since_it_tells_of_all()
    {
        host.AddAccount("narrowed@example.com", Roles.CampaignManager, host.Acme.Id);
        var account = host.Platform.Accounts.Values.Single(a => a.Email == "narrowed@example.com");
        host.Platform.Accounts[account.Id] = new Grains.Abstractions.Users.PlatformUser
        {
            Id = account.Id, Email = account.Email, NormalizedEmail = account.NormalizedEmail, PasswordHash = account.PasswordHash, Role = account.Role,
            TenantIds = account.TenantIds, CampaignIds = [host.Campaign.Id],
        };
        var narrowed = await host.SignedInAsync("narrowed@example.com");
        await (await narrowed.PostJsonAsync(Path, new JsonObject { ["url"] = "https://hooks.example.com/" })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.forbidden");
        await (await narrowed.GetAsync(Path)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.forbidden");
        await (await narrowed.DeleteAsync($"{Path}/whk_1")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.forbidden");
    }
}
