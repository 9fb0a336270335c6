using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Reconciliation;

public sealed class Reconciling_accounts(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task shows_what_was_found_and_has_it_deleted_by_a_super_admin_once()
    {
        var admin = await host.AdminAsync();
        var due = await (await admin.GetAsync("/v1/reconciliation?state=due")).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)due["items"]![0]!["id"], (string?)due["items"]![0]!["kind"]).ShouldBe((FakeReconciliation.Orphan, "orphan"));
        (await (await admin.GetAsync("/v1/reconciliation?state=resolved")).ShouldBeAsync(HttpStatusCode.OK))["items"]!.AsArray().ShouldBeEmpty();
        await (await admin.GetAsync("/v1/reconciliation?state=gone")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_parameter");
        var path = $"/v1/reconciliation/findings/{FakeReconciliation.Orphan}/";
        ((string?)(await (await admin.PostAsync(path + "delete", null)).ShouldBeAsync(HttpStatusCode.Accepted))["state"]).ShouldBe("deleting");
        await (await admin.PostAsync(path + "dismiss", null)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "reconciliation.wrong_state");
        await (await admin.PostAsync("/v1/reconciliation/findings/fnd_none/delete", null)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "reconciliation.not_found");
    }

    [Fact]
    public async Task is_switched_for_accounts_that_there_are()
    {
        var admin = await host.AdminAsync();
        var on = await admin.SendJsonAsync(HttpMethod.Put, "/v1/reconciliation/accounts", """{"provider":"github","isDeleting":true}""");
        ((bool?)(await on.ShouldBeAsync(HttpStatusCode.OK))["isDeleting"]).ShouldBe(true);
        await (await admin.SendJsonAsync(HttpMethod.Put, "/v1/reconciliation/accounts", """{"provider":"vercel","isDeleting":true}"""))
            .ShouldBeProblemAsync(HttpStatusCode.NotFound, "reconciliation.not_found");
        await (await admin.SendJsonAsync(HttpMethod.Post, "/v1/reconciliation/runs", """{"tenantId":"ten_none"}"""))
            .ShouldBeProblemAsync(HttpStatusCode.NotFound, "tenant.not_found");
        await (await admin.SendJsonAsync(HttpMethod.Post, "/v1/reconciliation/runs", "{}")).ShouldBeAsync(HttpStatusCode.Accepted);
    }
}
