using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Draws.Lists;
using PrizeDraw.Storage.Central.DrawLists;
using PrizeDraw.TestKit;

namespace PrizeDraw.Storage.Tests.Draws;

/// <summary>A campaign with two pools and some thousands of entries, as SQL makes them, and what its list must be, made the plain way.</summary>
internal sealed class FrozenCampaign(CentralFixture fixture, DrawListAddress address, TempFolder folder) : IDisposable
{
    public static readonly DateTimeOffset From = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    private const string Entries =
        """
        insert into entry (campaign_id, pool_id, number, entry_id, entrant_id, idempotency_key, fingerprint, entered_at, day, terms_version,
          outcome, told, batch, path, excluded, person_ref, tickets)
        select $1, $2, i, ('01900000-0000-7000-8001-' || lpad(to_hex($4 * 1000000 + i), 12, '0'))::uuid,
          ('01900000-0000-7000-8000-' || lpad(to_hex(i * 7919 % ($3 * 2 / 3 + 1)), 12, '0'))::uuid, $4 || '-' || i, '', $5::timestamptz + i * interval '1 s',
          '2026-12-01', 1, 'none', '{}', 1, '', case when i % 41 = 0 then 'duplicate' end, null, 1 + i % 3
        from generate_series(1, $3::bigint) as i
        """;

    private const string People =
        """
        insert into entrant (campaign_id, entrant_id, identity, person_key, email, created_at)
        select $1, ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, sha256(('i' || i)::bytea), sha256(('k' || i)::bytea), i || '@example.com', $3
        from generate_series(0, $2::bigint) as i
        """;

    public DrawListAddress Address => address;

    public Guid[] Pools { get; } = [.. Enumerable.Range(0, 2).Select(_ => fixture.NewId())];

    public Dictionary<Guid, long> LastNumbers { get; } = [];

    public string Folder => folder.Path;

    /// <summary>The last fifty numbers of the first pool were entered after the period's end.</summary>
    public DrawListFreeze Freeze => new(From, From.AddSeconds(LastNumbers[Pools[0]] - 50), LastNumbers);

    public DrawLists Lists => fixture.Get<DrawLists>();

    public static async Task<FrozenCampaign> MakeAsync(CentralFixture fixture, long entries)
    {
        var address = new DrawListAddress(await fixture.AddTenantAsync(), fixture.NewId(), fixture.NewId());
        await using (var work = await fixture.Central.BeginAsync(address.Tenant, default))
        {
            await work.Connection.RunAsync(
                "insert into campaign (tenant_id, campaign_id, name, state, settings, created_at, updated_at) values ($1, $2, 'Summer', 'ready', '{}', $3, $3)",
                [address.Tenant, address.Campaign, fixture.Time.Now], default);
            await work.CommitAsync(default);
        }

        await fixture.AddCampaignDatabaseAsync(address.Tenant, address.CampaignId);
        var campaign = new FrozenCampaign(fixture, address, new TempFolder());
        await campaign.FillAsync(entries);
        return campaign;
    }

    /// <summary>A builder as another host or process would have it.</summary>
    public DrawListBuilder NewBuilder(string folder = "spill") => new(
        fixture.Get<CampaignConnections>(), fixture.Central, Lists, fixture.Get<DrawListEntries>(),
        new DrawListOptions { Folder = Path.Combine(Folder, folder), PiecesAtOnce = 1 }, fixture.Time);

    public async Task RunAsync(string sql, params object?[] values)
    {
        await using var lease = await fixture.Get<CampaignConnections>().RequireAsync(address.TenantId, address.CampaignId, default);
        await lease.Connection.RunAsync(sql, values, default);
    }

    public async Task<string> JsonLinesAsync(SealedDrawList list)
    {
        using var text = new MemoryStream();
        await Lists.CopyJsonLinesAsync(list, text, default);
        return Encoding.ASCII.GetString(text.ToArray());
    }

    /// <summary>What the list must be, read row by row and made with what short lists are made with.</summary>
    public async Task<(DrawEntry[] Eligible, ExcludedEntry[] Excluded, Dictionary<string, Guid> Ids)> ExpectedAsync()
    {
        await using var lease = await fixture.Get<CampaignConnections>().RequireAsync(address.TenantId, address.CampaignId, default);
        var rows = await lease.Connection.ListAsync(
            """
            select e.entry_id, e.entrant_id, p.person_key, e.excluded, x.reason, e.entered_at, e.tickets, e.person_ref from entry e
            left join entrant p using (campaign_id, entrant_id)
            left join draw_exclusion x on x.entrant_id = e.entrant_id and x.draw_id = $1
            """, [address.Draw],
            row => (Id: row.GetGuid(0), Person: row.GetGuid(1), Key: row.BytesOrNull(2), Own: row.TextOrNull(3), Persons: row.TextOrNull(4), At: row.Time(5),
                Tickets: row.GetInt32(6), Ref: row.BytesOrNull(7)), default);
        var (eligible, excluded, ids) = (new List<DrawEntry>(), new List<ExcludedEntry>(), new Dictionary<string, Guid>());
        foreach (var row in rows)
        {
            var entry = row.Key is { } key ? PersonRefs.EntryRef(key, Ids.Format(Ids.Entry, row.Id)) : Hash($"pdv1/erased-entry\0ent_{row.Id:n}");
            var person = row.Ref is { } stored ? Convert.ToHexStringLower(stored) : row.Key is { } same ? PersonRefs.PersonRef(same) : Hash($"pdv1/erased-person\0{row.Person:n}");
            var reason = row.Key is null ? "erased" : row.At < Freeze.From || row.At >= Freeze.Until ? "outside-period" : row.Own ?? row.Persons;
            ids.Add(entry, row.Id);
            if (reason is null)
            {
                eligible.Add(new DrawEntry(entry, person, row.Tickets));
            }
            else
            {
                excluded.Add(new ExcludedEntry(entry, person, reason));
            }
        }

        return (DrawLeaves.Sort(eligible), DrawLeaves.Sort(excluded), ids);
    }

    public void Dispose() => folder.Dispose();

    private static string Hash(string text) => Domain.Evidence.Bytes32.HashOf(Encoding.ASCII.GetBytes(text)).ToString();

    private async Task FillAsync(long entries)
    {
        long[] perPool = [entries - (entries / 4), entries / 4];
        await RunAsync(People, address.Campaign, entries, fixture.Time.Now);
        for (var i = 0; i < Pools.Length; i++)
        {
            LastNumbers[Pools[i]] = perPool[i];
            await RunAsync(Entries, address.Campaign, Pools[i], perPool[i], i + 1, From);
        }

        await RunAsync(
            "insert into draw_exclusion select campaign_id, $1, entrant_id, 'previous-winner' from entrant where email in ('5@example.com', '6@example.com')", address.Draw);
        // Where a person ref was stored with the entry it is taken as it stands: told apart from the one that the key would give.
        await RunAsync("update entry set person_ref = sha256(('r' || entrant_id)::bytea) where number % 3 = 0");
        await RunAsync("delete from entrant where email in ('6@example.com', '7@example.com')");
    }
}
