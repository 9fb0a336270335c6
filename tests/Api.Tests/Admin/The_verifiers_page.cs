using System;
using System.IO;
using System.Net;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Admin;

public sealed class HostWithVerifier : ApiHost, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("verifier-page-");

    public HostWithVerifier()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "index.html"), "<!doctype html><title>Verify</title>");
        File.WriteAllText(Path.Combine(_folder.FullName, "index.csp"), "default-src 'none'; script-src 'sha256-abc'; frame-ancestors 'none'\n");
        File.WriteAllText(Path.Combine(_folder.FullName, "observe.html"), "<!doctype html><title>Observe</title>");
        File.WriteAllText(Path.Combine(_folder.FullName, "observe.csp"), "default-src 'none'; script-src 'sha256-def'; connect-src 'self'; frame-ancestors 'none'\n");
        File.WriteAllText(Path.Combine(_folder.FullName, "verify.mjs"), "1;");
    }

    public override ApiOptions Options => new() { VerifierFolder = _folder.FullName };

    public void Dispose() => _folder.Delete(recursive: true);
}

public sealed class The_verifiers_page(HostWithVerifier host) : IClassFixture<HostWithVerifier>
{
    [Fact]
    public async Task Is_served_to_anybody_under_its_own_policy()
    {
        var response = await host.Stranger().GetAsync("/verify");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await response.Content.ReadAsStringAsync()).ShouldContain("Verify");
        response.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; script-src 'sha256-abc'; frame-ancestors 'none'"]);
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    [Fact]
    public async Task Has_the_command_beside_it_as_a_file_to_keep()
    {
        var response = await host.Stranger().GetAsync("/verify/verify.mjs");
        (await response.Content.ReadAsStringAsync()).ShouldBe("1;");
        response.Content.Headers.ContentDisposition!.FileName.ShouldBe("verify.mjs");
    }

    [Fact]
    public async Task Has_the_observers_page_under_a_policy_of_its_own()
    {
        var response = await host.Stranger().GetAsync("/observe");
        (await response.Content.ReadAsStringAsync()).ShouldContain("Observe");
        response.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; script-src 'sha256-def'; connect-src 'self'; frame-ancestors 'none'"]);
        response.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
    }

    [Theory]
    [InlineData("/verify/index.csp")]
    [InlineData("/verify/..%2fsecret.txt")]
    public async Task Has_nothing_else_beside_it(string path) =>
        await (await host.Stranger().GetAsync(path)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "request.not_found");
}
