using System;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Rehearsals;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers;
using PrizeDraw.Storage.Central.Rehearsals;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Rehearsals;

/// <summary>What a sync does to see that entries are taken.</summary>
[Collection(PoolServerCollection.Name)]
public sealed class Rehearsing_one_entry(PoolServer server)
{
    [Fact]
    public async Task is_taken_by_the_same_code_leaves_nothing_behind_and_may_be_repeated()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(settings => settings with
        {
            Form = new EntryForm { MinimumAge = 18, Fields = [new FormField("favourite", "Your favourite city", Required: true)] },
        });
        await using var real = await host.OpenAsync(campaign);
        var before = await real.DumpAsync();
        await RehearsalStage.TellAsync(host, campaign);
        for (var i = 0; i < 2; i++)
        {
            // At once after the one before, that is: while its rows may still be there.
            (await TryAsync(host, campaign, campaign.Settings)).ShouldBeNull();
        }

        (await real.DumpAsync()).ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task is_refused_where_people_would_be()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s with { Form = new EntryForm { Fields = [new FormField("favourite", "Your favourite city", Required: true)] } });
        await RehearsalStage.TellAsync(host, campaign);
        // What is asked of people is not what is sent.
        var other = campaign.Settings with { Form = new EntryForm() };
        var refused = await Should.ThrowAsync<ProviderException>(() => TryAsync(host, campaign, other));
        (refused.Fault, refused.Message.StartsWith("A rehearsed entry was refused (entry.invalid).", StringComparison.Ordinal)).ShouldBe((ProviderFault.Rejected, true));
    }

    private static Task<string?> TryAsync(PoolHost host, TestCampaign campaign, CampaignSettings settings) => host.Get<OneEntry>().TryAsync(
        new RehearsalAddress(campaign.TenantId, campaign.Id, Ids.Format(Ids.Rehearsal, Ids.Parse(Ids.Campaign, campaign.Id))), settings, default);
}
