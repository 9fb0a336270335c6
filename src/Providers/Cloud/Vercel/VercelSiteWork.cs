using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>What is done at Vercel for one request.</summary>
internal sealed partial class VercelSiteWork
{
    private readonly SiteRequest _request;
    private readonly VercelOptions _options;
    private readonly TimeProvider _clock;
    private readonly VercelApi _api;
    private readonly VercelSites _sites;
    private readonly VercelDeployments _deployments;
    private readonly VercelBuild _build;

    /// <summary>Throws <see cref="ProviderFault.Rejected"/> for a request that can't be met.</summary>
    public VercelSiteWork(CloudClient client, VercelOptions options, TimeProvider clock, SiteRequest request)
    {
        VercelSites.Require(request);
        (_request, _options, _clock) = (request, options, clock);
        _api = new VercelApi(client, options, SiteSecrets.Of(request.Variables));
        (_sites, _deployments) = (new VercelSites(_api, options.TeamId), new VercelDeployments(_api));
        _build = new VercelBuild(_deployments, options, clock);
    }

    public async Task<SiteRef> CreateAsync(CancellationToken ct)
    {
        var found = await _sites.FindAnyAsync(_request, ct) ?? await MakeAsync(ct);
        if (!found.IsOurs)
        {
            throw OwnedName.Taken("Vercel project", _request.Name);
        }

        RequireLink(found.Project, _request.Repository);
        await CompleteAsync(found.Project, found.IsNew, ct);
        return Reference(found.Project);
    }

    public async Task RequireFreeAsync(CancellationToken ct)
    {
        var found = await _sites.FindAnyAsync(_request, ct);
        await (found is null ? _sites.RequireGoneAsync(_request, ct) : Task.CompletedTask);
        if (found is { IsOurs: false })
        {
            throw OwnedName.Taken("Vercel project", _request.Name);
        }
    }

    public async Task<SiteRef?> FindAsync(CancellationToken ct)
    {
        // There, but renamed or without its marker: that is not the same as gone.
        if (await _sites.FindByIdAsync(_request, ct) is { IsOurs: false } changed)
        {
            throw new ProviderException(
                ProviderFault.NameTaken, $"The Vercel project '{changed.Project.Name}' has another name or marker than '{_request.Name}' was made with. Put that back there.");
        }

        if (await _sites.FindOursAsync(_request, ct) is { } project)
        {
            return Reference(project);
        }

        await _sites.RequireGoneAsync(_request, ct);
        return null;
    }

    public async Task<SiteRef> DeployAsync(RepositoryRef repository, string commit, Action<string> log, CancellationToken ct)
    {
        RequireCommit(commit);
        var project = await AppearAsync(() => _sites.FindOursAsync(_request, ct), ct)
            ?? throw new ProviderException(ProviderFault.Rejected, $"The site '{_request.Name}' does not exist at Vercel, or is not this campaign's.");
        RequireLink(project, repository);
        var variables = await CompleteAsync(project, isNew: true, ct);
        var branch = repository.Branch ?? project.Branch ?? "main";
        var newest = variables.Select(v => v.UpdatedAt).Append(0).Max();
        var started = await _build.StartAsync(project, branch, commit, _request.Nonce, newest, ct);
        log($"Vercel builds {commit[..12]}: {started.Page ?? started.Id}");
        var done = await _build.FinishAsync(started.Id, new VercelBuildLog(_deployments, started.Id, log), ct);
        var site = Reference(project) with { Url = AddressOf(project, done) };
        log($"Serving {commit[..12]} at {site.Url}");
        return site;
    }

    public async Task<bool> IsServingAsync(string commit, CancellationToken ct)
    {
        RequireCommit(commit);
        return await _sites.FindOursAsync(_request, ct) is { ServingId: { } serving }
            && await _deployments.GetAsync(serving, ct) is { IsComplete: true } deployment && deployment.Commit == commit;
    }

    /// <summary>Pauses the project, or ends its pause.</summary>
    public async Task PauseAsync(bool pause, CancellationToken ct)
    {
        var project = await AppearAsync(() => _sites.FindOursAsync(_request, ct), ct)
            ?? throw new ProviderException(ProviderFault.Rejected, $"There is no Vercel project '{_request.Name}' of this campaign. Somebody deleted or renamed it.");
        await _api.PauseAsync(project.Id, pause, ct);
    }

    public async Task DeleteIfOwnedAsync(CancellationToken ct)
    {
        if (await FindToDeleteAsync(ct) is not { } project)
        {
            return;
        }

        foreach (var running in (await _deployments.RunningAsync(project.Id, ct)).Where(d => !d.HasEnded))
        {
            await _deployments.CancelAsync(running.Id, ct);
        }

        await _api.DeleteProjectAsync(project.Id, ct);
        if (!await IsGoneAsync(project.Id, ct))
        {
            throw new ProviderException(ProviderFault.Transient, $"Vercel has not deleted the project '{project.Name}' yet. It is looked at again.");
        }
    }

