using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Draws;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Evidence;

[Collection(PoolServerCollection.Name)]
public sealed class Showing_receipts(PoolServer server)
{
    [Fact]
    public async Task tells_of_each_entry_what_the_published_list_says_after_erasures_too()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var (campaign, receipts) = await EnteredAsync(host, 8);
        foreach (var receipt in receipts)
        {
            (await CheckAsync(host, campaign, receipt))!.Draws.ShouldHaveSingleItem().Place.ShouldBe(ListedPlace.Waiting);
        }

        await using (var database = await host.OpenAsync(campaign))
        {
            await database.RunAsync("delete from entrant where email = 'person0@example.com'");
            await database.RunAsync("update entry set excluded = 'duplicate' where number = $1", receipts[1].Number);
        }

        (await host.Pool(campaign).CloseAsync(new ClosePool(Actor.System, PoolHost.Closes))).Refusal.ShouldBeNull();
        await host.ReachesAsync(campaign, "drawn, certified");
        await using (var database = await host.OpenAsync(campaign))
        {
            await database.RunAsync("delete from entrant where email = 'person2@example.com'");
        }

        var found = new List<ListedReceipt>();
        foreach (var receipt in receipts)
        {
            found.Add((await CheckAsync(host, campaign, receipt))!.Draws.ShouldHaveSingleItem());
        }

        found.Select(f => (f.Place, f.Reason)).ShouldBe(
        [
            (ListedPlace.Excluded, "erased"), (ListedPlace.Excluded, "duplicate"), .. Enumerable.Repeat((ListedPlace.Listed, (string?)null), 6),
        ]);
        found[2..].Select(f => f.Index).Order().ShouldBe([0, 1, 2, 3, 4, 5]);
        found[2].Tickets.ShouldBe(1);
    }

    [Fact]
    public async Task refuses_what_is_forged_in_any_field_and_knows_nothing_of_other_campaigns()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var (campaign, receipts) = await EnteredAsync(host, 5);
        var receipt = receipts[3];
        (await CheckAsync(host, campaign, receipt))!.Holds.ShouldBeTrue();
        foreach (var (what, forged) in Forgeries(receipt, receipts[2]))
        {
            var view = (await CheckAsync(host, campaign, forged)).ShouldNotBeNull(what);
            view.Holds.ShouldBeFalse(what);
            view.Draws.ShouldBeEmpty(what);
        }

        var (other, foreign) = await EnteredAsync(host, 1);
        (await CheckAsync(host, campaign, foreign[0])).ShouldBeNull();
        (await CheckAsync(host, other, receipt)).ShouldBeNull();
        (await CheckAsync(host, campaign, foreign[0] with { Pool = receipt.Pool }))!.Holds.ShouldBeFalse();
    }

    private static IEnumerable<(string What, GivenReceipt Forged)> Forgeries(GivenReceipt receipt, GivenReceipt neighbour)
    {
        yield return ("entryRef", receipt with { EntryRef = Flipped(receipt.EntryRef) });
        yield return ("personRef", receipt with { PersonRef = Flipped(receipt.PersonRef) });
        yield return ("number", receipt with { Number = neighbour.Number });
        yield return ("a number to come", receipt with { Number = 1_000 });
        yield return ("outcomeHash", receipt with { OutcomeHash = Flipped(receipt.OutcomeHash) });
        yield return ("termsHash", receipt with { TermsHash = Flipped(receipt.TermsHash) });
        yield return ("batchHead", receipt with { BatchHead = Flipped(receipt.BatchHead) });
        yield return ("signature", receipt with { Signature = Flipped(receipt.Signature) });
        yield return ("a longer path", receipt with { Path = receipt.Path.Add(receipt.BatchHead) });
        for (var i = 0; i < receipt.Path.Length; i++)
        {
            yield return ($"path {i}", receipt with { Path = receipt.Path.SetItem(i, Flipped(receipt.Path[i])) });
        }
    }

    private static string Flipped(string hex) => (hex[0] == '0' ? "1" : "0") + hex[1..];

    private static Task<ReceiptView?> CheckAsync(PoolHost host, TestCampaign campaign, GivenReceipt receipt) =>
        host.Get<IReceiptQueries>().CheckAsync(campaign.TenantId, campaign.Id, receipt, default);

    private static async Task<(TestCampaign Campaign, List<GivenReceipt> Receipts)> EnteredAsync(PoolHost host, int people)
    {
        var draw = DrawStage.Settings("committed");
        var campaign = await host.AddCampaignAsync(s => s with { Draw = draw });
        await using (var central = await host.OpenCentralAsync())
        {
            await central.RunAsync("""update campaign set settings = '{"name":"Summer"}' where campaign_id = $1""", Ids.Parse(Ids.Campaign, campaign.Id));
        }

        (await host.Draw(campaign).PlanAsync(SetDrawPlan.Of(PoolHost.Manager, draw, campaign.Settings))).Refusal.ShouldBeNull();
        var answers = await Task.WhenAll(Enumerable.Range(0, people).Select(n => host.Pool(campaign).SubmitAsync(Sent.Entry($"key-{n}", $"person{n}"))));
        return (campaign, [.. answers.Select(answer => Given(answer.Value!.Receipt))]);
    }

    private static GivenReceipt Given(EntryReceipt receipt) => new(
        receipt.EntryRef, receipt.PersonRef, receipt.Pool, receipt.Number, receipt.OutcomeHash, receipt.TermsHash, [.. receipt.Path], receipt.BatchHead,
        receipt.Signature);
}
