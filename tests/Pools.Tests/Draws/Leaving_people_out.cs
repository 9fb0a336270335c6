using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>Who is left out of a draw stands in its list with the reason; how many tickets the others have follows from pool and grants.</summary>
[Collection(DrawServerCollection.Name)]
public sealed class Leaving_people_out(PoolServer server)
{
    private static readonly DateTimeOffset Monday = WeeklyCampaign.StartOf(0).AddDays(1), NextMonday = WeeklyCampaign.StartOf(1).AddDays(1);

    [Fact]
    public async Task by_domain_and_postcode()
    {
        await using var host = await server.StartHostAsync();
        var weekly = await WeeklyCampaign.AddAsync(host, 1);
        var people = new Dictionary<string, (string Email, string? Postcode, string? Excluded)>
        {
            ["staff"] = ("Ann@Acme.example", null, "staff"),
            ["below"] = ("bob@mail.acme.example", "BT1 1AA", "staff"),
            ["alike"] = ("carol@notacme.example", null, null),
            ["region"] = ("dora@example.com", " b t1 2bb", "region"),
            ["near"] = ("eve@example.com", "B1 2BB", null),
            ["none"] = ("finn@example.com", null, null),
        };
        var refs = new Dictionary<string, string>();
        foreach (var (name, person) in people)
        {
            var entry = Sent.Entry($"key-of-{name}", name, Monday);
            entry = entry with { Entrant = entry.Entrant with { Email = person.Email, Postcode = person.Postcode } };
            refs.Add(name, (await host.Pool(weekly.Campaign).SubmitAsync(entry)).Value.ShouldNotBeNull().Receipt.EntryRef);
        }

        var store = host.Get<DrawExclusionStore>();
        var who = new LeftOut(["acme.example"], ["BT"], PreviousWinners: true);
        await store.WriteAsync(AddressOf(weekly, 0), who, default);
        await store.WriteAsync(AddressOf(weekly, 0), who, default);
        var lines = await weekly.LinesAsync(await weekly.ListAsync(0, await weekly.FreezeAsync(0)));
        people.Keys.ToDictionary(n => n, n => lines[refs[n]].Excluded).ShouldBe(people.ToDictionary(p => p.Key, p => p.Value.Excluded));
    }

    [Fact]
    public async Task who_held_a_winners_place_before()
    {
        await using var host = await server.StartHostAsync();
        var weekly = await WeeklyCampaign.AddAsync(host, 1);
        foreach (var person in new[] { "alice", "bob", "carol" })
        {
            (await weekly.EnterAsync(0, $"first-{person}", person, Monday, keyed: false)).ShouldBeNull();
        }

        await weekly.FreezeAsync(0);
        foreach (var person in new[] { "alice", "bob", "carol", "dora" })
        {
            (await weekly.EnterAsync(0, $"second-{person}", person, NextMonday, keyed: false)).ShouldBeNull();
        }

        var store = host.Get<DrawExclusionStore>();
        (await store.EarlierUndrawnAsync(AddressOf(weekly, 0), default)).ShouldBeNull();
        (await store.EarlierUndrawnAsync(AddressOf(weekly, 1), default)).ShouldBe("Week 1");
        await DrawAsync(host, weekly);
        (await store.EarlierUndrawnAsync(AddressOf(weekly, 1), default)).ShouldBeNull();
        await store.WriteAsync(AddressOf(weekly, 1), new LeftOut([], [], PreviousWinners: true), default);
        var lines = await weekly.LinesAsync(await weekly.ListAsync(1, await weekly.FreezeAsync(1)));
        // The first winner was replaced by the first reserve; the second reserve holds nothing.
        weekly.All.Skip(3).Select(a => lines[a.Answer.Receipt.EntryRef].Excluded).ShouldBe(["previous-winner", "previous-winner", null, null]);
    }

    [Fact]
    public async Task and_the_others_have_the_pools_tickets_and_what_was_granted()
    {
        await using var host = await server.StartHostAsync();
        var weekly = await WeeklyCampaign.AddAsync(host, 2, tickets: 3);
        (await weekly.EnterAsync(0, "key-of-alice", "alice", Monday, keyed: false)).ShouldBeNull();
        (await weekly.EnterAsync(1, "key-of-bob", "bob", Monday, keyed: true)).ShouldBeNull();
        await using (var database = await host.OpenAsync(weekly.Campaign))
        {
            await database.RunAsync("update entry set tickets = 3 where entry_id = $1", Ids.Parse(Ids.Entry, weekly.All[1].Answer.EntryId));
        }

        var lines = await weekly.LinesAsync(await weekly.ListAsync(0, await weekly.FreezeAsync(0)));
        weekly.All.Select(a => lines[a.Answer.Receipt.EntryRef].Tickets).ShouldBe([3, 5]);
        var pool = weekly.Campaign.Settings.Pools[0];
        (await host.Pool(weekly.Campaign).ChangeAsync(new ChangePool(PoolHost.Manager, pool with { Tickets = 4 }))).Refusal!.Code.ShouldBe("pool.not_changeable");
        (await host.Pool(weekly.Campaign).ChangeAsync(new ChangePool(PoolHost.Manager, pool))).Refusal.ShouldBeNull();
    }

    private static DrawAddress AddressOf(WeeklyCampaign weekly, int week) => new(
        weekly.Campaign.TenantId, weekly.Campaign.Id, weekly.Draw(week).Id!, Ids.Parse(Ids.Campaign, weekly.Campaign.Id), Ids.Parse(Ids.Draw, weekly.Draw(week).Id!));

    /// <summary>Week 1 as it is stored once it is drawn: alice won and was replaced, bob and carol are reserves.</summary>
    private static async Task DrawAsync(PoolHost host, WeeklyCampaign weekly)
    {
        await using var database = await host.OpenAsync(weekly.Campaign);
        var (campaign, draw) = (Ids.Parse(Ids.Campaign, weekly.Campaign.Id), Ids.Parse(Ids.Draw, weekly.Draw(0).Id!));
        await database.RunAsync("update draw set state = 'drawn' where draw_id = $1", draw);
        for (var position = 1; position <= 3; position++)
        {
            var answer = weekly.All[position - 1].Answer;
            await database.RunAsync(
                "insert into winner (campaign_id, draw_id, position, role, entry_ref, entry_id, state) values ($1, $2, $3, $4, $5, $6, 'provisional')",
                campaign, draw, position, position == 1 ? "winner" : "reserve", answer.Receipt.EntryRef, Ids.Parse(Ids.Entry, answer.EntryId));
        }

        await database.RunAsync(
            "insert into draw_event (campaign_id, draw_id, ordinal, kind, position, reason_code, actor, at) values ($1, $2, 1, 'winner-replaced', 1, 'declined', 'platform', $3)",
            campaign, draw, NextMonday);
    }
}
