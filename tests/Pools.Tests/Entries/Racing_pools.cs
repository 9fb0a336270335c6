using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Entries;

/// <summary>Persons and keys belong to the campaign, so two of its pools may want the same at once.</summary>
[Collection(PoolServerCollection.Name)]
public sealed class Racing_pools(PoolServer server)
{
    private const int Rounds = 8, PerRound = 60;

    private static CampaignSettings TwoPools(CampaignSettings s) =>
        s with { Pools = [new PoolSettings { Name = "A" }, new PoolSettings { Name = "B" }] };

    [Fact]
    public async Task take_the_same_persons_and_keys_without_failing_anybody()
    {
        await using var host = await server.StartHostAsync(o => o.BatchMax = 16);
        var campaign = await host.AddCampaignAsync(TwoPools);
        var told = new[] { new Dictionary<string, EntryAnswer>(), new Dictionary<string, EntryAnswer>() };
        for (var round = 0; round < Rounds; round++)
        {
            // Every person is new to both pools in this round; every second key goes to both.
            var sent = Enumerable.Range(0, PerRound).SelectMany(i => new[]
            {
                (Pool: 0, Entry: Sent.Entry($"key-{round}-{i}", $"person-{round}-{i}")),
                (Pool: 1, Entry: Sent.Entry(i % 2 == 0 ? $"key-{round}-{i}" : $"key-{round}-{i}-b", $"person-{round}-{i}")),
            }).ToArray();
            new Random(round).Shuffle(sent);
            var answers = await Task.WhenAll(sent.Select(s => Task.Run(() => host.Pool(campaign, s.Pool).SubmitAsync(s.Entry))));
            foreach (var (one, answer) in sent.Zip(answers))
            {
                var value = answer.Value.ShouldNotBeNull(answer.Refusal?.Detail);
                told[value.Receipt.Pool == campaign.PoolId() ? 0 : 1][one.Entry.IdempotencyKey] = value;
            }
        }

        told[0].Keys.Intersect(told[1].Keys).ShouldBeEmpty("a key makes one entry in one pool");
        (told[0].Count + told[1].Count).ShouldBe(Rounds * (PerRound + (PerRound / 2)));
        await PoolFacts.HoldAsync(host, campaign, 0, told[0]);
        await PoolFacts.HoldAsync(host, campaign, 1, told[1]);
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select count(*) from entrant")).ShouldBe(Rounds * PerRound);
        (await database.ScalarAsync<long>("select count(*) from entry")).ShouldBe(told[0].Count + told[1].Count);
    }

    [Fact]
    public async Task decide_again_when_another_adds_the_person_between_look_and_write()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(TwoPools);
        await using var other = await host.OpenAsync(campaign);
        await using var open = await other.BeginTransactionAsync();
        var personKey = RandomNumberGenerator.GetBytes(32);
        await other.RunAsync(
            "insert into entrant (campaign_id, entrant_id, identity, person_key, email, created_at) values ($1, $2, $3, $4, 'x', $5)",
            Ids.Parse(Ids.Campaign, campaign.Id), Guid.CreateVersion7(PoolHost.Noon), await IdentityAsync(host, campaign, "alice@example.com"), personKey,
            PoolHost.Noon);

        var submitted = Task.WhenAll(new[] { "alice", "bob" }.Select(p => host.Pool(campaign).SubmitAsync(Sent.Entry($"key-{p}", p))));
        await WaitForLockAsync(host, campaign);
        await open.CommitAsync();
        var answers = await submitted;
        answers.ShouldAllBe(a => a.Refusal == null);
        answers[0].Value!.Receipt.PersonRef.ShouldBe(Domain.Entrants.PersonRefs.PersonRef(personKey), "the key that was there first stands for the person");
        await PoolFacts.HoldAsync(host, campaign, 0, answers.ToDictionary(a => a.Value!.Number == 1 ? "key-alice" : "key-bob", a => a.Value!));
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select count(*) from entrant")).ShouldBe(2);
    }

    [Fact]
    public async Task fail_nobody_else_for_one_entry_that_can_not_be_written()
    {
        await using var host = await server.StartHostAsync(o => o.ConflictRetriesMax = 3);
        var campaign = await host.AddCampaignAsync(TwoPools);
        await using var database = await host.OpenAsync(campaign);
        await database.RunAsync("""
            create function refuse_one() returns trigger language plpgsql as $$
            begin
              if new.idempotency_key = 'key-refused' then raise unique_violation using constraint = 'entry_key_is_unique'; end if;
              return new;
            end $$
            """);
        await database.RunAsync("create trigger refuse_one before insert on entry for each row execute function refuse_one()");

        var refused = Sent.Entry("key-refused", "mallory");
        var sent = Enumerable.Range(0, 60).Select(i => Sent.Entry($"key-{i}", $"person-{i}")).ToList();
        sent.Insert(23, refused);
        var answers = await Task.WhenAll(sent.Select(host.Pool(campaign).SubmitAsync));
        answers[23].Refusal.ShouldNotBeNull().Code.ShouldBe("storage.unavailable");
        var told = sent.Zip(answers).Where(p => p.First != refused)
            .ToDictionary(p => p.First.IdempotencyKey, p => p.Second.Value.ShouldNotBeNull(p.Second.Refusal?.Detail));
        await PoolFacts.HoldAsync(host, campaign, 0, told);

        await database.RunAsync("drop trigger refuse_one on entry");
        told[refused.IdempotencyKey] = (await host.Pool(campaign).SubmitAsync(refused)).Value.ShouldNotBeNull();
        await PoolFacts.HoldAsync(host, campaign, 0, told);
    }

    private static async Task<byte[]> IdentityAsync(PoolHost host, TestCampaign campaign, string email)
    {
        var key = await host.Get<ISecrets>().GetAsync(Ids.Parse(Ids.Tenant, campaign.TenantId), campaign.Id, SecretNames.Identity, default);
        Domain.Entrants.EmailAddress.TryParse(email, Domain.Entrants.EmailPolicy.Default, out var address, out _).ShouldBeTrue();
        return HMACSHA256.HashData(Convert.FromBase64String(key!), Encoding.UTF8.GetBytes(address!.Key));
    }

    /// <summary>Until the pool's batch waits for our uncommitted row.</summary>
    private static async Task WaitForLockAsync(PoolHost host, TestCampaign campaign)
    {
        await using var watch = await host.OpenAsync(campaign);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (await watch.ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 0)
        {
            await Task.Delay(5, limit.Token);
        }
    }
}
