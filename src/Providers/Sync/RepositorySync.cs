using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Sync;

/// <summary>
/// Carries the template's changes into one repository. Every call may be repeated, also after it was cut short anywhere: it looks first
/// whether what it would do has happened. What can't be done for good comes out as <c>refused</c> with the reason; other failures are
/// <see cref="ProviderException"/>s, after which nobody knows how far it came: call again.
/// </summary>
/// <param name="area">The repository's own, or one that repositories share.</param>
public sealed partial class RepositorySync(ISyncHost host, ITemplateHistory history, SyncWorkArea area)
{
    /// <summary>The branches of our pull requests.</summary>
    public const string Branch = "template-sync", RollbackBranch = "template-rollback";

    /// <summary>Characters of a diff that are kept.</summary>
    public const int DiffMax = 256 * 1024;

    private readonly SyncBranches _branches = new(host, area);
    private readonly TemplateTrees _trees = new(history, area);
    private readonly EarlierProposal _earlier = new(host, new TemplateTrees(history, area), area);

    /// <summary>What <see cref="RunAsync"/> would come to; nothing is pushed.</summary>
    public Task<SyncOutcome> PreviewAsync(SyncOrder order, CancellationToken ct) => OrRefusedAsync(order.Base, order.Migrations, () => Run(order).PreviewAsync(ct));

    /// <summary>Brings the repository to the order's target, or as far as that goes without a person.</summary>
    public Task<SyncOutcome> RunAsync(SyncOrder order, CancellationToken ct) => OrRefusedAsync(order.Base, order.Migrations, () => Run(order).RunAsync(ct));

    /// <summary>Whether anything was pushed under an order's nonce: to the branch that the site is built from, or to that of our pull request.</summary>
    public async Task<bool> HasPushedAsync(RepositoryRef repository, string nonce, CancellationToken ct)
    {
        var main = await host.HistoryAsync(repository, await host.DefaultBranchAsync(repository, ct), ct);

        // A host that shows nothing of what every site is built from has not been understood: nobody may take that for "not pushed".
        return main.IsEmpty ? throw new ProviderException(ProviderFault.Transient, $"The repository '{repository.Name}' does not show what it has just now.")
            : Has(main) || Has(await host.HistoryAsync(repository, Branch, ct));

        bool Has(ImmutableArray<CommitNote> history) => history.Any(n => SyncTrailers.Read(n.Message)?.Nonce == nonce);
    }

    /// <summary>Puts back what a sync pushed. What people have changed since stays; where that can't be, a pull request asks.</summary>
    public Task<SyncOutcome> RollBackAsync(RollBackOrder order, CancellationToken ct) =>
        OrRefusedAsync(order.Base, order.Migrations, () => new RollBack(host, area, _branches, _earlier, order).RunAsync(ct));

    private SyncRun Run(SyncOrder order) => new(host, _trees, area, _branches, _earlier, order);

    private static async Task<SyncOutcome> OrRefusedAsync(TemplateBase at, ImmutableArray<string> migrations, Func<Task<SyncOutcome>> run)
    {
        try
        {
            return await run();
        }
        catch (ProviderException error) when (error.Fault == ProviderFault.Rejected)
        {
            return new SyncOutcome(SyncOutcome.Refused, at) { Reason = error.Message, Migrations = migrations };
        }
    }
}
