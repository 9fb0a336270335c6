using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Hosting;

/// <summary>A site to be made. <paramref name="Nonce"/> is the ownership marker, 16 hex digits.</summary>
public sealed record SiteRequest(string Name, string Nonce)
{
    /// <summary>The host's own id of the site, once it is stored: nothing with another one is ever touched.</summary>
    public string? Id { get; init; }

    /// <summary>Whose it is, as <see cref="SiteRef.Account"/> was stored; null where nobody knew that.</summary>
    public string? Account { get; init; }

    /// <summary>
    /// Whether a call that makes it may have been done: false where each was refused, null where nobody kept that. Of no matter once <see cref="Id"/> is stored.
    /// </summary>
    public bool? MayBeMade { get; init; }

    /// <summary>For a creation: where it is noted; null where nobody keeps that.</summary>
    public CreationNote? Creation { get; init; }

    /// <summary>The repository that the site is built from, for hosts that link the two.</summary>
    public RepositoryRef? Repository { get; init; }

    /// <summary>What the build and the site find in their environment, for hosts that keep it.</summary>
    public IReadOnlyList<SiteVariable> Variables { get; init; } = [];
}

/// <summary>A variable of a site's environment. A secret one can't be read back at the host.</summary>
public sealed record SiteVariable(string Name, string Value, bool IsSecret);

/// <summary>A site that exists and has its address, whether or not something is deployed on it yet.</summary>
public sealed record SiteRef(string Name, string Url)
{
    /// <summary>The host's own id of it; null where the name is all there is.</summary>
    public string? Id { get; init; }

    /// <summary>The host's own id of the team or person that it belongs to; null where there is no such thing.</summary>
    public string? Account { get; init; }
}

/// <summary>Hosts campaign sites. Every call may be repeated. Failures are <see cref="ProviderException"/>s.</summary>
public interface ISiteHosting : IPreflight
{
    /// <summary>Reserves the site's place and address.</summary>
    Task<SiteRef> CreateAsync(SiteRequest request, CancellationToken ct);

    Task<SiteRef?> FindAsync(SiteRequest request, CancellationToken ct);

    /// <summary>
    /// Checks the commit out, builds it and serves it; the old version is served until the new one is complete.
    /// Each line of the build's output goes to <paramref name="log"/>. Answers the site with the address that it has now.
    /// </summary>
    Task<SiteRef> DeployAsync(SiteRequest request, RepositoryRef repository, string commit, Action<string> log, CancellationToken ct);

    /// <summary>Whether this commit is the one served.</summary>
    Task<bool> IsServingAsync(SiteRequest request, string commit, CancellationToken ct);

    /// <summary>Takes the site down and keeps all of it; down already is done.</summary>
    Task SuspendAsync(SiteRequest request, CancellationToken ct);

    /// <summary>Brings a site back that was taken down, as it was; up already is done.</summary>
    Task ResumeAsync(SiteRequest request, CancellationToken ct);

    Task DeleteIfOwnedAsync(SiteRequest request, CancellationToken ct);

    /// <summary>All that the account holds of this kind, ours or not, so that what nobody knows of is found.</summary>
    Task<Holdings> ListAsync(CancellationToken ct);
}
