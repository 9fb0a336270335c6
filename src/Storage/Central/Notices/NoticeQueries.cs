using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Notices;

namespace PrizeDraw.Storage.Central.Notices;

/// <inheritdoc cref="INoticeQueries"/>
internal sealed class NoticeQueries(ScopedReads reads) : INoticeQueries
{
    private const string List =
        """
        select notice_id, campaign_id, kind, at, body::text from notice
        where campaign_id = $1 and (cardinality($2::uuid[]) = 0 or campaign_id = any($2)) and ($3::uuid is null or notice_id < $3)
        order by notice_id desc limit $4
        """;

    private const string Deliveries =
        """
        select notice_id, channel, target, state, attempts, next_at, error from delivery where notice_id = any($1)
        order by notice_id, channel, delivery_id
        """;

    public async Task<Page<NoticeView>> ListAsync(Scope scope, string campaignId, int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        if (!Ids.TryParse(Ids.Campaign, campaignId, out var campaign))
        {
            return new Page<NoticeView>([], null);
        }

        await using var read = await reads.OpenAsync(scope, ct);
        var found = await read.Connection.ListAsync(
            List, [campaign, ScopedReads.Campaigns(scope), after, Cursor.Fetch(limit)], Read, ct);
        var page = Cursor.Cut(found, limit, notice => Ids.Parse(Ids.Notice, notice.Id));
        return page.Items.IsEmpty ? page : page with { Items = await WithDeliveriesAsync(read.Connection, page.Items, ct) };
    }

    private static async Task<ImmutableArray<NoticeView>> WithDeliveriesAsync(
        NpgsqlConnection connection, ImmutableArray<NoticeView> notices, CancellationToken ct)
    {
        var ids = notices.Select(notice => Ids.Parse(Ids.Notice, notice.Id)).ToArray();
        var deliveries = await connection.ListAsync(
            Deliveries, [ids],
            row => (Notice: Ids.Format(Ids.Notice, row.GetGuid(0)), Delivery: new DeliveryView(
                row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4), row.TimeOrNull(5), row.TextOrNull(6))), ct);
        var byNotice = deliveries.ToLookup(found => found.Notice, found => found.Delivery);
        return [.. notices.Select(notice => notice with { Deliveries = [.. byNotice[notice.Id]] })];
    }

    private static NoticeView Read(NpgsqlDataReader row) => new(
        Ids.Format(Ids.Notice, row.GetGuid(0)), Ids.Format(Ids.Campaign, row.GetGuid(1)), row.GetString(2), row.Time(3),
        NoticeBody.TryParse(row.GetString(4), out var body) ? body.ToStock() : null, [])
    {
        Deployment = body?.ToDeployment(),
        Domain = body?.ToDomain(),
    };
}
