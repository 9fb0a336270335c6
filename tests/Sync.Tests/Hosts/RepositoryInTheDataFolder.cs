using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;

namespace PrizeDraw.Sync.Tests.Hosts;

/// <summary>A bare repository in the data folder, which people clone and push to with plain git.</summary>
internal sealed class RepositoryInTheDataFolder : SyncedRepository
{
    private int _clones;

    public static async Task<SyncedRepository> BeginAsync()
    {
        var made = new RepositoryInTheDataFolder();
        foreach (var (path, text) in Files)
        {
            await made.WriteTemplateAsync(path, text);
        }

        var options = new LocalRepositoryOptions { DataFolder = made.Folder["data"], TemplateFolder = made.Folder["template"] };
        var templates = new LocalTemplateSource(options, TimeProvider.System);
        var hosts = new LocalRepositoryHost(options, TimeProvider.System);
        made.Repository = await hosts.CreateFromTemplateAsync(
            new RepositoryRequest(Name, Nonce, await templates.ImportAsync(CancellationToken.None)), CancellationToken.None);
        made.Host = new LocalSyncHost(options, TimeProvider.System);
        made.Template = new LocalTemplateHistory(templates, options, TimeProvider.System);
        await made.OpenAreaAsync();
        return made;
    }

    public override async Task<string> CommitAsync(string branch, IReadOnlyDictionary<string, SiteFile?> files)
    {
        var clone = await CloneAsync(branch);
        foreach (var (path, file) in files)
        {
            var place = Path.Combine(clone, path);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Delete(place);
            if (file is null)
            {
                continue;
            }

            if (file.Mode == "120000")
            {
                File.CreateSymbolicLink(place, file.Text);
                continue;
            }

            await File.WriteAllBytesAsync(place, file.Content);
        }

        await GitAsync(clone, "add", "--all");
        foreach (var path in files.Where(f => f.Value is { Mode: "100755" }).Select(f => f.Key))
        {
            await GitAsync(clone, "update-index", "--chmod=+x", path);
        }

        await GitAsync(clone, "commit", "-q", "-m", "Somebody's work");
        await GitAsync(clone, "push", "-q", "origin", "HEAD:refs/heads/" + branch);
        return await GitAsync(clone, "rev-parse", "HEAD");
    }

    public override async Task<IReadOnlyDictionary<string, SiteFile>> FilesAsync(string revision = "main")
    {
        // What the repository holds by itself: a clone takes nothing from elsewhere.
        var clone = await CloneAsync("main", "--no-local");
        await GitAsync(clone, "checkout", "-q", await PlainGit.RunAsync(Repository.Location, "rev-parse", revision));
        await PlainGit.RunAsync(Repository.Location, "fsck", "--strict", "--no-dangling");
        var found = new Dictionary<string, SiteFile>();
        foreach (var line in (await GitAsync(clone, "-c", "core.quotePath=false", "ls-files", "--stage")).Split('\n'))
        {
            var (mode, path) = (line.Split(' ')[0], line.Split('\t')[1]);
            var place = Path.Combine(clone, path);
            found[path] = mode == "120000" ? SiteFile.Of(new FileInfo(place).LinkTarget!, mode) : new SiteFile(await File.ReadAllBytesAsync(place), mode);
        }

        return found;
    }

    public override async Task MergeAsync(PullRequest pull, bool isSquashed)
    {
        var clone = await CloneAsync("main");
        await GitAsync(clone, "merge", "-q", isSquashed ? "--squash" : "--no-ff", "origin/" + pull.Branch);
        if (isSquashed)
        {
            await GitAsync(clone, "commit", "-q", "-m", "Squashed by somebody");
        }

        await GitAsync(clone, "push", "-q", "origin", "HEAD:main");
    }

    public override async Task DeleteBranchAsync(string branch) => await PlainGit.RunAsync(Repository.Location, "branch", "-q", "-D", branch);

    public override async Task<string> ReleaseAsync(string version, IReadOnlyDictionary<string, string> files)
    {
        foreach (var (path, text) in files.Append(KeyValuePair.Create("template.json", $$"""{ "version": "{{version}}" }""")))
        {
            await WriteTemplateAsync(path, text);
        }

        return (await Template.VersionsAsync(CancellationToken.None))[0].Commit;
    }

    public override Task<int> PullRequestsAsync() =>
        Task.FromResult(Directory.GetFiles(Path.Combine(Repository.Location, "pull-requests"), "*.json").Length);

    private async Task WriteTemplateAsync(string path, string text)
    {
        var place = Path.Combine(Folder["template"], path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        await File.WriteAllTextAsync(place, text);
    }

    private async Task<string> CloneAsync(string branch, params string[] how)
    {
        var clone = Folder[$"clone-{++_clones}"];
        await GitAsync(Folder["."], ["clone", "-q", .. how, Repository.Location, clone]);
        await GitAsync(clone, "config", "user.name", "Somebody");
        await GitAsync(clone, "config", "user.email", "somebody@example.com");
        var isThere = (await GitAsync(clone, "branch", "-r", "--list", "origin/" + branch)).Length > 0;
        await GitAsync(clone, "checkout", "-q", "-B", "work", isThere ? "origin/" + branch : "origin/main");
        return clone;
    }

    private static async Task<string> GitAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var argument in (string[])["-c", "safe.directory=*", "-c", "core.hooksPath=/dev/null", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (await output).TrimEnd('\n') : throw new InvalidOperationException(errors);
    }
}
