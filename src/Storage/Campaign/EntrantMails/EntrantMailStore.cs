using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Campaign.EntrantMails;

/// <summary>A mail in the hands of whoever counted this attempt.</summary>
/// <param name="Attempt">From 1. Nobody else has the same: every end names it.</param>
/// <param name="EntryId">Whose entrant is told.</param>
/// <param name="Body">JSON of what the text needs.</param>
/// <param name="Email">As it is now; null when the entrant has been erased.</param>
public sealed record ClaimedMail(Guid Id, int Attempt, Guid EntryId, string Kind, string Body, string? Email, string? FirstName);

/// <summary>How an attempt ended.</summary>
/// <param name="State"><c>sent</c>, <c>pending</c> or <c>failed</c>.</param>
/// <param name="NextAt">While pending.</param>
/// <param name="Error">Why it was not sent; holds no personal data.</param>
public sealed record MailEnd(string State, DateTimeOffset? NextAt, string? Error)
{
    public const string Sent = "sent", Pending = "pending", Failed = "failed";
}

/// <summary>
/// The mails to a campaign's entrants. Claims skip what another holds, and every end names its attempt: two hosts never write over each other.
/// A host that dies between sending and writing so leaves the mail to be sent again: at least once. Nothing here reads a rehearsal's rows.
/// </summary>
public sealed class EntrantMailStore(CampaignConnections connections)
{
    // The attempt is counted when it begins, so that what kills its host is not tried for ever.
    private const string GiveUp =
        """
        update entrant_mail set state = 'failed', leased_until = null, ended_at = $2, error = 'The host ended during the last attempt.'
        where campaign_id = $1 and state = 'pending' and attempts >= $3 and leased_until < $2
        """;

    // The address is looked up now: it stands with the entrant alone, who may have changed or be erased since.
    private const string Claim =
        """
        with due as (
          select mail_id from entrant_mail
          where campaign_id = $1 and state = 'pending' and next_at <= $2 and attempts < $3 and (leased_until is null or leased_until < $2)
          order by next_at limit $4 for update skip locked),
        claimed as (
          update entrant_mail m set leased_until = $5, attempts = m.attempts + 1 from due
          where m.campaign_id = $1 and m.mail_id = due.mail_id returning m.*)
        select c.mail_id, c.attempts, c.entry_id, c.kind, c.body::text, nullif(p.email, ''), p.first_name
        from claimed c
        left join entry e on e.campaign_id = $1 and e.entry_id = c.entry_id
        left join entrant p on p.campaign_id = $1 and p.entrant_id = e.entrant_id
        order by c.next_at
        """;

    private const string End =
        """
        update entrant_mail set state = $4, next_at = coalesce($5::timestamptz, next_at), error = left($6, 500), leased_until = null,
          ended_at = case when $4 = 'pending' then null else $7::timestamptz end
        where campaign_id = $1 and mail_id = $2 and attempts = $3 and state = 'pending'
        """;

    private const string Next =
        "select min(greatest(next_at, coalesce(leased_until, next_at))) from entrant_mail where campaign_id = $1 and state = 'pending'";

    /// <summary>Takes what is due, oldest first, until <paramref name="until"/>; nothing for a campaign without a database.</summary>
    public async Task<ImmutableArray<ClaimedMail>> ClaimAsync(
        string tenantId, string campaignId, DateTimeOffset now, DateTimeOffset until, int most, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        if (lease is null)
        {
            return [];
        }

        var campaign = Ids.Parse(Ids.Campaign, campaignId);
        await lease.Connection.RunAsync(GiveUp, [campaign, now, DeliveryRetry.AttemptsMax], ct);
        return await lease.Connection.ListAsync(
            Claim, [campaign, now, DeliveryRetry.AttemptsMax, most, until],
            row => new ClaimedMail(
                row.GetGuid(0), row.GetInt32(1), row.GetGuid(2), row.GetString(3), row.GetString(4), row.TextOrNull(5), row.TextOrNull(6)), ct);
    }

    /// <summary>Writes how an attempt ended; false when the lease had run out and somebody else has taken the mail.</summary>
    public async Task<bool> EndAsync(string tenantId, string campaignId, ClaimedMail mail, MailEnd end, DateTimeOffset now, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(tenantId, campaignId, ct);
        return await lease.Connection.RunAsync(
            End, [Ids.Parse(Ids.Campaign, campaignId), mail.Id, mail.Attempt, end.State, end.NextAt, end.Error, now], ct) == 1;
    }

    /// <summary>When the next attempt is due; null when nothing is pending.</summary>
    public async Task<DateTimeOffset?> NextDueAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        return lease is null ? null : await lease.Connection.FindAsync(Next, [Ids.Parse(Ids.Campaign, campaignId)], row => row.TimeOrNull(0), ct);
    }
}
