using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Grains.Pools;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign.Pools;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Failures;

/// <summary>Two activations of one pool, as a partition may leave them: the older one writes nothing any more.</summary>
[Collection(PoolServerCollection.Name)]
public sealed class Being_taken_over(PoolServer server)
{
    private static CampaignSettings WithCars(CampaignSettings s) => s with
    {
        Pools =
        [
            new PoolSettings
            {
                Name = "Entries",
                Modes = ["moments"],
                Prizes = [new PrizeSettings { Name = "car", Stock = 3 }],
                Moments = [.. Enumerable.Range(0, 5).Select(i => new MomentSettings(PoolHost.Opens.AddHours(i), "car"))],
            },
        ],
    };

    [Fact]
    public async Task fails_the_stale_ones_batch_whole()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithCars);
        var pool = host.Pool(campaign);
        var told = new Dictionary<string, EntryAnswer> { ["key-before"] = (await pool.SubmitAsync(Sent.Entry("key-before", "alice"))).Value! };
        var stale = host.ForceSecondActivation(pool);
        told["key-after"] = (await pool.SubmitAsync(Sent.Entry("key-after", "bob"))).Value.ShouldNotBeNull();

        await using var database = await host.OpenAsync(campaign);
        var before = await database.DumpAsync();
        var late = Enumerable.Range(0, 20).Select(i => Sent.Entry($"late-key-{i}", $"late-{i}")).Append(Sent.Entry("key-before", "alice")).ToArray();
        // The stale one ends with the first batch that is refused: none is, until all of them stand in its queue.
        await using var holding = await host.OpenAsync(campaign);
        await using var held = await holding.BeginTransactionAsync();
        await holding.RunAsync("select from pool for update");
        var sent = late.Select(stale.SubmitAsync).ToArray();
        await held.CommitAsync();
        var answers = await Task.WhenAll(sent);
        answers.ShouldAllBe(a => a.Refusal != null && a.Refusal.Code == "storage.unavailable" && a.Refusal.RetryAfterSeconds > 0);
        (await database.DumpAsync()).ShouldBe(before, "nothing of the batch is written");

        // The same keys find the truth with the one that holds the pool.
        var again = await Task.WhenAll(late.Select(pool.SubmitAsync));
        for (var i = 0; i < late.Length; i++)
        {
            told[late[i].IdempotencyKey] = again[i].Value.ShouldNotBeNull();
        }

        told.Count.ShouldBe(22);
        told.Values.Count(a => a.Outcome.Kind == "prize").ShouldBe(3);
        await PoolFacts.HoldAsync(host, campaign, 0, told);
    }

    [Fact]
    public async Task lets_the_stale_one_change_nothing_of_the_pool()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithCars);
        var pool = host.Pool(campaign);
        var stale = host.ForceSecondActivation(pool);
        (await pool.SubmitAsync(Sent.Entry("key-one", "alice"))).Value.ShouldNotBeNull();
        await Should.ThrowAsync<PoolTakenOverException>(stale.CloseAsync(new ClosePool(PoolHost.Manager, PoolHost.Noon)));
        (await pool.SubmitAsync(Sent.Entry("key-two", "bob"))).Value.ShouldNotBeNull().Number.ShouldBe(2);

        var stale2 = host.ForceSecondActivation(pool);
        (await pool.SubmitAsync(Sent.Entry("key-three", "carol"))).Value.ShouldNotBeNull();
        await Should.ThrowAsync<PoolTakenOverException>(
            stale2.SetPhaseAsync(new SetPoolPhase(PoolHost.Manager, true, true, campaign.Settings with { Pools = [] })));
        (await pool.SubmitAsync(Sent.Entry("key-four", "dora"))).Value.ShouldNotBeNull().Number.ShouldBe(4);
    }

    [Fact]
    public async Task ends_the_older_one_though_the_newer_has_written_nothing_yet()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithCars);
        var (store, address) = (host.Get<PoolStore>(), AddressOf(campaign));
        var older = (await store.TakeAsync(address, null, default)).ShouldNotBeNull();
        var newer = (await store.TakeAsync(address, null, default)).ShouldNotBeNull();
        await using var database = await host.OpenAsync(campaign);
        var before = await database.DumpAsync();
        (await store.WriteAsync(address, Write(older, "key-one", "alice"), default)).ShouldBe(BatchResult.Fenced);
        (await database.DumpAsync()).ShouldBe(before, "nothing of the older one's batch is there");
        (await store.WriteAsync(address, Write(newer, "key-one", "alice"), default)).ShouldBe(BatchResult.Committed);
    }

    [Fact]
    public async Task is_told_from_a_conflict_though_both_come_together()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithCars);
        var (store, address) = (host.Get<PoolStore>(), AddressOf(campaign));
        var older = (await store.TakeAsync(address, null, default)).ShouldNotBeNull();
        var newer = (await store.TakeAsync(address, null, default)).ShouldNotBeNull();
        (await store.WriteAsync(address, Write(newer, "key-one", "alice"), default)).ShouldBe(BatchResult.Committed);
        // The same person, new to both: the older one's insert would fail on that as well.
        (await store.WriteAsync(address, Write(older, "key-two", "alice"), default)).ShouldBe(BatchResult.Fenced);
        (await store.WriteAsync(address, Write(older, "key-one", "bob"), default)).ShouldBe(BatchResult.Fenced);
        (await store.WriteAsync(address, Write(older, "key-two", "bob"), default)).ShouldBe(BatchResult.Fenced);
        (await store.CountAsync(address, older.Epoch, new Dictionary<string, long> { ["refused:x"] = 1 }, default)).ShouldBeFalse();
    }

    [Fact]
    public async Task is_told_from_a_conflict_with_another_pool()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s with { Pools = [new PoolSettings { Name = "A" }, new PoolSettings { Name = "B" }] });
        var (store, a, b) = (host.Get<PoolStore>(), AddressOf(campaign), AddressOf(campaign, 1));
        var (first, older) = ((await store.TakeAsync(a, null, default))!, (await store.TakeAsync(b, null, default))!);
        await store.TakeAsync(b, null, default);
        (await store.WriteAsync(a, Write(first, "key-one", "alice"), default)).ShouldBe(BatchResult.Committed);
        (await store.WriteAsync(b, Write(older, "key-two", "alice"), default)).ShouldBe(BatchResult.Fenced);
        (await store.WriteAsync(b, Write(older, "key-one", "bob"), default)).ShouldBe(BatchResult.Fenced);
    }

    [Fact]
    public async Task is_not_what_a_conflict_with_another_pool_is()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s with { Pools = [new PoolSettings { Name = "A" }, new PoolSettings { Name = "B" }] });
        var (store, a, b) = (host.Get<PoolStore>(), AddressOf(campaign), AddressOf(campaign, 1));
        var (first, second) = ((await store.TakeAsync(a, null, default))!, (await store.TakeAsync(b, null, default))!);
        (await store.WriteAsync(a, Write(first, "key-one", "alice"), default)).ShouldBe(BatchResult.Committed);
        await using var database = await host.OpenAsync(campaign);
        var before = await database.DumpAsync();
        (await store.WriteAsync(b, Write(second, "key-two", "alice"), default)).ShouldBe(BatchResult.Conflict, "the person is there already");
        (await store.WriteAsync(b, Write(second, "key-one", "bob"), default)).ShouldBe(BatchResult.Conflict, "the key is taken");
        (await database.DumpAsync()).ShouldBe(before, "a conflict writes nothing");
        (await store.WriteAsync(b, Write(second, "key-two", "bob"), default)).ShouldBe(BatchResult.Committed);
    }

    private static PoolAddress AddressOf(TestCampaign campaign, int pool = 0) => new(
        campaign.TenantId, campaign.Id, campaign.PoolId(pool), new CampaignId(Ids.Parse(Ids.Campaign, campaign.Id)),
        new PoolId(Ids.Parse(Ids.Pool, campaign.PoolId(pool))));

    /// <summary>A batch of one entry, decided by an activation that believes nothing is stored of key and person.</summary>
    private static BatchWrite Write(TakenPool taken, string key, string person)
    {
        var command = new EntryCommand
        {
            Key = key,
            ReceivedAt = PoolHost.Noon,
            Entrant = new EntrantDetails($"{person}@example.com", person, null, null, null, null, null, null),
            Answers = ImmutableSortedDictionary<string, string>.Empty,
            TermsVersion = 1,
            Consents = [],
            HoneypotFilled = false,
            Identity = new IdentityHash(Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(person)))),
            NewEntryId = new EntryId(Guid.CreateVersion7(PoolHost.Noon)),
            NewEntrantId = new EntrantId(Guid.CreateVersion7(PoolHost.Noon)),
            NewPersonKey = RandomNumberGenerator.GetBytes(32),
        };
        var rules = PoolSettingsMap.Rules(PoolSettingsMap.FromJson(taken.Settings!), taken);
        var batch = new EntryBatch(taken.State, rules, new EntryFacts(
            new Dictionary<string, KnownEntry>(), new Dictionary<IdentityHash, EntrantState>(), new Dictionary<IdentityHash, IdentityCounts>(),
            new Dictionary<string, EntryCode>()));
        batch.Decide(command).ShouldBeOfType<EntryDecision.Accepted>();
        return new BatchWrite
        {
            Epoch = taken.Epoch,
            Batch = taken.Batch + 1,
            Entries = [new EntryRow(batch.Accepted[0], new byte[32], "{}", null, [])],
            PreviousHead = new byte[32],
            Root = new byte[32],
            Head = new byte[32],
            Record = "{}",
            Signature = new byte[64],
            KeyId = "key",
            At = PoolHost.Noon,
            Counts = new AddedCounts(
                new Dictionary<string, long> { ["entries"] = 1 }, new Dictionary<(DateTimeOffset, string), long> { [(PoolHost.Noon, "entries")] = 1 }),
        };
    }

    [Fact]
    public void is_told_as_what_passes_by_itself()
    {
        var kinds = new[] { typeof(PrizePoolGrain).Assembly, typeof(PoolStore).Assembly }.SelectMany(a => a.GetTypes())
            .Where(t => t.Name.EndsWith("TakenOverException", StringComparison.Ordinal)).ToArray();
        kinds.Length.ShouldBeGreaterThan(4);
        kinds.Where(t => !t.IsAssignableTo(typeof(StorageUnavailableException))).ShouldBeEmpty("the API answers 503 to these, since a repeated call finds the other activation, and 500 to others");
    }
}
