using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Storage.Central.Provisioning;

namespace PrizeDraw.Storage.Central.Campaigns;

/// <content>In which accounts steps make their parts.</content>
public sealed partial class DeploymentStore
{
    private const string AccountToUse =
        """
        select tenant_id, provider, settings::text, updated_at from provider_account
        where tenant_id in ($1, $2) and provider = $3 order by tenant_id = $2 limit 1
        """;

    private const string Bind =
        """
        update deployment_step set account_owner = $4, account_provider = $5, account_place = $6
        where tenant_id = $1 and deployment_id = $2 and ordinal = $3 and account_owner is null
        """;

    /// <summary>
    /// Decides, before a step's first call, in which account it makes its part: the tenant's own, else the platform's. There it stays, until it is
    /// undone. Null, and nothing written, while there is no account.
    /// </summary>
    public async Task<PartAccount?> BindAsync(DeploymentRow deployment, StepRow step, string provider, CancellationToken ct)
    {
        var platform = CentralDatabase.PlatformTenant;
        await using var work = await central.BeginAsync([deployment.TenantId, platform], ct);
        await FenceAsync(work, deployment, ct);
        await PartAccount.LockAsync(work, platform, provider, ct);
        await PartAccount.LockAsync(work, deployment.TenantId, provider, ct);
        var used = await work.Connection.FindAsync(
            AccountToUse, [deployment.TenantId, platform, provider],
            row => new PartAccount(row.GetGuid(0), provider, PartAccount.PlaceOf(ProviderAccountStore.Read(row).Settings)), ct);
        if (used is not null)
        {
            await work.Connection.RunAsync(
                Bind, [deployment.TenantId, deployment.DeploymentId, step.Ordinal, used.Owner, used.Provider, used.Place], ct);
            await work.CommitAsync(ct);
        }

        return used;
    }
}
