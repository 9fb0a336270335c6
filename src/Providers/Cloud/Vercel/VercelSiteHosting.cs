using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>
/// Hosts campaign sites at Vercel: a project for each, linked to its repository at GitHub, with a variable that says whose it is. Only what
/// carries the name, the marker and, once it is stored, the id of a request is ever changed or deleted.
/// </summary>
public sealed class VercelSiteHosting : ISiteHosting
{
    private readonly CloudClient _client;
    private readonly VercelOptions _options;
    private readonly TimeProvider _clock;

    /// <summary>Throws <see cref="ArgumentException"/> for options that are not valid.</summary>
    public VercelSiteHosting(CloudClient client, VercelOptions options, TimeProvider clock)
    {
        options.Validate();
        (_client, _options, _clock) = (client, options, clock);
    }

    /// <summary>
    /// Asks whether the token is valid and may create projects, and whether the name is free or the target's own. How much of the plan is
    /// used up, and whether a repository that is still to be made will be seen, Vercel does not tell beforehand.
    /// </summary>
    public async Task<ImmutableArray<PreflightCheck>> CheckAsync(PreflightTarget? target, TimeSpan askedFor, CancellationToken ct)
    {
        var asking = new PreflightAsking("vercel", askedFor, _clock);
        if (!await asking.AskAsync("token", async token =>
        {
            await VercelMembership.RequireAsync(_client, _options.TeamId, token);
            return "Vercel takes the token" + (_options.TeamId is { } team ? $" for the team {team}." : ".");
        }, ct))
        {
            return asking.Checks;
        }

        if (target is not null)
        {
            await asking.AskAsync("name", async token =>
            {
                await For(new SiteRequest(target.Name, target.Nonce) { Id = target.Id, Account = target.Account }).RequireFreeAsync(token);
                return $"The name {target.Name} can be had.";
            }, ct);
        }

        asking.Note("quota", PreflightState.Unknown, "Vercel does not tell how much of the plan is used up. Hobby: 200 projects, 100 deployments a day; Pro: 6,000 a day.");
        asking.Note("repository-access", PreflightState.Unknown,
            "Vercel does not tell which repositories its GitHub app will see: install it for all repositories of their owner, and connect the token's user to GitHub.");
        return asking.Checks;
    }

    /// <summary>
    /// Makes the project with marker, variables and link. Its address is the one that Vercel is expected to give it: the first
    /// deployment answers the one that it has.
    /// </summary>
    public async Task<SiteRef> CreateAsync(SiteRequest request, CancellationToken ct) => await For(request).CreateAsync(ct);

    /// <inheritdoc/>
    public async Task<SiteRef?> FindAsync(SiteRequest request, CancellationToken ct) => await For(request).FindAsync(ct);

    /// <summary>
    /// Sets the variables that are missing or differ, and builds exactly this commit: once, unless the variables have changed since. Each
    /// line of the output goes to <paramref name="log"/>, without the values of secret variables.
    /// </summary>
    public async Task<SiteRef> DeployAsync(
        SiteRequest request, RepositoryRef repository, string commit, Action<string> log, CancellationToken ct) =>
        await For(request).DeployAsync(repository, commit, log, ct);

    /// <inheritdoc/>
    public async Task<bool> IsServingAsync(SiteRequest request, string commit, CancellationToken ct) => await For(request).IsServingAsync(commit, ct);

    /// <summary>Pauses the project: Vercel answers every visitor that the site is paused, and its deployments stay.</summary>
    public async Task SuspendAsync(SiteRequest request, CancellationToken ct) => await For(request).PauseAsync(pause: true, ct);

    /// <inheritdoc/>
    public async Task ResumeAsync(SiteRequest request, CancellationToken ct) => await For(request).PauseAsync(pause: false, ct);

    /// <summary>
    /// Cancels what is being built and deletes the project with all that is in it; done already is done. A project of the stored id that
    /// has lost its name or marker is refused: a person has taken it over.
    /// </summary>
    public async Task DeleteIfOwnedAsync(SiteRequest request, CancellationToken ct) => await For(request).DeleteIfOwnedAsync(ct);

    /// <inheritdoc/>
    public async Task<Holdings> ListAsync(CancellationToken ct)
    {
        var api = new VercelApi(_client, _options, SiteSecrets.None);
        var (projects, isWhole) = await api.ProjectsAsync(ct);
        var found = ImmutableArray.CreateBuilder<HeldResource>();
        foreach (var (id, name) in projects)
        {
            // Gone between the two calls: then it is held no more.
            if (await api.VariablesAsync(id, isOurs: false, ct) is { } variables)
            {
                var mark = variables.FirstOrDefault(v => v.Name == VercelApi.Marker)?.Value;
                found.Add(new HeldResource(name, string.IsNullOrEmpty(mark) ? null : mark) { Id = id });
            }
        }

        return new Holdings(found.ToImmutable(), isWhole);
    }

    private VercelSiteWork For(SiteRequest request) => new(_client, _options, _clock, request);
}
