using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Grains.Pools;
using PrizeDraw.Pools.Tests.Draws;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Evidence;

/// <summary>
/// A process that publishes a campaign, or opens its pools by their round, is killed (SIGKILL) in each write on the way. Whoever goes on comes to
/// one round, one key, one set of moments and one signed opening, and nobody has entered before that.
/// </summary>
[Collection(PoolServerCollection.Name)]
public sealed class Killed_before_the_opening(PoolServer server)
{
    private const int People = 12;
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(11);

    [VerifierTheory]
    [InlineData(false, "insert on pool_change", "true")]
    [InlineData(false, "insert on instant_commitment", "true")]
    [InlineData(true, "insert on public_file_chunk", "new.campaign_id = '{0}' and new.name like 'commitment/%'")]
    [InlineData(true, "insert on orleansreminderstable", "new.remindername = 'round' and new.grainid like '%{1}%'")]
    [InlineData(false, "update on pool", "old.paused and not new.paused")]
    [InlineData(true, "update on campaign", "new.campaign_id = '{0}' and new.state = 'scheduled'")]
    public async Task while_it_is_published_leaves_one_commitment_that_is_public(bool isCentral, string write, string when)
    {
        await using var stage = await DrawStage.SetAsync(server);
        TestCampaign campaign;
        PoolHost host;
        await using (host = await stage.StartHostAsync())
        {
            campaign = await RoundStage.ReadyAsync(host, stage.Clock.GetUtcNow(), TimeSpan.FromMinutes(20));
        }

        await KillAsync(stage, host, campaign, "publish", isCentral, write, when);
        await using var next = await stage.StartHostAsync();
        await NobodyEntersAsync(next, campaign);
        await PublishAgainAsync(next, campaign);
        await NobodyEntersAsync(next, campaign);
        stage.Clock.Leap(Round);
        await next.OpensAsync(campaign);
        await IsOneAsync(next, campaign, stage);
    }

    [VerifierTheory]
    [InlineData(false, "insert on moment", "true")]
    [InlineData(false, "update on pool", "new.instant_randomness is not null and old.instant_randomness is null")]
    [InlineData(false, "insert on instant_opening", "true")]
    [InlineData(true, "insert on public_file_chunk", "new.campaign_id = '{0}' and new.name like 'opening/%'")]
    [InlineData(true, "update on public_file", "new.campaign_id = '{0}' and new.name like 'opening/%' and new.state = 'ready'")]
    [InlineData(false, "update on pool", "new.instant_opened_at is not null and old.instant_opened_at is null")]
    [InlineData(false, "insert on pool_change", "true")]
    [InlineData(true, "delete on orleansreminderstable", "old.remindername = 'round' and old.grainid like '%{1}%'")]
    public async Task while_it_opens_leaves_one_key_one_set_of_moments_and_one_opening(bool isCentral, string write, string when)
    {
        await using var stage = await DrawStage.SetAsync(server);
        TestCampaign campaign;
        PoolHost host;
        await using (host = await stage.StartHostAsync())
        {
            campaign = await RoundStage.ReadyAsync(host, stage.Clock.GetUtcNow(), TimeSpan.FromMinutes(20));
            await host.PublishAsync(campaign);
        }

        stage.Clock.Leap(Round);
        await KillAsync(stage, host, campaign, "await-round", isCentral, write, when);
        var decided = (await host.DecidedAsync(campaign)).Where(line => !line.EndsWith("  ", StringComparison.Ordinal));
        await using (var one = await stage.StartHostAsync())
        {
            await using var other = await stage.StartHostAsync();
            await Task.WhenAll(new[] { one, other, one, other }.Select(h => h.Evidence(campaign).AwaitRoundAsync()));
            await one.OpensAsync(campaign);
        }

        decided.ShouldBeSubsetOf(await host.DecidedAsync(campaign), "what was stored once stays");
        // The two took the pools from each other: entries are for a host that has them to itself.
        await using var next = await stage.StartHostAsync();
        await IsOneAsync(next, campaign, stage);
    }

