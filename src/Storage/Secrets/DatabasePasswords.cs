using System;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Backups;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;

namespace PrizeDraw.Storage.Secrets;

/// <summary>
/// Gives the campaigns' databases on this installation's own server new passwords, while the platform runs. The new one is stored before the
/// server is told of it, so that what is cut short goes on with the same one; whoever connects meanwhile tries both (<see cref="PasswordsInTurn"/>).
/// </summary>
public sealed class DatabasePasswords(CentralConnections connections, SecretBox box, ICampaignDatabaseMaker maker, TimeProvider clock)
{
    private const int NonceLength = 16;

    private const string IsAtRest =
        """
        select not exists (select from deployment d where d.tenant_id = c.tenant_id and d.campaign_id = c.campaign_id
          and d.state in ('running', 'paused', 'rolling_back', 'quarantined'))
        from campaign c where c.tenant_id = $1 and c.campaign_id = $2 for update
        """;

    private readonly CentralDatabase central = new(connections);

    private readonly SecretStore secrets = new(new CentralDatabase(connections), box, clock);

    /// <summary>How many were changed. Those at cloud providers are named and left alone.</summary>
    public async Task<int> RotateAsync(Action<string> say, CancellationToken ct)
    {
        await using var owner = new NpgsqlConnection(connections.OwnerConnectionString);
        await owner.OpenSteadilyAsync(ct);
        var changed = 0;
        foreach (var place in await new CampaignPlaces(connections, box).ListAsync(owner, ct))
        {
            if (place.IsRemote)
            {
                say($"{place.CampaignId}: at a cloud provider; not changed (POST /v1/campaigns/{place.CampaignId}/rotate does it)");
                continue;
            }

            var isChanged = await RotateAsync(place, ct);
            say($"{place.CampaignId}: {(isChanged ? "changed" : "a deployment of it is under way, or has just removed it; not changed, call this again when that has ended")}");
            changed += isChanged ? 1 : 0;
        }

        return changed;
    }

    private async Task<bool> RotateAsync(CampaignPlace place, CancellationToken ct)
    {
        var (tenant, campaign) = (place.TenantId, place.CampaignId);

        // Held until the end: a deployment, which may replace the password too, begins with a write of this row.
        await using var work = await central.BeginAsync(tenant, CancellationToken.None);
        if (!await work.Connection.ScalarAsync<bool>(IsAtRest, [tenant, Ids.Parse(Ids.Campaign, campaign)], ct))
        {
            return false;
        }

        // By now it may be archived, back from the archive, or gone.
        if (await FindAsync(work, tenant, campaign, ct) is not var (stored, address))
        {
            return false;
        }

        var next = await secrets.GetAsync(tenant, campaign, SecretNames.NextDatabasePassword, ct);
        if (next is null)
        {
            next = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            await secrets.PutAsync(tenant, campaign, SecretNames.NextDatabasePassword, next, ct);
        }

        var name = new NpgsqlConnectionStringBuilder(address).Database!;
        var own = await maker.MakeAsync(name, name[^NonceLength..], next, ct);

        // From here on the old one is void; what is decided is written whoever leaves.
        await secrets.PutAsync(work, tenant, campaign, stored, own, CancellationToken.None);
        await secrets.PutAsync(work, tenant, campaign, SecretNames.DatabasePassword, next, CancellationToken.None);
        await secrets.DeleteAsync(work, tenant, campaign, SecretNames.NextDatabasePassword, CancellationToken.None);
        var now = clock.GetUtcNow();
        await work.AuditAsync(
            new AuditEvent(
                tenant, Guid.CreateVersion7(now), now, Ids.Parse(Ids.Campaign, campaign), Actor.System.Id, "campaign.database_password_changed", campaign, null, null),
            CancellationToken.None);
        await work.CommitAsync(CancellationToken.None);
        return true;
    }

    private async Task<(string Name, string Address)?> FindAsync(CentralUnitOfWork work, Guid tenant, string campaign, CancellationToken ct)
    {
        foreach (var name in (string[])[SecretNames.Database, SecretNames.DatabaseAtRest])
        {
            if (await secrets.HoldAsync(work, tenant, campaign, name, ct) is { } address)
            {
                return (name, address);
            }
        }

        return null;
    }
}
