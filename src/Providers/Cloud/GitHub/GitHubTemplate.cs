using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>
/// The template repository at GitHub, which others push to: its default branch is the newest version, named by the version in
/// <c>template.json</c>, and the commit too where that version's tag names another commit.
/// </summary>
public sealed class GitHubTemplate : ITemplateSource
{
    private readonly GitHubOptions _options;
    private readonly GitHubApi _api;

    /// <summary>Throws <see cref="ArgumentException"/> for options that are not valid.</summary>
    public GitHubTemplate(CloudClient cloud, GitHubOptions options)
    {
        options.Validate();
        (_options, _api) = (options, new GitHubApi(cloud));
    }

    internal string FullName => $"{_options.TemplateOwner}/{_options.TemplateName}";

    /// <inheritdoc/>
    public async Task<TemplateVersion> ImportAsync(CancellationToken ct)
    {
        var template = await FindAsync(ct);
        var head = await _api.HeadAsync(template, template.Branch, ct)
            ?? throw new ProviderException(ProviderFault.Rejected, $"GitHub's template {FullName} is empty: push the site template to it, then try again.");
        return await VersionAsync(template, head, ct);
    }

    /// <summary>Whether a commit of the template has workflows. Where GitHub does not list all of it, that counts as yes.</summary>
    internal async Task<bool> HasWorkflowsAsync(string commit, CancellationToken ct)
    {
        var template = await FindAsync(ct);
        return await _api.CommitAsync(template, commit, ct) is { } found
            && await _api.EntriesAsync(template, found.Tree, isWhole: true, ct) is { } tree
            && (tree.IsCut || tree.Entries.Any(entry => entry.Type == "blob" && entry.Path.StartsWith(".github/workflows/", StringComparison.Ordinal)));
    }

    /// <summary>
    /// Which version a repository was filled with. GitHub fills it with the newest one, which may be newer than what was asked for; it is
    /// recognised by its tree. What is not found among the last hundred commits is taken for what was asked for.
    /// </summary>
    internal async Task<TemplateVersion> FilledWithAsync(TemplateVersion asked, GitHubCommit first, CancellationToken ct)
    {
        var template = await FindAsync(ct);
        if (await _api.CommitAsync(template, asked.Commit, ct) is { } expected && expected.Tree == first.Tree)
        {
            return asked;
        }

        foreach (var commit in await _api.HistoryAsync(template, template.Branch, ct))
        {
            if (commit.Tree == first.Tree)
            {
                return await VersionAsync(template, commit.Commit, ct);
            }
        }

        return asked;
    }

    internal async Task<GitHubRepository> FindAsync(CancellationToken ct) =>
        await _api.FindAsync(_options.TemplateOwner, _options.TemplateName, ct) switch
        {
            null => throw new ProviderException(ProviderFault.Rejected, $"GitHub does not find the template {FullName}, or the credential may not see it."),
            { IsTemplate: false } => throw new ProviderException(
                ProviderFault.Rejected, $"GitHub's repository {FullName} is not marked as a template: turn \"Template repository\" on in its settings, then try again."),
            var template => template,
        };

    private async Task<TemplateVersion> VersionAsync(GitHubRepository template, string commit, CancellationToken ct)
    {
        var path = $"{FullName}/{TemplateManifest.FileName}";
        var manifest = await _api.FileAsync(template, TemplateManifest.FileName, commit, ct) ?? throw TemplateManifest.Missing(path);
        var tag = "v" + TemplateManifest.VersionOf(manifest, path);
        var tagged = await _api.ResolveAsync(template, tag, ct);
        return new TemplateVersion(tagged is null || tagged == commit ? tag : $"{tag}+{commit[..7]}", commit);
    }
}
