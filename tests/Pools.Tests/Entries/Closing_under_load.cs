using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Entries;

[Collection(PoolServerCollection.Name)]
public sealed class Closing_under_load(PoolServer server)
{
    [Fact]
    public async Task counts_all_that_stood_in_the_queue_before_it_and_nothing_after()
    {
        await using var host = await server.StartHostAsync(o => o.BatchMax = 25);
        var campaign = await host.AddCampaignAsync(s => s);
        var pool = host.Pool(campaign);
        // Several batches' worth stand in the queue when the closing arrives, and as many behind it.
        var before = Enumerable.Range(0, 400).Select(i => pool.SubmitAsync(Sent.Entry($"before-{i}", $"early-{i}"))).ToArray();
        var close = pool.CloseAsync(new ClosePool(PoolHost.Manager, PoolHost.Noon));
        var after = Enumerable.Range(0, 400).Select(i => pool.SubmitAsync(Sent.Entry($"after--{i}", $"late-{i}"))).ToArray();

        var counted = await Task.WhenAll(before);
        counted.ShouldAllBe(a => a.Refusal == null);
        (await close).Value.ShouldBe(400);
        (await Task.WhenAll(after)).ShouldAllBe(a => a.Refusal != null && a.Refusal.Code == "campaign.has_closed");
        await PoolFacts.HoldAsync(host, campaign, 0, counted.Select((a, i) => (Key: $"before-{i}", a.Value)).ToDictionary(a => a.Key, a => a.Value!));
    }

    [Fact]
    public async Task agrees_with_entries_from_everywhere_on_who_came_first()
    {
        await using var host = await server.StartHostAsync(o => o.BatchMax = 10);
        var campaign = await host.AddCampaignAsync(s => s);
        var pool = host.Pool(campaign);
        var flowing = new TaskCompletionSource();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(300));
        var tasks = Enumerable.Range(0, 20).Select(t => Task.Run(async () =>
        {
            var accepted = new Dictionary<string, EntryAnswer>();
            for (var i = 0; ; i++)
            {
                limit.Token.ThrowIfCancellationRequested();
                var key = $"key-{t}-{i}";
                var answer = await pool.SubmitAsync(Sent.Entry(key, $"person-{t}-{i}"));
                if (answer.Refusal is { } refusal)
                {
                    refusal.Code.ShouldBe("campaign.has_closed");
                    return accepted;
                }

                accepted.Add(key, answer.Value!);
                if (i == 5)
                {
                    flowing.TrySetResult();
                }
            }
        })).ToArray();
        await flowing.Task.WaitAsync(limit.Token);
        var last = (await pool.CloseAsync(new ClosePool(PoolHost.Manager, PoolHost.Noon))).Value;
        var all = (await Task.WhenAll(tasks)).SelectMany(t => t).ToDictionary();
        all.Count.ShouldBe((int)last);
        await PoolFacts.HoldAsync(host, campaign, 0, all);
    }
}
