using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using PrizeDraw.Domain.Installations;
using PrizeDraw.Domain.Reconciliation;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Reconciliation;
using PrizeDraw.Storage.Central.Reconciliation;

namespace PrizeDraw.Grains.Reconciliation;

/// <inheritdoc cref="IReconcilerGrain"/>
[Reentrant, GrainType("reconciler")]
public sealed class ReconcilerGrain : DueWorkGrain, IReconcilerGrain
{
    private const string ReconcileReminder = "reconcile";
    private readonly Reconciler reconciler;
    private readonly ReconciliationStore store;
    private readonly ReconciliationOptions options;
    private readonly IIncarnation incarnation;
    private Guid owner;

    public ReconcilerGrain(ReconcilerParts parts, TimeProvider clock, ILogger<ReconcilerGrain> log)
        : base(clock, log) => (reconciler, store, options, incarnation) = (parts.Reconciler, parts.Store, parts.Options, parts.Incarnation);

    protected override string DueReminderName => ReconcileReminder;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        owner = Ids.Parse(Ids.Tenant, this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    // Once decided, a write is not cancelled because the caller left.
    public async Task<Result<bool>> AskAsync(AskReconciliation command)
    {
        await store.AskAsync(owner, command.Actor.Id, CancellationToken.None);
        await WakeAsync();
        return true;
    }

    public async Task<Result<ReconciledAccountView>> SwitchAsync(SwitchDeletion command) =>
        await store.SwitchAsync(owner, command.Provider, command.IsOn, command.Actor.Id, CancellationToken.None) is { } switched
            ? switched
            : Refusals.Of(new FindingIsNotThere());

    public async Task<Result<FindingView>> DeleteAsync(FindingCommand command)
    {
        if (await FindAsync(command) is not { } finding)
        {
            return Refusals.Of(new FindingIsNotThere());
        }

        var view = finding.View;
        if (options.Deletion.Refuses(view.Kind, view.State, view.Runs, view.FirstSeenAt, Clock.GetUtcNow()) is { } refusal)
        {
            return Refusals.Of(refusal);
        }

        if (!await incarnation.IsConfirmedAsync(CancellationToken.None))
        {
            return Refusals.Of(new IncarnationIsUnconfirmed());
        }

        var begun = await store.MoveAsync(finding, FindingStates.Deleting, null, command.Actor.Id, CancellationToken.None);
        await WakeAsync();
        return begun is not null ? begun.View : Refusals.Of(new FindingIsNotOpen());
    }

    public async Task<Result<FindingView>> DismissAsync(FindingCommand command)
    {
        if (await FindAsync(command) is not { } finding)
        {
            return Refusals.Of(new FindingIsNotThere());
        }

        return finding.View.State switch
        {
            FindingStates.Dismissed => finding.View,
            FindingStates.Reported or FindingStates.Due
                when await store.MoveAsync(finding, FindingStates.Dismissed, null, command.Actor.Id, CancellationToken.None) is { } moved => moved.View,
            _ => Refusals.Of(new FindingIsNotOpen()),
        };
    }

    protected override async Task WorkAsync(CancellationToken ct)
    {
        await reconciler.FinishAsync(owner, ct);
        var now = Clock.GetUtcNow();
        foreach (var (account, askedAt) in await store.AccountsAsync(owner, ct))
        {
            if (account.NextAt <= now || askedAt is not null)
            {
                await reconciler.RunAsync(owner, account, isDry: account.NextAt > now, ct);
            }
        }
    }

    protected override async Task<DateTimeOffset?> NextDueAsync(CancellationToken ct)
    {
        var accounts = await store.AccountsAsync(owner, ct);
        return accounts.IsEmpty ? null : accounts.Min(a => a.AskedAt ?? a.Account.NextAt);
    }

    private async Task<FindingRow?> FindAsync(FindingCommand command) =>
        Ids.TryParse(Ids.Finding, command.FindingId, out var id) ? await store.FindAsync(owner, id, CancellationToken.None) : null;
}

/// <summary>What a reconciler works with.</summary>
public sealed class ReconcilerParts
{
    internal ReconcilerParts(Reconciler reconciler, ReconciliationStore store, ReconciliationOptions options, IIncarnation incarnation) =>
        (Reconciler, Store, Options, Incarnation) = (reconciler, store, options, incarnation);

    internal Reconciler Reconciler { get; }

    internal ReconciliationStore Store { get; }

    internal ReconciliationOptions Options { get; }

    internal IIncarnation Incarnation { get; }
}
