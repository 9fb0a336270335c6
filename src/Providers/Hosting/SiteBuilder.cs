using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Processes;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Hosting;

/// <summary>
/// Builds one commit of a site: checked out below its dependencies, built by an unprivileged user with nothing of ours in its
/// environment, the result copied out. Nothing of the work remains, whatever happens.
/// </summary>
internal sealed class SiteBuilder(LocalSiteHostingOptions options, TimeProvider time)
{
    private readonly Git _git = new(TimeSpan.FromMinutes(1), time);
    private readonly BuildAccount _account = new(options.BuildUserId, options.RelocationFolder);
    private readonly SemaphoreSlim _builds = new(options.BuildsMax);
    private readonly SemaphoreSlim _placing = new(1);
    private DependencyCache? _cache;

    /// <summary>Builds the commit into <paramref name="release"/>, which appears complete or not at all.</summary>
    public async Task BuildAsync(string site, string repository, string commit, string release, Action<string> log, CancellationToken ct)
    {
        using (TurnWaits.Begin())
        {
            await _builds.WaitAsync(ct);
        }

        try
        {
            var package = PackageFacts.Read(
                await BlobAsync(repository, commit, "package.json", ct), await BlobAsync(repository, commit, "package-lock.json", ct));
            var cache = await CacheAsync(log, ct);
            var dependencies = await cache.EnsureAsync(package, log, ct);
            var work = new WorkArea(Path.Combine(dependencies, "work"), site);
            try
            {
                await BuildInAsync(work, package, dependencies, repository, commit, log, ct);
                await CopyOutAsync(work, release, ct);
            }
            finally
            {
                work.Delete();
            }
        }
        finally
        {
            _builds.Release();
        }
    }

    /// <summary>Deletes what a killed build of this site left.</summary>
    public async Task DeleteWorkAsync(string site, CancellationToken ct)
    {
        foreach (var folder in (await CacheAsync(_ => { }, ct)).WorkFolders())
        {
            new WorkArea(folder, site).Delete();
        }
    }

    private async Task<DependencyCache> CacheAsync(Action<string> log, CancellationToken ct)
    {
        await _placing.WaitAsync(ct);
        try
        {
            return _cache ??= new DependencyCache(await PlaceAsync(log, ct), options.InstallTimeLimit, time);
        }
        finally
        {
            _placing.Release();
        }
    }

    private Task<string> PlaceAsync(Action<string> log, CancellationToken ct)
    {
        Directory.CreateDirectory(options.DataFolder);
        return Posix.IsRoot
            ? Relocation.PlaceAsync(
                options.BuildCacheFolder, "build-cache", options.RelocationFolder, parent => _account.ReachesAsync(parent, ct), log, ct)
            : Task.FromResult(options.BuildCacheFolder);
    }

    private async Task<string?> BlobAsync(string repository, string commit, string path, CancellationToken ct)
    {
        var result = await _git.TryAsync(repository, ["cat-file", "blob", $"{commit}:{path}"], ct);
        return result.ExitCode == 0 ? result.Output : null;
    }

    private async Task BuildInAsync(
        WorkArea work, PackageFacts package, string dependencies, string repository, string commit, Action<string> log, CancellationToken ct)
    {
        work.Make();
        await CheckOutAsync(work, repository, commit, ct);
        await _account.GiveAsync(work.Root, ct);
        var environment = await EnvironmentAsync(work, dependencies, ct);
        try
        {
            foreach (var script in package.Scripts)
            {
                log("$ " + script);
                await RunAsync(script, work, environment, log, ct);
            }
        }
        finally
        {
            StrayProcesses.Kill(work.Home);
        }
    }

    private async Task CheckOutAsync(WorkArea work, string repository, string commit, CancellationToken ct)
    {
        var context = new GitContext(work.Index, work.Checkout) { Configuration = ["-c", "core.bare=false"] };
        try
        {
            await _git.RunAsync(repository, ["read-tree", commit], ct, context);
            await _git.RunAsync(repository, ["checkout-index", "--all", "--force"], ct, context);
        }
        finally
        {
            context.Discard();
        }
    }

    private async Task<Dictionary<string, string>> EnvironmentAsync(WorkArea work, string dependencies, CancellationToken ct)
    {
        var node = Path.GetDirectoryName(await _account.NodeAsync(ct))!;
        return new Dictionary<string, string>
        {
            ["PATH"] = $"{Path.Combine(dependencies, "node_modules", ".bin")}:{node}:/usr/local/bin:/usr/bin:/bin",
            ["HOME"] = work.Home,
            ["TMPDIR"] = work.Home,
            ["LANG"] = "C.UTF-8",
            ["CI"] = "1",
            ["NO_COLOR"] = "1",
            ["NEXT_TELEMETRY_DISABLED"] = "1",
        };
    }

    private async Task RunAsync(
        string script, WorkArea work, Dictionary<string, string> environment, Action<string> log, CancellationToken ct)
    {
        var tail = new LogTail(log);
        var command = new Command
        {
            Program = Posix.FindOnPath("sh") ?? "/bin/sh",
            Arguments = ["-c", script],
            WorkingFolder = work.Checkout,
            Environment = environment,
            TimeLimit = options.BuildTimeLimit,
            OutputMax = options.BuildOutputMax,
            OnLine = tail.Add,
        };
        try
        {
            var result = await _account.Wrap(command).RunAsync(ct);
            if (result.ExitCode != 0)
            {
                throw new ProviderException(
                    ProviderFault.Rejected, $"The site's build failed ('{script}' ended with {result.ExitCode}). {tail.Text}");
            }
        }
        catch (CommandLimitException error)
        {
            throw new ProviderException(ProviderFault.Rejected, $"The site's build failed: {error.Message} {tail.Text}", error);
        }
    }

    private async Task CopyOutAsync(WorkArea work, string release, CancellationToken ct)
    {
        var output = Path.Combine(work.Checkout, "out");
        if (!Directory.Exists(output) || new DirectoryInfo(output).LinkTarget is not null || !File.Exists(Path.Combine(output, "index.html")))
        {
            throw new ProviderException(ProviderFault.Rejected, "The site's build left no out/index.html.");
        }

        await _account.TakeBackAsync(work.Root, ct);
        FolderModes.Ensure(Path.GetDirectoryName(release)!, FolderModes.Private);
        await LocalFolders.BuildAndRenameAsync(release, building => ReleaseCopy.CopyAsync(output, building, ct));
    }

    /// <summary>One site's folders below work/: the checkout, and a home beside it.</summary>
    private sealed class WorkArea(string parent, string site)
    {
        public string Root { get; } = Path.Combine(parent, site);

        public string Checkout => Root;

        public string Home => Path.Combine(Root, ".home");

        public string Index => Path.Combine(parent, $".{site}.index");

        public void Make()
        {
            Delete();
            FolderModes.Ensure(Root, FolderModes.Private);
            FolderModes.Ensure(Home, FolderModes.Private);
        }

        public void Delete()
        {
            LocalFolders.Delete(Root);
            File.Delete(Index);
        }
    }
}
