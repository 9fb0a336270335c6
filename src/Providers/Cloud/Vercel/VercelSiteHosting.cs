using System;
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
    /// Asks, without changing anything, whether <see cref="CreateAsync"/> can be expected to go well: that the token is valid and may create
    /// projects, and that the name is free or the request's own. Throws what would be in the way. How much of the plan is used up, and
    /// whether a repository that is still to be made will be seen, Vercel does not tell beforehand.
    /// </summary>
    public async Task PreflightAsync(SiteRequest request, CancellationToken ct)
    {
        await VercelMembership.RequireAsync(_client, _options.TeamId, ct);
        await For(request).RequireFreeAsync(ct);
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

    /// <summary>
    /// Cancels what is being built and deletes the project with all that is in it; done already is done. A project of the stored id that
    /// has lost its name or marker is refused: a person has taken it over.
    /// </summary>
    public async Task DeleteIfOwnedAsync(SiteRequest request, CancellationToken ct) => await For(request).DeleteIfOwnedAsync(ct);

    private VercelSiteWork For(SiteRequest request) => new(_client, _options, _clock, request);
}
