using PrizeDraw.TestKit;
using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Evidence;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Evidence;

[Collection(PoolServerCollection.Name)]
public sealed class Revealing_instant_wins(PoolServer server)
{
    [Fact]
    public async Task lets_anybody_recompute_every_outcome()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        await Instant_campaign.PlayAsync(host, campaign, 400);
        await host.Evidence(campaign).StartAsync();
        var (lines, check) = await Instant_campaign.RevealedAsync(host, campaign);

        var result = await Instant_campaign.RecountAsync(host, lines);
        result.First.ShouldBeEmpty();
        check.GetProperty("holds").GetBoolean().ShouldBeTrue(check.ToString());
        await using var database = await host.OpenAsync(campaign);
        var accepted = await database.ScalarAsync<long>("select count(*) from entry");
        accepted.ShouldBeGreaterThan(200);
        (result.Entries, check.GetProperty("entries").GetInt64()).ShouldBe((accepted, accepted));
        var prizes = (await database.ListAsync("select prize_id, allocated from prize", r => (Id: Ids.Format(Ids.Prize, r.GetGuid(0)), N: r.GetInt64(1)))).ToDictionary(p => p.Id, p => p.N);
        result.Prizes.ToDictionary(p => p.Prize, p => p.Awarded).ShouldBe(prizes, ignoreOrder: true);
        prizes.Values.ShouldAllBe(won => won > 0);

        // Of people there are pseudonyms alone, and their phones stand for themselves.
        var all = string.Join('\n', lines);
        foreach (var personal in (string[])["person1", "@example.com", "Zo\u00ebfirst", "Quillsurname", "770090"])
        {
            all.ShouldNotContain(personal, Case.Insensitive);
        }

        all.ShouldNotContain("MOCHA"); // No hash spells it by chance.
        lines.Count(line => line.Contains("\"type\":\"coupons\"", StringComparison.Ordinal)).ShouldBeGreaterThan(0);
        (await database.ScalarAsync<long>("select count(*) from code_taken")).ShouldBe(15);
        lines.Count(line => line.Contains("\"type\":\"moment\"", StringComparison.Ordinal)).ShouldBe(12);
        lines.Count(line => line.Contains("\"type\":\"change\"", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task finds_what_was_changed_behind_the_platforms_back()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        await Instant_campaign.PlayAsync(host, campaign, 100);
        await using (var database = await host.OpenAsync(campaign))
        {
            (await database.RunAsync("""
                update entry set outcome = 'prize', prize_id = (select prize_id from prize where name = 'voucher')
                where number = (select max(number) from entry where outcome <> 'prize')
                """)).ShouldBe(1);
        }

        await host.Evidence(campaign).StartAsync();
        var (_, check) = await Instant_campaign.RevealedAsync(host, campaign);
        check.GetProperty("holds").GetBoolean().ShouldBeFalse();
        check.GetProperty("first")[0].GetProperty("what").GetString()!.ShouldContain("the rules give");
    }

    [Fact]
    public async Task goes_on_where_it_was_cut_short()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        await Instant_campaign.PlayAsync(host, campaign, 100);
        await using var central = await host.OpenCentralAsync();
        var (tenant, id) = (Ids.Parse(Ids.Tenant, campaign.TenantId), Ids.Parse(Ids.Campaign, campaign.Id));
        // The database refuses the fifth piece, whoever brings it: as if the host had died there.
        var name = "stop_" + id.ToString("n");
        await central.RunAsync($"""
            create function {name}() returns trigger language plpgsql as $$ begin
              if new.campaign_id = '{id}' and new.ordinal = 5 then raise exception 'No more.'; end if; return new; end $$
            """);
        await central.RunAsync($"create trigger {name} before insert on public_file_chunk for each row execute function {name}()");
        await host.Evidence(campaign).StartAsync();
        await UntilAsync(async () => await ChunksAsync(central, id) == 4);
        (await host.Get<IPublicFiles>().FindAsync(campaign.TenantId, campaign.Id, PublicFileNames.Instant, default)).ShouldBeNull();

        await using var other = await server.StartHostAsync();
        await central.RunAsync($"drop function {name}() cascade");
        await other.Evidence(campaign).StartAsync();
        var (lines, check) = await Instant_campaign.RevealedAsync(other, campaign);
        check.GetProperty("holds").GetBoolean().ShouldBeTrue(check.ToString());
        (await Instant_campaign.RecountAsync(other, lines)).First.ShouldBeEmpty();
        lines.ShouldBeUnique();
    }

