using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign.EntrantMails;

namespace PrizeDraw.Storage.Campaign.Eligibility;

/// <summary>How an entry stands in draws.</summary>
/// <param name="Excluded">Reason code; null while it takes part.</param>
/// <param name="Tickets">1 and what was granted on top.</param>
public sealed record Standing(string? Excluded, int Tickets);

/// <summary>A decision on an entry, as it is kept.</summary>
/// <param name="Action">excluded, restored or tickets.</param>
public sealed record EntryCase(Guid Id, string Action, string Reason, string? Clause, string? Evidence, string Actor, DateTimeOffset At);

/// <summary>What is written with a change of an entry's standing.</summary>
/// <param name="Audit">By what the entry stood as before.</param>
/// <param name="Mail">What the entrant is told; null for nothing.</param>
public sealed record StandingChange(EntryCase Case, Func<Standing, CampaignEvent> Audit, EntrantMail? Mail);

/// <summary>How a change ended.</summary>
public enum StandingWrite
{
    /// <summary>The entry stands as asked for.</summary>
    Done,
    NotFound,

    /// <summary>The list of a draw that covers the entry is frozen: nothing was changed.</summary>
    Frozen,
}

/// <summary>Changes how entries stand in draws. A list that is frozen stays as it is: the draws are locked against freezing meanwhile.</summary>
public sealed class EligibilityStore(CampaignConnections connections)
{
    private const string Entry =
        """
        select coalesce(k.received_at, e.entered_at), e.excluded, e.tickets from entry e
        left join keyed_entry k on k.campaign_id = e.campaign_id and k.pool_id = e.pool_id and k.number = e.number
        where e.campaign_id = $1 and e.entry_id = $2 for no key update of e
        """;

    // So that none of them can be frozen before this has been written.
    private const string LockPlanned = "select 1 from draw where campaign_id = $1 and state = 'planned' order by draw_id for share";

    // A draw that was void before its freeze has no list.
    private const string Frozen =
        "select from_at, until_at from draw where campaign_id = $1 and state <> 'planned' and not (state = 'void' and last_numbers is null)";

    /// <summary>Puts the entry where it shall stand; stands it so already, nothing is written.</summary>
    public async Task<(StandingWrite Outcome, Standing Standing)> ChangeAsync(
        string tenantId, string campaignId, Guid entryId, Func<Standing, Standing> next, StandingChange change, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        if (lease is null)
        {
            return (StandingWrite.NotFound, new Standing(null, 1));
        }

        var campaign = Ids.Parse(Ids.Campaign, campaignId);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        var found = await lease.Connection.ListAsync(
            Entry, [campaign, entryId], row => (At: row.Time(0), Standing: new Standing(row.TextOrNull(1), row.GetInt32(2))), ct);
        if (found.IsEmpty)
        {
            return (StandingWrite.NotFound, new Standing(null, 1));
        }

        var (at, before) = found[0];
        var after = next(before);
        if (after == before)
        {
            return (StandingWrite.Done, before);
        }

        // Planned ones first: whichever is frozen after this waits, and whichever was frozen before is found by the second look.
        await lease.Connection.ListAsync(LockPlanned, [campaign], _ => true, ct);
        var frozen = await lease.Connection.ListAsync(Frozen, [campaign], row => (From: row.TimeOrNull(0), Until: row.TimeOrNull(1)), ct);
        if (frozen.Any(draw => !(at < draw.From) && !(at >= draw.Until)))
        {
            return (StandingWrite.Frozen, before);
        }

        await WriteAsync(lease.Connection, transaction, campaign, entryId, after, change, change.Audit(before), ct);
        await transaction.CommitAsync(ct);
        return (StandingWrite.Done, after);
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid campaign, Guid entryId, Standing after, StandingChange change,
        CampaignEvent audit, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add("update entry set excluded = $3::text, tickets = $4 where campaign_id = $1 and entry_id = $2", campaign, entryId, after.Excluded, after.Tickets);
        batch.Add(
            """
            insert into entry_case (campaign_id, case_id, entry_id, action, reason, clause, evidence, actor, at)
            values ($1, $2, $3, $4, $5, $6::text, $7::text, $8, $9)
            """, campaign, change.Case.Id, entryId, change.Case.Action, change.Case.Reason, change.Case.Clause, change.Case.Evidence,
            change.Case.Actor, change.Case.At);
        batch.AddAudit(campaign, audit);
        if (change.Mail is { } mail)
        {
            batch.AddEntrantMail(campaign, mail);
        }

        await batch.ExecuteNonQueryAsync(ct);
    }
}
