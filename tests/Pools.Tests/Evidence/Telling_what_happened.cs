using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Evidence;

[Collection(PoolServerCollection.Name)]
public sealed class Telling_what_happened(PoolServer server)
{
    private static readonly DateTimeOffset Due = PoolHost.Noon.AddMilliseconds(-123_457), Future = PoolHost.Noon.AddDays(3).AddMilliseconds(7_654_321);

    private static CampaignSettings WithMoments(CampaignSettings s) => s with
    {
        Form = new EntryForm { MinimumAge = 18, Fields = [new FormField("colour", "Colour?")] },
        Consents = [new ConsentText("news", "Send me news.")],
        Pools =
        [
            new PoolSettings
            {
                Name = "Entries",
                Modes = ["moments"],
                Prizes = [new PrizeSettings { Name = "car", Stock = 3 }],
                Moments = [new MomentSettings(Due, "car"), new MomentSettings(Future, "car"), new MomentSettings(Generate: new GenerateMoments("car", 40))],
            },
        ],
    };

    private static SubmitEntry Full(string key) => new()
    {
        IdempotencyKey = key,
        ReceivedAt = PoolHost.Noon,
        Entrant = new EntrantData("zoe.quill@mail.example", "Zoëfirst", "Quillsurname", "07700900123", new DateOnly(1987, 6, 5), "ZZ9 9ZZ", "Rutlandshire", "GB"),
        Answers = ImmutableSortedDictionary<string, string>.Empty.Add("colour", "ultraviolet"),
        TermsVersion = 1,
        Consents = [new GivenConsent("news", 1, true)],
    };

    // Each too long, or with a character too many, to turn up in the base64 or hex of a key by chance.
    private static readonly string[] Personal =
        ["zoe.quill", "mail.example", "Zo\u00ebfirst", "Quillsurname", "07700900123", "1987-06-05", "ZZ9 9ZZ", "Rutlandshire", "ultraviolet"];

