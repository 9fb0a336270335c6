using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.TestKit;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>A central database that was set back, and what hosts hold until somebody has confirmed it.</summary>
public sealed partial class CloudStage
{
    /// <summary>What the hosts of this stage have said that they hold.</summary>
    public HeldLog Held { get; } = new();

    /// <summary>Calls of all providers that change something.</summary>
    public int Changes => Doubles.Sum(d => d.Requests.Count(r => r.Method != "GET"));

    /// <summary>The database as it is after a restore; once the answer is disposed of a super_admin has confirmed it.</summary>
    public async Task<IAsyncDisposable> SetBackAsync()
    {
        await CentralAsync("update installation set incarnation = gen_random_uuid(), began_at = $1, confirmed_at = null returning incarnation::text", Clock.GetUtcNow());
        return new Unconfirmed(this);
    }

    private void Hear(IServiceCollection services)
    {
        Also?.Invoke(services);
        services.AddLogging(logging => logging.AddProvider(Held).AddFilter<HeldLog>("PrizeDraw.Grains", LogLevel.Information));
    }

    private sealed class Unconfirmed(CloudStage stage) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            var incarnation = (await stage.Get<IIncarnation>().GetAsync(default)).Id;
            (await stage.Get<IGrainFactory>().GetGrain<IInstallationGrain>(GrainKeys.Platform).ConfirmAsync(new ConfirmIncarnation(Admin, incarnation)))
                .Refusal.ShouldBeNull();
        }
    }
}
