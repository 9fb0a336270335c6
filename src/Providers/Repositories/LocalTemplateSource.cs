using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Repositories;

/// <summary>
/// The template folder as a bare repository: each content that differs from the last import becomes a commit on main, tagged
/// v and the version in <c>template.json</c>, or that and +1, +2 … where the version was forgotten to be raised.
/// </summary>
public sealed class LocalTemplateSource(LocalRepositoryOptions options, TimeProvider time) : ITemplateSource
{
    private const string Main = "refs/heads/main";
    private readonly Git _git = new(options.GitTimeLimit, time);
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <inheritdoc/>
    public async Task<TemplateVersion> ImportAsync(CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            var version = await ReadVersionAsync(ct);
            await EnsureRepositoryAsync(ct);

            // Another platform on the same folder may import meanwhile: then the reference has moved, and we look again.
            for (var attempt = 1; ; attempt++)
            {
                if (await TryImportAsync(version, ct) is { } imported)
                {
                    return imported;
                }

                if (attempt == 5)
                {
                    throw new ProviderException(ProviderFault.Transient, "The template repository keeps changing under the import.");
                }
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<TemplateVersion?> TryImportAsync(string version, CancellationToken ct)
    {
        var repository = options.TemplateRepository;
        var head = await _git.ResolveAsync(repository, Main, ct);
        var tree = await WriteTreeAsync(ct);
        if (head is not null && await _git.ResolveAsync(repository, head + "^{tree}", ct) == tree)
        {
            return new TemplateVersion(await NewestTagAsync(head, ct), head);
        }

        var tag = await FreeTagAsync(version, ct);
        string[] parents = head is null ? [] : ["-p", head];
        var commit = await _git.RunAsync(repository, ["commit-tree", tree, .. parents, "-m", "Template " + tag], ct);

        // Tag and branch move together or not at all.
        var move = $"start\ncreate refs/tags/{tag} {commit}\nupdate {Main} {commit} {head ?? new string('0', 40)}\ncommit\n";
        var moved = await _git.TryAsync(repository, ["update-ref", "--stdin"], ct, new GitContext(Input: move));
        return moved.ExitCode == 0 ? new TemplateVersion(tag, commit) : null;
    }

    private async Task<string> WriteTreeAsync(CancellationToken ct)
    {
        var repository = options.TemplateRepository;
        var excluded = Path.Combine(repository, "excluded");
        await File.WriteAllLinesAsync(excluded, options.Excluded, ct);
        var context = new GitContext(GitContext.NewIndex(repository), Path.GetFullPath(options.TemplateFolder))
        {
            Configuration = ["-c", "core.bare=false", "-c", "core.excludesFile=" + excluded],
        };
        try
        {
            await _git.RunAsync(repository, ["add", "--all", "."], ct, context);
            return await _git.RunAsync(repository, ["write-tree"], ct, context);
        }
        finally
        {
            context.Discard();
        }
    }

    private async Task EnsureRepositoryAsync(CancellationToken ct)
    {
        var repository = options.TemplateRepository;
        if (Directory.Exists(repository))
        {
            return;
        }

        Directory.CreateDirectory(options.DataFolder);
        await LocalFolders.BuildAndRenameAsync(repository, building => _git.InitialiseAsync(building, ct));
    }

    private async Task<string> ReadVersionAsync(CancellationToken ct)
    {
        var path = Path.Combine(options.TemplateFolder, TemplateManifest.FileName);
        try
        {
            return TemplateManifest.VersionOf(await File.ReadAllTextAsync(path, ct), path);
        }
        catch (IOException error)
        {
            throw TemplateManifest.Missing(path, error);
        }
    }

    private async Task<string> FreeTagAsync(string version, CancellationToken ct)
    {
        var tags = (await _git.RunAsync(options.TemplateRepository, ["tag", "--list"], ct)).Split('\n').ToHashSet();
        var tag = "v" + version;
        for (var n = 1; tags.Contains(tag); n++)
        {
            tag = $"v{version}+{n}";
        }

        return tag;
    }

    private async Task<string> NewestTagAsync(string commit, CancellationToken ct)
    {
        var tags = await _git.RunAsync(options.TemplateRepository, ["tag", "--points-at", commit], ct);
        return tags.Split('\n')[0] is { Length: > 0 } tag
            ? tag
            : throw new ProviderException(ProviderFault.Rejected, $"The template repository's head {commit} has lost its tag.");
    }
}
