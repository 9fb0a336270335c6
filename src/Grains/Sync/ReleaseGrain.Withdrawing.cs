using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <summary>What a release that ends does to syncs that it has begun: they push nothing any more, and nobody waits long for one that can't be reached.</summary>
public sealed partial class ReleaseGrain
{
    /// <summary>Syncs that this activation has withdrawn: once is enough, since the site keeps it.</summary>
    private readonly HashSet<Guid> withdrawn = [];

    /// <summary>Has a site's sync, or its preview, push nothing any more; answers its id.</summary>
    private async Task<Result<string>> WithdrawAsync(ReleaseRow now, ReleaseSiteRow site)
    {
        if (site.Sync is { } known && withdrawn.Contains(known))
        {
            return Ids.Format(Ids.Sync, known);
        }

        var forgone = await syncs.ForgoAsync(
            Ids.Format(Ids.Tenant, site.Tenant), Ids.Format(Ids.Campaign, site.Campaign),
            new ForgoSync(new Actor(now.StartedBy ?? now.CreatedBy, Roles.SuperAdmin), now.PublicId, now.StartedAt is null));
        if (forgone.Value is { } id)
        {
            withdrawn.Add(Ids.Parse(Ids.Sync, id));
        }

        return forgone;
    }

    /// <summary>Ends sites that nobody waits for any more; answers whether any has.</summary>
    private async Task<bool> GiveUpAsync(HashSet<Guid> late, CancellationToken ct)
    {
        var (now, waiting) = await InGateAsync(() => Task.FromResult((release, sites.Where(s => late.Contains(s.Campaign)).ToImmutableArray())));
        if (now is null)
        {
            return false;
        }

        var given = (await Task.WhenAll(waiting.Select(site => GivenUpAsync(now, site, ct)))).OfType<ReleaseSiteRow>().ToArray();
        return given.Length > 0 && await InGateAsync(async () =>
        {
            // Somebody may have started it, or put it back, meanwhile.
            if (!await LoadAsync() || release!.State != now.State)
            {
                return false;
            }

            var running = sites.Where(s => s.State == ReleaseSiteStates.Running).Select(s => s.Campaign).ToHashSet();
            return await SaveSitesAsync(release, [.. given.Where(s => running.Contains(s.Campaign))]);
        });
    }

    /// <summary>The site as it failed; null where its sync has come to its end after all, or may push still since its mark could not be set.</summary>
    private async Task<ReleaseSiteRow?> GivenUpAsync(ReleaseRow now, ReleaseSiteRow site, CancellationToken ct)
    {
        try
        {
            var isDry = now.StartedAt is null;
            var before = site.Sync is { } sync ? await RunAsync(site, sync, ct) : null;
            var forgone = await WithdrawAsync(now, site);
            if (forgone.Value is not { } id || before is { EndedAt: not null })
            {
                return null;
            }

            var (known, run) = (site with { Sync = Ids.Parse(Ids.Sync, id) }, before);
            if (!isDry && (run = await RunAsync(known, known.Sync!.Value, ct)) is not { State: SyncStates.Running })
            {
                return null;
            }

            return SiteOutcome.Unreached(known, isDry, options.Pace.LateAfter, run?.Reason, Clock.GetUtcNow());
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(Ids.Format(Ids.Campaign, site.Campaign), e);
            return null;
        }
    }
}
