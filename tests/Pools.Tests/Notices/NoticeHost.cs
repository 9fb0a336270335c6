using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers.Mail;
using PrizeDraw.Providers.Webhooks;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Central.Notices;
using PrizeDraw.Storage.Central.Users;
using PrizeDraw.TestKit;
using Shouldly;

namespace PrizeDraw.Pools.Tests.Notices;

/// <summary>A host with mail that stays in memory, and a campaign whose outbox gets notices.</summary>
internal sealed class NoticeHost : IAsyncDisposable
{
    private readonly PoolHost _host;

    private readonly ConcurrentDictionary<string, bool> _people;

    private NoticeHost(PoolHost host, TestCampaign campaign, ConcurrentDictionary<string, bool> people) => (_host, Campaign, _people) = (host, campaign, people);

    public PoolHost Host => _host;

    public TestCampaign Campaign { get; }

    public FakeMailer Mailer => (FakeMailer)_host.Get<IMailer>();

    public IWebhookGrain Webhooks => _host.Get<IGrainFactory>().GetGrain<IWebhookGrain>(Campaign.TenantId);

    public static async Task<NoticeHost> StartAsync(PoolServer server, TimeSpan? webhookLimit = null)
    {
        // Hosts on this server also deliver what tests before have left: of that nothing is kept.
        var people = new ConcurrentDictionary<string, bool>();
        var mailer = new FakeMailer(mail => people.ContainsKey(mail.To));
        server.Replace = services => services.AddSingleton<IMailer>(mailer).AddSingleton(new WebhookOptions
        {
            LoopbackAllowed = true, TimeLimit = webhookLimit ?? TimeSpan.FromSeconds(60),
        });
        var host = await server.StartHostAsync();
        return new NoticeHost(host, await host.AddCampaignAsync(settings => settings, published: false), people);
    }

    public async Task<WebhookWithSecret> AddWebhookAsync(Uri url)
    {
        var id = Ids.New(Ids.Webhook, TimeProvider.System.GetUtcNow());
        var result = await Webhooks.AddAsync(new AddWebhook(PoolHost.Manager, id, url.ToString(), []));
        return result.Value ?? throw new InvalidOperationException(result.Refusal!.Detail);
    }

