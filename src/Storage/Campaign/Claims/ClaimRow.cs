using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Claims;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Time;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Storage.Campaign.EntrantMails;

namespace PrizeDraw.Storage.Campaign.Claims;

/// <summary>A claim with its entrant's age and whether its place still holds the prize.</summary>
internal sealed record ClaimRow(Guid Id, ClaimView View, ClaimDetails Details, string? Email, DateOnly? Born, bool HoldsPlace)
{
    private const string Columns =
        """
        select c.claim_id, c.draw_id, c.position, c.entry_id, c.prize, c.state, c.version, c.told_at, c.deadline, c.claimed_at, c.publication,
          c.carrier, c.reference, c.dispatched_at, c.delivered_at, w.state is distinct from 'replaced',
        """;

    private const string Tables =
        """
         from claim c
        left join winner w on w.campaign_id = c.campaign_id and w.draw_id = c.draw_id and w.position = c.position
        left join entry e on e.campaign_id = c.campaign_id and e.entry_id = c.entry_id
        left join entrant p on p.campaign_id = e.campaign_id and p.entrant_id = e.entrant_id
        """;

    /// <summary>Claims c, with personal data.</summary>
    public const string Select = Columns + " c.note, c.name, c.address, c.phone, c.guardian, p.email, p.date_of_birth" + Tables;

    // Whoever may not see personal data does not get it as far as this process.
    private const string Impersonal = Columns + " null::text, null::text, null::text, null::text, null::text, null::text, null::date" + Tables;

    public static string SelectFor(bool personal) => personal ? Select : Impersonal;

    public static ClaimRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        new ClaimView
        {
            Id = Ids.Format(Ids.Claim, row.GetGuid(0)),
            DrawId = Ids.Format(Ids.Draw, row.GetGuid(1)),
            Position = row.GetInt32(2),
            EntryId = Ids.Format(Ids.Entry, row.GetGuid(3)),
            Prize = row.GetString(4),
            State = row.GetString(5),
            Version = row.GetInt64(6),
            ToldAt = row.Time(7),
            Deadline = row.Time(8),
            ClaimedAt = row.TimeOrNull(9),
            Publication = row.TextOrNull(10),
            Carrier = row.TextOrNull(11),
            Reference = row.TextOrNull(12),
            DispatchedAt = row.TimeOrNull(13),
            DeliveredAt = row.TimeOrNull(14),
            Note = row.TextOrNull(16),
        },
        new ClaimDetails(row.TextOrNull(17), row.TextOrNull(18), row.TextOrNull(19), row.TextOrNull(20)),
        row.TextOrNull(21), row.IsDBNull(22) ? null : row.GetFieldValue<DateOnly>(22), row.GetBoolean(15));

    public ClaimView ToView(bool personal) => personal
        ? View with { Person = new ClaimPerson(Email, Details.Name, Details.Address, Details.Phone, Details.Guardian) }
        : View;

    public bool IsMinorAt(DateTimeOffset now, CampaignCalendar calendar) => Born is { } born && !Age.IsAtLeast(18, born, now, calendar);

    /// <summary>As the token leads to it.</summary>
    public StandingClaim Standing(DateTimeOffset now, CampaignCalendar calendar) =>
        new(View.State, View.Deadline, HoldsPlace, IsMinorAt(now, calendar), Details, View.Publication);

    /// <summary>The claims as they are shown, each with how the mail stands that told its winner.</summary>
    public static async Task<ImmutableArray<ClaimView>> ToViewsAsync(
        NpgsqlConnection connection, Guid campaign, ImmutableArray<ClaimRow> rows, bool personal, CancellationToken ct)
    {
        var byMail = rows.ToDictionary(row => ClaimIds.OfMail(row.Id, EntrantMailKinds.WinnerTold), row => row.Id);
        var mails = (await connection.ListAsync(
            "select mail_id, state from entrant_mail where campaign_id = $1 and mail_id = any($2)", [campaign, byMail.Keys.ToArray()],
            row => (Claim: byMail[row.GetGuid(0)], State: row.GetString(1)), ct)).ToDictionary(mail => mail.Claim, mail => mail.State);
        return [.. rows.Select(row => row.ToView(personal) with { Mail = mails.TryGetValue(row.Id, out var mail) ? mail : null })];
    }
}
