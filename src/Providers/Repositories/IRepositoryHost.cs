using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Repositories;

/// <summary>A version of the site template: its tag (such as v1.0.0) and commit.</summary>
public sealed record TemplateVersion(string Tag, string Commit);

/// <summary>A campaign's repository to be made. <paramref name="Nonce"/> is the ownership marker, 16 hex digits.</summary>
public sealed record RepositoryRequest(string Name, string Nonce, TemplateVersion Template)
{
    /// <summary>The host's own id of the repository, once it is stored: nothing with another one is ever touched.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// Whether a call that makes it may have been done: false where each was refused, null where nobody kept that. Of no matter once <see cref="Id"/> is stored.
    /// </summary>
    public bool? MayBeMade { get; init; }

    /// <summary>For a creation: where it is noted; null where nobody keeps that.</summary>
    public CreationNote? Creation { get; init; }

    /// <summary>For a deletion: where it is noted; null where nobody keeps that.</summary>
    public DeletionNote? Deletion { get; init; }
}

/// <summary>A campaign's repository that exists. <paramref name="Location"/> is what git clones from.</summary>
public sealed record RepositoryRef(string Name, string Location, string TemplateCommit, string TemplateTag)
{
    /// <summary>The host's own id of it; null where the name is all there is.</summary>
    public string? Id { get; init; }

    /// <summary>The branch that sites are built from; null for the host's default.</summary>
    public string? Branch { get; init; }

    /// <summary>Whether that branch is protected against deletion and rewriting; null where nobody knows.</summary>
    public bool? IsProtected { get; init; }
}

/// <summary>The template that campaign repositories are generated from.</summary>
public interface ITemplateSource
{
    /// <summary>Imports the template folder as a tagged commit if its content is new; answers the newest version.</summary>
    Task<TemplateVersion> ImportAsync(CancellationToken ct);
}

/// <summary>Creates, fills and deletes campaign repositories. Every call may be repeated. Failures are <see cref="ProviderException"/>s.</summary>
public interface IRepositoryHost : IPreflight
{
    Task<RepositoryRef> CreateFromTemplateAsync(RepositoryRequest request, CancellationToken ct);

    Task<RepositoryRef?> FindAsync(RepositoryRequest request, CancellationToken ct);

    /// <summary>Commits these files (path to text) on the default branch; answers the head. Unchanged content makes no commit.</summary>
    Task<string> CommitAsync(RepositoryRef repository, IReadOnlyDictionary<string, string> files, string message, CancellationToken ct);

    /// <summary>
    /// Deletes what carries the request's marker, and its id where that is stored; gone already is done. What is not to be seen is refused
    /// (<see cref="ProviderFault.Unauthorized"/>) unless the host says that it would be.
    /// </summary>
    Task DeleteIfOwnedAsync(RepositoryRequest request, CancellationToken ct);

    /// <summary>All that the account holds of this kind, ours or not, so that what nobody knows of is found.</summary>
    Task<Holdings> ListAsync(CancellationToken ct);

    /// <summary>Whether a repository's branch is protected against deletion and rewriting; null where there is no such thing, or no such branch.</summary>
    Task<bool?> IsProtectedAsync(string name, string branch, CancellationToken ct) => Task.FromResult<bool?>(null);
}
