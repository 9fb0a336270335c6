using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Secrets;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Modes;

/// <summary>All modes in one pool, each decided as the protocol says, by what stands in the database.</summary>
[Collection(PoolServerCollection.Name)]
public sealed class Playing_every_mode(PoolServer server)
{
    private const int Entries = 300, Nth = 10, Moments = 7, Mugs = 120;

    private static CampaignSettings Everything(CampaignSettings s) => s with
    {
        Pools =
        [
            new PoolSettings
            {
                Name = "All",
                Modes = ["guaranteed", "moments", "probability", "consolation"],
                Prizes =
                [
                    new PrizeSettings { Name = "bag", Mode = "guaranteed", EveryNth = Nth, Stock = 1000 },
                    new PrizeSettings { Name = "car", Stock = Moments },
                    new PrizeSettings { Name = "pen", Odds = new PrizeOdds(1, 4), Stock = 1000 },
                    new PrizeSettings { Name = "cup", Odds = new PrizeOdds(1, 8), Stock = 5 },
                    new PrizeSettings { Name = "mug", Kind = "gift", Stock = Mugs },
                ],
                Moments = [.. Enumerable.Range(0, Moments).Select(i => new MomentSettings(PoolHost.Opens.AddHours(i), "car"))],
            },
        ],
    };

    [Fact]
    public async Task gives_each_entry_what_the_secret_says_in_the_order_of_precedence()
    {
        await using var host = await server.StartHostAsync(o => o.BatchMax = 32);
        var campaign = await host.AddCampaignAsync(Everything);
        var told = await SubmitAsync(host, campaign);
        await PoolFacts.HoldAsync(host, campaign, 0, told);

        var (key, prizes) = (await KeyAsync(host, campaign), campaign.Settings.Pools[0].Prizes);
        var table = OddsTable.TryCreate([new Odds(1, 4), new Odds(1, 8)]).Table!;
        var (cars, cups, mugs) = (0, 0, 0);
        foreach (var answer in told.Values.OrderBy(a => a.Number))
        {
            var hit = table.Hit(InstantWinKey.Play(key, campaign.PoolId(), answer.Number));
            var expected = NthPosition.WinnerOf(key, prizes[0].Id!, Nth, (answer.Number - 1) / Nth) == answer.Number ? "bag"
                : cars < Moments ? "car"
                : hit == 0 ? "pen"
                : hit == 1 && cups < 5 ? "cup"
                : mugs < Mugs ? "mug"
                : null;
            answer.Outcome.Prize?.Name.ShouldBe(expected, $"number {answer.Number}");
            (answer.Outcome.Prize is null).ShouldBe(expected is null, $"number {answer.Number}");
            (cars, cups, mugs) = (cars + (expected == "car" ? 1 : 0), cups + (expected == "cup" ? 1 : 0), mugs + (expected == "mug" ? 1 : 0));
        }

        told.Values.CountBy(a => a.Outcome.Prize?.Name ?? "").ToDictionary()["bag"].ShouldBe(Entries / Nth);
        (cars, cups, mugs).ShouldBe((Moments, 5, Mugs));
    }

    [Fact]
    public async Task goes_on_after_a_restart_where_it_was()
    {
        TestCampaign campaign;
        Dictionary<string, EntryAnswer> told;
        await using (var first = await server.StartHostAsync(o => o.BatchMax = 16))
        {
            campaign = await first.AddCampaignAsync(Everything);
            told = await SubmitAsync(first, campaign, 0, 95);
        }

        await using var second = await server.StartHostAsync(o => o.BatchMax = 16);
        foreach (var (entryKey, answer) in await SubmitAsync(second, campaign, 95, Entries - 95))
        {
            told.Add(entryKey, answer);
        }

        await PoolFacts.HoldAsync(second, campaign, 0, told);
        var counts = told.Values.CountBy(a => a.Outcome.Prize?.Name ?? "").ToDictionary();
        (counts["bag"], counts["car"], counts["cup"], counts["mug"]).ShouldBe((Entries / Nth, Moments, 5, Mugs));
    }

