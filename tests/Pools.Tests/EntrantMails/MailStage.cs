using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Pools.Tests.Notices;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers.Mail;
using PrizeDraw.Storage;
using PrizeDraw.TestKit;

namespace PrizeDraw.Pools.Tests.EntrantMails;

/// <summary>How a mail to an entrant stands.</summary>
internal sealed record MailRow(string Kind, string State, int Attempts, string? Error);

/// <summary>A host with mail that stays in memory, and a campaign with a site, whose entrants are told things.</summary>
internal sealed class MailStage(PoolHost host, TestCampaign campaign, ConcurrentDictionary<string, bool> queued) : IAsyncDisposable
{
    public const string SiteUrl = "https://win.example.com";

    public PoolHost Host => host;

    public TestCampaign Campaign => campaign;

    public FakeMailer Mailer => (FakeMailer)host.Get<IMailer>();

    private Guid CampaignId => Ids.Parse(Ids.Campaign, campaign.Id);

    public static async Task<MailStage> StartAsync(PoolServer server)
    {
        // Hosts on this server also send what tests before have left: of that nothing is kept.
        var queued = new ConcurrentDictionary<string, bool>();
        server.Replace = services => services.AddSingleton<IMailer>(new FakeMailer(mail => queued.ContainsKey(mail.Key)));
        var host = await server.StartHostAsync();
        server.Replace = _ => { };
        var campaign = await host.AddCampaignAsync(s => s with { Promoter = new Promoter("Acme Ltd", "1 High Street, Leeds") });
        await PublishAsync(host, campaign);
        return new MailStage(host, campaign, queued);
    }

    /// <summary>The campaign's central row as a published campaign has it.</summary>
    public static async Task PublishAsync(PoolHost host, TestCampaign campaign)
    {
        await using var central = await host.OpenCentralAsync();
        await central.RunAsync(
            "update campaign set settings = $2::jsonb, site_url = $3, state = 'closed', published_at = now(), updated_at = now() where campaign_id = $1",
            Ids.Parse(Ids.Campaign, campaign.Id), JsonSerializer.Serialize(campaign.Settings, StorageJson.Options), SiteUrl + "/");
    }

    /// <summary>Somebody enters; answers the entry's id.</summary>
    public async Task<string> EnterAsync(string person) =>
        (await host.Pool(campaign).SubmitAsync(Sent.Entry("key-" + person, person))).Value!.EntryId;

    /// <summary>A mail as a draw queues it.</summary>
    public async Task<Guid> QueueAsync(string entryId, string kind, object body)
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        queued[$"etm_{id:n}"] = true;
        await using var database = await host.OpenAsync(campaign);
        await database.RunAsync(
            """
            insert into entrant_mail (campaign_id, mail_id, entry_id, kind, body, next_at, created_at)
            values ($1, $2, $3, $4, $5::jsonb, now() - interval '1 second', now())
            """, CampaignId, id, Ids.Parse(Ids.Entry, entryId), kind, JsonSerializer.Serialize(body));
        return id;
    }

    public Task WakeAsync() => Grain(host).WakeAsync();

    public IEntrantMailGrain Grain(PoolHost at) =>
        at.Get<IGrainFactory>().GetGrain<IEntrantMailGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id));

    /// <summary>Lets the pause before the next attempt be over.</summary>
    public async Task HurryAsync(PoolHost? at = null)
    {
        await using (var database = await host.OpenAsync(campaign))
        {
            await database.RunAsync("update entrant_mail set next_at = now() - interval '1 second' where state = 'pending' and leased_until is null");
        }

        await Grain(at ?? host).WakeAsync();
    }

    /// <summary>The mails, once they are as the test waits for.</summary>
    public async Task<MailRow[]> MailsAsync(Func<MailRow[], bool> asExpected)
    {
        var mails = await Polling.UntilAsync(
            RowsAsync, rows => !rows.Any(m => m.IsHeld) && asExpected([.. rows.Select(m => m.Row)]), TimeSpan.FromSeconds(120),
            rows => Task.FromResult(string.Join("; ", rows)));
        return [.. mails.Select(m => m.Row)];
    }

    private async Task<(MailRow Row, bool IsHeld)[]> RowsAsync()
    {
        await using var database = await host.OpenAsync(campaign);
        return [.. await database.ListAsync(
            "select kind, state, attempts, error, leased_until from entrant_mail order by mail_id",
            r => (new MailRow(r.GetString(0), r.GetString(1), r.GetInt32(2), r.IsDBNull(3) ? null : r.GetString(3)), !r.IsDBNull(4)))];
    }

    /// <summary>Waits until the grain that sends has no reminder any more.</summary>
    public Task RestsAsync() => Polling.UntilAsync(async () => await RemindersAsync() == 0, TimeSpan.FromSeconds(120));

    /// <summary>Reminders of the grain that sends, as the table holds them.</summary>
    public async Task<long> RemindersAsync()
    {
        await using var central = await host.OpenCentralAsync();
        return await central.ScalarAsync<long>(
            "select count(*) from orleansreminderstable where grainid like $1", $"%entrant-mail%{campaign.Id}%");
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
