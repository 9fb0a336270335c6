using PrizeDraw.TestKit;
using System;
using System.Linq;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Users;
using Shouldly;

namespace PrizeDraw.Pools.Tests.Setup;

/// <summary>A central database that was restored, as everything on its server sees it: only for tests with a server of their own.</summary>
internal static class Incarnations
{
    public static async Task UnconfirmAsync(this PoolHost host)
    {
        await using var central = await host.OpenCentralAsync();
        await central.RunAsync("update installation set incarnation = gen_random_uuid(), began_at = now(), confirmed_at = null");
    }

    public static async Task ConfirmAsync(this PoolHost host)
    {
        var incarnation = (await host.Get<IIncarnation>().GetAsync(default)).Id;
        var grain = host.Get<IGrainFactory>().GetGrain<IInstallationGrain>(GrainKeys.Platform);
        (await grain.ConfirmAsync(new ConfirmIncarnation(new Actor("usr_admin", Roles.SuperAdmin), incarnation))).Refusal.ShouldBeNull();
    }

    /// <summary>Wakes a grain, and waits until it has put what is due off: its reminder is written anew then, or a second time.</summary>
    public static async Task HeldAsync(this PoolHost host, string grainType, string key, Func<Task> wake)
    {
        var before = await VersionAsync(host, grainType, key);
        var held = before < 0 ? 1 : before + 1;
        await wake();
        await Polling.UntilAsync(
            async () => await VersionAsync(host, grainType, key) >= held, TimeSpan.FromSeconds(120), () => Task.FromResult($"{grainType}, which has not put off what is due"));
    }

    private static async Task<long> VersionAsync(PoolHost host, string grainType, string key)
    {
        await using var central = await host.OpenCentralAsync();
        return (await central.ListAsync(
            "select version::bigint from orleansreminderstable where grainid like $1", r => r.GetInt64(0), $"%{grainType}%{key}%")).SingleOrDefault(-1);
    }
}
