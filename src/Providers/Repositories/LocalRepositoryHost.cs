using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Repositories;

/// <summary>
/// Campaign repositories as bare repositories in the data folder. Each starts with one commit that holds the template's tree;
/// the template's commit and the ownership marker stand in its configuration (<c>prizedraw.*</c>), the marker in its
/// description too.
/// </summary>
public sealed class LocalRepositoryHost(LocalRepositoryOptions options, TimeProvider time) : IRepositoryHost
{
    private const string Main = "refs/heads/main";
    private const int CommitAttemptsMax = 10;
    private readonly Git _git = new(options.GitTimeLimit, time);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new();

    /// <inheritdoc/>
    public Task<RepositoryRef> CreateFromTemplateAsync(RepositoryRequest request, CancellationToken ct) =>
        OneAtATimeAsync(request, ct, async () =>
        {
            var folder = FolderOf(request);
            LocalFolders.DeleteLeftovers(folder);
            if (!Directory.Exists(folder))
            {
                FolderModes.Ensure(options.RepositoriesFolder, FolderModes.Private);
                await LocalFolders.BuildAndRenameAsync(folder, building => BuildAsync(building, request, ct));
            }

            return await FindOwnedAsync(request, ct) ?? throw OwnedName.Taken("repository", request.Name);
        });

    /// <inheritdoc/>
    public Task<RepositoryRef?> FindAsync(RepositoryRequest request, CancellationToken ct)
    {
        OwnedName.Require(request.Name, request.Nonce);
        return FindOwnedAsync(request, ct);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<PreflightCheck>> CheckAsync(PreflightTarget? target, TimeSpan askedFor, CancellationToken ct)
    {
        var asking = new PreflightAsking("local", askedFor, time);
        await asking.AskAsync("template", _ => Task.FromResult(File.Exists(Path.Combine(options.TemplateFolder, TemplateManifest.FileName))
            ? "The site template is there."
            : throw TemplateManifest.Missing(options.TemplateFolder)), ct);
        if (target is not null)
        {
            await asking.AskAsync("repository-name", async token =>
            {
                var request = new RepositoryRequest(target.Name, target.Nonce, new TemplateVersion("", ""));
                return await FindAsync(request, token) is not null || !Directory.Exists(FolderOf(request))
                    ? $"The name {target.Name} can be had."
                    : throw OwnedName.Taken("repository", target.Name);
            }, ct);
        }

        return asking.Checks;
    }

    /// <inheritdoc/>
    public async Task<string> CommitAsync(
        RepositoryRef repository, IReadOnlyDictionary<string, string> files, string message, CancellationToken ct)
    {
        foreach (var path in files.Keys)
        {
            RepositoryPath.Require(path);
        }

        for (var attempt = 1; attempt <= CommitAttemptsMax; attempt++)
        {
            if (await TryCommitAsync(repository.Location, files, message, ct) is { } head)
            {
                return head;
            }
        }

        throw new ProviderException(ProviderFault.Transient, $"The repository '{repository.Name}' keeps changing under the commit.");
    }

    /// <inheritdoc/>
    public Task DeleteIfOwnedAsync(RepositoryRequest request, CancellationToken ct) =>
        OneAtATimeAsync(request, ct, async () =>
        {
            var folder = FolderOf(request);
            if (await FindOwnedAsync(request, ct) is not null)
            {
                // The area first: once the repository is gone, nobody would look for it.
                LocalFolders.RenameAndDelete(Path.Combine(options.SyncFolder, request.Name + ".git"));
                LocalFolders.RenameAndDelete(folder);
            }

            LocalFolders.DeleteLeftovers(folder);
            return true;
        });

    /// <inheritdoc/>
    public async Task<Holdings> ListAsync(CancellationToken ct)
    {
        var folders = Directory.Exists(options.RepositoriesFolder)
            ? Directory.GetDirectories(options.RepositoriesFolder, "*.git").Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal).ToArray()
            : [];
        var found = ImmutableArray.CreateBuilder<HeldResource>();
        foreach (var folder in folders.Take(Holdings.Most))
        {
            var nonce = await ConfiguredAsync(folder, "prizedraw.nonce", ct);
            found.Add(new HeldResource(Path.GetFileNameWithoutExtension(folder), string.IsNullOrEmpty(nonce) ? null : nonce));
        }

        return new Holdings(found.ToImmutable(), folders.Length <= Holdings.Most);
    }

