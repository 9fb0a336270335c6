using System;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Rehearsals;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign;
using Shouldly;

namespace PrizeDraw.Pools.Tests.Rehearsals;

/// <summary>A rehearsal of a test's campaign on a host.</summary>
internal sealed class RehearsalStage(PoolHost host, TestCampaign campaign)
{
    public string Id { get; private init; } = Ids.New(Ids.Rehearsal, PoolHost.Noon);

    public string Schema => "rehearsal_" + Id["reh_".Length..];

    /// <summary>The same rehearsal as another host sees it.</summary>
    public RehearsalStage On(PoolHost other) => new(other, campaign) { Id = Id };

    public IRehearsalGrain Grain => host.Get<IGrainFactory>().GetGrain<IRehearsalGrain>(GrainKeys.Rehearsal(campaign.TenantId, campaign.Id, Id));

    public RehearsedPools Pools => new(host, campaign, Id);

    /// <summary>The campaign as its central row tells it: the tests of pools have no need of one.</summary>
    public static async Task TellAsync(PoolHost host, TestCampaign campaign)
    {
        await using var central = await host.OpenCentralAsync();
        await central.RunAsync(
            "update campaign set settings = $2::jsonb, opens_at = $3, closes_at = $4 where campaign_id = $1", Ids.Parse(Ids.Campaign, campaign.Id),
            JsonSerializer.Serialize(campaign.Settings, JsonSerializerOptions.Web), campaign.Settings.OpensAt, campaign.Settings.ClosesAt);
    }

    public static async Task<RehearsalStage> PrepareAsync(PoolHost host, TestCampaign campaign, DateTimeOffset? expiresAt = null)
    {
        await TellAsync(host, campaign);
        var stage = new RehearsalStage(host, campaign);
        PoolHost.Accepted(await stage.Grain.CreateAsync(new CreateRehearsal(
            PoolHost.Manager, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), expiresAt ?? TimeProvider.System.GetUtcNow().AddDays(7))));
        await stage.UntilAsync(view => view is { State: "ready" });
        return stage;
    }

    public Task<RehearsalView?> ViewAsync() => host.Get<IRehearsalQueries>().FindAsync(campaign.TenantId, campaign.Id, Id, default);

    /// <summary>Runs traffic to its end.</summary>
    public async Task<RehearsalRunView> RunAsync(RunRehearsal command)
    {
        PoolHost.Accepted(await Grain.RunAsync(command));
        return (await UntilAsync(view => view is { Run.State: not "running" }))!.Run!;
    }

    public async Task<RehearsalView?> UntilAsync(Func<RehearsalView?, bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(300));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        RehearsalView? view;
        while (!holds(view = await ViewAsync()))
        {
            view?.State.ShouldNotBe("failed");
            await ticks.WaitForNextTickAsync(limit.Token);
        }

        return view;
    }

    public async Task<T> RowsAsync<T>(Func<Npgsql.NpgsqlConnection, Task<T>> read)
    {
        await using var lease = await host.Get<CampaignConnections>().OpenAsync(campaign.TenantId, campaign.Id, Id, default);
        return await read(lease!.Connection);
    }
}

/// <summary>The rehearsal's pools, as entries with its token reach them.</summary>
internal sealed class RehearsedPools(PoolHost host, TestCampaign campaign, string rehearsal)
{
    public PrizeDraw.Grains.Abstractions.Pools.IPrizePoolGrain this[int pool] => host.Get<IGrainFactory>()
        .GetGrain<PrizeDraw.Grains.Abstractions.Pools.IPrizePoolGrain>(GrainKeys.RehearsedPool(campaign.TenantId, campaign.Id, campaign.PoolId(pool), rehearsal));
}