    /// <summary>A manager of the tenant's; answers the e-mail address.</summary>
    public async Task<string> AddManagerAsync()
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var (outcome, user) = await _host.Get<UserStore>().CreateAsync(
            id, Told($"ann-{id:n}@example.com"), Roles.CampaignManager, new UserGrants([Ids.Parse(Ids.Tenant, Campaign.TenantId)], []), "hash", "system", default);
        return user?.Email ?? throw new InvalidOperationException(outcome.ToString());
    }

    /// <summary>Somebody who administers the platform; answers the e-mail address.</summary>
    public async Task<string> AddAdminAsync()
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var (_, user) = await _host.Get<UserStore>().CreateAsync(id, Told($"root-{id:n}@example.com"), Roles.SuperAdmin, new UserGrants([], []), "hash", "system", default);
        return user!.Email;
    }

    private string Told(string email)
    {
        _people[email] = true;
        return email;
    }

    /// <summary>A deployment of the campaign with one step, which is running.</summary>
    public async Task<DeploymentRow> DeployAsync(string step, string message, string kind = "content")
    {
        var (tenant, campaign) = (Ids.Parse(Ids.Tenant, Campaign.TenantId), Ids.Parse(Ids.Campaign, Campaign.Id));
        var now = TimeProvider.System.GetUtcNow();
        var run = new DeploymentRow(
            tenant, Guid.CreateVersion7(now), campaign, kind, "running", false, null, [new StepRow(0, step, "pending", 0, "0123456789abcdef", null, null)]);
        await WriteAsync(tenant, work => DeploymentStore.InsertAsync(work, run, now, default));
        await using var central = await _host.OpenCentralAsync();
        await central.RunAsync("update deployment_step set state = 'running', message = $2 where deployment_id = $1", run.DeploymentId, message);
        return run;
    }

    /// <summary>Moves it on as the saga does, and has what waits relayed.</summary>
    public async Task MoveAsync(DeploymentRow run, string state, string? stepState = null)
    {
        if (stepState is not null)
        {
            await using var central = await _host.OpenCentralAsync();
            await central.RunAsync("update deployment_step set state = $2 where deployment_id = $1", run.DeploymentId, stepState);
        }

        DateTimeOffset? ended = state == "succeeded" ? TimeProvider.System.GetUtcNow() : null;
        await WriteAsync(run.TenantId, work => DeploymentStore.SetStateAsync(work, run.TenantId, run.DeploymentId, state, null, ended, default));
        await _host.Get<CentralNotices>().RelayAsync(default);
    }

    /// <summary>Adds a notice of the platform's own, and has it relayed.</summary>
    public async Task TellAsync(NoticeBody body)
    {
        var owner = body.Campaign.Length > 0 ? Ids.Parse(Ids.Tenant, Campaign.TenantId) : CentralDatabase.PlatformTenant;
        await WriteAsync(owner, work => CentralNotices.AddAsync(work, owner, body, default));
        await _host.Get<CentralNotices>().RelayAsync(default);
    }

    public async Task<NoticeView[]> NoticesAsync() =>
        [.. (await _host.Get<INoticeQueries>().ListAsync(Scope.Of(Campaign.TenantId), Campaign.Id, 50, null, default)).Items];

    private async Task WriteAsync(Guid tenant, Func<CentralUnitOfWork, Task> write)
    {
        await using var work = await _host.Get<CentralDatabase>().BeginAsync(tenant, default);
        await write(work);
        await work.CommitAsync(default);
    }

    /// <summary>A notice as a batch writes it, relayed as the pool does afterwards.</summary>
    public async Task CrossAsync(string kind = "stock.low")
    {
        var now = TimeProvider.System.GetUtcNow();
        await using (var database = await _host.OpenAsync(Campaign))
        {
            await database.RunAsync(
                "insert into outbox (campaign_id, event_id, kind, body, created_at) values ($1, $2, 'notice', $3::jsonb, $4)",
                Ids.Parse(Ids.Campaign, Campaign.Id), Guid.CreateVersion7(now), JsonSerializer.Serialize(new
                {
                    kind, campaign = Campaign.Id, pool = Campaign.PoolId(), prize = Ids.New(Ids.Prize, now), name = "Mug", stock = 100, remaining = 9,
                    threshold = 10, number = 1042, at = now,
                }), now);
        }

        await _host.Get<OutboxRelay>().RelayAsync(Campaign.TenantId, Campaign.Id, default);
    }

    /// <summary>Lets the pause before the next attempt be over.</summary>
    public async Task HurryAsync(string? tenantId = null)
    {
        await using (var central = await _host.OpenCentralAsync())
        {
            await central.RunAsync("update delivery set next_at = now() - interval '1 second' where state = 'pending' and lease is null");
        }

        await _host.Get<IGrainFactory>().GetGrain<INoticeDeliveryGrain>(tenantId ?? Campaign.TenantId).WakeAsync();
    }

    /// <summary>The deliveries, once they are as the test waits for.</summary>
    public Task<DeliveryView[]> DeliveriesAsync(Func<DeliveryView[], bool> asExpected, TestCampaign? of = null)
    {
        var campaign = of ?? Campaign;
        return Polling.UntilAsync<DeliveryView[]>(
            async () => [.. (await _host.Get<INoticeQueries>().ListAsync(Scope.Of(campaign.TenantId), campaign.Id, 50, null, default)).Items.SelectMany(n => n.Deliveries)],
            asExpected, TimeSpan.FromSeconds(120), deliveries => Task.FromResult(string.Join("; ", deliveries.Select(d => d.ToString()))));
    }

    public static Task UntilAsync(Func<bool> holds) => Polling.UntilAsync(() => Task.FromResult(holds()), TimeSpan.FromSeconds(120));

    /// <summary>Waits until the grain that delivers has no reminder any more.</summary>
    public Task RestsAsync() => Polling.UntilAsync(async () => await RemindersAsync() == 0, TimeSpan.FromSeconds(120));

    /// <summary>Reminders of the grain that delivers, as the table holds them.</summary>
    public async Task<long> RemindersAsync()
    {
        await using var central = await _host.OpenCentralAsync();
        return await central.ScalarAsync<long>(
            "select count(*) from orleansreminderstable where grainid like $1", $"%notice-delivery%{Campaign.TenantId}%");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}

/// <summary>Keeps messages, or of all those that are the test's own; fails as long as a test says so.</summary>
internal sealed class FakeMailer(Func<OutgoingMail, bool>? isOurs = null) : IMailer
{
    public ConcurrentQueue<OutgoingMail> Sent { get; } = new();

    public Func<Exception?> Fails { get; set; } = () => null;

    public Task SendAsync(OutgoingMail mail, CancellationToken ct)
    {
        if (Fails() is { } failure)
        {
            return Task.FromException(failure);
        }

        if (isOurs?.Invoke(mail) ?? true)
        {
            Sent.Enqueue(mail);
        }

        return Task.CompletedTask;
    }
}
