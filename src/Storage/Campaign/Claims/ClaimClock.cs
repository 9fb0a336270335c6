using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Claims;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign.EntrantMails;

namespace PrizeDraw.Storage.Campaign.Claims;

/// <summary>A claim that lapsed, and whose prize has not gone on yet.</summary>
public sealed record LapsedClaim(Guid Id, Guid Draw, int Position);

/// <summary>What the clock does to claims. Each step is taken once: it finds the state that it ends, and is written with the mail that tells of it.</summary>
public sealed class ClaimClock(CampaignConnections connections, ClaimKeeper keeper)
{
    private const int AtOnceMax = 500;

    private const string Returned = "returning c.claim_id, c.draw_id, c.position, c.entry_id, c.prize, c.deadline";

    private const string Remind =
        $"""
        update claim c set remind_at = null from
          (select claim_id from claim where campaign_id = $1 and state = 'told' and remind_at <= $2 and deadline > $2 order by remind_at limit $3) due
        where c.campaign_id = $1 and c.claim_id = due.claim_id {Returned}
        """;

    // Whoever claims before the deadline has moved the claim on by now, in a transaction of the same keeper: one of the two finds it told.
    private const string Lapse =
        $"""
        update claim c set state = 'lapsed', ended_at = $2, remind_at = null, version = c.version + 1 from
          (select claim_id from claim where campaign_id = $1 and state = 'told' and deadline <= $2 order by deadline limit $3) due
        where c.campaign_id = $1 and c.claim_id = due.claim_id and c.state = 'told' {Returned}
        """;

    private const string PassOn =
        "update claim set passed_on_at = $3 where campaign_id = $1 and claim_id = $2 and state = 'lapsed' and passed_on_at is null";

    private const string Next =
        """
        select min(least(deadline, remind_at)) from claim where campaign_id = $1 and state = 'told'
        """;

    private sealed record Due(Guid Id, Guid Draw, int Position, Guid Entry, string Prize, DateTimeOffset Deadline);

    /// <summary>Reminds those whose time is running out, at most 500 a call; how many.</summary>
    public Task<int> RemindAsync(ClaimAddress address, long epoch, DateTimeOffset now, CancellationToken ct) =>
        StepAsync(address, epoch, Remind, EntrantMailKinds.ClaimReminder, "claim.reminded", now, ct);

    /// <summary>Ends the claims that nobody made in time, at most 500 a call; how many.</summary>
    public Task<int> LapseAsync(ClaimAddress address, long epoch, DateTimeOffset now, CancellationToken ct) =>
        StepAsync(address, epoch, Lapse, EntrantMailKinds.ClaimLapsed, "claim.lapsed", now, ct);

    /// <summary>Lapsed claims whose prize must still go on, those that lapsed first before the others.</summary>
    public async Task<ImmutableArray<LapsedClaim>> LapsedAsync(ClaimAddress address, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await lease.Connection.ListAsync(
            """
            select claim_id, draw_id, position from claim
            where campaign_id = $1 and state = 'lapsed' and passed_on_at is null order by ended_at, draw_id, position
            """, [address.Campaign], row => new LapsedClaim(row.GetGuid(0), row.GetGuid(1), row.GetInt32(2)), ct);
    }

    /// <summary>Notes that the prize of a lapsed claim has gone on.</summary>
    public Task<bool> PassedOnAsync(ClaimAddress address, long epoch, LapsedClaim claim, DateTimeOffset now, CancellationToken ct) =>
        keeper.ChangeAsync(address, epoch, async (connection, batch) =>
        {
            if (await connection.RunAsync(PassOn, [address.Campaign, claim.Id, now], ct) != 1)
            {
                return false;
            }

            batch.AddAudit(address.Campaign, ClaimAudit.Of(now, Actor.System, "claim.passed_on", Ids.Format(Ids.Claim, claim.Id), null));
            return true;
        }, ct);

    /// <summary>When somebody is to be reminded next, or a claim lapses; null when neither.</summary>
    public async Task<DateTimeOffset?> NextDueAsync(ClaimAddress address, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(address.TenantId, address.CampaignId, ct);
        return lease is null ? null : await lease.Connection.FindAsync(Next, [address.Campaign], row => row.TimeOrNull(0), ct);
    }

    /// <summary>Whether the claim of this place may still be made; null when the place has none.</summary>
    public async Task<bool?> IsOpenAsync(ClaimAddress address, Guid draw, int position, DateTimeOffset now, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        return await lease.Connection.FindAsync<bool?>(
            "select state = 'told' and deadline > $4 from claim where campaign_id = $1 and draw_id = $2 and position = $3",
            [address.Campaign, draw, position, now], row => row.GetBoolean(0), ct);
    }

    private Task<int> StepAsync(
        ClaimAddress address, long epoch, string update, string mailKind, string action, DateTimeOffset now, CancellationToken ct) =>
        keeper.ChangeAsync(address, epoch, async (connection, batch) =>
        {
            var moved = await connection.ListAsync(update, [address.Campaign, now, AtOnceMax], Read, ct);
            foreach (var claim in moved)
            {
                var body = new EntrantMailBody(
                    Ids.Format(Ids.Draw, claim.Draw), claim.Position, claim.Prize, mailKind == EntrantMailKinds.ClaimLapsed ? null : claim.Deadline);
                batch.AddEntrantMail(
                    address.Campaign, new EntrantMail(ClaimIds.OfMail(claim.Id, mailKind), claim.Entry, mailKind, body.ToJson(), now));
                batch.AddAudit(address.Campaign, ClaimAudit.Of(now, Actor.System, action, Ids.Format(Ids.Claim, claim.Id), new { claim.Position }));
            }

            return moved.Length;
        }, ct);

    private static Due Read(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetGuid(1), row.GetInt32(2), row.GetGuid(3), row.GetString(4), row.Time(5));
}
