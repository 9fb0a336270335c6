using System;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Backups;

/// <summary>
/// Puts the copy of a campaign whose database at a cloud provider is lost into a new database on this installation's own server, and leads the
/// campaign there, an archived one too. Only while the lost one does not answer, and somebody has looked: silence may also be a network that is down, or
/// an archived campaign's project at rest, and then what is there is newer than the copy. The campaign is set back to an older state, so the installation
/// becomes a new incarnation. Nothing at the provider is touched. May be called again after it was cut short.
/// </summary>
public sealed class CampaignRestore(
    CentralConnections connections, CampaignDatabaseMigrator migrator, SecretBox box, ICampaignDatabaseMaker maker, TimeProvider clock)
{
    private const string FindHome =
        """
        select d.deployment_id, s.nonce, c.slug, exists (select from deployment r where r.tenant_id = c.tenant_id and r.campaign_id = c.campaign_id
          and r.state in ('running', 'paused', 'rolling_back', 'quarantined'))
        from campaign c
        join lateral (select * from deployment p where p.tenant_id = c.tenant_id and p.campaign_id = c.campaign_id and p.kind = 'provision' and p.state = 'succeeded'
          order by p.deployment_id desc limit 1) d on true
        join deployment_step s on s.tenant_id = d.tenant_id and s.deployment_id = d.deployment_id and s.name = 'create-database'
        where c.tenant_id = $1 and 'cmp_' || replace(c.campaign_id::text, '-', '') = $2
        """;

    private const string Lead =
        """
        update campaign set settings = jsonb_set(settings, '{providers,database}', '"local"'), epoch = epoch + 1, version = version + 1, updated_at = $3
        where tenant_id = $1 and 'cmp_' || replace(campaign_id::text, '-', '') = $2
        """;

    private const string Place =
        """
        update deployment_step set result = $3::jsonb, account_owner = null, account_provider = null, account_place = null
        where tenant_id = $1 and deployment_id = $2 and name in ('create-database', 'ready-database') and result is not null
        """;

    private const string Audit =
        """
        insert into audit_event (tenant_id, event_id, at, campaign_id, actor, action, subject, after)
        select tenant_id, $3, $4, campaign_id, 'system', $6, $2, jsonb_build_object('takenAt', $5::timestamptz)
        from campaign where tenant_id = $1 and 'cmp_' || replace(campaign_id::text, '-', '') = $2
        """;

    private readonly CampaignPlaces places = new(connections, box);

    private sealed record Home(Guid Deployment, string Nonce, string Slug, bool IsUnderWay)
    {
        /// <summary>As provisioning names it, so that it is told as the campaign's by name and marker.</summary>
        public string Database => $"cmp_{Slug.Replace('-', '_')}_{Nonce}";
    }

    /// <param name="backup">Opened and checked.</param>
    /// <param name="campaignId">The campaign, as the backup names it.</param>
    /// <param name="isLost">Whether somebody has looked at the provider: the project is deleted, or can't be woken any more.</param>
    /// <param name="say">Told of progress.</param>
    /// <param name="ct">Ends it; nothing is changed then.</param>
    /// <exception cref="BackupException">It can't be, and nothing was changed.</exception>
    public async Task RunAsync(BackupArchive backup, string campaignId, bool isLost, Action<string> say, CancellationToken ct)
    {
        var copy = Wanted(backup.Manifest, campaignId);
        await using var central = new NpgsqlConnection(connections.OwnerConnectionString);
        await central.OpenSteadilyAsync(ct);
        if (await central.ScalarAsync<Guid>("select identity from installation", [], ct) != backup.Manifest.Installation)
        {
            throw new BackupException("This backup is of another installation. Restore that one first (docs/backup.md). Nothing was changed.");
        }

        var (place, home) = await LostAsync(central, campaignId, isLost, ct);
        await maker.DeleteAsync(home.Database, home.Nonce, ct); // What an earlier call that was cut short has left: nobody uses it.
        try
        {
            var own = await maker.MakeAsync(home.Database, home.Nonce, new NpgsqlConnectionStringBuilder(place.Own).Password!, ct);
            await FillAsync(backup, copy, home, ct);
            say($"{campaignId}: {copy.Tables.Sum(t => t.Rows):n0} rows");
            await LeadAsync(central, place, home, own, backup.Manifest.TakenAt, ct);
        }
        catch
        {
            await maker.DeleteAsync(home.Database, home.Nonce, CancellationToken.None);
            throw;
        }
    }

    private static BackupDatabase Wanted(BackupManifest manifest, string campaignId)
    {
        var copy = manifest.Databases.SingleOrDefault(d => d.CampaignId == campaignId)
            ?? throw new BackupException($"The backup has no copy of a database of {campaignId}. Nothing was changed.");
        if (!copy.IsRemote)
        {
            throw new BackupException($"The database of {campaignId} was on the installation's own server when the backup was made: it is restored with the whole alone. Nothing was changed.");
        }

        BackupRestore.RequireKnown(copy, CampaignDatabaseMigrator.Known);
        return copy;
    }

    private async Task<(CampaignPlace Place, Home Home)> LostAsync(NpgsqlConnection central, string campaignId, bool isLost, CancellationToken ct)
    {
        var place = (await places.ListAsync(central, ct)).SingleOrDefault(p => p.CampaignId == campaignId)
            ?? throw new BackupException($"{campaignId} has no database here: it is decommissioned, or not provisioned. Nothing was changed.");
        var home = await central.FindAsync(
            FindHome, [place.TenantId, campaignId], row => new Home(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetBoolean(3)), ct);
        if (!place.IsRemote || home is null)
        {
            throw new BackupException($"The database of {campaignId} is on this installation's own server already. Nothing was changed.");
        }

        if (home.IsUnderWay)
        {
            throw new BackupException($"A deployment of {campaignId} has not come to its end. See to that first. Nothing was changed.");
        }

        if (await SignOfLife.OfAsync(place.Owner, ct) is { } sign)
        {
            throw new BackupException(
                $"The database of {campaignId} answers at its provider ({sign}), and is newer than the copy. Should the copy take its place all the same, pause or delete the "
                + "project at the provider first. Nothing was changed.");
        }

        return isLost ? (place, home) : throw new BackupException(
            $"The database of {campaignId} does not answer"
            + (place.IsAtRest ? ", and the campaign is archived: its project may only be at rest. Bring the campaign back. " : ". That alone does not say that it is lost: the network may be down. ")
            + "Look at the provider: only if its project is deleted there, or can't be woken any more, call this again with --lost. Nothing was changed.");
    }

    private async Task FillAsync(BackupArchive backup, BackupDatabase copy, Home home, CancellationToken ct)
    {
        var login = places.LocalOwner(home.Database);
        await using (var owner = new NpgsqlConnection(login))
        {
            await owner.OpenSteadilyAsync(ct);
            await migrator.MigrateToAsync(owner, name => copy.Migrations.Any(m => m.Name == name), ct);
            await using var transaction = await owner.BeginTransactionAsync(ct);
            await DatabaseLoad.RunAsync(owner, backup.Entries, copy, ct);
            await transaction.CommitAsync(ct);
        }

        await migrator.MigrateAsync(login, home.Database, ct);
    }

    /// <summary>All of it at once: where the database is, whose it is, and that the installation is another incarnation.</summary>
    private async Task LeadAsync(NpgsqlConnection central, CampaignPlace place, Home home, string own, DateTimeOffset takenAt, CancellationToken ct)
    {
        var (now, at) = (clock.GetUtcNow(), new NpgsqlConnectionStringBuilder(own));
        var result = JsonSerializer.Serialize(new { at.Host, at.Port, Name = home.Database, Role = home.Database }, JsonSerializerOptions.Web);
        await using var transaction = await central.BeginTransactionAsync(ct);
        await central.RunAsync(
            "update secret set envelope = $4 where tenant_id = $1 and scope = $2 and name = $3",
            [
                place.TenantId, place.CampaignId, place.SecretName,
                box.SealText(own, "secret", SecretStore.Row(place.TenantId, place.CampaignId, place.SecretName)),
            ], ct);
        await central.RunAsync(
            "delete from secret where tenant_id = $1 and scope = $2 and name = any($3)",
            [place.TenantId, place.CampaignId, new[] { SecretNames.DatabaseOwner, SecretNames.DatabaseOwnerPassword }], ct);
        await central.RunAsync(Lead, [place.TenantId, place.CampaignId, now], ct);
        await central.RunAsync(Place, [place.TenantId, home.Deployment, result], ct);
        await central.RunAsync(Audit, [place.TenantId, place.CampaignId, Guid.CreateVersion7(now), now, takenAt, "campaign.database_restored"], ct);
        await central.ScalarAsync<Guid>(BackupRestore.Renew, [now], ct);
        await transaction.CommitAsync(ct);
    }
}