    private async Task<VercelProject?> FindToDeleteAsync(CancellationToken ct)
    {
        Task<VercelSite?> LookAsync() => _request.Id is null ? _sites.FindAnyAsync(_request, ct) : _sites.FindByIdAsync(_request, ct);

        // What was made a moment ago, perhaps by a call whose answer was lost, may still be invisible: a first 404 proves nothing.
        var found = await AppearAsync(LookAsync, ct);
        if (found is null)
        {
            // And once more when it is known that it would be shown: the look before may have been with less sight.
            await _sites.RequireGoneAsync(_request, ct);
            found = await LookAsync();
        }

        return found switch
        {
            { IsOurs: true } => found.Project,
            { Project: var changed } when _request.Id is not null => throw new ProviderException(
                ProviderFault.Rejected,
                $"The Vercel project '{changed.Name}' was renamed or has lost its variable {VercelApi.Marker}. Delete it by hand, or restore the name '{_request.Name}' and the variable."),
            _ => null,
        };
    }

    private async Task<bool> IsGoneAsync(string id, CancellationToken ct) => await CloudLooking.FindAsync(
        async () => await _api.ProjectAsync(id, isOurs: true, ct) is null ? "gone" : null, _options.GoneWithin, _options.PollInterval, _clock, ct) is not null;

    private async Task<VercelSite> MakeAsync(CancellationToken ct)
    {
        ProviderException? unclear = null;
        try
        {
            if (await CreationNote.AroundAsync(_request.Creation, () => _api.CreateProjectAsync(_request, ct), ct) is { } made)
            {
                return new VercelSite(made, IsOurs: true, IsNew: true);
            }
        }
        catch (ProviderException e) when (e.MayHaveHappened)
        {
            unclear = e;
        }

        // The name is taken, perhaps by an earlier call of our own whose answer was lost: only the marker tells.
        return await AppearAsync(() => _sites.FindAnyAsync(_request, ct), ct)
            ?? throw unclear ?? new ProviderException(
                ProviderFault.Transient, $"Vercel says that the name '{_request.Name}' is taken, but does not show by what. It is asked again.");
    }

    /// <summary>Sets what is missing or differs; answers the variables as they are then. Secrets of what is not new are set again: they can't be read.</summary>
    private async Task<IReadOnlyList<VercelVariable>> CompleteAsync(VercelProject project, bool isNew, CancellationToken ct)
    {
        var present = await VariablesAsync(project, ct);
        var missing = _request.Variables
            .Where(w => !present.Any(p => p.Name == w.Name && p.Type == VercelApi.TypeOf(w) && (w.IsSecret ? isNew : p.Value == w.Value)))
            .ToImmutableArray();
        if (missing.IsEmpty)
        {
            return present;
        }

        await _api.SetVariablesAsync(project.Id, missing, ct);
        return await VariablesAsync(project, ct);
    }

    private async Task<IReadOnlyList<VercelVariable>> VariablesAsync(VercelProject project, CancellationToken ct) =>
        await AppearAsync(() => _api.VariablesAsync(project.Id, isOurs: true, ct), ct) ?? throw new ProviderException(
            ProviderFault.Transient, $"Vercel does not show the variables of the project '{project.Name}'. It is asked again.");

    private Task<T?> AppearAsync<T>(Func<Task<T?>> look, CancellationToken ct)
        where T : class => CloudLooking.FindAsync(look, _options.AppearsWithin, _options.PollInterval, _clock, ct);

    private static void RequireLink(VercelProject project, RepositoryRef? repository)
    {
        if (repository is not null && (project.RepositoryId is null || (GitHubName.IdOf(repository) is { } id && id != project.RepositoryId)))
        {
            throw new ProviderException(
                ProviderFault.Rejected, $"The Vercel project '{project.Name}' is not linked to the repository '{GitHubName.Of(repository)}'. Link it there, or delete the project.");
        }
    }

    private static void RequireCommit(string commit)
    {
        if (!CommitPattern().IsMatch(commit))
        {
            throw new ProviderException(ProviderFault.Rejected, $"'{commit}' is not a commit.");
        }
    }

    private static SiteRef Reference(VercelProject project) => new(project.Name, $"https://{project.Name}.vercel.app") { Id = project.Id, Account = project.Account };

    /// <summary>The lasting address: by the project's name where Vercel could give it, else the shortest that is of no branch.</summary>
    private static string AddressOf(VercelProject project, VercelDeployment deployment)
    {
        var own = deployment.Aliases.Where(a => a.EndsWith(".vercel.app", StringComparison.Ordinal)).ToArray();
        var host = own.FirstOrDefault(a => a == $"{project.Name}.vercel.app")
            ?? own.Where(a => !a.Contains("-git-", StringComparison.Ordinal)).MinBy(a => a.Length)
            ?? deployment.Aliases.FirstOrDefault() ?? deployment.Url ?? $"{project.Name}.vercel.app";
        return "https://" + host;
    }

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex CommitPattern();
}
