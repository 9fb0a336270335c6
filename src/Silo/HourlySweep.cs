using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Storage.Central.Installations;
using PrizeDraw.Storage.Central.Provisioning;
using PrizeDraw.Storage.Central.Requests;

namespace PrizeDraw.Silo;

/// <summary>What every host does each hour: forgets Idempotency-Keys that are past their time and budgets of accounts
/// that are no longer used. And each minute: looks whether the database was set back.</summary>
internal static class HourlySweep
{
    /// <summary>Until told to stop.</summary>
    public static Task RunAsync(IServiceProvider services, ILogger log, CancellationToken ct) => Task.WhenAll(
        EveryAsync(TimeSpan.FromHours(1), token => SweepAsync(services, token), services, log, ct),
        EveryAsync(TimeSpan.FromMinutes(1), token => LookAsync(services, token), services, log, ct));

    private static async Task EveryAsync(TimeSpan period, Func<CancellationToken, Task> work, IServiceProvider services, ILogger log, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(period, services.GetRequiredService<TimeProvider>());
        while (await timer.WaitForNextTickAsync(ct))
        {
            try
            {
                await work(ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                log.LogWarning(e, "What is done every {Period} was not done this time.", period);
            }
        }
    }

    private static async Task SweepAsync(IServiceProvider services, CancellationToken ct)
    {
        if (await services.GetRequiredService<IIncarnation>().IsConfirmedAsync(ct))
        {
            await services.GetRequiredService<RequestKeySweep>().RunAsync(services.GetRequiredService<TimeProvider>().GetUtcNow(), ct);
        }

        await services.GetRequiredService<RequestBudgetStore>().PruneAsync(ct);
    }

    /// <summary>Notices a central database that was set back to an older state, and says so.</summary>
    public static async Task LookAsync(IServiceProvider services, CancellationToken ct)
    {
        if (await services.GetRequiredService<IncarnationStore>().LookAndTellAsync(ct))
        {
            Console.WriteLine("""

                  The central database is older than what this host last saw of it: it was restored, or set back.
                  Nothing is deleted, drawn or sent until a super_admin has looked and confirmed it: page Reconciliation, or POST /v1/installation/confirm.

                """);
        }
    }
}
