using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Storage.Central.Sync;

/// <summary>A version of the template as its place has it.</summary>
/// <param name="Number">Greater is newer, among those of one source.</param>
public sealed record StoredVersion(string Tag, string Commit, int Number, string? Message);

/// <summary>
/// The template's versions, of every place that it is kept at. They belong to no tenant. Written by the versions' grain alone, so that no two
/// looks number them at once.
/// </summary>
public sealed class TemplateVersionStore(CentralDatabase central, TimeProvider clock)
{
    // A tag that somebody moved has another commit from now on.
    private const string Put =
        """
        insert into template_version (source, tag, commit_id, number, message, seen_at)
        select $1, v.tag, v.commit_id, v.number, left(v.message, 1000), $6
        from unnest($2::text[], $3::text[], $4::int[], $5::text[]) as v (tag, commit_id, number, message)
        on conflict (source, tag) do update set commit_id = excluded.commit_id, number = excluded.number, message = excluded.message
        """;

    // One site for each place, so that its own account is asked: (tenant, campaign).
    private const string Sources =
        """
        select source, tenant_id, campaign_id from (
          select s.source, s.tenant_id, s.campaign_id, row_number() over (partition by s.source order by s.campaign_id desc) as nth from site_sync s
          join campaign c on c.tenant_id = s.tenant_id and c.campaign_id = s.campaign_id
          where c.state in ('ready', 'scheduled', 'live', 'paused', 'closed', 'drawn', 'completed')) as newest
        where nth <= 10 order by nth, source limit 500
        """;

    private const string Of = "select tag, commit_id, number, message from template_version where source = $1";

    /// <summary>
    /// The ten newest campaigns for each place that any site's template is kept at, each place's newest first: the account of one may be out of reach.
    /// A listed sweep of the system role.
    /// </summary>
    public async Task<ImmutableArray<(string Source, Guid TenantId, Guid CampaignId)>> SourcesAsync(CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.ListAsync(Sources, [], row => (row.GetString(0), row.GetGuid(1), row.GetGuid(2)), ct);
    }

    public async Task<StoredVersion?> FindAsync(string source, string tag, CancellationToken ct)
    {
        await using var connection = await central.OpenPlatformAsync(ct);
        return await connection.FindAsync($"{Of} and tag = $2", [source, tag], Read, ct);
    }

    /// <summary>Keeps the versions that a place has, given newest first. Older ones that it does not tell of any more stay.</summary>
    public async Task SaveAsync(string source, IReadOnlyList<(string Tag, string Commit, string? Message)> newestFirst, CancellationToken ct)
    {
        await using var connection = await central.OpenPlatformAsync(ct);
        var told = newestFirst.Select(v => v.Tag).ToHashSet(StringComparer.Ordinal);
        var known = await connection.ListAsync(Of, [source], Read, ct);
        var older = known.Where(v => !told.Contains(v.Tag)).Select(v => v.Number).DefaultIfEmpty(0).Max();
        var numbered = newestFirst.Reverse().Select((v, i) => (v.Tag, v.Commit, v.Message, Number: older + i + 1)).ToArray();
        var isKnown = known.ToDictionary(v => v.Tag, StringComparer.Ordinal);
        var changed = numbered.Where(v => !isKnown.TryGetValue(v.Tag, out var before) || before.Commit != v.Commit || before.Number != v.Number).ToArray();
        if (changed.Length > 0)
        {
            await connection.RunAsync(
                Put,
                [
                    source, changed.Select(v => v.Tag).ToArray(), changed.Select(v => v.Commit).ToArray(), changed.Select(v => v.Number).ToArray(),
                    changed.Select(v => v.Message).ToArray(), clock.GetUtcNow(),
                ], ct);
        }
    }

    private static StoredVersion Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetInt32(2), row.TextOrNull(3));
}
