using System;
using Npgsql;

namespace PrizeDraw.Storage.Campaign.EntrantMails;

/// <summary>Something that an entrant is to be told by mail.</summary>
/// <param name="Id">Names it for ever: added again with the same id, it is there once.</param>
/// <param name="EntryId">Whose entrant is told.</param>
/// <param name="Kind">winner-told, claim-reminder, claim-lapsed or winner-replaced.</param>
/// <param name="Body">JSON of what the text needs; no personal data.</param>
public sealed record EntrantMail(Guid Id, Guid EntryId, string Kind, string Body, DateTimeOffset At);

/// <summary>Queues mails to entrants in the transaction of what they tell of.</summary>
internal static class EntrantMailRows
{
    public static void AddEntrantMail(this NpgsqlBatch batch, Guid campaign, EntrantMail mail) => batch.Add(
        """
        insert into entrant_mail (campaign_id, mail_id, entry_id, kind, body, next_at, created_at)
        values ($1, $2, $3, $4, $5::jsonb, $6, $6) on conflict do nothing
        """, campaign, mail.Id, mail.EntryId, mail.Kind, mail.Body, mail.At);
}
