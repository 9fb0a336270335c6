using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans;
using Orleans.Hosting;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Sync;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>
/// The platform on a PostgreSQL and a data folder of its own. Its campaigns are put into the database as their provisioning would have left them,
/// since nothing here is about that.
/// </summary>
public sealed class SitesStage : IAsyncLifetime, ISagaObserver
{
    public static readonly Actor Admin = new("usr_admin", Roles.SuperAdmin);

    /// <summary>How long a test waits for what is to happen at once.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string masterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Length));
    private readonly TestPostgres postgres = new();
    private readonly TempFolder folder = new();
    private IHost? host;
    private int campaigns;

    public AheadClock Clock { get; } = new();

    public string TenantId { get; } = Ids.New(Ids.Tenant, DateTimeOffset.UnixEpoch.AddYears(60));

    /// <summary>What the hosts that start from now on have otherwise.</summary>
    public Action<IServiceCollection> Also { get; set; } = _ => { };

    /// <summary>Is told where each run and saga stands.</summary>
    public Func<string, string, SagaPoint, Task> At { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>By which repositories fail now and then, from the next host on; null for never.</summary>
    public int? Seed { get; set; }

    public SitesOrders Orders => new(postgres.SuperuserConnectionString, masterKey, folder.Path) { Seed = Seed };

    Task ISagaObserver.AtAsync(string campaign, string step, SagaPoint point) => At(campaign, step, point);

    async Task IAsyncLifetime.InitializeAsync()
    {
        await ((IAsyncLifetime)postgres).InitializeAsync();
        TinyTemplate.Write(Orders.Repositories.TemplateFolder);
        using var first = Build();
        await first.Services.GetRequiredService<CentralBootstrap>().RunAsync(OrleansSchema.Scripts.Select(s => (s.Name, s.Text)), default);
        await SqlAsync("insert into tenant (tenant_id, name, slug, created_at, updated_at) values ($1, 'Acme', 'acme', now(), now())", Ids.Parse(Ids.Tenant, TenantId));
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DropAsync();
        await ((IAsyncLifetime)postgres).DisposeAsync();
        folder.Dispose();
    }

    public IHost Build() => SitesHost.Build(Orders, Clock, this, Also);

    public async Task StartAsync()
    {
        var next = Build();
        await next.StartAsync();
        host = next;
    }

    /// <summary>Lets go of the host as a process that dies does.</summary>
    public async Task DropAsync()
    {
        if (Interlocked.Exchange(ref host, null) is { } dropped)
        {
            await ((IAsyncDisposable)dropped).DisposeAsync();
        }
    }

    public T Get<T>()
        where T : notnull => host!.Services.GetRequiredService<T>();

    public ITemplateSyncGrain Grain(string campaign) => Get<IGrainFactory>().GetGrain<ITemplateSyncGrain>(GrainKeys.Campaign(TenantId, campaign));

    public ITemplateQueries Queries => Get<ITemplateQueries>();

    public async Task<SiteSyncView> SiteAsync(string campaign) =>
        (await Queries.FindSiteAsync(Scope.Of(TenantId), campaign, default)).ShouldNotBeNull();

    /// <summary>A campaign that is ready, with a repository of the template as it is now.</summary>
    /// <param name="recorded">What is recorded of it instead.</param>
    public async Task<(string Id, string Slug)> CampaignAsync(TemplateVersion? recorded = null, string state = "ready")
    {
        var version = await new LocalTemplateSource(Orders.Repositories, Clock).ImportAsync(default);
        var (slug, nonce) = ($"site-{Interlocked.Increment(ref campaigns):D4}", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        var repository = await new LocalRepositoryHost(Orders.Repositories, Clock).CreateFromTemplateAsync(new RepositoryRequest(slug, nonce, version), default);
        return (await CampaignAsync(repository with { TemplateTag = (recorded ?? version).Tag, TemplateCommit = (recorded ?? version).Commit }, nonce, state), slug);
    }

    /// <summary>A campaign with this repository, by whose name it goes.</summary>
    public async Task<string> CampaignAsync(RepositoryRef repository, string nonce, string state = "ready")
    {
        var (slug, now) = (repository.Name, TimeProvider.System.GetUtcNow());
        var (tenant, campaign, deployment) = (Ids.Parse(Ids.Tenant, TenantId), Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        var settings = new CampaignSettings { Name = slug, Slug = slug, OpensAt = now.AddDays(100), ClosesAt = now.AddDays(101), Providers = new ProviderChoice() };
        await SqlAsync(
            """
            insert into campaign (tenant_id, campaign_id, name, slug, state, settings, opens_at, closes_at, site_key, site_url, created_at, updated_at)
            values ($1, $2, $3, $3, $4, $5::jsonb, $6, $7, 'sk_' || $3, 'http://' || $3 || '.example', $8, $8)
            """,
            tenant, campaign, slug, state, JsonSerializer.Serialize(settings, JsonSerializerOptions.Web), settings.OpensAt, settings.ClosesAt, now);
        await SqlAsync(
            "insert into deployment (tenant_id, deployment_id, campaign_id, kind, state, started_at, ended_at) values ($1, $2, $3, 'provision', 'succeeded', $4, $4)",
            tenant, deployment, campaign, now);
        var site = JsonSerializer.Serialize(new SiteRef(slug, $"http://{slug}.example"), JsonSerializerOptions.Web);
        (string Name, string Result)[] steps =
            [("create-repository", JsonSerializer.Serialize(repository, JsonSerializerOptions.Web)), ("create-site", site), ("deploy-site", site)];
        foreach (var (step, i) in steps.Select((s, i) => (s, i)))
        {
            await SqlAsync(
                "insert into deployment_step (tenant_id, deployment_id, ordinal, name, state, nonce, result) values ($1, $2, $3, $4, 'succeeded', $5, $6::jsonb)",
                tenant, deployment, i, step.Name, nonce, step.Result);
        }

        await SqlAsync("select begin_site_sync($1, $2)", tenant, campaign);
        return Ids.Format(Ids.Campaign, campaign);
    }

    /// <summary>Makes versions known, given oldest first, as a look at the template would.</summary>
    public Task KnowAsync(params TemplateVersion[] versions) =>
        Get<TemplateVersionStore>().SaveAsync("local", [.. versions.Reverse().Select(v => (v.Tag, v.Commit, null as string))], default);

    /// <summary>The run once it has come to its end.</summary>
    public async Task<SyncView> EndedAsync(string campaign, string sync) => await UntilAsync(
        campaign, sync, view => view.State is "succeeded" or "failed");

    public Task<SyncView> UntilAsync(string campaign, string sync, Func<SyncView, bool> isSo) => Polling.UntilAsync(
        async () => (await Queries.FindSyncAsync(Scope.Of(TenantId), campaign, sync, default)).ShouldNotBeNull(), isSo, Patience);

    /// <summary>Waits until the version has been found.</summary>
    public Task KnowsAsync(string version) => Polling.UntilAsync(
        async () => (await Queries.VersionsAsync(Scope.Everything, 100, null, default)).Items.Any(v => v.Tag == version), Patience);

    public async Task<List<string>> AuditAsync(string campaign) => await ColumnAsync(
        "select action from audit_event where campaign_id = $1 order by at, event_id", Ids.Parse(Ids.Campaign, campaign));

    /// <summary>The first column of what the superuser finds, past every rule.</summary>
    public async Task<List<string>> ColumnAsync(string sql, params object?[] values)
    {
        await using var connection = await OpenAsync();
        await using var command = Command(connection, sql, values);
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync())
        {
            found.Add(Convert.ToString(rows.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!);
        }

        return found;
    }

    public async Task SqlAsync(string sql, params object?[] values)
    {
        await using var connection = await OpenAsync();
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value is DateTimeOffset at ? at.ToUniversalTime() : value ?? DBNull.Value });
        }

        return command;
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres.SuperuserConnectionString) { Database = "platform", Pooling = true }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
