using System;
using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace PrizeDraw.Pools.Tests.Failures;

/// <summary>With a server of its own, since it is killed.</summary>
public sealed class Losing_postgres(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Clients = 16, Cars = 25;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);

    private readonly PoolServer server = new();
    private readonly ConcurrentDictionary<string, EntryAnswer> acknowledged = new();
    private readonly ConcurrentBag<string> faults = [];
    private int refused;

    public Task InitializeAsync() => server.InitializeAsync();

    public Task DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task refuses_meanwhile_then_serves_again_and_loses_nothing_that_was_told()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s with
        {
            Pools =
            [
                new PoolSettings
                {
                    Name = "Entries",
                    Modes = ["moments"],
                    Prizes = [new PrizeSettings { Name = "car", Stock = Cars }],
                    Moments = [.. Enumerable.Range(0, Cars + 10).Select(i => new MomentSettings(PoolHost.Opens.AddHours(i), "car"))],
                },
            ],
        });
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(i => Task.Run(() => EnterAsync(host.Pool(campaign), i, stop.Token))).ToArray();
        for (var kill = 0; kill < 2; kill++)
        {
            await UntilAsync(() => acknowledged.Count, acknowledged.Count + 200, clients);
            await server.Postgres.KillAsync();
            await UntilAsync(() => refused, refused + (3 * Clients), clients);
            await server.Postgres.StartAsync();
        }

        await UntilAsync(() => acknowledged.Count, acknowledged.Count + 200, clients);
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        output.WriteLine($"{acknowledged.Count} acknowledged, {refused} refused, {faults.Count} met the failure itself.");
        faults.Distinct().ShouldBeEmpty();
        acknowledged.Values.Count(a => a.Outcome.Kind == "prize").ShouldBeLessThanOrEqualTo(Cars);
        await PoolFacts.HoldAsync(host, campaign, 0, acknowledged);
    }

    /// <summary>One client: an entry at a time, the same key again until it is answered.</summary>
    private async Task EnterAsync(IPrizePoolGrain pool, int client, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var entry = Sent.Entry($"key-{client}-{i}", $"person-{client}-{i % 50}");
            while (await TryAsync(pool, entry) is var answer && !stop.IsCancellationRequested)
            {
                if (answer is not null)
                {
                    acknowledged.TryAdd(entry.IdempotencyKey, answer).ShouldBeTrue();
                    break;
                }

                await Task.Yield();
            }
        }
    }

    private async Task<EntryAnswer?> TryAsync(IPrizePoolGrain pool, SubmitEntry entry)
    {
        try
        {
            var answer = await pool.SubmitAsync(entry);
            if (answer.Refusal is { } refusal)
            {
                Interlocked.Increment(ref refused);
                if (refusal.Code != "storage.unavailable")
                {
                    faults.Add(refusal.Code);
                }
            }

            return answer.Value;
        }
        catch (Exception e) when (e is StorageUnavailableException or DbException { IsTransient: true })
        {
            // No activation could begin: the API answers these as it answers storage.unavailable.
            Interlocked.Increment(ref refused);
            return null;
        }
        catch (Exception e)
        {
            faults.Add(e.ToString());
            return null;
        }
    }

    private static async Task UntilAsync(Func<int> count, int wanted, Task[] clients)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (count() < wanted)
        {
            limit.Token.ThrowIfCancellationRequested();
            clients.FirstOrDefault(c => c.IsFaulted)?.GetAwaiter().GetResult();
            await Task.Delay(10, limit.Token);
        }
    }
}
