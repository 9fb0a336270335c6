using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Storage.Central.Reconciliation;

namespace PrizeDraw.Grains.Reconciliation;

/// <summary>What the grains that reconcile accounts need.</summary>
internal static class ReconciliationRegistration
{
    public static IServiceCollection AddReconciliation(this IServiceCollection services)
    {
        services.TryAddSingleton(new ReconciliationOptions());
        services.AddSingleton(p =>
        {
            var options = p.GetRequiredService<ReconciliationOptions>();
            options.Validate();
            return options.Deletion;
        });
        return services.AddSingleton<HeldParts>().AddSingleton<Reconciler>().AddSingleton<ReconciliationStore>().AddSingleton(p => new ReconcilerParts(
            p.GetRequiredService<Reconciler>(), p.GetRequiredService<ReconciliationStore>(), p.GetRequiredService<ReconciliationOptions>(),
            p.GetRequiredService<IIncarnation>()));
    }
}
