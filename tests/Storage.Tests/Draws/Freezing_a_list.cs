using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Storage.Campaign.Draws.Lists;
using PrizeDraw.Storage.Central.DrawLists;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Draws;

[Collection(CentralCollection.Name)]
public sealed class Freezing_a_list(CentralFixture fixture)
{
    /// <summary>More than two full pieces of eligible entries.</summary>
    private const long Many = 20_000;

    [Fact]
    public async Task holds_every_entry_once_eligible_or_with_its_reason()
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, Many);
        var (eligible, excluded, _) = await campaign.ExpectedAsync();
        using var builder = campaign.NewBuilder();
        var list = await builder.BuildAsync(campaign.Address, campaign.Freeze, default);
        list.Root.ShouldBe(DrawLeaves.Root(eligible));
        list.ExcludedRoot.ShouldBe(DrawLeaves.Root(excluded));
        (list.Eligible, list.Excluded).ShouldBe((eligible.Length, excluded.Length));
        (list.Eligible + list.Excluded).ShouldBe(Many);
        list.Tickets.ShouldBe(eligible.Sum(e => e.Tickets));
        list.Persons.ShouldBe(eligible.Select(e => e.PersonRef).Distinct().Count());
        list.ExcludedByReason.ShouldBe(excluded.CountBy(e => e.ReasonCode).OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => KeyValuePair.Create(r.Key, (long)r.Value)));
        list.ExcludedByReason.Keys.ShouldBe(["duplicate", "erased", "outside-period", "previous-winner"]);
        list.LastNumbers.ShouldBe(campaign.LastNumbers, ignoreOrder: true);
        list.FrozenAt.ShouldBe(fixture.Time.Now);
        (await campaign.Lists.FindAsync(campaign.Address, default))!.Root.ShouldBe(list.Root);
        (await campaign.Lists.ProgressAsync(campaign.Address, default)).ShouldBe(new DrawListProgress(DrawListStage.Ready, Many, Many));
        Directory.EnumerateFileSystemEntries(Path.Combine(campaign.Folder, "spill")).ShouldBeEmpty();
    }

    [Fact]
    public async Task is_published_line_by_line()
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, Many);
        var (eligible, excluded, _) = await campaign.ExpectedAsync();
        using var builder = campaign.NewBuilder();
        var list = await builder.BuildAsync(campaign.Address, campaign.Freeze, default);
        var text = await campaign.JsonLinesAsync(list);
        var expected = new StringBuilder();
        Array.ForEach(eligible, e => expected.Append($$"""{"entryRef":"{{e.EntryRef}}","personRef":"{{e.PersonRef}}","tickets":{{e.Tickets}}}""").Append('\n'));
        Array.ForEach(excluded, e => expected.Append($$"""{"entryRef":"{{e.EntryRef}}","personRef":"{{e.PersonRef}}","excluded":"{{e.ReasonCode}}"}""").Append('\n'));
        (text == expected.ToString()).ShouldBeTrue("the lines are not those of the contract");
        list.Bytes.ShouldBe(text.Length);
    }

    [Theory]
    [InlineData(DrawRule.OnePerPerson, 0)]
    [InlineData(DrawRule.OnePerPerson, 5_000)]
    [InlineData(DrawRule.Unlimited, 0)]
    public async Task is_drawn_as_in_memory(DrawRule rule, int extra)
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, Many);
        var (eligible, _, ids) = await campaign.ExpectedAsync();
        using var builder = campaign.NewBuilder();
        var list = await builder.BuildAsync(campaign.Address, campaign.Freeze, default);
        var rules = new DrawRules { DrawId = "drw_1", Prizes = ["A", "B", "C"], Reserves = 10, Rule = rule };
        var seed = Bytes32.HashOf("seed"u8);
        var order = await campaign.Lists.DrawAsync(list, rules, seed, extra, default);
        var expected = DrawOrder.Draw(eligible, rules, seed, extra);
        order.Places.ShouldBe(expected.Places);
        order.Trace.ShouldBe(expected.Trace);
        var winners = order.Places.Take(13).Select(p => p.EntryRef).ToArray();
        (await fixture.Get<DrawListEntries>().EntryIdsAsync(list, winners, default)).ShouldBe(ids.Where(i => winners.Contains(i.Key)), ignoreOrder: true);
    }

    [Fact]
    public async Task finds_an_entry_by_its_reference()
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, Many);
        var (eligible, excluded, _) = await campaign.ExpectedAsync();
        using var builder = campaign.NewBuilder();
        var list = await builder.BuildAsync(campaign.Address, campaign.Freeze, default);
        foreach (var index in new[] { 0, 8191, 8192, eligible.Length - 1 })
        {
            var e = eligible[index];
            (await campaign.Lists.FindEntryAsync(list, Bytes32.Parse(e.EntryRef), default))
                .ShouldBe(new ListedEntry(index, Bytes32.Parse(e.EntryRef), Bytes32.Parse(e.PersonRef), e.Tickets, null));
        }

        var last = excluded[^1];
        (await campaign.Lists.FindEntryAsync(list, Bytes32.Parse(last.EntryRef), default))
            .ShouldBe(new ListedEntry(excluded.Length - 1, Bytes32.Parse(last.EntryRef), Bytes32.Parse(last.PersonRef), 0, last.ReasonCode));
        (await campaign.Lists.FindEntryAsync(list, Bytes32.HashOf("nobody"u8), default)).ShouldBeNull();
        await fixture.Get<DrawListEntries>().ForgetAsync(campaign.Address, default);
        (await fixture.Get<DrawListEntries>().EntryIdsAsync(list, [last.EntryRef], default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task of_nobody_is_a_list_too()
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, 4);
        using var builder = campaign.NewBuilder();
        var list = await builder.BuildAsync(campaign.Address, new DrawListFreeze(null, null, new Dictionary<Guid, long> { [campaign.Pools[0]] = 0 }), default);
        (list.Root, list.ExcludedRoot, list.Eligible, list.Bytes).ShouldBe((MerkleTree.EmptyRoot, MerkleTree.EmptyRoot, 0, 0));
        (await campaign.JsonLinesAsync(list)).ShouldBeEmpty();
    }

    [Fact]
    public async Task is_refused_when_entries_are_missing()
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, 40);
        await campaign.RunAsync("delete from entry where number = 7");
        using var builder = campaign.NewBuilder();
        (await Should.ThrowAsync<InvalidOperationException>(() => builder.BuildAsync(campaign.Address, campaign.Freeze, default))).Message.ShouldContain("38 entries");
        (await campaign.Lists.FindAsync(campaign.Address, default)).ShouldBeNull();
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("")]
    public async Task is_refused_when_a_reason_is_no_code(string reason)
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, 40);
        await campaign.RunAsync("update entry set excluded = $1 where number = 1", reason);
        using var builder = campaign.NewBuilder();
        await Should.ThrowAsync<InvalidDataException>(() => builder.BuildAsync(campaign.Address, campaign.Freeze with { From = null, Until = null }, default));
    }
}
