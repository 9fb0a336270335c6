using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Sync;

public sealed class A_sites_template(ApiHost host) : IClassFixture<ApiHost>
{
    private string Path => $"/v1/campaigns/{host.Campaign.Id}/template";

    [Fact]
    public async Task shows_each_caller_the_sites_that_are_theirs()
    {
        var mine = await (await (await host.ReaderAsync()).GetAsync("/v1/template/sites")).ShouldBeAsync(HttpStatusCode.OK);
        mine["items"]!.AsArray().Select(site => (string)site!["tenantId"]!).ShouldAllBe(tenant => tenant == host.Acme.Id);
        var all = await (await (await host.AdminAsync()).GetAsync("/v1/template/sites")).ShouldBeAsync(HttpStatusCode.OK);
        all["items"]!.AsArray().Select(site => (string)site!["tenantId"]!).ShouldContain(host.Other.Id);
        await (await (await host.AdminAsync()).PostAsync("/v1/template/versions", null)).ShouldBeAsync(HttpStatusCode.Accepted);
        host.Template.Asked.OfType<RefreshVersions>().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task is_read_and_changed()
    {
        var manager = await host.ManagerAsync();
        ((string?)(await (await manager.GetAsync(Path)).ShouldBeAsync(HttpStatusCode.OK))["baseTag"]).ShouldBe("v1.0.0");
        await (await manager.SendJsonAsync(HttpMethod.Patch, Path, """{"policy":"pull_request","pinned":true,"skip":"v1.1.0"}""")).ShouldBeAsync(HttpStatusCode.OK);
        var set = host.Template.Asked.OfType<SetSyncPolicy>().Last();
        (set.Policy, set.IsPinned, set.Skip, set.Refuse, set.Allow).ShouldBe(("pull_request", true, "v1.1.0", null, null));
        await (await manager.SendJsonAsync(HttpMethod.Patch, Path, """{"policy":"force"}""")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");

        var bare = host.AddCampaign(host.Acme, "summer-bare");
        host.Template.Siteless[bare.Id] = true;
        await (await manager.GetAsync($"/v1/campaigns/{bare.Id}/template")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "template.no_site");
    }

    [Fact]
    public async Task is_synced_tried_and_put_back()
    {
        var manager = await host.ManagerAsync();
        var begun = await manager.SendJsonAsync(HttpMethod.Post, Path + "/syncs", """{"version":"v1.1.0"}""", ("Idempotency-Key", "sync-once"));
        await begun.ShouldBeAsync(HttpStatusCode.Accepted);
        var at = begun.Headers.Location!.ToString();
        ((string?)(await (await manager.GetAsync(at)).ShouldBeAsync(HttpStatusCode.OK))["diff"]).ShouldNotBeNull();
        await (await manager.SendJsonAsync(HttpMethod.Post, Path + "/syncs", """{"version":"v1.1.0"}""", ("Idempotency-Key", "sync-once"))).ShouldBeAsync(HttpStatusCode.Accepted);
        host.Template.Asked.OfType<SyncSite>().Count().ShouldBe(1);
        await (await manager.SendJsonAsync(HttpMethod.Post, Path + "/syncs", """{"picks":["4a5b6c7"],"preview":true}""")).ShouldBeAsync(HttpStatusCode.Accepted);
        host.Template.Asked.OfType<(string, SyncSite)>().Single().Item2.Picks.ShouldBe(["4a5b6c7"]);
        (await (await manager.GetAsync(Path + "/syncs")).ShouldBeAsync(HttpStatusCode.OK))["items"]![0]!["diff"].ShouldBeNull();
        await (await manager.PostAsync(at + "/roll-back", null)).ShouldBeAsync(HttpStatusCode.Accepted);
        host.Template.Asked.OfType<RollBackSite>().Single().SyncId.ShouldBe(FakeTemplate.SyncOf(host.Campaign.Id));
        await (await manager.SendJsonAsync(HttpMethod.Post, Path + "/syncs", "{}")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        await (await manager.GetAsync($"{Path}/syncs/{FakeTemplate.SyncOf(host.Foreign.Id)}")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "template.sync_not_found");
    }

    [Fact]
    public async Task is_reviewed_to_its_end()
    {
        var manager = await host.ManagerAsync();
        var review = await (await manager.GetAsync(Path + "/review")).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)review["files"]![0]!["site"], (bool?)review["isDecided"]).ShouldBe(("ours", false));
        var head = (string)review["head"]!;
        await (await manager.SendJsonAsync(HttpMethod.Post, Path + "/review/resolve", $$"""{"head":"{{head}}","path":"app/page.tsx","choice":"text","text":""}""")).ShouldBeAsync(HttpStatusCode.Accepted);
        host.Template.Asked.OfType<ResolveFile>().Last().Text.ShouldBe("");
        foreach (var bad in new[] { $$"""{"head":"{{head}}","path":"a","choice":"both"}""", $$"""{"head":"{{head}}","path":"a","choice":"text"}""", $$"""{"head":"{{head}}","path":"a","choice":"site","text":"x"}""" })
        {
            await (await manager.SendJsonAsync(HttpMethod.Post, Path + "/review/resolve", bad)).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        }

        await (await manager.SendJsonAsync(HttpMethod.Post, Path + "/review/merge", $$"""{"head":"{{head}}"}""")).ShouldBeAsync(HttpStatusCode.Accepted);
        await (await manager.SendJsonAsync(HttpMethod.Post, Path + "/review/close", $$"""{"head":"{{head}}"}""")).ShouldBeAsync(HttpStatusCode.Accepted);
        host.Template.Asked.OfType<EndReview>().TakeLast(2).Select(end => (end.Head, end.Merge)).ShouldBe([(head, true), (head, false)]);
    }

    [Fact]
    public async Task tells_what_the_grain_refuses()
    {
        var manager = await host.ManagerAsync();
        foreach (var (code, status) in new[] { ("template.review_undecided", HttpStatusCode.Conflict), ("template.review_changed", HttpStatusCode.Conflict), ("template.no_review", HttpStatusCode.NotFound) })
        {
            host.Template.Refusal = new Refusal(code, "Because.");
            await (await manager.SendJsonAsync(HttpMethod.Post, Path + "/review/merge", """{"head":"abc"}""")).ShouldBeProblemAsync(status, code);
        }

        host.Template.Refusal = null;
    }
}
