using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Claims;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign.EntrantMails;

namespace PrizeDraw.Storage.Campaign.Claims;

/// <summary>A draw whose winners are known.</summary>
/// <param name="IsCertified">Whether the published certificate holds everything that has happened.</param>
/// <param name="Events">How many events there are.</param>
public sealed record DrawnDraw(Guid Id, string State, bool IsCertified, int Events);

/// <summary>Who holds a prize: a place of the order.</summary>
public sealed record PrizeHolder(int Position, Guid EntryId, string Prize);

/// <summary>Gives each holder of a prize a claim, once, and tells them; ends the claims of those who hold none any more.</summary>
public sealed class ClaimTelling(CampaignConnections connections, ClaimKeeper keeper, ClaimTokens tokens)
{
    private const int AtOnceMax = 500;

    // What an earlier version committed to has no certificate and never gets one.
    private const string Drawn =
        """
        select d.draw_id, d.state, d.commitment_signature is null or coalesce(d.certified_events = e.n, false), e.n
        from draw d
        cross join lateral (select count(*)::int as n from draw_event x where x.campaign_id = d.campaign_id and x.draw_id = d.draw_id) e
        where d.campaign_id = $1 and d.drawn_at is not null order by d.draw_id
        """;

    // As it was when the holders were found out: a replacement that came since decides otherwise. It waits until we are through.
    private const string Unchanged =
        """
        select draw_id from draw d
        where campaign_id = $1 and draw_id = $2 and state in ('drawn', 'completed')
          and $3 = (select count(*) from draw_event x where x.campaign_id = d.campaign_id and x.draw_id = d.draw_id)
        for share
        """;

    private const string Insert =
        """
        insert into claim (campaign_id, claim_id, draw_id, position, entry_id, prize, token_hash, told_at, remind_at, deadline)
        select $1, c.claim_id, $2, c.position, c.entry_id, c.prize, c.token_hash, $3, $4::timestamptz, $5
        from unnest($6::uuid[], $7::int[], $8::uuid[], $9::text[], $10::bytea[]) as c (claim_id, position, entry_id, prize, token_hash)
        """;

    private const string HoldsNothing =
        """
        position <> all($3) and (state in ('told', 'claimed', 'preparing') or (state = 'lapsed' and passed_on_at is null))
        """;

    private const string Settle =
        $"""
        update claim set state = case when state = 'lapsed' then state else 'replaced' end, ended_at = coalesce(ended_at, $4),
          passed_on_at = case when state = 'lapsed' then $4 end, remind_at = null, version = version + 1
        where campaign_id = $1 and draw_id = $2 and {HoldsNothing}
        returning claim_id, state
        """;

    private const string Through =
        $"""
        select not exists (select from claim where campaign_id = $1 and draw_id = $2 and {HoldsNothing})
          and not exists (
            select from unnest($3) as h (position)
            where not exists (select from claim c where c.campaign_id = $1 and c.draw_id = $2 and c.position = h.position))
        """;

    /// <summary>The campaign's draws that have been drawn, void ones too.</summary>
    public async Task<ImmutableArray<DrawnDraw>> DrawnAsync(ClaimAddress address, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(address.TenantId, address.CampaignId, ct);
        return lease is null ? [] : await lease.Connection.ListAsync(
            Drawn, [address.Campaign], row => new DrawnDraw(row.GetGuid(0), row.GetString(1), row.GetBoolean(2), row.GetInt32(3)), ct);
    }

    /// <summary>The entries of a draw's order, by position.</summary>
    public async Task<ImmutableDictionary<int, Guid>> EntriesAsync(ClaimAddress address, Guid draw, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return (await lease.Connection.ListAsync(
            "select position, entry_id from winner where campaign_id = $1 and draw_id = $2", [address.Campaign, draw],
            row => (Position: row.GetInt32(0), Entry: row.GetGuid(1)), ct)).ToImmutableDictionary(place => place.Position, place => place.Entry);
    }

