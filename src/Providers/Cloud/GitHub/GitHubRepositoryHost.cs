using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>
/// Campaign repositories at GitHub, generated from the template repository. Ours is what carries the campaign's name and nonce in its
/// description, and GitHub's id where that is stored; nothing else is ever written to or deleted.
/// </summary>
public sealed class GitHubRepositoryHost : IRepositoryHost
{
    private readonly GitHubOptions _options;
    private readonly GitHubApi _api;
    private readonly GitHubTemplate _template;
    private readonly GitHubPreflight _preflight;
    private readonly GitHubLooking _looking;
    private readonly GitHubCommits _commits;
    private readonly GitHubListing _listing;
    private readonly GitHubSight _sight;

    /// <summary>Throws <see cref="ArgumentException"/> for options that are not valid.</summary>
    public GitHubRepositoryHost(CloudClient cloud, GitHubOptions options, TimeProvider clock)
    {
        options.Validate();
        (_options, _api, _template) = (options, new GitHubApi(cloud), new GitHubTemplate(cloud, options));
        _looking = new GitHubLooking(options, clock);
        (_commits, _listing) = (new GitHubCommits(_api, _looking), new GitHubListing(cloud));
        _sight = new GitHubSight(cloud, _listing, options);
        _preflight = new GitHubPreflight(_api, _template, _sight, options, cloud.Account, clock);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<PreflightCheck>> CheckAsync(PreflightTarget? target, TimeSpan askedFor, CancellationToken ct) => _preflight.CheckAsync(
        target is null ? null : async token =>
        {
            var request = new RepositoryRequest(target.Name, target.Nonce, new TemplateVersion("", "")) { Id = target.Id };
            if (await FindOwnOrRefuseAsync(request, token) is null && request.Id is not null)
            {
                await _sight.RequireAsync(request, token);
            }

            return $"The name {_options.Owner}/{target.Name} can be had.";
        }, askedFor, ct);

    /// <inheritdoc/>
    public async Task<RepositoryRef> CreateFromTemplateAsync(RepositoryRequest request, CancellationToken ct)
    {
        OwnedName.Require(request.Name, request.Nonce);
        var made = await FindOwnOrRefuseAsync(request, ct) ?? await GenerateAsync(request, ct);
        if (RefOf(request, made) is { } complete)
        {
            return await SeenAsync(complete, ct);
        }

        var (repository, first) = await FilledAsync(request, made, ct);
        var template = await _template.FilledWithAsync(request.Template, first, ct);
        var unseen = $"GitHub does not show the repository {NameOf(repository)} and its branch {repository.Branch} everywhere yet. It is tried again later.";
        bool? isProtected = null;
        if (_options.ProtectBranch)
        {
            await _looking.UntilAsync(async () => (isProtected = await _api.ProtectAsync(repository, repository.Branch, ct)) is not null, unseen, ct);
        }

        // Last, since it says that the repository is complete.
        var description = GitHubMarker.Complete(request, template);
        await _looking.UntilAsync(() => _api.DescribeAsync(repository, description, ct), unseen, ct);
        return RefOf(request, repository with { Description = description })! with { IsProtected = isProtected };
    }

    /// <inheritdoc/>
    public async Task<RepositoryRef?> FindAsync(RepositoryRequest request, CancellationToken ct)
    {
        OwnedName.Require(request.Name, request.Nonce);
        return await FindOwnAsync(request, ct) is { } found && RefOf(request, found) is { } complete ? await SeenAsync(complete, ct) : null;
    }

    /// <inheritdoc/>
    public Task<bool?> IsProtectedAsync(string name, string branch, CancellationToken ct) => _api.IsProtectedAsync(_options.Owner, name, branch, ct);

    /// <summary>What was made before this process asked for it may have a protection that it was not told of.</summary>
    private async Task<RepositoryRef> SeenAsync(RepositoryRef repository, CancellationToken ct) => _options.ProtectBranch && repository.Branch is { } branch
        ? repository with { IsProtected = await IsProtectedAsync(repository.Name, branch, ct) }
        : repository;

    /// <inheritdoc/>
    public async Task<string> CommitAsync(
        RepositoryRef repository, IReadOnlyDictionary<string, string> files, string message, CancellationToken ct)
    {
        foreach (var path in files.Keys)
        {
            RepositoryPath.Require(path);
        }

        // A new repository may be unknown to some of GitHub's servers for a moment.
        var found = await _looking.UntilThereAsync(
            () => LookAsync(repository.Name, repository.Id, ct), $"GitHub does not show the repository {_options.Owner}/{repository.Name}. It is tried again later.", ct);
        return repository.Id is null || repository.Id == found.Id
            ? await _commits.WriteAsync(found, repository.Branch ?? found.Branch, files, message, ct)
            : throw new ProviderException(
                ProviderFault.Rejected, $"GitHub's repository {NameOf(found)} is not the one that the platform made under this name. Nothing was written to it.");
    }

    /// <inheritdoc/>
    public async Task DeleteIfOwnedAsync(RepositoryRequest request, CancellationToken ct)
    {
        OwnedName.Require(request.Name, request.Nonce);
        // The servers that are read from are not all equally far: that it is not there one look does not say, with an id no more than without.
        if ((await _looking.FindWithinAsync(_options.AppearsWithin, () => LookForAsync(request, ct), ct) ?? await LookAgainAsync(request, ct)) is not { } found)
        {
            return;
        }

        // What is shown was not deleted by what was noted: that call came to nothing.
        await DeletionNote.TakeBackAsync(request.Deletion, ct);

        if (!GitHubMarker.IsOn(found.Description, request))
        {
            // Without a stored id it is somebody else's of that name.
            _ = request.Id is null ? found : throw new ProviderException(
                ProviderFault.Rejected, $"GitHub's repository {NameOf(found)} is the one that the platform made, but its description no longer says "
                + $"'{GitHubMarker.Begun(request)}'. Put that back, or delete the repository at GitHub, then try again.");
            return;
        }

        await DeletionNote.AroundAsync(request.Deletion, () => _api.DeleteAsync(found, ct), ct);
        await _looking.UntilAsync(
            async () => (await _api.FindAsync(found.Owner, found.Name, ct))?.Id != found.Id,
            $"GitHub still shows the repository {NameOf(found)} after its deletion. It is tried again later.", ct);
    }

    /// <summary>Once it is known that all is shown: the look before may have been with less sight.</summary>
    private async Task<GitHubRepository?> LookAgainAsync(RepositoryRequest request, CancellationToken ct)
    {
        if (request is { Deletion.IsSet: true } or { Id: null, MayBeMade: false })
        {
            return null;
        }

        await _sight.RequireAsync(request, ct);
        return await LookForAsync(request, ct);
    }

    /// <inheritdoc/>
    public async Task<Holdings> ListAsync(CancellationToken ct)
    {
        var (items, isWhole) = await _listing.OfAsync(_options.Owner, ct);
        return new Holdings([.. items.Select(found => GitHubMarker.In(found.Description) is var mark && mark is null
            ? new HeldResource(found.Name, null) { Id = found.Id }
            : new HeldResource(found.Name, mark.Value.Nonce)
            {
                Id = found.Id, MarkedAs = mark.Value.Name,
                Changed = _options.IsPrivate && found.IsPrivate == false ? "It is public, though it was made private." : null,
            })], isWhole);
    }

    private async Task<GitHubRepository> GenerateAsync(RepositoryRequest request, CancellationToken ct)
    {
        try
        {
            return await CreationNote.AroundAsync(request.Creation, () => _api.GenerateAsync(_options, request.Name, GitHubMarker.Begun(request), ct), ct);
        }
        catch (ProviderException error) when (error.MayHaveHappened || error.Fault == ProviderFault.NameTaken)
        {
            // It may be there all the same; the name can be had only once, so that there is never a twin.
            return await FindOwnOrRefuseAsync(request, ct) ?? throw (error.Fault != ProviderFault.NameTaken ? error : new ProviderException(
                ProviderFault.Transient, $"GitHub says that {_options.Owner}/{request.Name} exists, but does not show it. It is looked up again later.", error));
        }
    }

    /// <summary>
    /// Waits for the content, which comes after the repository, seen twice running: the servers that answer are not all equally far.
    /// </summary>
    private async Task<(GitHubRepository Repository, GitHubCommit Commit)> FilledAsync(RepositoryRequest request, GitHubRepository made, CancellationToken ct)
    {
        var repository = made;
        var seen = 0;
        var commit = await _looking.UntilThereAsync(
            async () =>
            {
                var found = await _api.HeadAsync(repository, repository.Branch, ct) is { } head ? await _api.CommitAsync(repository, head, ct) : null;
                if (found is null)
                {
                    // The default branch may be set only with the content.
                    repository = await FindOwnAsync(request with { Id = made.Id }, ct) ?? repository;
                }

                seen = found is null ? 0 : seen + 1;
                return seen >= 2 ? found : null;
            },
            $"GitHub has not filled the repository {NameOf(made)} from the template yet. It is looked at again later.", ct);
        return (repository, commit);
    }

    private Task<GitHubRepository?> LookAsync(string name, string? id, CancellationToken ct) => _api.LookAsync(_options.Owner, name, id, ct);

    /// <summary>The one of the request's id, else what has its name.</summary>
    private async Task<GitHubRepository?> LookForAsync(RepositoryRequest request, CancellationToken ct) =>
        await LookAsync(request.Name, request.Id, ct) is { } found && (request.Id is null || request.Id == found.Id) ? found : null;

    private async Task<GitHubRepository?> FindOwnOrRefuseAsync(RepositoryRequest request, CancellationToken ct) =>
        await LookAsync(request.Name, request.Id, ct) switch
        {
            null => null,
            { } found when IsOwn(request, found) => found,
            _ => throw OwnedName.Taken("GitHub repository", $"{_options.Owner}/{request.Name}"),
        };

    private async Task<GitHubRepository?> FindOwnAsync(RepositoryRequest request, CancellationToken ct) =>
        await LookAsync(request.Name, request.Id, ct) is { } found && IsOwn(request, found) ? found : null;

    private static bool IsOwn(RepositoryRequest request, GitHubRepository found) =>
        GitHubMarker.IsOn(found.Description, request) && (request.Id is null || request.Id == found.Id);

    private static string NameOf(GitHubRepository repository) => $"{repository.Owner}/{repository.Name}";

    /// <summary>Null while it is not complete.</summary>
    private static RepositoryRef? RefOf(RepositoryRequest request, GitHubRepository repository) =>
        GitHubMarker.TemplateOf(repository.Description) is { } template
            ? new RepositoryRef(request.Name, repository.CloneAddress, template.Commit, template.Tag) { Id = repository.Id, Branch = repository.Branch }
            : null;
}