    [Fact]
    public async Task counts_a_phone_as_it_counts_an_address_over_batches_on_their_way()
    {
        await using var host = await server.StartHostAsync(o => o.BatchMax = 8);
        var campaign = await host.AddCampaignAsync(s => s with { Limits = new Limits(EntriesPerEntrant: 3, WinsPerEntrant: null) });
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => host.Pool(campaign).SubmitAsync(WithPhone(i)))));
        answers.Count(a => a.Value is not null).ShouldBe(20 * 3, "each number three times, whoever says it is theirs, however it is spelled");
        answers.Where(a => a.Refusal is not null).ShouldAllBe(a => a.Refusal!.Code == "entry.limit_reached");

        await using var next = await server.StartHostAsync();
        (await next.Pool(campaign).SubmitAsync(WithPhone(1000))).Refusal.ShouldNotBeNull().Code.ShouldBe("entry.limit_reached");
        (await next.Pool(campaign).SubmitAsync(Sent.Entry("fresh-key", "fresh"))).Value.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("exact", 3)]
    [InlineData("gmail", 2)]
    [InlineData("plus-tags", 1)]
    public async Task knows_people_by_their_address_as_the_policy_says(string policy, int persons)
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s with { Limits = new Limits(EntriesPerEntrant: 1, WinsPerEntrant: null, EmailIdentity: policy) });
        var gmail = new[] { "ann.b@gmail.com", "Ann.B@gmail.com", "annb+x@googlemail.com" };
        var other = new[] { "ann@example.com", "ANN@example.com", "ann+x@example.com" };
        // The Google spellings are two people under exact, one otherwise; the others are one under plus-tags alone.
        (await AcceptedAsync(host, campaign, gmail)).ShouldBe(policy == "exact" ? 2 : 1);
        (await AcceptedAsync(host, campaign, other)).ShouldBe(policy == "plus-tags" ? 1 : 2);
        persons.ShouldBe((policy == "exact" ? 2 : 1) + (policy == "plus-tags" ? 1 : 2) - 1);
    }

    private static async Task<int> AcceptedAsync(PoolHost host, TestCampaign campaign, string[] addresses)
    {
        var accepted = 0;
        foreach (var address in addresses)
        {
            var entry = Sent.Entry($"key {address}", "x");
            accepted += (await host.Pool(campaign).SubmitAsync(entry with { Entrant = entry.Entrant with { Email = address } })).Value is null ? 0 : 1;
        }

        return accepted;
    }

    private static SubmitEntry WithPhone(int i)
    {
        var entry = Sent.Entry($"phone-key-{i}", $"caller-{i}");
        var digits = $"7700 900{i % 20:d3}";
        return entry with { Entrant = entry.Entrant with { Phone = i % 2 == 0 ? "0" + digits : "+44 (0)" + digits } };
    }

    private static async Task<Dictionary<string, EntryAnswer>> SubmitAsync(PoolHost host, TestCampaign campaign, int from = 0, int count = Entries)
    {
        var answers = await Task.WhenAll(Enumerable.Range(from, count).Select(i => Task.Run(async () =>
            (Key: $"entry-key-{i}", Answer: await host.Pool(campaign).SubmitAsync(Sent.Entry($"entry-key-{i}", $"person-{i}"))))));
        return answers.ToDictionary(a => a.Key, a => a.Answer.Value.ShouldNotBeNull(a.Answer.Refusal?.Detail));
    }

    private static async Task<byte[]> KeyAsync(PoolHost host, TestCampaign campaign)
    {
        await using var database = await host.OpenAsync(campaign);
        var secret = await database.ScalarAsync<byte[]>("select secret from pool where pool_id = $1", Ids.Parse(Ids.Pool, campaign.PoolId()));
        return InstantWinKey.Derive(EvidenceLevel.Committed, host.Get<SecretBox>().Open(secret, "pool", campaign.PoolId()), 0, []);
    }
}
