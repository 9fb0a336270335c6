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
/// that are no longer used, and looks whether the database was set back.</summary>
internal static class HourlySweep
{
    /// <summary>Until told to stop.</summary>
    public static async Task RunAsync(IServiceProvider services, ILogger log, CancellationToken ct)
    {
        var (clock, keys) = (services.GetRequiredService<TimeProvider>(), services.GetRequiredService<RequestKeySweep>());
        using var hourly = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await hourly.WaitForNextTickAsync(ct))
        {
            try
            {
                if (await services.GetRequiredService<IIncarnation>().IsConfirmedAsync(ct))
                {
                    await keys.RunAsync(clock.GetUtcNow(), ct);
                }

                await services.GetRequiredService<RequestBudgetStore>().PruneAsync(ct);
                await LookAsync(services, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                log.LogWarning(e, "The hourly sweep was not made this time.");
            }
        }
    }

    /// <summary>Notices a central database that was set back to an older state, and says so.</summary>
    public static async Task LookAsync(IServiceProvider services, CancellationToken ct)
    {
        if (await services.GetRequiredService<IncarnationStore>().LookAsync(ct))
        {
            Console.WriteLine("""

                  The central database is older than what this host last saw of it: it was restored, or set back.
                  Nothing is deleted, drawn or sent until a super_admin has looked and confirmed it: page Reconciliation, or POST /v1/installation/confirm.

                """);
        }
    }
}
