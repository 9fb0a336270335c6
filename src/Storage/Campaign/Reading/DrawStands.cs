using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Storage.Campaign.Reading;

/// <summary>Reads how draws stand, and how far their lists are.</summary>
internal sealed class DrawStands(CampaignConnections connections, DrawLists lists)
{
    private const string Stands =
        """
        select draw_id, from_at, until_at, added_later, succeeds, commitment_hash, commitment_published_at is not null, round, chain::text,
          certified_events is not null, certified_events is distinct from (
            select count(*)::int from draw_event e where e.campaign_id = draw.campaign_id and e.draw_id = draw.draw_id),
          waiting_for, resumes_at
        from draw where campaign_id = $1
        """;

    private const string Observers =
        """
        select draw_id, observer_id, name, state, created_at, supplied_at from draw_observer where campaign_id = $1
        order by created_at desc, observer_id desc
        """;

    /// <summary>The draws, each with how it stands.</summary>
    public async Task<ImmutableArray<DrawView>> WithAsync(string tenantId, string campaignId, ImmutableArray<DrawView> draws, CancellationToken ct)
    {
        if (draws.IsEmpty)
        {
            return draws;
        }

        Dictionary<string, DrawStand> stands;
        ILookup<string, DrawObserverView> observers;
        await using (var lease = await connections.RequireAsync(tenantId, campaignId, ct))
        {
            observers = (await lease.Connection.ListAsync(Observers, [Ids.Parse(Ids.Campaign, campaignId)], ReadObserver, ct)).ToLookup(o => o.Draw, o => o.View);
            stands = (await lease.Connection.ListAsync(Stands, [Ids.Parse(Ids.Campaign, campaignId)], Read, ct)).ToDictionary(s => s.Id, s => s.Stand);
        }

        var standing = ImmutableArray.CreateBuilder<DrawView>(draws.Length);
        foreach (var draw in draws)
        {
            var stand = stands.GetValueOrDefault(draw.Id) is { } found ? found with { Observers = [.. observers[draw.Id]] } : null;
            standing.Add(draw with { Stand = stand is not null && draw.State == "frozen" ? await WithListAsync(tenantId, draw, stand, ct) : stand });
        }

        return standing.MoveToImmutable();
    }

    private async Task<DrawStand> WithListAsync(string tenantId, DrawView draw, DrawStand stand, CancellationToken ct) =>
        await lists.ProgressAsync(DrawListAddress.Parse(tenantId, draw.CampaignId, draw.Id), ct) is { } progress
            ? stand with { ListDone = progress.Done, ListTotal = progress.Total, IsListReady = progress.Stage == DrawListStage.Ready }
            : stand;

    private static (string Id, DrawStand Stand) Read(NpgsqlDataReader row)
    {
        long? round = row.LongOrNull(7) is > 0 and var named ? named : null;
        return (Ids.Format(Ids.Draw, row.GetGuid(0)), new DrawStand
        {
            From = row.TimeOrNull(1),
            Until = row.TimeOrNull(2),
            AddedLater = row.GetBoolean(3),
            Succeeds = row.IsDBNull(4) ? null : Ids.Format(Ids.Draw, row.GetGuid(4)),
            CommitmentHash = row.BytesOrNull(5) is { } hash ? Convert.ToHexStringLower(hash) : null,
            IsCommitmentPublic = row.GetBoolean(6),
            Round = round,
            RoundAt = round is { } r && row.TextOrNull(8) is { } chain ? TimeOf(r, chain) : null,
            IsCertified = row.GetBoolean(9),
            IsCertificateBehind = row.GetBoolean(10),
            WaitingFor = row.TextOrNull(11),
            ResumesAt = row.TimeOrNull(12),
        });
    }

    private static (string Draw, DrawObserverView View) ReadObserver(NpgsqlDataReader row) => (
        Ids.Format(Ids.Draw, row.GetGuid(0)),
        new DrawObserverView(Ids.Format(Ids.Observer, row.GetGuid(1)), row.GetString(2), row.GetString(3), row.Time(4), row.TimeOrNull(5)));

    private static DateTimeOffset TimeOf(long round, string chain)
    {
        using var document = JsonDocument.Parse(chain);
        return DateTimeOffset.FromUnixTimeSeconds(document.RootElement.GetProperty("GenesisTime").GetInt64())
            .AddSeconds((round - 1) * (double)document.RootElement.GetProperty("PeriodSeconds").GetInt32());
    }
}
