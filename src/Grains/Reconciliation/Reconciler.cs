using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Domain.Reconciliation;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Reconciliation;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Notices;
using PrizeDraw.Storage.Central.Reconciliation;

namespace PrizeDraw.Grains.Reconciliation;

/// <summary>
/// Reads one account, compares, writes what it found, and deletes what an earlier run has reported as due. Every part of it may be cut short and
/// made again: a deletion is stored before it is asked for.
/// </summary>
internal sealed partial class Reconciler(
    HeldParts held, KnownParts known, ReconciliationStore store, IIncarnation incarnation, ReconciliationOptions options, TimeProvider clock,
    ILogger<Reconciler> log)
{

    /// <summary>Runs one account; a failure is stored with it.</summary>
    /// <param name="isDry">Whether nothing is to be deleted, since somebody asked for the run.</param>
    public async Task RunAsync(Guid owner, ReconciledAccountView account, bool isDry, CancellationToken ct)
    {
        var at = clock.GetUtcNow();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(options.RunTimeOut);
        try
        {
            var nextAt = isDry ? account.NextAt : at + options.Every;
            var news = await CompareAsync(owner, account.Provider, at, nextAt, limited.Token);
            if (!isDry && news is { IsWhole: true, News.IsRefused: false })
            {
                await DeleteDueAsync(owner, account.Provider, at, limited.Token);
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(account.Provider, e);
            await store.FailRunAsync(owner, account.Provider, at, at + options.AfterFailure, FailureText.Of(e, "It took too long and was stopped."), ct);
        }
    }

    /// <summary>Goes on with deletions that were begun by hand or cut short.</summary>
    public async Task FinishAsync(Guid owner, CancellationToken ct)
    {
        int begun;
        do
        {
            // Each leaves that state, whatever becomes of it.
            var findings = await store.DeletingAsync(owner, ct);
            foreach (var finding in findings)
            {
                await DeleteAsync(finding, ct);
            }

            begun = findings.Length;
        }
        while (begun == ReconciliationStore.DeletingMax);
    }

    private async Task<(RunNews News, bool IsWhole)> CompareAsync(
        Guid owner, string provider, DateTimeOffset at, DateTimeOffset nextAt, CancellationToken ct)
    {
        // Before the account is read, so that what is not in it is not what came later; and after, so that whatever is in it had its intent
        // stored before its call.
        var before = await known.ExpectedAsync(owner, provider, ct);
        var (parts, isWhole) = await held.ListAsync(owner, provider, before, ct);
        var marks = await known.KnownAsync(parts.Select(p => p.Nonce).OfType<string>(), ct);
        var after = (await known.ExpectedAsync(owner, provider, ct)).ToHashSet();
        var installation = (await incarnation.GetAsync(ct)).Installation;
        var differences = Comparing.Of(new Reading(parts, isWhole, [.. before.Where(after.Contains)], marks, installation));
        var ours = parts.Count(p => p.Nonce is { } nonce && OwnershipMark.IsOf(nonce, installation));
        var run = new RunResult(
            provider, at, nextAt, isWhole, parts.Length, ours, [.. differences], MayDelete: await incarnation.IsConfirmedAsync(ct));
        return (await store.EndRunAsync(owner, run, (work, news) => TellAsync(work, owner, run, news, ct), ct), isWhole);
    }

    /// <summary>In the transaction that writes what was found: once for each thing that is new.</summary>
    private static async Task TellAsync(CentralUnitOfWork work, Guid owner, RunResult run, RunNews news, CancellationToken ct)
    {
        if (news.Orphans + news.Missing > 0)
        {
            await CentralNotices.AddAsync(work, owner, new NoticeBody
            {
                Kind = NoticeKinds.ReconciliationFound, At = run.At, Provider = run.Provider, Orphans = news.Orphans, Missing = news.Missing,
            }, ct);
        }

        if (news.IsNewlyRefused)
        {
            await CentralNotices.AddAsync(
                work, owner, new NoticeBody { Kind = NoticeKinds.ReconciliationRefused, At = run.At, Provider = run.Provider, Orphans = news.Due }, ct);
        }
    }

    private async Task DeleteDueAsync(Guid owner, string provider, DateTimeOffset before, CancellationToken ct)
    {
        foreach (var finding in await store.DueAsync(owner, provider, before, ct))
        {
            if (!await store.IsDeletingAsync(owner, provider, ct) || !await incarnation.IsConfirmedAsync(ct))
            {
                return;
            }

            if (await store.MoveAsync(finding, FindingStates.Deleting, null, Actor.System.Id, ct) is { } begun)
            {
                await DeleteAsync(begun, ct);
            }
        }
    }

    private async Task DeleteAsync(FindingRow finding, CancellationToken ct)
    {
        if ((await known.KnownAsync(new List<string> { finding.Nonce! }, ct)).Count > 0)
        {
            await store.MoveAsync(finding, FindingStates.Resolved, null, Actor.System.Id, ct);
            return;
        }

        // Asked right before each call, however long ago its deletion was begun: it may have been switched off, or the database set back, a moment ago.
        if (!await incarnation.IsConfirmedAsync(ct))
        {
            await store.MoveAsync(finding, FindingStates.Reported, "The database was set back meanwhile: nothing was deleted.", Actor.System.Id, ct);
            return;
        }

        if (!finding.IsByHand && !await store.IsDeletingAsync(finding.Owner, finding.View.Provider, ct))
        {
            await store.MoveAsync(finding, FindingStates.Due, "Deletion was switched off meanwhile: nothing was deleted.", Actor.System.Id, ct);
            return;
        }

        try
        {
            await held.DeleteAsync(finding, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(finding.View.Provider, e);
            await store.MoveAsync(finding, FindingStates.Due, FailureText.Of(e, "It took too long and was stopped."), Actor.System.Id, ct);
            return;
        }

        await store.MoveAsync(finding, FindingStates.Deleted, null, Actor.System.Id, ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The account at {Provider} could not be reconciled, or an orphan there not be deleted.")]
    private partial void LogFailed(string provider, Exception e);
}
