using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Audit;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Central.Audit;

/// <inheritdoc cref="IAuditQueries"/>
internal sealed class AuditQueries(ScopedReads reads) : IAuditQueries
{
    /// <summary>Prefix of an event's public id.</summary>
    internal const string EventPrefix = "evt";

    private const string List =
        """
        select event_id, at, tenant_id, campaign_id, actor, action, subject, before::text, after::text from audit_event
        where ($1::uuid is null or tenant_id = $1) and ($2::uuid is null or campaign_id = $2)
          and (cardinality($3::uuid[]) = 0 or campaign_id = any($3))
          and ($4::text is null or actor = $4) and ($5::text is null or subject = $5)
          and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)
          and ($8::uuid is null or event_id < $8)
        order by event_id desc limit $9
        """;

    public async Task<Page<AuditEventView>> ListAsync(Scope scope, AuditFilter filter, int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        // U+0000 can't be stored, so nothing matches it; asking PostgreSQL would be an error.
        var unmatchable = $"{filter.Actor}{filter.Subject}".Contains('\0', StringComparison.Ordinal);
        if (unmatchable || !TryParse(Ids.Tenant, filter.TenantId, out var tenant)
            || !TryParse(Ids.Campaign, filter.CampaignId, out var campaign))
        {
            return new Page<AuditEventView>([], null);
        }

        await using var read = await reads.OpenAsync(scope, ct);
        var found = await read.Connection.ListAsync(
            List,
            [
                tenant, campaign, ScopedReads.Campaigns(scope), filter.Actor, filter.Subject, filter.From, filter.Until, after,
                Cursor.Fetch(limit),
            ], Read, ct);
        return Cursor.Cut(found, limit, entry => Ids.Parse(EventPrefix, entry.Id));
    }

    private static bool TryParse(string kind, string? text, out Guid? value)
    {
        value = Ids.TryParse(kind, text, out var id) ? id : null;
        return text is null || value is not null;
    }

    private static AuditEventView Read(NpgsqlDataReader row)
    {
        var tenant = row.GetGuid(2);
        return new AuditEventView(
            Ids.Format(EventPrefix, row.GetGuid(0)), row.Time(1),
            tenant == CentralDatabase.PlatformTenant ? null : Ids.Format(Ids.Tenant, tenant),
            row.UuidOrNull(3) is { } campaign ? Ids.Format(Ids.Campaign, campaign) : null,
            row.GetString(4), row.GetString(5), row.GetString(6), Json(row.TextOrNull(7)), Json(row.TextOrNull(8)));
    }

    private static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);
}
