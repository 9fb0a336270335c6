using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Sync;

/// <summary>Where work areas are: <c>sync/</c> in the data folder, which may be deleted while the platform is not running.</summary>
public sealed class SyncWorkAreas(LocalRepositoryOptions options, TimeProvider time)
{
    /// <summary>
    /// The area in which a repository is compared with the template of that <see cref="ITemplateHistory.Source"/>. On this machine each
    /// repository has its own, which borrows objects; what comes from afar shares one for each template, so that a file that many sites have
    /// alike is fetched once: objects are only added, under names that say what they hold, so nobody is in another's way.
    /// </summary>
    public Task<SyncWorkArea> OpenAsync(string source, RepositoryRef repository, CancellationToken ct)
    {
        var name = source == LocalTemplateHistory.Local ? repository.Name : source;
        var plain = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).TrimStart('.');
        return SyncWorkArea.OpenAsync(Path.Combine(options.SyncFolder, plain + ".git"), time, ct, options.GitTimeLimit);
    }
}
