using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Tests.Repositories;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Hosting;

public sealed class A_campaign_site : RepositoryWorkshop, IAsyncLifetime
{
    private static readonly SiteRequest Site = new("spring", Nonce);
    private readonly HttpClient _http = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly List<LocalSiteHosting> _hosts = [];
    private LocalSiteHosting _hosting = null!;

    private string SitesFolder => Path.Combine(Options.DataFolder, "sites");

    public Task InitializeAsync()
    {
        _hosting = NewHosting();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        _http.Dispose();
    }

    [Fact]
    public async Task is_listed_with_its_mark()
    {
        (await _hosting.ListAsync(CancellationToken.None)).Items.ShouldBeEmpty();
        await _hosting.CreateAsync(Site, CancellationToken.None);
        (await _hosting.ListAsync(CancellationToken.None)).Items.ShouldBe([new HeldResource("spring", Nonce)]);
    }

    [Fact]
    public async Task keeps_its_address_however_often_it_is_asked_for()
    {
        var first = await _hosting.CreateAsync(Site, CancellationToken.None);
        var second = await _hosting.CreateAsync(Site, CancellationToken.None);

        second.ShouldBe(first);
        (await _hosting.FindAsync(Site, CancellationToken.None)).ShouldBe(first);
        (await _http.GetAsync(first.Url)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task gets_a_port_that_no_other_site_has()
    {
        var other = NewHosting();

        var sites = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(n => (n % 2 == 0 ? _hosting : other).CreateAsync(new SiteRequest("site-" + n, Nonce), CancellationToken.None)));

        sites.Select(site => site.Url).Distinct().Count().ShouldBe(12);
    }

    [Fact]
    public async Task gets_no_port_that_another_program_has()
    {
        var (listener, port) = TakePort();
        using (listener)
        {
            var hosting = NewHosting(port, port);

            (await Should.ThrowAsync<ProviderException>(() => hosting.CreateAsync(Site, CancellationToken.None))).Fault.ShouldBe(ProviderFault.Quota);
            (await hosting.FindAsync(Site, CancellationToken.None)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task of_somebody_else_is_never_touched()
    {
        var site = await _hosting.CreateAsync(Site, CancellationToken.None);
        var ours = Site with { Nonce = "fedcba9876543210" };

        (await Should.ThrowAsync<ProviderException>(() => _hosting.CreateAsync(ours, CancellationToken.None))).Fault.ShouldBe(ProviderFault.NameTaken);
        await _hosting.DeleteIfOwnedAsync(ours, CancellationToken.None);

        (await _hosting.FindAsync(ours, CancellationToken.None)).ShouldBeNull();
        (await _hosting.FindAsync(Site, CancellationToken.None)).ShouldBe(site);
    }

    [Fact]
    public async Task serves_what_was_built_from_the_commit()
    {
        var (site, commit) = await DeployAsync("spring");

        (await _http.GetStringAsync(site.Url)).ShouldContain("<title>spring</title>");
        (await _hosting.IsServingAsync(Site, commit, CancellationToken.None)).ShouldBeTrue();
        _log.ShouldContain("building spring");
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK, "no-cache")]
    [InlineData("/index.html", HttpStatusCode.OK, "no-cache")]
    [InlineData("/winners", HttpStatusCode.OK, "no-cache")]
    [InlineData("/winners/", HttpStatusCode.OK, "no-cache")]
    [InlineData("/_next/static/app.js", HttpStatusCode.OK, "public, max-age=31536000, immutable")]
    [InlineData("/nothing", HttpStatusCode.NotFound, "no-cache")]
    [InlineData("/../site.json", HttpStatusCode.NotFound, "no-cache")]
    [InlineData("/%2e%2e/%2e%2e/site.json", HttpStatusCode.NotFound, "no-cache")]
    public async Task answers_clean_addresses_with_fitting_headers(string path, HttpStatusCode status, string caching)
    {
        var (site, _) = await DeployAsync("spring");

        var response = await _http.GetAsync(new Uri(site.Url + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        response.StatusCode.ShouldBe(status);
        response.Headers.GetValues("Cache-Control").ShouldBe([caching]);
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    [Fact]
    public async Task allows_its_own_inline_scripts_and_calls_to_the_api_alone()
    {
        var (site, _) = await DeployAsync("spring");

        var policy = (await _http.GetAsync(site.Url)).Headers.GetValues("Content-Security-Policy").Single();

        // The hash of "window.x = 1", computed with openssl.
        policy.ShouldContain("script-src 'self' 'sha256-TRQHTtKk2Jz9TNrGZb+BnTJZb+vLVfeW/a0aaZ7avUM=';");
        policy.ShouldContain("connect-src 'self' http://127.0.0.1:8080;");
    }

    [Fact]
    public async Task is_not_sent_again_when_it_has_not_changed()
    {
        var (site, _) = await DeployAsync("spring");
        var tag = (await _http.GetAsync(site.Url)).Headers.ETag!;

        (await GetIfChangedAsync(site, tag)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        await DeployAsync("summer");
        (await GetIfChangedAsync(site, tag)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task keeps_the_old_version_when_a_build_fails()
    {
        var (site, good) = await DeployAsync("spring");

        var failure = await Should.ThrowAsync<ProviderException>(() => DeployContentAsync("""{ "slug": "broken", "fail": true }"""));

        failure.Fault.ShouldBe(ProviderFault.Rejected);
        failure.Message.ShouldContain("the campaign says: fail");
        failure.Message.ShouldNotContain("\u001b");
        (await _http.GetStringAsync(site.Url)).ShouldContain("<title>spring</title>");
        (await _hosting.IsServingAsync(Site, good, CancellationToken.None)).ShouldBeTrue();
        WorkLeftBehind().ShouldBeEmpty();
    }

    [Fact]
    public async Task keeps_two_releases_and_serves_an_older_one_again_without_a_build()
    {
        var (site, first) = await DeployAsync("one");
        await DeployAsync("two");
        var (_, third) = await DeployAsync("three");
        Directory.GetDirectories(Path.Combine(SitesFolder, "spring", "releases")).Length.ShouldBe(2);
        Directory.Exists(Path.Combine(SitesFolder, "spring", "releases", first)).ShouldBeFalse();

        await DeployAsync("two");

        (await _http.GetStringAsync(site.Url)).ShouldContain("<title>two</title>");
        (await _hosting.IsServingAsync(Site, third, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task is_served_again_after_a_restart()
    {
        var (site, commit) = await DeployAsync("spring");
        await _hosting.DisposeAsync();
        await Should.ThrowAsync<HttpRequestException>(() => _http.GetStringAsync(site.Url));

        var again = NewHosting();
        await again.StartAsync(CancellationToken.None);

        (await _http.GetStringAsync(site.Url)).ShouldContain("<title>spring</title>");
        (await again.IsServingAsync(Site, commit, CancellationToken.None)).ShouldBeTrue();
    }

    [Fact]
    public async Task whose_port_is_taken_keeps_no_other_site_from_starting()
    {
        var (site, _) = await DeployAsync("spring");
        var neighbour = await _hosting.CreateAsync(new SiteRequest("summer", Nonce), CancellationToken.None);
        await _hosting.DisposeAsync();
        using var intruder = new TcpListener(IPAddress.Loopback, new Uri(site.Url).Port);
        intruder.Start();

        var again = NewHosting();
        await again.StartAsync(CancellationToken.None);

        (await _http.GetAsync(neighbour.Url)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await again.FindAsync(Site, CancellationToken.None)).ShouldBe(site);
    }

    [Fact]
    public async Task is_gone_after_deletion_however_often_it_is_asked_for()
    {
        var (site, _) = await DeployAsync("spring");

        await _hosting.DeleteIfOwnedAsync(Site, CancellationToken.None);
        await _hosting.DeleteIfOwnedAsync(Site, CancellationToken.None);

        (await _hosting.FindAsync(Site, CancellationToken.None)).ShouldBeNull();
        Directory.GetDirectories(SitesFolder).ShouldBeEmpty();
        using var free = new TcpListener(IPAddress.Loopback, new Uri(site.Url).Port);
        free.Start();
    }

    [Fact]
    public async Task leaves_no_half_when_only_a_half_is_deleted()
    {
        Directory.CreateDirectory(Path.Combine(SitesFolder, ".spring.building-0badcafe"));

        await _hosting.DeleteIfOwnedAsync(Site, CancellationToken.None);

        Directory.GetDirectories(SitesFolder).ShouldBeEmpty();
    }

    private async Task<(SiteRef Site, string Commit)> DeployAsync(string slug) => await DeployContentAsync($$"""{ "slug": "{{slug}}" }""");

    private async Task<(SiteRef Site, string Commit)> DeployContentAsync(string content)
    {
        var site = await _hosting.CreateAsync(Site, CancellationToken.None);
        var repository = await Repositories.CreateFromTemplateAsync(await RequestAsync(), CancellationToken.None);
        var files = new Dictionary<string, string> { ["content/campaign.json"] = content };
        var commit = await Repositories.CommitAsync(repository, files, "Apply", CancellationToken.None);
        await _hosting.DeployAsync(Site, repository, commit, _log.Enqueue, CancellationToken.None);
        return (site, commit);
    }

    private Task<HttpResponseMessage> GetIfChangedAsync(SiteRef site, System.Net.Http.Headers.EntityTagHeaderValue tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, site.Url);
        request.Headers.IfNoneMatch.Add(tag);
        return _http.SendAsync(request);
    }

    private string[] WorkLeftBehind() => [.. Directory.GetDirectories(Path.Combine(Options.DataFolder, "build-cache"))
        .Select(cache => Path.Combine(cache, "work")).SelectMany(Directory.GetFileSystemEntries)];

    private LocalSiteHosting NewHosting(int firstPort = 6100, int lastPort = 6999)
    {
        var hosting = new LocalSiteHosting(
            new LocalSiteHostingOptions { DataFolder = Options.DataFolder, ApiOrigin = "http://127.0.0.1:8080", FirstPort = firstPort, LastPort = lastPort },
            TimeProvider.System,
            NullLogger<LocalSiteHosting>.Instance);
        _hosts.Add(hosting);
        return hosting;
    }

    private static (TcpListener Listener, int Port) TakePort()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (listener, ((IPEndPoint)listener.LocalEndpoint).Port);
    }
}
