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
    // What is stored may be exchanged, and told to the server, while it is looked at.
    private const int LooksMax = 3;

    public async Task<CampaignDatabaseAccess?> FindAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        for (var look = 1; ; look++)
        {
            try
            {
                return await LookAsync(tenantId, campaignId, ct);
            }
            catch (PostgresException error) when (look < LooksMax && error.SqlState == PostgresErrorCodes.InvalidPassword)
            {
                // Once more, from what is stored now.
            }
        }
    }

    private async Task<CampaignDatabaseAccess?> LookAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        if (await secrets.GetAsync(Ids.Parse(Ids.Tenant, tenantId), campaignId, SecretNames.DatabaseOwner, ct) is { } owner)
        {
            var access = JsonSerializer.Deserialize<CampaignDatabaseAccess>(owner, JsonSerializerOptions.Web)!;
            return access with
            {
                OwnerConnectionString = await PasswordsInTurn.OfOwnerAsync(
                    name => secrets.GetAsync(Ids.Parse(Ids.Tenant, tenantId), campaignId, name, ct), access.OwnerConnectionString, ct),
            };
        }

        // Put away: the one who settles it may have to bring its schema up first.
        var stored = await secrets.GetAsync(Ids.Parse(Ids.Tenant, tenantId), campaignId, SecretNames.Database, ct)
            ?? await secrets.GetAsync(Ids.Parse(Ids.Tenant, tenantId), campaignId, SecretNames.DatabaseAtRest, ct);
        if (stored is null)
        {
            return null;
        }

        var database = new NpgsqlConnectionStringBuilder(stored);
        var reference = new DatabaseRef(database.Database!, database.Username!, database.Host!, database.Port);
        return new CampaignDatabaseAccess(databases.OwnerConnectionString(reference), reference.Role);
    }
}
