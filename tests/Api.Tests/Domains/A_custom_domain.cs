using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Domains;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Domains;

public sealed class A_custom_domain(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task is_added_asked_about_and_removed()
    {
        var manager = await host.ManagerAsync();
        var path = Cloudy("summer-domains");
        ((bool?)(await (await manager.GetAsync(path)).ShouldBeAsync(HttpStatusCode.OK))["isSupported"]).ShouldBe(true);
        var created = await manager.SendJsonAsync(HttpMethod.Post, path, """{"name":"win.acme.example"}""");
        ((string?)(await created.ShouldBeAsync(HttpStatusCode.Created))["state"]).ShouldBe("added");
        created.Headers.Location!.ToString().ShouldBe(path + "/win.acme.example");

        host.Domains.Host = view => view with
        {
            State = "verified_misconfigured", Records = [new DomainRecord("CNAME", view.Name, "target.example", "Leads visitors to the site.")],
        };
        var looked = await (await manager.PostAsync(path + "/win.acme.example/check", null)).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)looked["records"]![0]!["value"], (bool?)looked["isPlaced"]).ShouldBe(("target.example", true));
        ((string?)(await (await manager.GetAsync(path + "/WIN.acme.example")).ShouldBeAsync(HttpStatusCode.OK))["state"]).ShouldBe("verified_misconfigured");
        ((string?)(await (await manager.DeleteAsync(path + "/win.acme.example")).ShouldBeAsync(HttpStatusCode.Accepted))["state"]).ShouldBe("removing");
        await (await manager.GetAsync(path + "/none.example")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "domain.not_found");
    }

    [Fact]
    public async Task is_refused_with_what_is_in_the_way()
    {
        var manager = await host.ManagerAsync();
        await (await manager.SendJsonAsync(HttpMethod.Post, PathOf("summer-local", new ProviderChoice()), """{"name":"win.example.com"}"""))
            .ShouldBeProblemAsync(HttpStatusCode.Conflict, "domain.unsupported");
        ((bool?)(await (await manager.GetAsync($"/v1/campaigns/{host.Campaign.Id}/domains")).ShouldBeAsync(HttpStatusCode.OK))["isSupported"]).ShouldBe(false);
        var path = Cloudy("summer-taken");
        var (first, second) = (await manager.SendJsonAsync(HttpMethod.Post, path, """{"name":"one.acme.example"}"""),
            await manager.SendJsonAsync(HttpMethod.Post, Cloudy("summer-second"), """{"name":"one.acme.example"}"""));
        await first.ShouldBeAsync(HttpStatusCode.Created);
        var problem = await second.ShouldBeProblemAsync(HttpStatusCode.Conflict, "domain.in_use");
        problem.ToJsonString().ShouldNotContain("summer");
        await (await manager.SendJsonAsync(HttpMethod.Post, path, """{"name":""}""")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        await (await manager.SendJsonAsync(HttpMethod.Post, path, """{"name":"a.example","primary":true}"""))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.unknown_field");
    }

    [Fact]
    public async Task of_another_tenant_is_not_there()
    {
        var manager = await host.ManagerAsync();
        var path = $"/v1/campaigns/{host.Foreign.Id}/domains";
        var name = FakeDomains.NameOf(host.Foreign.Id);
        foreach (var (method, at) in new[] { (HttpMethod.Get, path), (HttpMethod.Get, $"{path}/{name}"), (HttpMethod.Post, $"{path}/{name}/check"), (HttpMethod.Delete, $"{path}/{name}") })
        {
            await (await manager.SendJsonAsync(method, at, null)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "campaign.not_found");
        }

        await (await manager.SendJsonAsync(HttpMethod.Post, path, """{"name":"win.example.com"}""")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "campaign.not_found");
    }

    /// <summary>The path of a campaign's domains whose site is in the cloud.</summary>
    private string Cloudy(string slug) => PathOf(slug, new ProviderChoice(ProviderNames.Supabase, ProviderNames.GitHub, ProviderNames.Vercel));

    private string PathOf(string slug, ProviderChoice providers)
    {
        var campaign = host.AddCampaign(host.Acme, slug);
        host.Platform.Campaigns[campaign.Id] = campaign with { Settings = campaign.Settings with { Providers = providers } };
        return $"/v1/campaigns/{campaign.Id}/domains";
    }
}