    private async Task BuildAsync(string building, RepositoryRequest request, CancellationToken ct)
    {
        var template = options.TemplateRepository;
        var tree = await TemplateTreeAsync(request.Template, ct);
        await _git.InitialiseAsync(building, ct);

        // The template's objects without its history: the campaign's repository has a history of its own.
        var pack = Path.Combine(building, "objects", "pack");
        Directory.CreateDirectory(pack);
        await _git.RunAsync(
            template, ["pack-objects", "--quiet", "--revs", Path.Combine(pack, "pack")], ct, new GitContext(Input: tree + "\n"));

        var commit = await _git.RunAsync(building, ["commit-tree", tree, "-m", "from template " + request.Template.Tag], ct);
        await _git.RunAsync(building, ["update-ref", Main, commit, new string('0', 40)], ct);
        await _git.RunAsync(building, ["config", "prizedraw.templateTag", request.Template.Tag], ct);
        await _git.RunAsync(building, ["config", "prizedraw.templateCommit", request.Template.Commit], ct);
        await _git.RunAsync(building, ["config", "prizedraw.nonce", request.Nonce], ct);
        await File.WriteAllTextAsync(Path.Combine(building, "description"), $"Campaign site {request.Name} prizedraw:{request.Nonce}\n", ct);
    }

    private async Task<string> TemplateTreeAsync(TemplateVersion version, CancellationToken ct) =>
        (Directory.Exists(options.TemplateRepository)
            ? await _git.ResolveAsync(options.TemplateRepository, version.Commit + "^{tree}", ct)
            : null)
        ?? throw new ProviderException(ProviderFault.Rejected, $"The template version {version.Tag} ({version.Commit}) is not in the template repository.");

    private async Task<RepositoryRef?> FindOwnedAsync(RepositoryRequest request, CancellationToken ct)
    {
        var folder = FolderOf(request);
        if (!Directory.Exists(folder) || await ConfiguredAsync(folder, "prizedraw.nonce", ct) != request.Nonce)
        {
            return null;
        }

        var template = await ConfiguredAsync(folder, "prizedraw.templateCommit", ct);
        var tag = await ConfiguredAsync(folder, "prizedraw.templateTag", ct);
        return template is null || tag is null ? null : new RepositoryRef(request.Name, folder, template, tag);
    }

    private async Task<string?> ConfiguredAsync(string repository, string name, CancellationToken ct)
    {
        var result = await _git.TryAsync(repository, ["config", "--file", Path.Combine(repository, "config"), "--get", name], ct);
        return result.ExitCode == 0 ? result.Output.Trim() : null;
    }

    private async Task<string?> TryCommitAsync(
        string repository, IReadOnlyDictionary<string, string> files, string message, CancellationToken ct)
    {
        var head = await _git.ResolveAsync(repository, Main, ct)
            ?? throw new ProviderException(ProviderFault.Rejected, $"{repository} has no branch main.");
        var tree = await WriteTreeAsync(repository, head, files, ct);
        if (tree == await _git.ResolveAsync(repository, head + "^{tree}", ct))
        {
            return head;
        }

        var commit = await _git.RunAsync(
            repository, ["commit-tree", tree, "-p", head, "-F", "-"], ct, new GitContext(Input: message));
        var moved = await _git.TryAsync(repository, ["update-ref", Main, commit, head], ct);
        return moved.ExitCode == 0 ? commit : null;
    }

    private async Task<string> WriteTreeAsync(
        string repository, string head, IReadOnlyDictionary<string, string> files, CancellationToken ct)
    {
        var index = new GitContext(GitContext.NewIndex(repository));
        try
        {
            await _git.RunAsync(repository, ["read-tree", head], ct, index);
            foreach (var (path, text) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
            {
                var blob = await _git.RunAsync(repository, ["hash-object", "-w", "--stdin"], ct, new GitContext(Input: text));
                await _git.RunAsync(
                    repository, ["update-index", "--index-info"], ct, index with { Input = $"100644 {blob}\t{path}\n" });
            }

            return await _git.RunAsync(repository, ["write-tree"], ct, index);
        }
        finally
        {
            index.Discard();
        }
    }

    private string FolderOf(RepositoryRequest request) => Path.Combine(options.RepositoriesFolder, request.Name + ".git");

    private async Task<T> OneAtATimeAsync<T>(RepositoryRequest request, CancellationToken ct, Func<Task<T>> work)
    {
        OwnedName.Require(request.Name, request.Nonce);
        var gate = _locks.GetOrAdd(request.Name, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(ct);
        try
        {
            return await work();
        }
        finally
        {
            gate.Release();
        }
    }
}
