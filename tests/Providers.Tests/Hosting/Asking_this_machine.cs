using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Hosting;

public sealed class Asking_this_machine : IDisposable
{
    private static readonly PreflightTarget Summer = new("summer", "0123456789abcdef");
    private static readonly TimeSpan AskedFor = TimeSpan.FromMinutes(2);
    private readonly int _port = PlatformProcess.FreePort();
    private readonly TempFolder _folder = new();

    private LocalRepositoryHost Repositories => new(new LocalRepositoryOptions { DataFolder = _folder.Path, TemplateFolder = _folder["template"] }, TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task finds_room_ports_and_a_free_name()
    {
        (await SitesAsync(Summer)).Select(c => (c.Provider, c.Name, c.State)).ShouldBe(
            [("local", "disc", PreflightState.Passed), ("local", "ports", PreflightState.Passed), ("local", "site-name", PreflightState.Passed)]);
        (await SitesAsync(null)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task finds_a_sites_folder_that_is_somebody_elses()
    {
        Directory.CreateDirectory(_folder["sites/summer"]);
        (await SitesAsync(Summer)).Single(c => c.State == PreflightState.Failed).Fault.ShouldBe(ProviderFault.NameTaken);
    }

    [Fact]
    public async Task finds_that_no_port_is_left()
    {
        Directory.CreateDirectory(_folder["sites/autumn"]);
        await File.WriteAllTextAsync(_folder["sites/autumn/site.json"], $$"""{"name":"autumn","nonce":"0123456789abcdef","port":{{_port}},"releases":[]}""");
        var failed = (await SitesAsync(Summer)).Single(c => c.State == PreflightState.Failed);
        (failed.Name, failed.Fault).ShouldBe(("ports", ProviderFault.Quota));
    }

    [Fact]
    public async Task finds_a_template_that_is_missing_and_a_repository_that_is_somebody_elses()
    {
        Directory.CreateDirectory(_folder["repositories/summer.git"]);
        (await Repositories.CheckAsync(Summer, AskedFor, default)).Select(c => (c.Name, c.State)).ShouldBe(
            [("template", PreflightState.Failed), ("repository-name", PreflightState.Failed)]);
        Directory.CreateDirectory(_folder["template"]);
        await File.WriteAllTextAsync(_folder["template/template.json"], """{"version":"1.0.0"}""");
        (await Repositories.CheckAsync(null, AskedFor, default)).ShouldHaveSingleItem().State.ShouldBe(PreflightState.Passed);
    }

    [Fact]
    public async Task says_that_a_database_server_does_not_answer()
    {
        var away = new LocalDatabaseProvider("Host=127.0.0.1;Port=1;Username=nobody;Password=planted;Timeout=5");
        var check = (await away.CheckAsync(Summer, AskedFor, default)).ShouldHaveSingleItem();
        (check.Name, check.State, check.Fault).ShouldBe(("database", PreflightState.Unknown, ProviderFault.Transient));
        check.Message.ShouldNotContain("planted");
    }

    private async Task<ImmutableArray<PreflightCheck>> SitesAsync(PreflightTarget? target)
    {
        await using var hosting = new LocalSiteHosting(
            new LocalSiteHostingOptions { DataFolder = _folder.Path, ApiOrigin = "http://127.0.0.1:8080", FirstPort = _port, LastPort = _port },
            TimeProvider.System, NullLogger<LocalSiteHosting>.Instance);
        return await hosting.CheckAsync(target, AskedFor, default);
    }
}
