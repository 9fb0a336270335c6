using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Benchmarks.Servers;

/// <summary>
/// Repositories and sites that are only told of, so that two hundred campaigns are provisioned in a minute: by the product's own saga, with
/// databases, secrets, pools and moments as they are. The site that is verified at the end is the platform's own probe.
/// </summary>
internal sealed class NoSites(string probe) : ITemplateSource, IRepositoryHost, ISiteHosting
{
    private static readonly string Commit = new('0', 40);
    private static readonly TemplateVersion Version = new("v1.0.0", Commit);

    public static void Replace(IServiceCollection services, string probe)
    {
        var none = new NoSites(probe);
        services.AddSingleton<ITemplateSource>(none).AddSingleton<IRepositoryHost>(none).AddSingleton<ISiteHosting>(none);
    }

    public Task<TemplateVersion> ImportAsync(CancellationToken ct) => Task.FromResult(Version);

    public Task<RepositoryRef> CreateFromTemplateAsync(RepositoryRequest request, CancellationToken ct) => Task.FromResult(Repository(request));

    public Task<RepositoryRef?> FindAsync(RepositoryRequest request, CancellationToken ct) => Task.FromResult<RepositoryRef?>(Repository(request));

    public Task<string> CommitAsync(RepositoryRef repository, IReadOnlyDictionary<string, string> files, string message, CancellationToken ct) =>
        Task.FromResult(Commit);

    public Task DeleteIfOwnedAsync(RepositoryRequest request, CancellationToken ct) => Task.CompletedTask;

    public Task<SiteRef> CreateAsync(SiteRequest request, CancellationToken ct) => Task.FromResult(new SiteRef(request.Name, probe));

    public Task<SiteRef?> FindAsync(SiteRequest request, CancellationToken ct) => Task.FromResult<SiteRef?>(new SiteRef(request.Name, probe));

    public Task<SiteRef> DeployAsync(SiteRequest request, RepositoryRef repository, string commit, Action<string> log, CancellationToken ct) =>
        Task.FromResult(new SiteRef(request.Name, probe));

    public Task<bool> IsServingAsync(SiteRequest request, string commit, CancellationToken ct) => Task.FromResult(true);

    public Task DeleteIfOwnedAsync(SiteRequest request, CancellationToken ct) => Task.CompletedTask;

    public Task SuspendAsync(SiteRequest request, CancellationToken ct) => Task.CompletedTask;

    public Task ResumeAsync(SiteRequest request, CancellationToken ct) => Task.CompletedTask;

    public Task<ImmutableArray<PreflightCheck>> CheckAsync(PreflightTarget? target, TimeSpan askedFor, CancellationToken ct) =>
        Task.FromResult(ImmutableArray<PreflightCheck>.Empty);

    public Task<Holdings> ListAsync(CancellationToken ct) => Task.FromResult(new Holdings([], true));

    private static RepositoryRef Repository(RepositoryRequest request) => new(request.Name, "none", Commit, Version.Tag);
}
