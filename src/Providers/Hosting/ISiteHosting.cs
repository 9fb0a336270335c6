using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Hosting;

/// <summary>A site to be made. <paramref name="Nonce"/> is the ownership marker, 16 hex digits.</summary>
public sealed record SiteRequest(string Name, string Nonce);

/// <summary>A site that exists and has its address, whether or not something is deployed on it yet.</summary>
public sealed record SiteRef(string Name, string Url);

/// <summary>Hosts campaign sites. Every call may be repeated. Failures are <see cref="ProviderException"/>s.</summary>
public interface ISiteHosting
{
    /// <summary>Reserves the site's place and address.</summary>
    Task<SiteRef> CreateAsync(SiteRequest request, CancellationToken ct);

    Task<SiteRef?> FindAsync(SiteRequest request, CancellationToken ct);

    /// <summary>
    /// Checks the commit out, builds it and serves it; the old version is served until the new one is complete.
    /// Each line of the build's output goes to <paramref name="log"/>.
    /// </summary>
    Task DeployAsync(SiteRequest request, string repositoryLocation, string commit, Action<string> log, CancellationToken ct);

    /// <summary>Whether this commit is the one served.</summary>
    Task<bool> IsServingAsync(SiteRequest request, string commit, CancellationToken ct);

    Task DeleteIfOwnedAsync(SiteRequest request, CancellationToken ct);
}
