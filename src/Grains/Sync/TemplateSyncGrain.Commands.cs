using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Installations;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>What people and releases ask for. Once decided, a write is not cancelled because the caller left.</summary>
public sealed partial class TemplateSyncGrain
{
    private const int PicksMax = 50;

    public Task<Result<string>> SyncAsync(SyncSite command) => AskAsync(SyncKinds.Sync, command);

    public Task<Result<string>> PreviewAsync(SyncSite command) => AskAsync(SyncKinds.Preview, command);

    public async Task<Result<string>> RollBackAsync(RollBackSite command)
    {
        if (await RefusedAsync() is { } refusal)
        {
            return refusal;
        }

        if (!Ids.TryParse(Ids.Sync, command.SyncId, out var id)
            || await store.FindRunAsync(tenantId, campaignId, id, CancellationToken.None) is not { Kind: SyncKinds.Sync } undone)
        {
            return Refusals.Of(new SyncNotFound());
        }

        if (await store.FindUndoingAsync(tenantId, id, command.ClosesOnly, CancellationToken.None) is { } before)
        {
            return Ids.Format(Ids.Sync, before.SyncId);
        }

        var site = (await store.FindAsync(tenantId, campaignId, CancellationToken.None))!;
        var wanted = new SyncWanted(command.Actor.Id) { Undoes = SyncTargets.Undone(undone), ClosesOnly = command.ClosesOnly };
        var run = New(SyncKinds.Rollback, command.ReleaseId, wanted, site.Base) with { UndoesId = id };
        // What was merged goes on to be built meanwhile: nobody need wait for that.
        return await AddAsync(command.Actor, command.ClosesOnly && undone.Result == SyncOutcome.Pushed ? Ended(run, SyncEnds.MergedStays) : run);
    }

    public async Task<Result<bool>> SetPolicyAsync(SetSyncPolicy command)
    {
        if (await RefusedAsync() is { } refusal)
        {
            return refusal;
        }

        var site = (await store.FindAsync(tenantId, campaignId, CancellationToken.None))!;
        if (await JudgeAsync(command, site) is { } wrong)
        {
            return Refusals.Of(wrong);
        }

        var refused = command.Refuse is { } tag ? await parts.Versions.FindAsync(site.Source, tag, CancellationToken.None) : null;
        SiteSyncRow Change(SiteSyncRow row) => Changed(row, command, refused);
        await store.SaveAsync(tenantId, campaignId, new SyncWrite(
            Change, null, Audit(command.Actor, "template.policy_changed", Ids.Format(Ids.Campaign, campaignId), Told(site), Told(Change(site)))), CancellationToken.None);
        return true;
    }

    private static SiteSyncRow Changed(SiteSyncRow row, SetSyncPolicy command, StoredVersion? refused)
    {
        var set = row with
        {
            Policy = command.Policy ?? row.Policy,
            IsPinned = command.IsPinned ?? row.IsPinned,
            Skipped = command.Skip is { } skip ? [.. row.Skipped.Append(skip).Distinct().TakeLast(100)] : row.Skipped,
        };
        if (command.Allow is { } allow)
        {
            set = set with { Skipped = set.Skipped.Remove(allow), Declined = [.. set.Declined.Where(d => d != allow && !(allow.Length >= 7 && d.StartsWith(allow, StringComparison.Ordinal)))] };
        }

        // What is refused counts as had: a later version brings its own changes alone.
        return refused is null ? set : set with
        {
            Refused = [.. set.Refused.Append(refused.Tag).Distinct().TakeLast(100)], Base = new StoredBase(refused.Tag, refused.Commit, []), LocalChanges = null,
        };
    }

    private async Task<DomainError?> JudgeAsync(SetSyncPolicy command, SiteSyncRow site)
    {
        if (command.Policy is not (null or SyncPolicies.Push or SyncPolicies.PullRequest))
        {
            return new SyncInvalid("policy", "Choose push or pull_request.");
        }

        foreach (var tag in new[] { command.Skip, command.Refuse }.OfType<string>())
        {
            if (await parts.Versions.FindAsync(site.Source, tag, CancellationToken.None) is null)
            {
                return await UnknownAsync(tag);
            }
        }

        return command.Refuse is { } refused ? await JudgeRefusalAsync(site, refused) : null;
    }

    private async Task<DomainError?> JudgeRefusalAsync(SiteSyncRow site, string tag)
    {
        var refused = (await parts.Versions.FindAsync(site.Source, tag, CancellationToken.None))!;
        var has = await parts.Versions.FindAsync(site.Source, site.Base.Tag, CancellationToken.None);
        return has is null ? new SyncInvalid("refuse", $"The site has {site.Base.Tag}, which the template does not tell of any more: bring it to a newer version first.")
            : refused.Number <= has.Number ? new SyncInvalid("refuse", $"The site has {site.Base.Tag} already. Roll its sync back instead.")
            : refused.Number > has.Number + 1 ? new SyncInvalid("refuse", $"There are versions between {site.Base.Tag} and {tag}, whose changes would be refused with it. Take or refuse those first.")
            : !site.Base.Picks.IsEmpty ? new SyncInvalid("refuse", "The site has taken single commits of that version. Roll those back first.")
            : site.Review is not null ? new SyncInvalid("refuse", "A pull request is open. Merge or close it first.")
            : (await store.UnderWayAsync(tenantId, campaignId, CancellationToken.None)).Any(r => r.Kind != SyncKinds.Preview) ? new SyncUnderWay()
            : null;
    }

