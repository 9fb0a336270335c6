using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>
/// The versions of the template repository at GitHub: its tags such as <c>v1.2.3</c>, and the head of its default branch where no tag stands
/// on it, named as <see cref="GitHubTemplate"/> names it.
/// </summary>
public sealed partial class GitHubTemplateHistory : ITemplateHistory
{
    private const int VersionsMax = 100;
    private readonly GitHubTemplate _template;
    private readonly GitHubApi _api;
    private readonly GitHubTrees _trees;
    private volatile GitHubRepository? _found;

    /// <summary>Throws <see cref="ArgumentException"/> for options that are not valid.</summary>
    public GitHubTemplateHistory(CloudClient cloud, GitHubOptions options)
    {
        (_template, _api) = (new GitHubTemplate(cloud, options), new GitHubApi(cloud));
        _trees = new GitHubTrees(_api);
    }

    /// <inheritdoc/>
    public string Source => "github:" + _template.FullName;

    /// <inheritdoc/>
    public async Task<ImmutableArray<TemplateVersion>> VersionsAsync(CancellationToken ct)
    {
        var template = await FindAsync(ct);
        var newest = await _template.ImportAsync(ct);
        var versions = ImmutableArray.CreateBuilder<TemplateVersion>();
        var tags = (await _api.TagsAsync(template, "v", ct)).Where(t => VersionPattern().IsMatch(t.Name))
            .OrderByDescending(t => NumberOf(t.Name)).ThenByDescending(t => IsDone(t.Name)).ThenByDescending(t => Padded(t.Name), StringComparer.Ordinal);
        foreach (var tag in tags.Take(VersionsMax))
        {
            // A tag may be an object of its own, which names the commit.
            if ((tag.Type == "commit" ? tag.Sha : await _api.ResolveAsync(template, "tags/" + tag.Name, ct)) is { } commit)
            {
                versions.Add(new TemplateVersion(tag.Name, commit));
            }
        }

        return [.. versions.Any(v => v.Commit == newest.Commit) ? versions : versions.Prepend(newest).Take(VersionsMax)];
    }

    /// <inheritdoc/>
    public async Task<string?> ResolveAsync(string revision, CancellationToken ct)
    {
        var template = await FindAsync(ct);
        if ((await _api.TagsAsync(template, revision, ct)).FirstOrDefault(t => t.Name == revision) is { Name: not null } tag)
        {
            return tag.Type == "commit" ? tag.Sha : await _api.ResolveAsync(template, "tags/" + revision, ct);
        }

        // A version that nobody tagged: by the commit behind its name, or as the newest one.
        return CommitPattern().Match(revision) is { Success: true } named
            ? await _api.ResolveAsync(template, named.Groups["id"].Value, ct) is { } commit && commit.StartsWith(named.Groups["id"].Value, StringComparison.Ordinal) ? commit : null
            : VersionPattern().IsMatch(revision) && await _template.ImportAsync(ct) is var newest && newest.Tag == revision ? newest.Commit
            : null;
    }

    /// <inheritdoc/>
    public async Task<Snapshot?> ReadAsync(string commit, SyncWorkArea area, CancellationToken ct) =>
        await _trees.BringCommitAsync(await FindAsync(ct), commit, area, ct);

    /// <inheritdoc/>
    public async Task<ImmutableArray<CommitNote>?> CommitsAsync(string since, string until, CancellationToken ct) =>
        await _api.BetweenAsync(await FindAsync(ct), since, until, ct);

    [GeneratedRegex(@"\Av(?<number>[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9})(-(?<before>[0-9A-Za-z.-]+))?(\+(?<build>[0-9A-Za-z.-]+))?\z")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"\A(v[^+]+\+)?(?<id>[0-9a-f]{7,40})\z")]
    private static partial Regex CommitPattern();

    // Read alone, and for a few calls: this is made anew for each use.
    private async Task<GitHubRepository> FindAsync(CancellationToken ct) => _found ??= await _template.FindAsync(ct);

    private static Version NumberOf(string tag) => Version.Parse(VersionPattern().Match(tag).Groups["number"].Value);

    // v2.0.0-rc.1 leads to v2.0.0.
    private static bool IsDone(string tag) => !VersionPattern().Match(tag).Groups["before"].Success;

    // So that 10 stands behind 9 in the order of texts.
    private static string Padded(string tag) => DigitsPattern().Replace(tag, digits => digits.Value.PadLeft(9, '0'));

    [GeneratedRegex("[0-9]{1,9}")]
    private static partial Regex DigitsPattern();
}
