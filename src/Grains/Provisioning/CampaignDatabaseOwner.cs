using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>What provisioning stored of a campaign's database says which one it is; its provider says who owns it.</summary>
internal sealed class CampaignDatabaseOwner(ISecrets secrets, IDatabaseProvider databases) : ICampaignDatabaseOwner
{
    public async Task<CampaignDatabaseAccess?> FindAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        if (await secrets.GetAsync(Ids.Parse(Ids.Tenant, tenantId), campaignId, SecretNames.DatabaseOwner, ct) is { } owner)
        {
            return JsonSerializer.Deserialize<CampaignDatabaseAccess>(owner, JsonSerializerOptions.Web);
        }

        var stored = await secrets.GetAsync(Ids.Parse(Ids.Tenant, tenantId), campaignId, SecretNames.Database, ct);
        if (stored is null)
        {
            return null;
        }

        var database = new NpgsqlConnectionStringBuilder(stored);
        var reference = new DatabaseRef(database.Database!, database.Username!, database.Host!, database.Port);
        return new CampaignDatabaseAccess(databases.OwnerConnectionString(reference), reference.Role);
    }
}