    [Fact]
    public async Task carries_every_change_of_a_pool_to_the_central_audit_log()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithMoments);
        await host.SetPhaseAsync(campaign, 0, published: true, paused: true);
        await host.Pool(campaign).CloseAsync(new ClosePool(Actor.System, PoolHost.Noon));

        await using var database = await host.OpenAsync(campaign);
        const string Columns = "event_id, actor, action, subject, before::text, after::text";
        Func<NpgsqlDataReader, (Guid, string, string, string, string, string)> read = r =>
            (r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.IsDBNull(4) ? "" : r.GetString(4), r.GetString(5));
        var own = await database.ListAsync($"select {Columns} from audit order by event_id", read);
        await using var central = await host.OpenCentralAsync();
        (await central.ListAsync($"select {Columns} from audit_event where tenant_id = $1 and campaign_id = $2 order by event_id", read,
            Ids.Parse(Ids.Tenant, campaign.TenantId), Ids.Parse(Ids.Campaign, campaign.Id))).ShouldBe(own);
        own.Select(e => (e.Item2, e.Item3, e.Item4)).ShouldBe(
        [
            ("usr_manager", "pool.configured", campaign.PoolId()), ("usr_manager", "pool.phase_set", campaign.PoolId()),
            ("usr_manager", "pool.phase_set", campaign.PoolId()), ("system", "pool.closed", campaign.PoolId()),
        ]);
        own[2].Item5.ShouldBe("""{"paused": false, "published": true}""");
        own[2].Item6.ShouldBe("""{"paused": true, "published": true}""");
        (await database.ScalarAsync<long>("select count(*) from outbox")).ShouldBe(0);
    }

    [Fact]
    public async Task says_nothing_of_any_person_outside_the_tables_made_for_it()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithMoments);
        // A refused entry may leave no trace at all.
        (await host.Pool(campaign).SubmitAsync(Full("honey-key") with { HoneypotFilled = true })).Refusal!.Code.ShouldBe("entry.not_accepted");
        (await host.Pool(campaign).SubmitAsync(Full("full-key-1"))).Refusal.ShouldBeNull();
        await host.Pool(campaign).CloseAsync(new ClosePool(PoolHost.Manager, PoolHost.Noon));
        await using var database = await host.OpenAsync(campaign);
        await using var central = await host.OpenCentralAsync();
        var rows = (await database.DumpAsync("entrant", "entry")).Concat(await central.DumpAsync()).ToList();
        rows.ShouldContain(r => r.StartsWith("journal:", StringComparison.Ordinal));
        rows.ShouldContain(r => r.StartsWith("audit_event:", StringComparison.Ordinal));
        rows.Where(r => Personal.Any(p => r.Contains(p, StringComparison.OrdinalIgnoreCase))).ShouldBeEmpty();
        // What people typed stands with the person or, for answers alone, with the entry.
        var entries = await database.ListAsync("select to_jsonb(e)::text from entry e", r => r.GetString(0));
        entries.ShouldHaveSingleItem().ShouldContain("ultraviolet");
        Personal.Except(["ultraviolet"]).Where(p => entries[0].Contains(p, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
        (await database.ListAsync("select to_jsonb(e)::text from entrant e", r => r.GetString(0))).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task tells_of_a_moment_only_once_it_is_awarded()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithMoments);
        await using var database = await host.OpenAsync(campaign);
        await using var central = await host.OpenCentralAsync();
        await NobodyCanReadAsync(database, central, Due, Future);
        (await database.ScalarAsync<long>("select count(*) from moment where awarded_number is null and due_at is null")).ShouldBe(42);

        (await host.Pool(campaign).SubmitAsync(Full("full-key-2"))).Value!.Outcome.Kind.ShouldBe("prize");
        var awarded = (await database.ListAsync("select due_at, awarded_number from moment where due_at is not null or awarded_at is not null",
            r => (r.GetFieldValue<DateTimeOffset>(0), r.GetInt64(1)))).ShouldHaveSingleItem();
        awarded.Item1.ShouldBeLessThanOrEqualTo(PoolHost.Noon);
        awarded.Item2.ShouldBe(1);
        await NobodyCanReadAsync(database, central, Future);
        (await database.ListAsync("select sealed from moment", r => Convert.ToHexString(r.GetFieldValue<byte[]>(0)))).ShouldBeUnique();
    }

    /// <summary>Neither as text nor as the bytes of any number that stands for the instant, in any row of any table.</summary>
    private static async Task NobodyCanReadAsync(NpgsqlConnection database, NpgsqlConnection central, params DateTimeOffset[] instants)
    {
        var rows = (await database.DumpAsync()).Concat(await central.DumpAsync("orleansquery")).ToList();
        foreach (var at in instants)
        {
            var ms = at.ToUnixTimeMilliseconds();
            var bytes = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(bytes, ms);
            string[] forms =
            [
                at.ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture), ms.ToString(System.Globalization.CultureInfo.InvariantCulture),
                (ms / 1000).ToString(System.Globalization.CultureInfo.InvariantCulture), Convert.ToHexStringLower(bytes.AsSpan(2)),
                Convert.ToHexStringLower([.. bytes.Skip(2).Reverse()]),
            ];
            rows.Where(r => forms.Any(f => r.Contains(f, StringComparison.OrdinalIgnoreCase))).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task is_append_only_for_the_campaigns_own_role()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithMoments);
        (await host.Pool(campaign).SubmitAsync(Full("full-key-3"))).Refusal.ShouldBeNull();
        await using var lease = (await host.Get<CampaignConnections>().OpenAsync(campaign.TenantId, campaign.Id, default)).ShouldNotBeNull();
        (await lease.Connection.ScalarAsync<long>("select count(*) from journal")).ShouldBe(1);
        foreach (var table in (string[])["journal", "audit"])
        {
            foreach (var statement in (string[])[$"update {table} set campaign_id = campaign_id", $"delete from {table}", $"truncate {table}", $"drop table {table}",
                $"alter table {table} add column x int", $"select * from {table} for update"])
            {
                (await Should.ThrowAsync<PostgresException>(lease.Connection.RunAsync(statement))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, statement);
            }
        }
    }

    [Fact]
    public async Task shows_every_later_change_of_the_journal()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithMoments);
        var told = new Dictionary<string, EntryAnswer>();
        for (var i = 0; i < 3; i++)
        {
            told[$"key-no-{i}"] = (await host.Pool(campaign).SubmitAsync(Full($"key-no-{i}"))).Value.ShouldNotBeNull();
        }

        await PoolFacts.HoldAsync(host, campaign, 0, told);
        await using var database = await host.OpenAsync(campaign);
        foreach (var forgery in Forgeries)
        {
            await using var transaction = await database.BeginTransactionAsync();
            (await database.RunAsync(forgery)).ShouldBe(1, forgery);
            await Assert.ThrowsAnyAsync<Exception>(() => PoolFacts.HoldAsync(host, database, campaign.PoolId(), told));
            await transaction.RollbackAsync();
        }

        await PoolFacts.HoldAsync(host, campaign, 0, told);
    }

    private static readonly string[] Forgeries =
    [
        "update journal set record = replace(record, '\"count\":1', '\"count\":2') where batch = 2",
        "update journal set root = decode(repeat('00', 32), 'hex') where batch = 3",
        "update journal set signature = decode(repeat('00', 64), 'hex') where batch = 1",
        "delete from journal where batch = 3",
        "delete from journal where batch = 1",
        "update pool set head = j.previous_head from journal j where j.batch = 3",
        "update entry set outcome = 'none', prize_id = null where number = 1",
    ];
}