    private static async Task PublishAgainAsync(PoolHost host, TestCampaign campaign)
    {
        try
        {
            await host.PublishAsync(campaign);
        }
        catch (PoolTakenOverException)
        {
            // What the dead host had sent off may take a pool over once more: whoever publishes sees an error, and asks again.
            await host.PublishAsync(campaign);
        }
    }

    private async Task KillAsync(DrawStage stage, PoolHost host, TestCampaign campaign, string act, bool isCentral, string write, string when)
    {
        await using var holder = isCentral ? await host.OpenCentralAsync() : await host.OpenAsync(campaign);
        await DrawProcess.KillInAsync(
            holder, stage.Orders(server, campaign, act), write, when.Replace("{0}", $"{Ids.Parse(Ids.Campaign, campaign.Id)}").Replace("{1}", campaign.Id));
    }

    private static async Task NobodyEntersAsync(PoolHost host, TestCampaign campaign)
    {
        for (var pool = 0; pool < 2; pool++)
        {
            (await host.Pool(campaign, pool).SubmitAsync(Sent.Entry("early-key", "eve", campaign.Settings.OpensAt!.Value.AddHours(1)))).Refusal!.Code
                .ShouldBeOneOf("campaign.not_open", "campaign.paused");
        }
    }

    /// <summary>One standing commitment, which is the public one; one opening of it; and a verifier that recomputes every outcome from them.</summary>
    private static async Task IsOneAsync(PoolHost host, TestCampaign campaign, DrawStage stage)
    {
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select count(*) from audit where action = 'instant.round_stored'")).ShouldBe(2);
        (await database.ScalarAsync<long>("select count(*) from audit where action = 'instant.opened'")).ShouldBe(2);
        (await database.ScalarAsync<long>("select count(*) from moment")).ShouldBe(12);
        for (var pool = 0; pool < 2; pool++)
        {
            var commitment = (await host.CommitmentAsync(campaign, pool)).Commitment;
            var opening = JsonNode.Parse((await host.OpeningAsync(campaign, pool)).ShouldNotBeNull())!["opening"]!;
            opening["commitment"]!.ToString().ShouldBe(commitment.Hash().ToString());
            opening["round"]!.GetValue<long>().ShouldBe(commitment.Round);
            (await database.ListAsync(
                "select opening from instant_opening where pool_id = $1", r => r.GetString(0), Ids.Parse(Ids.Pool, campaign.PoolId(pool))))
                .ShouldHaveSingleItem().ShouldBe(System.Text.Encoding.UTF8.GetString(CanonicalJson.ToUtf8(opening.Deserialize<JsonElement>())));
            (await database.ScalarAsync<long>("""
                select count(*) from (select commitment::jsonb->>'replaces' is null and lag(ordinal) over (order by ordinal) is not null as unnamed
                  from instant_commitment where pool_id = $1) c where unnamed
                """, Ids.Parse(Ids.Pool, campaign.PoolId(pool)))).ShouldBe(0, "each names the one that it replaced");
        }

        await PlayedAsync(host, campaign);
        await host.Evidence(campaign).StartAsync();
        var (lines, check) = await Instant_campaign.RevealedAsync(host, campaign);
        check.GetProperty("holds").GetBoolean().ShouldBeTrue(check.ToString());
        using var folder = new TempFolder();
        await File.WriteAllLinesAsync(folder["instant.jsonl"], lines);
        var (exit, said) = await CertificateChecks.VerifyAsync(["--instant", folder["instant.jsonl"], .. stage.Vouching(folder)]);
        exit.ShouldBe(0, said);
    }

    private static async Task PlayedAsync(PoolHost host, TestCampaign campaign)
    {
        var (opensAt, closesAt) = (campaign.Settings.OpensAt!.Value, campaign.Settings.ClosesAt!.Value);
        for (var i = 0; i < People; i++)
        {
            (await host.EnterAsync(campaign, i, opensAt + ((closesAt - opensAt) * ((i + 0.5) / People)))).Number.ShouldBe(i + 1);
        }

        for (var pool = 0; pool < 2; pool++)
        {
            (await host.Pool(campaign, pool).CloseAsync(new ClosePool(Actor.System, closesAt))).Refusal.ShouldBeNull();
        }
    }
}
