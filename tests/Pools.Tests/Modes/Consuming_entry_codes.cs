using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Modes;

[Collection(PoolServerCollection.Name)]
public sealed class Consuming_entry_codes(PoolServer server)
{
    private static CampaignSettings OnPack(CampaignSettings s, string freeRoute = "post") => s with
    {
        Pools =
        [
            new PoolSettings { Name = "A", EntryCode = "required", FreeRoute = freeRoute },
            new PoolSettings { Name = "B", EntryCode = "required", FreeRoute = freeRoute },
        ],
    };

    [Fact]
    public async Task takes_each_code_once_and_says_the_same_of_every_other()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => OnPack(s));
        await host.AddCodesAsync(campaign, TestCodes.NewBatchId(), "entry", "PACK", 10);
        await host.AddCodesAsync(campaign, TestCodes.NewBatchId(), "entry", "GLD", 10, PoolHost.Noon);
        await host.AddCodesAsync(campaign, TestCodes.NewBatchId(), "coupon", "CPN", 10);
        var first = (await host.Pool(campaign).SubmitAsync(WithCode("key-first", "alice", TestCodes.Typed("PACK", 1)))).Value.ShouldNotBeNull();
        var refusals = await Task.WhenAll(
            new[] { TestCodes.Typed("PACK", 1), TestCodes.Typed("PACK", 11), TestCodes.Typed("GLD", 1), TestCodes.Typed("CPN", 1), "what?\0", null }
                .Select((code, i) => host.Pool(campaign).SubmitAsync(WithCode($"key-wrong-{i}", $"bob-{i}", code))));
        refusals.Select(r => r.Refusal.ShouldNotBeNull()).ShouldAllBe(r => r.Code == "entry.code_invalid");
        refusals.Select(r => r.Refusal!.Detail).Distinct().ShouldHaveSingleItem("who guesses learns nothing");

        // The retry of who has used it is answered as before, and by a host that has just begun.
        await using var next = await server.StartHostAsync();
        PoolFacts.Bytes((await next.Pool(campaign).SubmitAsync(WithCode("key-first", "alice", TestCodes.Typed("PACK", 1)))).Value!)
            .ShouldBe(PoolFacts.Bytes(first));
        (await next.Pool(campaign).SubmitAsync(WithCode("key-again", "carol", TestCodes.Typed("PACK", 1)))).Refusal!.Code.ShouldBe("entry.code_invalid");
        await PoolFacts.HoldAsync(next, campaign, 0, new Dictionary<string, EntryAnswer> { ["key-first"] = first });
    }

    [Fact]
    public async Task gives_a_code_to_one_of_two_pools_that_are_sent_it_at_once()
    {
        const int codes = 120;
        await using var host = await server.StartHostAsync(o => o.BatchMax = 8);
        var campaign = await host.AddCampaignAsync(s => OnPack(s));
        await host.AddCodesAsync(campaign, TestCodes.NewBatchId(), "entry", "PACK", codes);
        var sent = Enumerable.Range(0, codes * 4).Select(i => (Pool: i % 2, Code: (i / 4) + 1, Key: $"race-key-{i}")).ToArray();
        new Random(7).Shuffle(sent);
        var answers = await Task.WhenAll(sent.Select(s => Task.Run(() => host.Pool(campaign, s.Pool)
            .SubmitAsync(WithCode(s.Key, $"p-{s.Key}", TestCodes.Typed("PACK", s.Code))))));
        var accepted = sent.Zip(answers).Where(a => a.Second.Value is not null).ToArray();
        accepted.Select(a => a.First.Code).Order().ShouldBe(Enumerable.Range(1, codes), "each code once, in one pool or the other");
        answers.Where(a => a.Refusal is not null).ShouldAllBe(a => a.Refusal!.Code == "entry.code_invalid");
        for (var pool = 0; pool < 2; pool++)
        {
            await PoolFacts.HoldAsync(host, campaign, pool, accepted.Where(a => a.First.Pool == pool).ToDictionary(a => a.First.Key, a => a.Second.Value!));
        }
    }

    [Fact]
    public async Task leaves_the_free_route_open_as_it_is_set_and_writes_who_keyed_an_entry_in()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => OnPack(s));
        var free = WithCode("key-free-a", "alice", null) with { FreeRoute = true };
        (await host.Pool(campaign).SubmitAsync(free)).Refusal.ShouldNotBeNull().Code.ShouldBe("entry.code_invalid", "by post alone");
        var byPost = (await host.Pool(campaign).SubmitAsync(free with { IdempotencyKey = "key-post", Channel = "post", KeyedBy = PoolHost.Manager }))
            .Value.ShouldNotBeNull();
        await using var database = await host.OpenAsync(campaign);
        (await database.ListAsync("select actor, subject, after ->> 'channel' from audit where action = 'entry.keyed_in'",
            r => (r.GetString(0), r.GetString(1), r.GetString(2)))).ShouldBe([(PoolHost.Manager.Id, byPost.EntryId, "post")]);

        var online = await host.AddCampaignAsync(s => OnPack(s, "online"));
        (await host.Pool(online).SubmitAsync(free)).Value.ShouldNotBeNull();
        (await host.Pool(online).SubmitAsync(WithCode("key-no-code", "bob", null))).Refusal.ShouldNotBeNull().Code.ShouldBe("entry.code_invalid");
    }

    private static SubmitEntry WithCode(string key, string person, string? code) => Sent.Entry(key, person) with { Code = code };
}
