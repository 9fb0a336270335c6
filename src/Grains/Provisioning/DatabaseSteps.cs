using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>Begins the campaign's database, which may take a provider minutes.</summary>
internal sealed class CreateDatabase(IProviderDirectory providers, DatabaseRequests requests) : SagaStep<DatabaseRef>
{
    public const string StepName = "create-database";

    public override string Name => StepName;

    public override string Done => "The campaign's own database is made.";

    public override string? MadeAt(CampaignSettings settings) => settings.Providers?.Database is ProviderNames.Local ? null : settings.Providers?.Database;

    // The provider's own patience is shorter, and says more; deleting takes the longest.
    public override TimeSpan TimeOut => TimeSpan.FromMinutes(15);

    protected override async Task<DatabaseRef> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await (await providers.DatabaseAsync(deployment, ct)).CreateAsync(await requests.OfAsync(deployment, ct), ct);

    protected override async Task<DatabaseRef?> FindAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await (await providers.DatabaseAsync(deployment, ct)).FindAsync(await requests.OfAsync(deployment, ct), ct);

    protected override async Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await (await providers.DatabaseAsync(deployment, ct)).DeleteIfOwnedAsync(DatabaseRequests.WithoutSecrets(deployment), ct);
}

/// <summary>Waits for the database, and closes every way to it but ours.</summary>
internal sealed class ReadyDatabase(IProviderDirectory providers, DatabaseRequests requests) : SagaStep<DatabaseRef>
{
    public const string StepName = "ready-database";

    public override string Name => StepName;

    public override string Done => "The database is ready, and has the campaign's role.";

    // The provider's own patience is shorter, and says more.
    public override TimeSpan TimeOut => TimeSpan.FromMinutes(20);

    protected override async Task<DatabaseRef> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await (await providers.DatabaseAsync(deployment, ct)).ReadyAsync(
            await requests.OfAsync(deployment, ct), deployment.ResultOf<DatabaseRef>(CreateDatabase.StepName), ct);
}

internal sealed class MigrateDatabase(
    IProviderDirectory providers, CampaignDatabaseMigrator migrator, CampaignConnections connections, ISecrets secrets) : SagaStep<Nothing>
{
    private static readonly string[] Stored = [SecretNames.Database, SecretNames.DatabaseOwner];

    public const string StepName = "migrate-database";

    public override string Name => StepName;

    public override string Done => "The database has its schema; the campaign's role may read and write it.";

    public override TimeSpan TimeOut => TimeSpan.FromMinutes(5);

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var database = DatabaseRequests.Ready(deployment);
        var provider = await providers.DatabaseAsync(deployment, ct);
        var (tenant, campaign) = (Ids.Parse(Ids.Tenant, deployment.TenantId), deployment.CampaignId);
        var owner = provider.OwnerConnectionString(database, await secrets.GetAsync(tenant, campaign, SecretNames.DatabaseOwnerPassword, ct) ?? "");
        await MigrateAsync(owner, database.Role, ct);
        var password = await secrets.GetAsync(tenant, campaign, SecretNames.DatabasePassword, ct)
            ?? throw new InvalidOperationException("The campaign has no database password.");
        await connections.ForgetAsync(deployment.TenantId, deployment.CampaignId);
        if (database.IsRemote)
        {
            var access = new CampaignDatabaseAccess(owner, database.Role);
            await secrets.PutAsync(tenant, campaign, SecretNames.DatabaseOwner, JsonSerializer.Serialize(access, JsonSerializerOptions.Web), ct);
        }

        await secrets.PutAsync(tenant, campaign, SecretNames.Database, provider.CampaignConnectionString(database, password), ct);
        return new Nothing();
    }

    /// <summary>Says which migration failed and why: PostgreSQL's sentence names parts of our schema alone, never what is in it.</summary>
    private async Task MigrateAsync(string owner, string role, CancellationToken ct)
    {
        try
        {
            await migrator.MigrateAsync(owner, role, ct);
        }
        catch (PostgresException e) when (CampaignDatabaseMigrator.FailedIn(e) is { } migration)
        {
            throw new ProviderException(
                e.IsTransient ? ProviderFault.Transient : ProviderFault.Rejected,
                $"The database's schema could not be made: the migration '{migration}' failed. {e.MessageText} ({e.SqlState}).", e);
        }
    }

    protected override async Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        foreach (var name in Stored)
        {
            await secrets.DeleteAsync(Ids.Parse(Ids.Tenant, deployment.TenantId), deployment.CampaignId, name, ct);
        }

        await connections.ForgetAsync(deployment.TenantId, deployment.CampaignId);
    }
}

/// <summary>What a campaign's database is asked for with: the same at every attempt.</summary>
internal sealed class DatabaseRequests(ISecrets secrets)
{
    public async Task<DatabaseRequest> OfAsync(CampaignDeployment deployment, CancellationToken ct) => WithoutSecrets(deployment) with
    {
        Password = await SecretAsync(deployment, SecretNames.DatabasePassword, ct)
            ?? throw new InvalidOperationException("The campaign has no database password."),
        OwnerPassword = await SecretAsync(deployment, SecretNames.DatabaseOwnerPassword, ct) ?? "",
    };

    /// <summary>Enough to look for it and to delete it, also once its secrets are gone.</summary>
    public static DatabaseRequest WithoutSecrets(CampaignDeployment deployment)
    {
        var nonce = deployment.NonceOf(CreateDatabase.StepName);
        var made = deployment.FindResult<DatabaseRef>(CreateDatabase.StepName);
        return new DatabaseRequest($"cmp_{deployment.Slug.Replace('-', '_')}_{nonce}", nonce, "") { Id = made?.Id, IsMade = made is not null };
    }

    /// <summary>The database as it is reached. A run that began before databases were waited for has the first result alone.</summary>
    public static DatabaseRef Ready(CampaignDeployment deployment) =>
        deployment.FindResult<DatabaseRef>(ReadyDatabase.StepName) ?? deployment.ResultOf<DatabaseRef>(CreateDatabase.StepName);

    private Task<string?> SecretAsync(CampaignDeployment deployment, string name, CancellationToken ct) =>
        secrets.GetAsync(Ids.Parse(Ids.Tenant, deployment.TenantId), deployment.CampaignId, name, ct);
}
