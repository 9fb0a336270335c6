using System;
using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Backups;

/// <summary>A campaign that has a database. Holds passwords: never logged.</summary>
/// <param name="SecretName">Where its own connection string is stored: <see cref="SecretNames.DatabaseAtRest"/> while the campaign is archived.</param>
/// <param name="Owner">Connects as who owns the tables.</param>
/// <param name="Own">Connects as the campaign's own role, as it is stored.</param>
internal sealed record CampaignPlace(Guid TenantId, string CampaignId, string SecretName, bool IsRemote, string Owner, string Own)
{
    public bool IsAtRest => SecretName == SecretNames.DatabaseAtRest;

    public override string ToString() => CampaignId;
}

/// <summary>Where the campaigns' databases are, by what the central database says.</summary>
internal sealed class CampaignPlaces(CentralConnections connections, SecretBox box)
{
    // Both while it is moved from one name to the other: they say the same then.
    private const string Stored =
        """
        select distinct on (c.campaign_id) c.tenant_id, s.scope, s.name, s.envelope, o.envelope from campaign c
        join secret s on s.tenant_id = c.tenant_id and s.scope = 'cmp_' || replace(c.campaign_id::text, '-', '') and s.name in ($1, $2)
        left join secret o on o.tenant_id = s.tenant_id and o.scope = s.scope and o.name = $3
        order by c.campaign_id, s.name = $1 desc
        """;

    /// <param name="owner">A connection to the central database as its owner, in whatever transaction it has.</param>
    /// <param name="ct">Ends the look.</param>
    public async Task<ImmutableArray<CampaignPlace>> ListAsync(NpgsqlConnection owner, CancellationToken ct)
    {
        var found = ImmutableArray.CreateBuilder<CampaignPlace>();
        foreach (var (tenant, campaign, name, own, remote) in await owner.ListAsync(
            Stored, [SecretNames.Database, SecretNames.DatabaseAtRest, SecretNames.DatabaseOwner],
            row => (row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetFieldValue<byte[]>(3), row.BytesOrNull(4)), ct))
        {
            var place = Of(tenant, campaign, name, own, remote);
            found.Add(place.IsRemote ? place with { Owner = await OwnerAsync(owner, place, ct) } : place);
        }

        return found.ToImmutable();
    }

    /// <summary>While the owner's password is being replaced, the one that is taken; as it is stored where neither is, which then fails for whoever connects.</summary>
    private async Task<string> OwnerAsync(NpgsqlConnection owner, CampaignPlace place, CancellationToken ct)
    {
        try
        {
            return await PasswordsInTurn.OfOwnerAsync(async name =>
                await owner.ScalarAsync<byte[]>(
                    "select envelope from secret where tenant_id = $1 and scope = $2 and name = $3", [place.TenantId, place.CampaignId, name], ct) is { } envelope
                    ? box.OpenText(envelope, "secret", SecretStore.Row(place.TenantId, place.CampaignId, name)) : null, place.Owner, ct);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or SocketException)
        {
            return place.Owner;
        }
    }

    /// <summary>The login of who owns a database of this installation's own server.</summary>
    public string LocalOwner(string database) => new NpgsqlConnectionStringBuilder(connections.ProvisionerConnectionString)
    {
        Database = database, Pooling = false, CommandTimeout = DatabaseCopy.TableSeconds,
    }.ConnectionString;

    private CampaignPlace Of(Guid tenant, string campaign, string name, byte[] sealedOwn, byte[]? sealedOwner)
    {
        var own = box.OpenText(sealedOwn, "secret", SecretStore.Row(tenant, campaign, name));
        if (sealedOwner is null)
        {
            return new CampaignPlace(tenant, campaign, name, IsRemote: false, LocalOwner(new NpgsqlConnectionStringBuilder(own).Database!), own);
        }

        var owner = JsonSerializer.Deserialize<CampaignDatabaseAccess>(
            box.OpenText(sealedOwner, "secret", SecretStore.Row(tenant, campaign, SecretNames.DatabaseOwner)), JsonSerializerOptions.Web)!;
        var patient = new NpgsqlConnectionStringBuilder(owner.OwnerConnectionString) { Pooling = false, Timeout = 15, CommandTimeout = DatabaseCopy.TableSeconds };
        return new CampaignPlace(tenant, campaign, name, IsRemote: true, patient.ConnectionString, own);
    }
}
