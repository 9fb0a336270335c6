using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Tests.Repositories;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Hosting;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class A_site_build : RepositoryWorkshop, IAsyncLifetime
{
    private const string Page = "import { mkdirSync, writeFileSync, symlinkSync, linkSync, readFileSync } from 'node:fs'; mkdirSync('out'); writeFileSync('out/index.html', 'page');\n";
    private static readonly SiteRequest Site = new("spring", Nonce);
    private readonly ConcurrentQueue<string> _log = new();
    private LocalSiteHosting _hosting = null!;

    public Task InitializeAsync()
    {
        _hosting = NewHosting(TimeSpan.FromMinutes(10));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _hosting.DisposeAsync();

    [Fact]
    public async Task sees_nothing_of_the_platforms_environment()
    {
        Environment.SetEnvironmentVariable("PLATFORM_MASTER_KEY", "very-secret");
        await BuildAsync(Page + "console.log('ENV ' + JSON.stringify(process.env));");

        var environment = JsonDocument.Parse(_log.Single(line => line.StartsWith("ENV ", StringComparison.Ordinal))[4..]).RootElement;

        environment.EnumerateObject().Select(variable => variable.Name).Except(["PWD", "SHLVL", "_", "OLDPWD"]).Order()
            .ShouldBe(["CI", "HOME", "LANG", "NEXT_TELEMETRY_DISABLED", "NO_COLOR", "PATH", "TMPDIR"]);
    }

    [Fact]
    public async Task runs_as_a_user_of_its_own_where_the_platform_is_root()
    {
        await BuildAsync(Page + "console.log('UID ' + process.getuid() + ' ' + process.getgroups().join());");

        var expected = Environment.UserName == "root" ? "UID 60917 60917" : "UID ";
        _log.ShouldContain(line => line.StartsWith(expected, StringComparison.Ordinal) && !line.StartsWith("UID 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task cannot_read_the_platforms_secrets_where_the_platform_is_root()
    {
        if (Environment.UserName != "root")
        {
            return; // An ordinary user has one account only; then the build is trusted as far as its user is.
        }

        Directory.CreateDirectory(Options.DataFolder);
        var secret = Path.Combine(Options.DataFolder, "master.key");
        await File.WriteAllTextAsync(secret, "very-secret");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var site = Path.Combine(Options.DataFolder, "sites", "spring", "site.json");

        await BuildAsync(Page + $$"""
            for (const path of ['{{secret}}', '{{site}}', '{{Options.RepositoriesFolder}}/spring.git/HEAD'])
              try { readFileSync(path); console.log('READ ' + path); } catch (error) { console.log('REFUSED ' + error.code); }
            """);

        _log.Count(line => line == "REFUSED EACCES").ShouldBe(3);
    }

    [Theory]
    [InlineData("symlinkSync('/etc/passwd', 'out/passwd');")]
    [InlineData("symlinkSync('/etc', 'out/etc');")]
    [InlineData("linkSync('package.json', 'out/package.json');")]
    public async Task must_not_publish_links(string trick)
    {
        var refusal = await Should.ThrowAsync<ProviderException>(() => BuildAsync(Page + trick));

        refusal.Fault.ShouldBe(ProviderFault.Rejected);
        refusal.Message.ShouldContain("is a link");
    }

    [Theory]
    [InlineData("process.exit(0);", "no out/index.html")]
    [InlineData("const line = 'x'.repeat(1e6); for (let i = 0; i < 20; i++) console.log(line);", "printed more than")]
    [InlineData("process.stdout.write('x'.repeat(2e7));", "printed more than")]
    public async Task fails_with_a_reason(string script, string reason) =>
        (await Should.ThrowAsync<ProviderException>(() => BuildAsync(script))).Message.ShouldContain(reason);

    [Fact]
    public async Task that_takes_too_long_is_ended()
    {
        await _hosting.DisposeAsync();
        _hosting = NewHosting(TimeSpan.FromSeconds(1));

        var refusal = await Should.ThrowAsync<ProviderException>(() => BuildAsync("setInterval(() => {}, 1000);"));

        refusal.Message.ShouldContain("took longer than");
    }

    [Fact]
    public async Task that_is_cancelled_ends_with_all_its_children()
    {
        using var cancel = new CancellationTokenSource();
        var children = new TaskCompletionSource<int[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        const string script = """
            import { spawn } from 'node:child_process';
            const child = spawn('sleep', ['600']), hidden = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
            console.log('PIDS ' + [process.pid, child.pid, hidden.pid]);
            """;
        var build = BuildAsync(
            script,
            line =>
            {
                if (line.StartsWith("PIDS ", StringComparison.Ordinal))
                {
                    children.TrySetResult([.. line[5..].Split(',').Select(int.Parse)]);
                }
            },
            cancel.Token);
        var ids = await children.Task.WaitAsync(TimeSpan.FromMinutes(5));
        ids.ShouldAllBe(id => IsAlive(id));

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => build);

        foreach (var id in ids)
        {
            await UntilGoneAsync(id);
        }
    }

    [Fact]
    public async Task without_a_lock_file_for_its_dependencies_is_refused()
    {
        TinyTemplate.Write(Folder["template"]);
        await File.WriteAllTextAsync(
            Path.Combine(Folder["template"], "package.json"), """{ "scripts": { "build": "node build.mjs" }, "dependencies": { "next": "*" } }""");

        (await Should.ThrowAsync<ProviderException>(DeployAsync)).Message.ShouldContain("package-lock.json");
    }

    private Task BuildAsync(string script, Action<string>? onLine = null, CancellationToken ct = default)
    {
        TinyTemplate.Write(Folder["template"], buildScript: script);
        return DeployAsync(onLine ?? _log.Enqueue, ct);
    }

    private Task DeployAsync() => DeployAsync(_log.Enqueue, CancellationToken.None);

    private async Task DeployAsync(Action<string> onLine, CancellationToken ct)
    {
        await _hosting.CreateAsync(Site, CancellationToken.None);
        var repository = await Repositories.CreateFromTemplateAsync(await RequestAsync(), CancellationToken.None);
        var head = await Repositories.CommitAsync(repository, new Dictionary<string, string> { ["content/campaign.json"] = "{}" }, "Apply", CancellationToken.None);
        await _hosting.DeployAsync(Site, repository, head, onLine, ct);
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static async Task UntilGoneAsync(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            await process.WaitForExitAsync(limit.Token);
        }
        catch (ArgumentException)
        {
            // Gone already.
        }
    }

    private LocalSiteHosting NewHosting(TimeSpan buildTimeLimit) => new(
        new LocalSiteHostingOptions
        {
            DataFolder = Options.DataFolder,
            ApiOrigin = "http://127.0.0.1:8080",
            FirstPort = 7100,
            LastPort = 7999,
            BuildTimeLimit = buildTimeLimit,
        },
        TimeProvider.System,
        NullLogger<LocalSiteHosting>.Instance);
}
