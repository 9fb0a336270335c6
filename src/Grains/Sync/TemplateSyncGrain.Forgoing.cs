using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Installations;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>What a release that ends leaves of the site's sync: what was pushed is recorded, and nothing more is.</summary>
public sealed partial class TemplateSyncGrain
{
    /// <summary>How often in a row somebody else may write the run before it is withdrawn.</summary>
    private const int WithdrawalsMax = 5;

    public async Task<Result<string>> ForgoAsync(ForgoSync command)
    {
        if (await incarnation.RefusalAsync() is { } held)
        {
            return held;
        }

        if (await store.FindAsync(tenantId, campaignId, CancellationToken.None) is not { } site)
        {
            return Refusals.Of(new TemplateHasNoSite());
        }

        var kind = command.IsDry ? SyncKinds.Preview : SyncKinds.Sync;
        for (var i = 0; i < WithdrawalsMax; i++)
        {
            if (await store.FindOfReleaseAsync(tenantId, campaignId, Ids.Parse(Ids.Release, command.ReleaseId), kind, CancellationToken.None) is { } begun)
            {
                if (await WithdrawAsync(command.Actor, begun))
                {
                    return Ids.Format(Ids.Sync, begun.SyncId);
                }

                continue;
            }

            // The database keeps one of each release: whichever came first is answered.
            var run = Ended(New(kind, command.ReleaseId, new SyncWanted(command.Actor.Id), site.Base), ReleaseMoves.NoTurn);
            if (await store.AddAsync(run, AuditOfEnd(command.Actor, run), CancellationToken.None))
            {
                return Ids.Format(Ids.Sync, run.SyncId);
            }
        }

        return Refusals.Of(new SyncUnderWay());
    }

    /// <summary>Ends what can't have pushed; of what may have, the mark is looked at before each push. False where somebody else has written the run.</summary>
    private async Task<bool> WithdrawAsync(Actor actor, SyncRunRow run)
    {
        if (run.State is not (SyncStates.Pending or SyncStates.Running) || run.Wanted.IsWithdrawn)
        {
            return true;
        }

        var now = Clock.GetUtcNow();
        var withdrawn = run.State == SyncStates.Pending || run.Kind == SyncKinds.Preview
            ? Ended(run, ReleaseMoves.NoTurn) with { EndedAt = now }
            : run with { Wanted = run.Wanted with { IsWithdrawn = true }, NextAt = now };
        try
        {
            await store.SaveAsync(
                tenantId, campaignId, new SyncWrite(null, withdrawn, withdrawn.HasEnded ? AuditOfEnd(actor, withdrawn) : null), CancellationToken.None);
        }
        catch (SyncTakenOverException)
        {
            return false;
        }

        await WakeAsync();
        return true;
    }

    private AuditEvent? AuditOfEnd(Actor actor, SyncRunRow run) => run.Kind == SyncKinds.Preview ? null
        : Audit(actor, "template.sync_ended", Ids.Format(Ids.Sync, run.SyncId), null, new { run.Kind, run.State, run.Result, run.Reason, run.ReleaseId });
}
