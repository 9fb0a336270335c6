using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;

namespace PrizeDraw.Storage.Campaign.Reading;

/// <summary>Reads draws and their winners.</summary>
internal sealed class DrawReads(CampaignConnections connections, DrawHappenings happenings)
{
    private const string Draws =
        """
        select draw_id, name, state, level, rule, reserves, prizes::text, freeze_at, drawn_at, published_at, rules_hash, secret_hash,
          root, eligible, excluded
        from draw where campaign_id = $1 order by draw_id desc
        """;

    // $2: with personal data; $3: winners of published draws alone, and without the names of those who object (CAP Code 8.28.5).
    private const string Winners =
        """
        select w.draw_id, w.position, w.role, w.prize, w.entry_id, w.state,
          case when s.named then p.first_name end, case when s.named then p.last_name end, case when $2 and not $3 then p.email end,
          case when s.named then p.county end, c.claim_id, c.state, c.deadline
        from winner w
        join draw d on d.campaign_id = w.campaign_id and d.draw_id = w.draw_id
        left join claim c on c.campaign_id = w.campaign_id and c.draw_id = w.draw_id and c.position = w.position
        cross join lateral (select $2 and not ($3 and c.publication is not distinct from 'objected') as named) s
        left join entry e on e.campaign_id = w.campaign_id and e.entry_id = w.entry_id
        left join entrant p on p.campaign_id = e.campaign_id and p.entrant_id = e.entrant_id
        where w.campaign_id = $1
          and (not $3 or (w.state = 'published' and d.state = 'completed' and d.published_at is not null))
        order by w.draw_id, w.position
        """;

    private const string Published =
        """
        select draw_id, name, level, published_at from draw
        where campaign_id = $1 and state = 'completed' and published_at is not null order by published_at desc, draw_id desc
        """;

    private sealed record Winner(
        Guid Draw, int Position, string Role, string? Prize, Guid Entry, string State, string? FirstName, string? LastName, string? Email,
        string? County, ClaimOfWinner? Claim);

    public async Task<ImmutableArray<DrawView>> ListAsync(string tenantId, string campaignId, bool personal, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        if (lease is null)
        {
            return [];
        }

        var campaign = Ids.Parse(Ids.Campaign, campaignId);
        var winners = await WinnersAsync(lease.Connection, campaign, personal, published: false, ct);
        var holders = await happenings.HoldersAsync(lease.Connection, campaign, ct);
        var histories = await happenings.ReadAsync(lease.Connection, campaign, ct);
        return await lease.Connection.ListAsync(
            Draws, [campaign], row => ReadDraw(row, campaignId, winners, holders.GetValueOrDefault(row.GetGuid(0)), histories.GetValueOrDefault(row.GetGuid(0))), ct);
    }

    public async Task<ImmutableArray<PublishedDraw>> PublishedAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        await using var lease = await connections.OpenAsync(tenantId, campaignId, ct);
        if (lease is null)
        {
            return [];
        }

        var campaign = Ids.Parse(Ids.Campaign, campaignId);
        var winners = await WinnersAsync(lease.Connection, campaign, personal: true, published: true, ct);
        var holders = await happenings.HoldersAsync(lease.Connection, campaign, ct);
        return await lease.Connection.ListAsync(
            Published, [campaign],
            row => new PublishedDraw(
                Ids.Format(Ids.Draw, row.GetGuid(0)), row.GetString(1), row.GetString(2), row.Time(3),
                [.. Holding(winners[row.GetGuid(0)], holders.GetValueOrDefault(row.GetGuid(0))).Select(held => new PublishedWinner(
                    held.Prize.Position, Shortened(held.Winner.FirstName, held.Winner.LastName), held.Winner.County, held.Prize.Prize))]), ct);
    }

    /// <summary>Initial and surname (CAP Code 8.28.5); never more of a first name, even where there is no surname.</summary>
    internal static string Shortened(string? firstName, string? lastName)
    {
        var surname = lastName?.Trim() ?? "";
        var initial = firstName?.Trim() is { Length: > 0 } first
            ? StringInfo.GetNextTextElement(first).ToUpperInvariant() + "."
            : "";
        return $"{initial} {surname}".Trim() is { Length: > 0 } name ? name : "Name withheld";
    }

    /// <summary>Who holds the prizes now, by the prizes' positions; a prize that nobody holds is not among them.</summary>
    private static IEnumerable<(Winner Winner, HeldPrize Prize)> Holding(IEnumerable<Winner> winners, DrawHolders? holders) => winners
        .Select(winner => (Winner: winner, Prize: holders?.HeldBy(winner.Position)!)).Where(held => held.Prize is not null).OrderBy(held => held.Prize.Position);

    private static async Task<ILookup<Guid, Winner>> WinnersAsync(
        NpgsqlConnection connection, Guid campaign, bool personal, bool published, CancellationToken ct)
    {
        var winners = await connection.ListAsync(
            Winners, [campaign, personal, published],
            row => new Winner(
                row.GetGuid(0), row.GetInt32(1), row.GetString(2), row.TextOrNull(3), row.GetGuid(4), row.GetString(5),
                row.TextOrNull(6), row.TextOrNull(7), row.TextOrNull(8), row.TextOrNull(9),
                row.IsDBNull(10) ? null : new ClaimOfWinner(Ids.Format(Ids.Claim, row.GetGuid(10)), row.GetString(11), row.Time(12))), ct);
        return winners.ToLookup(winner => winner.Draw);
    }

    private static DrawView ReadDraw(
        NpgsqlDataReader row, string campaignId, ILookup<Guid, Winner> winners, DrawHolders? holders, DrawHistory? history) => new(
        Ids.Format(Ids.Draw, row.GetGuid(0)), campaignId, row.GetString(1), history is { IsWithheld: true } ? "withheld" : row.GetString(2),
        row.GetString(3), row.GetString(4),
        row.GetInt32(5), Prizes(row.GetString(6)), row.TimeOrNull(7), row.TimeOrNull(8), row.TimeOrNull(9), Hex(row, 10), Hex(row, 11),
        Hex(row, 12), row.LongOrNull(13), row.LongOrNull(14), [.. winners[row.GetGuid(0)].Select(w => View(w, holders))]) { History = history };

    private static WinnerView View(Winner winner, DrawHolders? holders)
    {
        var held = holders?.HeldBy(winner.Position);
        var name = string.Join(' ', new[] { winner.FirstName, winner.LastName }.Where(part => !string.IsNullOrWhiteSpace(part)));
        return new WinnerView(
            winner.Position, winner.Role, held?.Prize, Ids.Format(Ids.Entry, winner.Entry), winner.State,
            name.Length == 0 ? null : name, winner.Email, winner.County) 
        {
            Claim = winner.Claim,
            InheritedFrom = held is not null && held.Position != winner.Position ? held.Position : null,
        };
    }

    // The stored list is either expanded already (names) or names with quantities.
    private static ImmutableArray<string> Prizes(string json)
    {
        using var list = JsonDocument.Parse(json);
        return [.. list.RootElement.EnumerateArray().SelectMany(prize => prize.ValueKind == JsonValueKind.String
            ? [prize.GetString()!]
            : Enumerable.Repeat(
                prize.GetProperty("name").GetString()!, prize.TryGetProperty("quantity", out var quantity) ? quantity.GetInt32() : 1))];
    }

    private static string? Hex(NpgsqlDataReader row, int column) => row.BytesOrNull(column) is { } bytes ? Convert.ToHexStringLower(bytes) : null;
}
