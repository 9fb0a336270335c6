using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Hosting;

/// <summary>
/// Installed dependencies, one folder per lock file, shared by all sites that have it. Install scripts never run. The folder
/// stays ours: a build can read it, but not change what other sites are built from.
/// </summary>
internal sealed class DependencyCache(string root, TimeSpan timeLimit, TimeProvider time)
{
    private static readonly string[] PassedOn =
        ["HOME", "PATH", "NODE_EXTRA_CA_CERTS", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

    /// <summary>The folder whose node_modules holds these dependencies, and in whose work folder sites are built.</summary>
    public async Task<string> EnsureAsync(PackageFacts package, Action<string> log, CancellationToken ct)
    {
        FolderModes.Ensure(root, FolderModes.Passage);
        var folder = Path.Combine(root, package.CacheKey());
        if (!Directory.Exists(folder))
        {
            using var only = await FileLock.TakeAsync(folder + ".lock", time, ct);
            LocalFolders.DeleteLeftovers(folder);
            if (!Directory.Exists(folder))
            {
                await LocalFolders.BuildAndRenameAsync(folder, building => InstallAsync(building, package, log, ct));
            }
        }

        return folder;
    }

    public IEnumerable<string> WorkFolders() => Directory.Exists(root)
        ? Directory.GetDirectories(root).Select(folder => Path.Combine(folder, "work")).Where(Directory.Exists)
        : [];

    private async Task InstallAsync(string building, PackageFacts package, Action<string> log, CancellationToken ct)
    {
        FolderModes.Ensure(building, FolderModes.Readable);

        // The bundler lists the folders between a checkout and its dependencies; the checkouts themselves stay private.
        FolderModes.Ensure(Path.Combine(building, "work"), FolderModes.Readable);
        FolderModes.Ensure(Path.Combine(building, "node_modules"), FolderModes.Readable);
        if (!package.HasDependencies)
        {
            return;
        }

        log("Installing the site's dependencies (once for all sites that have the same).");
        await File.WriteAllTextAsync(Path.Combine(building, "package.json"), package.Package, ct);
        await File.WriteAllTextAsync(Path.Combine(building, "package-lock.json"), package.Lock, ct);
        var tail = new LogTail(log);
        var result = await RunNpmAsync(building, tail, ct);
        if (result.ExitCode != 0)
        {
            throw new ProviderException(ProviderFault.Transient, "The site's dependencies could not be installed. " + tail.Text);
        }

        // A lock file above the checkouts would make the bundler take this folder for a project.
        File.Delete(Path.Combine(building, "package.json"));
        File.Delete(Path.Combine(building, "package-lock.json"));
        await OpenForReadingAsync(building, ct);
    }

    private async Task<CommandResult> RunNpmAsync(string building, LogTail tail, CancellationToken ct)
    {
        try
        {
            return await new Command
            {
                Program = Posix.FindOnPath("npm") ?? throw new ProviderException(ProviderFault.Rejected, "npm is not installed, or not on the PATH."),
                Arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--include=dev", "--include=optional", "--prefer-offline", "--loglevel=error"],
                WorkingFolder = building,
                Environment = NpmEnvironment(),
                TimeLimit = timeLimit,
                OnLine = tail.Add,
            }.RunAsync(ct);
        }
        catch (CommandLimitException error)
        {
            throw new ProviderException(ProviderFault.Transient, "The site's dependencies could not be installed: " + error.Message, error);
        }
    }

    private static async Task OpenForReadingAsync(string building, CancellationToken ct)
    {
        var chmod = new Command
        {
            Program = Posix.FindOnPath("chmod") ?? "chmod",
            Arguments = ["-R", "u+rwX,go+rX,go-w", Path.Combine(building, "node_modules")],
        };
        await chmod.RunAsync(ct);
    }

    /// <summary>npm runs as ourselves, since its cache and registry settings are ours; with scripts off it runs nothing of theirs.</summary>
    private static Dictionary<string, string> NpmEnvironment()
    {
        var environment = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var name = (string)entry.Key;
            if (PassedOn.Contains(name) || name.StartsWith("npm_config_", StringComparison.OrdinalIgnoreCase))
            {
                environment[name] = (string)entry.Value!;
            }
        }

        return environment;
    }
}