    private async Task<Result<string>> AskAsync(string kind, SyncSite command)
    {
        if (Invalid(command) is { } invalid)
        {
            return Refusals.Of(invalid);
        }

        if (await RefusedAsync() is { } refusal)
        {
            return refusal;
        }

        if (command.ReleaseId is { } release && await BegunAsync(kind, release) is { } before)
        {
            return before;
        }

        Guid? id = command.SyncId is { } asked ? Ids.Parse(Ids.Sync, asked) : null;
        if (id is { } known && await store.FindRunAsync(tenantId, campaignId, known, CancellationToken.None) is not null)
        {
            return command.SyncId!;
        }

        var site = (await store.FindAsync(tenantId, campaignId, CancellationToken.None))!;
        var wanted = new SyncWanted(command.Actor.Id) { Picks = command.Picks };
        if (command.Version is { } tag)
        {
            if (await parts.Versions.FindAsync(site.Source, tag, CancellationToken.None) is not { } version)
            {
                return Refusals.Of(await UnknownAsync(tag));
            }

            wanted = wanted with { Target = new StoredBase(version.Tag, version.Commit, []) };
        }

        var run = New(kind, command.ReleaseId, wanted, site.Base);
        return await AddAsync(command.Actor, run with { SyncId = id ?? run.SyncId });
    }

    /// <summary>The id of what a release has asked for before; null for nothing.</summary>
    private async Task<string?> BegunAsync(string kind, string release) =>
        await store.FindOfReleaseAsync(tenantId, campaignId, Ids.Parse(Ids.Release, release), kind, CancellationToken.None) is { } before
            ? Ids.Format(Ids.Sync, before.SyncId)
            : null;

    private static SyncInvalid? Invalid(SyncSite command) => (command.Version, command.Picks.IsDefaultOrEmpty) switch
    {
        (null, true) => new SyncInvalid("version", "Name a version, or commits to take by themselves."),
        (not null, false) => new SyncInvalid("picks", "Name either a version or commits to take by themselves."),
        _ when command.Picks.Length > PicksMax => new SyncInvalid("picks", $"At most {PicksMax} commits."),
        _ => null,
    };

    private SyncRunRow New(string kind, string? release, SyncWanted wanted, StoredBase has)
    {
        var now = Clock.GetUtcNow();
        return new SyncRunRow(
            tenantId, Guid.CreateVersion7(now), campaignId, kind, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), wanted, has, SyncStates.Pending, now, 0)
        {
            ReleaseId = release is null ? null : Ids.Parse(Ids.Release, release), NextAt = now,
        };
    }

    /// <summary>A run that leaves everything as it is, and keeps only why.</summary>
    private static SyncRunRow Ended(SyncRunRow run, string why) => run with
    {
        State = SyncStates.Succeeded, Result = SyncEnds.Skipped, Reason = why, NextAt = null, EndedAt = run.CreatedAt,
    };

    private async Task<Result<string>> AddAsync(Actor actor, SyncRunRow run)
    {
        var underWay = await store.UnderWayAsync(tenantId, campaignId, CancellationToken.None);
        if (!run.HasEnded && underWay.Any(r => (r.Kind == SyncKinds.Preview) == (run.Kind == SyncKinds.Preview)))
        {
            return Refusals.Of(new SyncUnderWay());
        }

        var id = Ids.Format(Ids.Sync, run.SyncId);
        var audit = run.Kind == SyncKinds.Preview ? null
            : Audit(actor, run.Kind == SyncKinds.Sync ? "template.sync_asked" : "template.rollback_asked", id, run.BaseBefore, new { run.Wanted.Target, run.Wanted.Picks, run.ReleaseId });
        if (!await store.AddAsync(run, audit, CancellationToken.None))
        {
            return Refusals.Of(new SyncUnderWay());
        }

        await WakeAsync();
        return id;
    }

    /// <summary>Whatever is asked of the site: it must be there, and this installation may act.</summary>
    private async Task<Refusal?> RefusedAsync()
    {
        if (await opener.CampaignAsync(tenantId, campaignId, CancellationToken.None) is not { } campaign)
        {
            return Refusals.Of(new CampaignNotFound());
        }

        return CampaignLife.Refuses(campaign.State, CampaignCommandKind.DeployContent) is { } refused ? Refusals.Of(refused)
            : await store.FindAsync(tenantId, campaignId, CancellationToken.None) is null ? Refusals.Of(new TemplateHasNoSite())
            : await incarnation.RefusalAsync();
    }

    /// <summary>A version that nobody has seen yet is looked for, so that who asks again finds it.</summary>
    private async Task<DomainError> UnknownAsync(string tag)
    {
        await GrainFactory.GetGrain<ITemplateVersionsGrain>(GrainKeys.Platform).RefreshAsync(new RefreshVersions(Actor.System));
        return new TemplateVersionUnknown(tag);
    }

    private static object Told(SiteSyncRow row) => new { row.Policy, row.IsPinned, row.Skipped, row.Refused, row.Declined, row.Base };
}
