using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Storage.Campaign;

/// <summary>
/// Carries a campaign's outbox to the central database: events to the audit log, notices to those who are told. A batch is read, carried, and only then
/// deleted from the outbox, with no connection to the campaign's database kept meanwhile. By event id, so that a relay cut short at any step, or made by two
/// hosts at once, is simply repeated.
/// </summary>
public sealed partial class OutboxRelay(
    CampaignConnections connections, CentralDatabase central, NoticeRelay notices, AuditRecall recall, ILogger<OutboxRelay> log)
{
    private const int RowsMax = 500, BatchesPerTurn = 10, TurnsMax = 1000;

    // How long whoever has written waits for its way on, which goes on without them.
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(10);

    private const string Waiting =
        "select event_id, body::text from outbox where campaign_id = $1 and kind = 'audit' and event_id > $2 order by event_id limit $3";

    /// <summary>Takes events as a campaign's database has them, and answers those that were not there yet.</summary>
    internal const string Insert =
        """
        insert into audit_event (tenant_id, event_id, at, campaign_id, actor, action, subject, before, after)
        select $1, e.event_id, e.at, e.campaign_id, e.actor, e.action, e.subject, e.before, e.after
        from unnest($2::jsonb[]) as b (body),
          jsonb_to_record(b.body) as e (event_id uuid, at timestamptz, campaign_id uuid, actor text, action text, subject text,
            before jsonb, after jsonb)
        on conflict do nothing returning event_id
        """;

    private readonly ConcurrentDictionary<(string Tenant, string Campaign), bool> behind = new();
    private readonly ConcurrentDictionary<(string Tenant, string Campaign), TurnsInLine<bool>> lines = new();

    /// <summary>Campaigns whose last turn on this host failed or left something: to be taken on.</summary>
    public ImmutableArray<(string Tenant, string Campaign)> Behind => [.. behind.Keys];

    /// <summary>What a turn may take before it is given up, so that a database that does not answer holds up nobody for long.</summary>
    internal TimeSpan TurnMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Relays after a write that stands whether or not its events get through now, and waits for that for ten seconds at most: what does not get
    /// through is relayed with the next ones, within ten seconds by this host's sweep, or when the campaign wakes.
    /// </summary>
    public async Task TryRelayAsync(string tenantId, string campaignId)
    {
        try
        {
            await TakeTurnAsync(tenantId, campaignId).WaitAsync(WaitMax);
        }
        catch (TimeoutException)
        {
            // The turn goes on.
        }
    }

    /// <summary>
    /// A turn of this campaign, of which there is one at a time on a host; who asks while one is under way shares the next. Never fails: where it could not
    /// be made the campaign is <see cref="Behind"/>. True when there is more than a turn carries.
    /// </summary>
    public Task<bool> TakeTurnAsync(string tenantId, string campaignId) =>
        lines.GetOrAdd((tenantId, campaignId), key => new TurnsInLine<bool>(() => TurnAsync(key))).AskAsync();

    /// <summary>As <see cref="TakeTurnAsync"/>, for whoever asks all campaigns in turn: leaves no session of its own behind.</summary>
    public async Task<bool> TakeTurnInPassingAsync(string tenantId, string campaignId)
    {
        var isMore = await TakeTurnAsync(tenantId, campaignId);
        connections.LetRest(tenantId, campaignId);
        return isMore;
    }

    private async Task<bool> TurnAsync((string Tenant, string Campaign) key)
    {
        using var limit = new CancellationTokenSource(TurnMax);
        try
        {
            var isMore = await RelayAsync(key.Tenant, key.Campaign, limit.Token);
            Remember(key, isMore);
            return isMore;
        }
        catch (CampaignPutAwayException)
        {
            // Whoever put it away has drained it; it is looked at again when the campaign is brought back.
            Remember(key, isBehind: false);
        }
        catch (Exception e)
        {
            Remember(key, isBehind: true);
            LogNotRelayed(key.Campaign, e);
        }

        return false;
    }

    private void Remember((string Tenant, string Campaign) key, bool isBehind)
    {
        if (isBehind)
        {
            behind[key] = true;
        }
        else
        {
            behind.TryRemove(key, out _);
        }
    }

    /// <summary>
    /// Relays what waits, at most 5,000 events and 1,000 notices a call: true when there may be more. Does nothing for a campaign without a database.
    /// </summary>
    public Task<bool> RelayAsync(string tenantId, string campaignId, CancellationToken ct) => RelayAsync(
        new CampaignReach(connections, tenantId, campaignId), Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId), ct);

    // Events first: who is to be told of something may be hard to reach.
    private async Task<bool> RelayAsync(CampaignReach reach, Guid tenant, Guid campaign, CancellationToken ct)
    {
        var areMoreEvents = await CarryAsync(reach, campaign, (database, after) => ReadAsync(database, tenant, campaign, after, ct), ct);
        var areMoreNotices = await CarryAsync(reach, campaign, (database, after) => notices.ReadAsync(database, tenant, campaign, after, ct), ct);
        return areMoreEvents || areMoreNotices;
    }

    /// <summary>
    /// Relays until nothing waits any more, and then has what a restored installation lacks offered, so that this is known to be done once all is: before the
    /// campaign's database goes, which nobody else reaches by now. Throws
    /// <see cref="StorageUnavailableException"/> when that takes more than a thousand turns, since then something writes on.
    /// </summary>
    public async Task DrainAsync(NpgsqlConnection database, string tenantId, string campaignId, CancellationToken ct)
    {
        var (tenant, campaign) = (Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId));
        var reach = new CampaignReach(connections, tenantId, campaignId, alone: database);
        for (var turn = 0; turn < TurnsMax; turn++)
        {
            await RelayAsync(reach, tenant, campaign, ct);
            if (!await database.ScalarAsync<bool>("select exists (select from outbox where campaign_id = $1)", [campaign], ct))
            {
                await recall.RecallAsync(reach, tenant, campaign, ct);
                Remember((tenantId, campaignId), isBehind: false);
                return;
            }
        }

        throw new StorageUnavailableException("The campaign's outbox does not come to an end.");
    }

    private static async Task<bool> CarryAsync(
        CampaignReach reach, Guid campaign, Func<NpgsqlConnection, Guid, Task<OutboxBatch>> read, CancellationToken ct)
    {
        var after = Guid.Empty;
        for (var i = 0; i < BatchesPerTurn; i++)
        {
            if (await reach.AskAsync(database => read(database, after), ct) is not { } batch)
            {
                return false;
            }

            if (!batch.Carried.IsEmpty)
            {
                await batch.CarryAsync(ct);
                await reach.AskAsync(
                    database => database.RunAsync(
                        "delete from outbox where campaign_id = $1 and event_id = any($2)", [campaign, batch.Carried.ToArray()], ct), ct);
            }

            if (batch.GoOnAfter is not { } last)
            {
                return false;
            }

            after = last;
        }

        return true;
    }

    private async Task<OutboxBatch> ReadAsync(NpgsqlConnection database, Guid tenant, Guid campaign, Guid after, CancellationToken ct)
    {
        var rows = await database.ListAsync(
            Waiting, [campaign, after, RowsMax], row => (Id: row.GetGuid(0), Body: row.GetString(1)), ct);
        return new OutboxBatch(
            [.. rows.Select(r => r.Id)], rows.Length == RowsMax ? rows[^1].Id : null,
            token => WriteAsync(tenant, [.. rows.Select(r => r.Body)], token));
    }

    private async Task WriteAsync(Guid tenant, string[] bodies, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        await work.Connection.RunAsync(Insert, [tenant, bodies], ct);
        await work.CommitAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events and notices of campaign {Campaign} were not relayed yet.")]
    private partial void LogNotRelayed(string campaign, Exception e);
}
