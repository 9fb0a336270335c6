using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Claims;
using PrizeDraw.Domain.Time;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Claims;

namespace PrizeDraw.Storage.Campaign.Claims;

/// <summary>What people do about claims: winners make them, managers fulfil them.</summary>
public sealed class ClaimDesk(ClaimKeeper keeper)
{
    private const string ByToken = ClaimRow.Select + " where c.campaign_id = $1 and c.token_hash = $2";
    private const string ById = ClaimRow.Select + " where c.campaign_id = $1 and c.claim_id = $2";

    // State and deadline once more: what lapses is not claimed, whatever was read before.
    private const string Make =
        """
        update claim set state = 'claimed', claimed_at = $3, remind_at = null, name = $4, address = $5, phone = $6, guardian = $7::text, publication = $8,
          version = version + 1
        where campaign_id = $1 and claim_id = $2 and state = 'told' and deadline > $3
        """;

    private const string Publication =
        "update claim set publication = $3, version = version + 1 where campaign_id = $1 and claim_id = $2 and state not in ('told', 'lapsed', 'replaced')";

    // A step back takes away what the step had said.
    private const string Move =
        """
        update claim set state = $4, version = version + 1,
          carrier = nullif(coalesce($5::text, carrier), ''), reference = nullif(coalesce($6::text, reference), ''), note = nullif(coalesce($7::text, note), ''),
          dispatched_at = case when $4 in ('dispatched', 'delivered') then coalesce(dispatched_at, $8) end,
          delivered_at = case when $4 = 'delivered' then coalesce(delivered_at, $8) end
        where campaign_id = $1 and claim_id = $2 and version = $3
        """;

    /// <summary>Makes the claim that the token leads to, or changes whether its winner is named.</summary>
    public Task<(ClaimView? Claim, DomainError? Error)> MakeAsync(
        ClaimAddress address, long epoch, byte[] tokenHash, ClaimDetails asked, string? publication, CampaignCalendar calendar, DateTimeOffset now,
        CancellationToken ct) => keeper.ChangeAsync<(ClaimView?, DomainError?)>(address, epoch, async (connection, batch) =>
        {
            if (await connection.FindAsync(ByToken, [address.Campaign, tokenHash], ClaimRow.Read, ct) is not { } row)
            {
                return (null, new ClaimIsNotThere());
            }

            switch (ClaimRules.Decide(row.Standing(now, calendar), asked, publication, now))
            {
                case ClaimDecision.Refused refused:
                    return (null, refused.Error);
                case ClaimDecision.Made made:
                    batch.AddAudit(address.Campaign, ClaimAudit.Of(now, Winner, "claim.claimed", row.View.Id, new { made.Publication, row.View.Position }));
                    var details = made.Details;
                    Held(await connection.RunAsync(
                        Make,
                        [address.Campaign, row.Id, now, details.Name, details.Address, details.Phone, details.Guardian, made.Publication], ct));
                    break;
                case ClaimDecision.PublicationChanged changed:
                    batch.AddAudit(address.Campaign, ClaimAudit.Of(
                        now, Winner, "claim.publication_changed", row.View.Id, new { changed.Publication }, new { row.View.Publication }));
                    Held(await connection.RunAsync(Publication, [address.Campaign, row.Id, changed.Publication], ct));
                    break;
            }

            return (await ReadAsync(connection, address.Campaign, row.Id, calendar, now, ct), null);
        }, ct);

    /// <summary>Says how far the prize is on its way to the winner.</summary>
    public Task<(ClaimView? Claim, DomainError? Error)> MoveAsync(
        ClaimAddress address, long epoch, Guid claim, MoveClaim command, CampaignCalendar calendar, DateTimeOffset now, CancellationToken ct) =>
        keeper.ChangeAsync<(ClaimView?, DomainError?)>(address, epoch, async (connection, batch) =>
        {
            if (await connection.FindAsync(ById, [address.Campaign, claim], ClaimRow.Read, ct) is not { } row)
            {
                return (null, new ClaimIsNotThere());
            }

            var before = row.View;
            if (command.IfMatch is { } version && version != before.Version)
            {
                return (null, new ClaimHasChanged());
            }

            var to = command.State ?? before.State;
            if (!ClaimStates.MayMove(before.State, to))
            {
                return (null, new ClaimCannotMove(before.State, to));
            }

            Held(await connection.RunAsync(
                Move, [address.Campaign, claim, before.Version, to, command.Carrier, command.Reference, command.Note, now], ct));
            var after = await ReadAsync(connection, address.Campaign, claim, calendar, now, ct);
            // What is noted may say more of a person than an audit log may hold.
            batch.AddAudit(address.Campaign, ClaimAudit.Of(
                now, command.Actor, "claim.moved", before.Id, new { after.State, after.Carrier, after.Reference, noted = after.Note != before.Note },
                new { before.State, before.Carrier, before.Reference }));
            return (after, null);
        }, ct);

    /// <summary>Who acts by a token: no user of the platform.</summary>
    private static Actor Winner => new("winner", "winner");

    private static async Task<ClaimView> ReadAsync(
        NpgsqlConnection connection, Guid campaign, Guid claim, CampaignCalendar calendar, DateTimeOffset now, CancellationToken ct)
    {
        var row = (await connection.FindAsync(ById, [campaign, claim], ClaimRow.Read, ct))!;
        return (await ClaimRow.ToViewsAsync(connection, campaign, [row], personal: true, ct))[0] with { IsMinor = row.IsMinorAt(now, calendar) };
    }

    private static void Held(int rows)
    {
        if (rows != 1)
        {
            throw new InvalidOperationException("The claim changed while its keeper changed it.");
        }
    }
}
