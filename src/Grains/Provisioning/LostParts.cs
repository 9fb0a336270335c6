using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>
/// Undoing at what somebody has removed by hand meanwhile. A provider refuses it for ever, and there is nothing left to undo: so it counts as
/// undone, but only once the part was looked for and is not there.
/// </summary>
internal sealed class LostParts(IProviderDirectory providers)
{
    public Task UndoAtSiteAsync(CampaignDeployment deployment, StepContext step, Func<Task> undo, CancellationToken ct) =>
        UndoAsync(undo, () => HasSiteAsync(deployment, ct), "site", step);

    public Task UndoAtDatabaseAsync(CampaignDeployment deployment, StepContext step, Func<Task> undo, CancellationToken ct) =>
        UndoAsync(undo, () => HasDatabaseAsync(deployment, ct), "database", step);

    /// <summary>By its id, and by its name among all that there is: one answer that knows nothing of it may come from a server that lags behind.</summary>
    public async Task<bool> HasDatabaseAsync(CampaignDeployment deployment, CancellationToken ct)
    {
        var (provider, request) = (await providers.DatabaseAsync(deployment, ct), DatabaseRequests.WithoutSecrets(deployment));
        return await provider.IsThereAsync(request, ct) || await provider.IsThereAsync(request with { Id = null }, ct);
    }

    /// <summary>By its id alone, for somebody who waits for the answer.</summary>
    public async Task<bool> KnowsDatabaseAsync(CampaignDeployment deployment, CancellationToken ct) =>
        await (await providers.DatabaseAsync(deployment, ct)).IsThereAsync(DatabaseRequests.WithoutSecrets(deployment), ct);

    /// <summary>Whether the database rests at its provider, so that nobody can look into it.</summary>
    public async Task<bool> IsDatabaseRestingAsync(CampaignDeployment deployment, CancellationToken ct) =>
        await (await providers.DatabaseAsync(deployment, ct)).IsRestingAsync(DatabaseRequests.WithoutSecrets(deployment), ct);

    // Whoever refused had waited already for what may not be visible yet.
    private async Task<bool> HasSiteAsync(CampaignDeployment deployment, CancellationToken ct) =>
        await (await providers.SiteAsync(deployment, ct)).FindAsync(CreateSite.Request(deployment), ct) is not null;

    private static async Task UndoAsync(Func<Task> undo, Func<Task<bool>> isThere, string part, StepContext step)
    {
        try
        {
            await undo();
        }
        catch (ProviderException e) when (e.Fault == ProviderFault.Rejected)
        {
            if (await isThere())
            {
                throw;
            }

            step.Log($"There is no {part} any more: somebody removed it, so that there is nothing to undo.");
        }
    }
}
