using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Sync;

/// <summary>The versions of the template folder, as <see cref="LocalTemplateSource"/> keeps them: the tags on its repository's main branch.</summary>
public sealed class LocalTemplateHistory : ITemplateHistory
{
    /// <summary>The name of the place.</summary>
    public const string Local = "local";

    private const int VersionsMax = 100, CommitsMax = 250, LookedThroughMax = 10_000;
    private readonly ITemplateSource _source;
    private readonly string _repository;
    private readonly Git _git;
    private readonly RepositoryLog _log;

    public LocalTemplateHistory(ITemplateSource source, LocalRepositoryOptions options, TimeProvider time)
    {
        (_source, _repository, _git) = (source, options.TemplateRepository, new Git(options.GitTimeLimit, time));
        _log = new RepositoryLog(_git);
    }

    /// <inheritdoc/>
    public string Source => Local;

    /// <inheritdoc/>
    public async Task<ImmutableArray<TemplateVersion>> VersionsAsync(CancellationToken ct)
    {
        await _source.ImportAsync(ct);
        var listed = await _git.RunAsync(_repository, ["for-each-ref", "--format=%(objectname) %(*objectname) %(refname:strip=2)", "refs/tags"], ct);
        var tags = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToLookup(line => line[1].Length > 0 ? line[1] : line[0], line => line[2]);
        var commits = await _git.RunAsync(_repository, ["rev-list", "--topo-order", $"--max-count={LookedThroughMax}", "refs/heads/main"], ct);
        return
        [
            .. commits.Split('\n').SelectMany(commit => tags[commit].Order(StringComparer.Ordinal).Select(tag => new TemplateVersion(tag, commit))).Take(VersionsMax),
        ];
    }

    /// <inheritdoc/>
    public async Task<string?> ResolveAsync(string revision, CancellationToken ct)
    {
        if (!Directory.Exists(_repository))
        {
            return null;
        }

        var isId = revision.Length is >= 7 and <= 40 && revision.All(char.IsAsciiHexDigitLower);
        return await _git.ResolveAsync(_repository, $"refs/tags/{revision}^{{commit}}", ct)
            ?? (isId ? await _git.ResolveAsync(_repository, revision + "^{commit}", ct) is { } found && found.StartsWith(revision, StringComparison.Ordinal) ? found : null : null);
    }

    /// <inheritdoc/>
    public async Task<Snapshot?> ReadAsync(string commit, SyncWorkArea area, CancellationToken ct)
    {
        if (!Directory.Exists(_repository))
        {
            return null;
        }

        await area.BorrowAsync(_repository, ct);
        return await _log.CommitAsync(_repository, commit, ct);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<CommitNote>?> CommitsAsync(string since, string until, CancellationToken ct) =>
        Directory.Exists(_repository)
        && await _log.LeadsAsync(_repository, LooseObjects.RequireId(since), LooseObjects.RequireId(until), ct)
            ? await _log.NotesAsync(_repository, $"{since}..{until}", CommitsMax, ct)
            : null;
}