    /// <summary>Whether each of these places of a draw has had its claim, and no other place has one that goes on.</summary>
    public async Task<bool> IsThroughAsync(ClaimAddress address, Guid draw, int[] holding, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await lease.Connection.ScalarAsync<bool>(Through, [address.Campaign, draw, holding], ct);
    }

    /// <summary>
    /// A claim and a mail for each holder who has none, at most 500 a call; how many. None when nothing was left to do, or the draw has changed
    /// since its holders were found out.
    /// </summary>
    public async Task<int> TellAsync(
        ClaimAddress address, long epoch, DrawnDraw draw, IReadOnlyList<PrizeHolder> holders, int days, DateTimeOffset now, CancellationToken ct)
    {
        var maker = await tokens.MakerAsync(address.TenantId, address.CampaignId, ct);
        return await keeper.ChangeAsync(address, epoch, async (connection, batch) =>
        {
            if (await connection.ScalarAsync<Guid?>(Unchanged, [address.Campaign, draw.Id, draw.Events], ct) is null)
            {
                return 0;
            }

            var told = await connection.ListAsync(
                "select position from claim where campaign_id = $1 and draw_id = $2", [address.Campaign, draw.Id], row => row.GetInt32(0), ct);
            var missing = holders.ExceptBy(told, holder => holder.Position).Take(AtOnceMax).ToArray();
            if (missing.Length == 0)
            {
                return 0;
            }

            var deadline = ClaimTimes.Deadline(now, days);
            var ids = missing.Select(holder => ClaimIds.Of(address.Campaign, draw.Id, holder.Position)).ToArray();
            batch.Add(
                Insert, address.Campaign, draw.Id, now, ClaimTimes.RemindAt(now, deadline), deadline, ids,
                missing.Select(h => h.Position).ToArray(), missing.Select(h => h.EntryId).ToArray(), missing.Select(h => h.Prize).ToArray(),
                missing.Select(h => ClaimTokens.HashOf(maker.TokenOf(draw.Id, h.Position, h.EntryId))).ToArray());
            foreach (var (holder, id) in missing.Zip(ids))
            {
                var body = new EntrantMailBody(Ids.Format(Ids.Draw, draw.Id), holder.Position, holder.Prize, deadline);
                batch.AddEntrantMail(address.Campaign, new EntrantMail(
                    ClaimIds.OfMail(id, EntrantMailKinds.WinnerTold), holder.EntryId, EntrantMailKinds.WinnerTold, body.ToJson(), now));
            }

            batch.AddAudit(address.Campaign, ClaimAudit.Of(
                now, Actor.System, "claim.told", Ids.Format(Ids.Draw, draw.Id), new { positions = missing.Select(h => h.Position), deadline }));
            return missing.Length;
        }, ct);
    }

    /// <summary>Ends the claims of places of a draw that hold nothing any more. True when there were some.</summary>
    public Task<bool> SettleAsync(
        ClaimAddress address, long epoch, Guid draw, IReadOnlyCollection<int> holding, DateTimeOffset now, CancellationToken ct) =>
        keeper.ChangeAsync(address, epoch, async (connection, batch) =>
        {
            var ended = await connection.ListAsync(
                Settle, [address.Campaign, draw, holding.ToArray(), now], row => (Id: row.GetGuid(0), State: row.GetString(1)), ct);
            foreach (var claim in ended)
            {
                var action = claim.State == ClaimStates.Lapsed ? "claim.passed_on" : "claim.replaced";
                batch.AddAudit(address.Campaign, ClaimAudit.Of(now, Actor.System, action, Ids.Format(Ids.Claim, claim.Id), null));
            }

            return !ended.IsEmpty;
        }, ct);
}

/// <summary>Events of claims, for the audit log: no personal data.</summary>
internal static class ClaimAudit
{
    public static CampaignEvent Of(DateTimeOffset now, Actor actor, string action, string subject, object? after, object? before = null) => new(
        Guid.CreateVersion7(now), now, actor.Id, action, subject, Json(before), Json(after));

    private static string? Json(object? value) => value is null ? null : JsonSerializer.Serialize(value, StorageJson.Options);
}
