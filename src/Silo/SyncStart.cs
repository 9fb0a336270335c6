using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Silo;

/// <summary>Goes on with template sync where it was when the platform last stopped, and looks for new versions of the template.</summary>
internal sealed partial class SyncStart(SiteSyncStore syncs, ReleaseStore releases, IGrainFactory grains, ILogger<SyncStart> log)
{
    public async Task RunAsync(CancellationToken ct)
    {
        await WakeAsync(
            GrainKeys.Platform, key => grains.GetGrain<ITemplateVersionsGrain>(key).RefreshAsync(new RefreshVersions(Actor.System)));
        foreach (var (tenant, campaign) in await syncs.UnderWayAsync(ct))
        {
            await WakeAsync(
                GrainKeys.Campaign(Ids.Format(Ids.Tenant, tenant), Ids.Format(Ids.Campaign, campaign)), key => grains.GetGrain<ITemplateSyncGrain>(key).WakeAsync());
            ct.ThrowIfCancellationRequested();
        }

        if (await releases.UnderWayAsync(ct) is { } release)
        {
            await WakeAsync(release, key => grains.GetGrain<IReleaseGrain>(key).WakeAsync());
        }
    }

    private async Task WakeAsync(string key, Func<string, Task> wake)
    {
        try
        {
            await wake(key);
        }
        catch (Exception e)
        {
            LogAsleep(key, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Key} could not be woken; its reminders will go on with it.")]
    private partial void LogAsleep(string key, Exception e);
}
