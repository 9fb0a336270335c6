using System;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Backups;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;

namespace PrizeDraw.Storage.Secrets;

/// <summary>
/// Gives the campaigns' databases on this installation's own server new passwords, while the platform runs. The new one is stored before the
/// server is told of it, so that what is cut short goes on with the same one; hosts whose login is refused read the stored one again.
/// </summary>
public sealed class DatabasePasswords(CentralConnections connections, SecretBox box, ICampaignDatabaseMaker maker, TimeProvider clock)
{
    private const int NonceLength = 16;

    private readonly CentralDatabase central = new(connections);

    private readonly SecretStore secrets = new(new CentralDatabase(connections), box, clock);

    /// <summary>How many were changed. Those at cloud providers are named and left alone.</summary>
    public async Task<int> RotateAsync(Action<string> say, CancellationToken ct)
    {
        await using var owner = new NpgsqlConnection(connections.OwnerConnectionString);
        await owner.OpenAsync(ct);
        var changed = 0;
        foreach (var place in await new CampaignPlaces(connections, box).ListAsync(owner, ct))
        {
            if (place.IsRemote)
            {
                say($"{place.CampaignId}: at a cloud provider; not changed");
                continue;
            }

            await RotateAsync(place, ct);
            say($"{place.CampaignId}: changed");
            changed++;
        }

        return changed;
    }

    private async Task RotateAsync(CampaignPlace place, CancellationToken ct)
    {
        var (tenant, campaign) = (place.TenantId, place.CampaignId);
        var next = await secrets.GetAsync(tenant, campaign, SecretNames.NextDatabasePassword, ct);
        if (next is null)
        {
            next = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            await secrets.PutAsync(tenant, campaign, SecretNames.NextDatabasePassword, next, ct);
        }

        var name = new NpgsqlConnectionStringBuilder(place.Own).Database!;
        var own = await maker.MakeAsync(name, name[^NonceLength..], next, ct);
        // From here on the old one is void; what is decided is written whoever leaves.
        await using var work = await central.BeginAsync(tenant, CancellationToken.None);
        await secrets.PutAsync(work, tenant, campaign, SecretNames.Database, own, CancellationToken.None);
        await secrets.PutAsync(work, tenant, campaign, SecretNames.DatabasePassword, next, CancellationToken.None);
        await work.Connection.RunAsync(
            "delete from secret where tenant_id = $1 and scope = $2 and name = $3", [tenant, campaign, SecretNames.NextDatabasePassword], CancellationToken.None);
        var now = clock.GetUtcNow();
        await work.AuditAsync(
            new AuditEvent(
                tenant, Guid.CreateVersion7(now), now, Ids.Parse(Ids.Campaign, campaign), "system", "campaign.database_password_changed", campaign, null, null),
            CancellationToken.None);
        await work.CommitAsync(CancellationToken.None);
    }
}
