using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>Hosting that serves nothing and keeps one line for each commit that it was to build: a file for each site, so that hosts share it.</summary>
internal sealed class BuildsNothing(string folder) : ISiteHosting
{
    /// <summary>A site of this name is never built: the file is there while it is so.</summary>
    public static string BrokenFile(string folder, string site) => Path.Combine(folder, site + ".broken");

    /// <summary>The commits that a site was built from, the newest last.</summary>
    public static string[] BuiltFrom(string folder, string site) => File.Exists(Path.Combine(folder, site)) ? File.ReadAllLines(Path.Combine(folder, site)) : [];

    public Task<SiteRef> CreateAsync(SiteRequest request, CancellationToken ct) => throw new NotSupportedException();

    public Task<SiteRef?> FindAsync(SiteRequest request, CancellationToken ct) => Task.FromResult<SiteRef?>(Ref(request));

    public async Task<SiteRef> DeployAsync(SiteRequest request, RepositoryRef repository, string commit, Action<string> log, CancellationToken ct)
    {
        if (File.Exists(BrokenFile(folder, request.Name)))
        {
            throw new ProviderException(ProviderFault.Rejected, "The build failed: the template is broken.");
        }

        Directory.CreateDirectory(folder);
        await File.AppendAllTextAsync(Path.Combine(folder, request.Name), commit + "\n", ct);
        return Ref(request);
    }

    public Task<bool> IsServingAsync(SiteRequest request, string commit, CancellationToken ct) =>
        Task.FromResult(BuiltFrom(folder, request.Name).LastOrDefault() == commit);

    public Task SuspendAsync(SiteRequest request, CancellationToken ct) => throw new NotSupportedException();

    public Task ResumeAsync(SiteRequest request, CancellationToken ct) => throw new NotSupportedException();

    public Task DeleteIfOwnedAsync(SiteRequest request, CancellationToken ct) => throw new NotSupportedException();

    public Task<Holdings> ListAsync(CancellationToken ct) => throw new NotSupportedException();

    public Task<ImmutableArray<PreflightCheck>> CheckAsync(PreflightTarget? target, TimeSpan askedFor, CancellationToken ct) => throw new NotSupportedException();

    private static SiteRef Ref(SiteRequest request) => new(request.Name, $"http://{request.Name}.example");
}