    [Fact]
    public async Task waits_until_every_pool_has_closed_and_shows_nothing_before()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        await host.Pool(campaign).SubmitAsync(Instant_campaign.Entry(1, PoolHost.Noon));
        await host.Evidence(campaign).StartAsync();
        await host.Pool(campaign, 1).CloseAsync(new(Actor.System, PoolHost.Closes));
        await host.Evidence(campaign).StartAsync();
        await using var central = await host.OpenCentralAsync();
        (await ChunksAsync(central, Ids.Parse(Ids.Campaign, campaign.Id))).ShouldBe(0);
        await host.Pool(campaign).CloseAsync(new(Actor.System, PoolHost.Closes));
        await host.Evidence(campaign).StartAsync();
        (await Instant_campaign.RevealedAsync(host, campaign)).Check.GetProperty("holds").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task leaves_a_file_that_nobody_can_change_any_more()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        await Instant_campaign.PlayAsync(host, campaign, 20);
        await host.Evidence(campaign).StartAsync();
        await Instant_campaign.RevealedAsync(host, campaign);
        var tenant = Ids.Parse(Ids.Tenant, campaign.TenantId);
        await using var work = await host.Get<Storage.Central.CentralDatabase>().BeginAsync(tenant, default);
        (await work.Connection.ScalarAsync<long>("select count(*) from public_file where name = 'instant.jsonl'")).ShouldBe(1);
        (await work.Connection.RunAsync("update public_file set state = 'writing' where name = 'instant.jsonl'")).ShouldBe(0);
        (await work.Connection.RunAsync("delete from public_file_chunk where name = 'instant.jsonl'")).ShouldBe(0);
        (await Should.ThrowAsync<PostgresException>(work.Connection.RunAsync("""
            insert into public_file_chunk (tenant_id, campaign_id, name, ordinal, content)
            select tenant_id, campaign_id, name, 99, '' from public_file where name = 'instant.jsonl'
            """))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task gives_erased_people_their_leaves()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        await Instant_campaign.PlayAsync(host, campaign, 100);
        await using (var database = await host.OpenAsync(campaign))
        {
            // What an erasure does to the keys of every third person.
            await database.RunAsync("alter table entry drop constraint if exists entry_belongs_to_entrant");
            (await database.RunAsync("delete from entrant where entrant_id in (select entrant_id from (select entrant_id, row_number() over (order by entrant_id) as n from entrant) e where n % 3 = 0)"))
                .ShouldBeGreaterThan(3);
        }

        await host.Evidence(campaign).StartAsync();
        var (lines, check) = await Instant_campaign.RevealedAsync(host, campaign);
        check.GetProperty("holds").GetBoolean().ShouldBeTrue(check.ToString());
        check.GetProperty("unbound").GetInt64().ShouldBeGreaterThan(3);
        (await Instant_campaign.RecountAsync(host, lines)).First.ShouldBeEmpty();
    }

    private static Task<long> ChunksAsync(NpgsqlConnection central, Guid campaign) => central.ScalarAsync<long>(
        "select count(*) from public_file_chunk where campaign_id = $1 and name = 'instant.jsonl'", campaign);

    private static Task UntilAsync(Func<Task<bool>> holds) => Polling.UntilAsync(holds, TimeSpan.FromMinutes(5));
}
