using System;
using System.IO;
using System.Net;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Admin;

public sealed class HostWithAdmin : ApiHost, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admin-page-");

    public HostWithAdmin()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "index.html"), "<!doctype html><title>Admin</title>");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "assets"));
        File.WriteAllText(Path.Combine(_folder.FullName, "assets", "index-abc.js"), "1;");
    }

    public override ApiOptions Options => new() { AdminFolder = _folder.FullName };

    public void Dispose() => _folder.Delete(recursive: true);
}

public sealed class The_admin_page(HostWithAdmin host) : IClassFixture<HostWithAdmin>
{
    [Theory]
    [InlineData("/admin")]
    [InlineData("/admin/")]
    [InlineData("/admin/campaigns/cmp_1")]
    public async Task Is_served_for_each_of_its_addresses(string path)
    {
        var response = await host.Stranger().GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        response.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldContain("script-src 'self'");
        response.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        response.Headers.CacheControl!.NoCache.ShouldBeTrue();
    }

    [Fact]
    public async Task Has_its_assets_kept_by_browsers()
    {
        var response = await host.Stranger().GetAsync("/admin/assets/index-abc.js");
        (await response.Content.ReadAsStringAsync()).ShouldBe("1;");
        response.Headers.CacheControl!.ToString().ShouldContain("immutable");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    [Theory]
    [InlineData("/admin/assets/index-old.js")]
    [InlineData("/admin/../secret.txt")]
    [InlineData("/admin/..%2fsecret.txt")]
    public async Task Has_nothing_else_beside_it(string path) =>
        await (await host.Stranger().GetAsync(path)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "request.not_found");

    [Fact]
    public async Task Is_where_the_root_leads_to() =>
        (await host.Stranger().GetAsync("/")).Headers.Location!.ToString().ShouldBe("/admin/");
}
