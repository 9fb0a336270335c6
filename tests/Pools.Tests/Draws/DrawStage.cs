using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Notices;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Mail;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Providers.Timestamps;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Draws;
using Shouldly;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>The machine's clock, which a test may put forward, or stop. Timers take as long as on the machine's.</summary>
internal sealed class LeapingClock : TimeProvider
{
    private long _ahead;
    private long _standsAt;

    public override DateTimeOffset GetUtcNow() =>
        Interlocked.Read(ref _standsAt) is var at and > 0 ? new DateTimeOffset(at, TimeSpan.Zero) : System.GetUtcNow() + Ahead;

    public TimeSpan Ahead => TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public void Leap(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    /// <summary>Two readings are the same from now on, however long somebody takes in between.</summary>
    public void Stop() => Interlocked.Exchange(ref _standsAt, GetUtcNow().Ticks);

    public void GoOn() => Interlocked.Exchange(ref _standsAt, 0);
}

/// <summary>Something that must be there and that nobody calls.</summary>
public class Absent : DispatchProxy
{
    public static T Of<T>()
        where T : class => Create<T, Absent>();

    protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => throw new InvalidOperationException($"{targetMethod} was called.");
}

/// <summary>Hosts with stand-ins for relays and a time-stamp authority, campaigns with a draw, and what outsiders make of it.</summary>
internal sealed class DrawStage : IAsyncDisposable
{
    private readonly PoolServer _server;
    private readonly List<StandInRelay> _relays = [];

    private readonly StandInChain _chain;

    private DrawStage(PoolServer server)
    {
        _server = server;
        // Rounds some minutes from now are among those that the chain's key has really signed.
        _chain = StandInChain.Beginning(Clock.GetUtcNow());
    }

    public LeapingClock Clock { get; } = new();

    public IReadOnlyList<StandInRelay> Relays => _relays;

    public StandInAuthority Authority { get; private set; } = null!;

    public static async Task<DrawStage> SetAsync(PoolServer server)
    {
        var stage = new DrawStage(server);
        stage._relays.Add(await StandInRelay.StartAsync(stage._chain, stage.Clock));
        stage._relays.Add(await StandInRelay.StartAsync(stage._chain, stage.Clock));
        stage.Authority = await StandInAuthority.StartAsync(stage.Clock);
        server.Replace = services => Configure(services, stage.Clock, new BeaconOptions
        {
            Chain = stage._chain.Chain, RetryDelayMilliseconds = 0, TimeoutSeconds = 30, Relays = [stage._relays[0].As(RelayVersion.V1), stage._relays[1].As(RelayVersion.V2)],
        }, new TimestampOptions { Url = stage.Authority.Address, TimeoutSeconds = 60, TrustedCertificatesFile = stage.Authority.TrustFile });
        return stage;
    }

    /// <summary>A host's services with this clock, these relays and this authority.</summary>
    public static void Configure(IServiceCollection services, TimeProvider clock, BeaconOptions beacon, TimestampOptions authority)
    {
        services.Replace(ServiceDescriptor.Singleton(clock));
        services.AddSingleton<IMailer>(new FakeMailer());
        // Campaigns are told how far their draws are; their grain is made with what provisioning needs.
        services.AddSingleton(Absent.Of<ITemplateSource>()).AddSingleton(Absent.Of<IRepositoryHost>()).AddSingleton(Absent.Of<ISiteHosting>())
            .AddSingleton(Absent.Of<ISyncHost>()).AddSingleton(Absent.Of<ITemplateHistory>());
        services.Replace(ServiceDescriptor.Singleton(beacon));
        services.Replace(ServiceDescriptor.Singleton(authority));
    }

    /// <summary>What a process of its own is told, to do this with the campaign or its draw.</summary>
    public DrawOrders Orders(PoolServer server, TestCampaign campaign, string act) => new(
        server.Superuser, Convert.ToBase64String(server.MasterKeyBytes), _chain.Chain, [.. _relays.Select(r => r.Address.AbsoluteUri)],
        Authority.Address, Authority.TrustFile, Clock.Ahead.Ticks, campaign.TenantId, campaign.Id, campaign.Settings.Draw?.Id ?? "", act);

    /// <summary>The verifier's options by which its user vouches for the stand-ins.</summary>
    public string[] Vouching(TempFolder folder)
    {
        _chain.WriteInfo(folder["chain.json"]);
        return ["--chain", folder["chain.json"], "--authority", Authority.TrustFile];
    }

    public Task<PoolHost> StartHostAsync() => _server.StartHostAsync();

    public static DrawSettings Settings(string level) => new()
    {
        Id = Ids.New(Ids.Draw, PoolHost.Noon), Name = "Final", Level = level, Reserves = 2,
        Prizes = [new DrawPrize("Weekend in Paris"), new DrawPrize("Guide book", 2)],
    };

    /// <summary>A campaign with this draw, entered by so many people and closed.</summary>
    public static async Task<TestCampaign> ClosedAsync(PoolHost host, DrawSettings draw, int people = 12, string named = "person")
    {
        var campaign = await host.AddCampaignAsync(s => s with { Draw = draw });
        await using (var central = await host.OpenCentralAsync())
        {
            await central.RunAsync("""update campaign set settings = '{"name":"Summer"}' where campaign_id = $1""", Ids.Parse(Ids.Campaign, campaign.Id));
        }

        (await host.Draw(campaign).PlanAsync(SetDrawPlan.Of(PoolHost.Manager, draw, campaign.Settings))).Refusal.ShouldBeNull();
        await Task.WhenAll(Enumerable.Range(0, people).Select(n => host.Pool(campaign).SubmitAsync(Sent.Entry($"key-{n}", $"{named}{n}"))));
        (await host.Pool(campaign).CloseAsync(new ClosePool(Actor.System, PoolHost.Closes))).Refusal.ShouldBeNull();
        return campaign;
    }

    public async ValueTask DisposeAsync()
    {
        _server.Replace = _ => { };
        foreach (var relay in _relays)
        {
            await relay.DisposeAsync();
        }

        await Authority.DisposeAsync();
    }
}

internal static class DrawSteps
{
    public static IDrawGrain Draw(this PoolHost host, TestCampaign campaign, string? drawId = null) => host.Get<IGrainFactory>().GetGrain<IDrawGrain>(
        GrainKeys.Draw(campaign.TenantId, campaign.Id, drawId ?? campaign.Settings.Draw!.Id!));

    public static async Task<string> StateAsync(this PoolHost host, TestCampaign campaign, string? drawId = null)
    {
        await using var database = await host.OpenAsync(campaign);
        return await database.ScalarAsync<string>(
            "select state || case when certified_events is null then '' else ', certified' end from draw where draw_id = $1",
            Ids.Parse(Ids.Draw, drawId ?? campaign.Settings.Draw!.Id!));
    }

    public static async Task<DrawStand> StandAsync(this PoolHost host, TestCampaign campaign) =>
        (await host.Get<ICampaignDataQueries>().DrawsAsync(campaign.TenantId, campaign.Id, false, default)).Single().Stand.ShouldNotBeNull();

    /// <summary>How the draw stands, once it waits for what has this in its reason: a call to run it does not wait for its steps for ever.</summary>
    public static Task<DrawStand> WaitsForAsync(this PoolHost host, TestCampaign campaign, string what) => Polling.UntilAsync(
        () => host.StandAsync(campaign), stand => stand.WaitingFor?.Contains(what, StringComparison.Ordinal) ?? false, TimeSpan.FromSeconds(120));

    public static async Task<List<string>> WinnersAsync(this PoolHost host, TestCampaign campaign)
    {
        await using var database = await host.OpenAsync(campaign);
        return await database.ListAsync(
            "select w.position || ' ' || w.role || ' ' || coalesce(w.prize, '') || ' ' || e.entry_id from winner w join entry e using (entry_id) order by w.position",
            r => r.GetString(0));
    }

    /// <summary>Waits until the draw is there, asking it to go on as an impatient administrator does.</summary>
    public static async Task ReachesAsync(this PoolHost host, TestCampaign campaign, string state, string? drawId = null)
    {
        var patience = Stopwatch.StartNew();
        for (string now; (now = await host.StateAsync(campaign, drawId)) != state;)
        {
            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(300), $"It is {now}.");
            await host.Draw(campaign, drawId).RunAsync(new DrawCommand(PoolHost.Manager));
        }
    }

    /// <summary>Replaces a winner where several hosts are asked to: one that finds that another has taken the draw fails, and is asked again.</summary>
    public static async Task<Result<bool>> ReplacedAsync(this PoolHost host, TestCampaign campaign, ReplaceWinner command)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await host.Draw(campaign).ReplaceAsync(command);
            }
            catch (InvalidOperationException taken) when (taken.Message.Contains("taken over", StringComparison.Ordinal) && patience.Elapsed < TimeSpan.FromSeconds(120))
            {
                // Again.
            }
        }
    }

    public static async Task<string> CertificateAsync(this PoolHost host, TestCampaign campaign) => await TextAsync(
        host, await host.Get<IDrawFiles>().CertificateAsync(campaign.TenantId, campaign.Id, campaign.Settings.Draw!.Id!, default));

    public static async Task<string> CommitmentAsync(this PoolHost host, TestCampaign campaign) => await TextAsync(
        host, await host.Get<IDrawFiles>().CommitmentAsync(campaign.TenantId, campaign.Id, campaign.Settings.Draw!.Id!, default));

    private static async Task<string> TextAsync(PoolHost host, PublicFile? file)
    {
        using var text = new MemoryStream();
        await host.Get<IPublicFiles>().CopyAsync(file.ShouldNotBeNull(), text, compressed: false, default);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>What the verifier says of certificate and list, in a folder of their own: its exit code and lines.</summary>
    public static async Task<(int Exit, string Said)> VerifyAsync(this PoolHost host, TestCampaign campaign, params string[] more)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["certificate.json"], await host.CertificateAsync(campaign));
        await host.WriteEntriesAsync(campaign, campaign.Settings.Draw!.Id!, folder["entries.jsonl"]);
        return await CertificateChecks.VerifyAsync([folder["certificate.json"], folder["entries.jsonl"], .. more]);
    }
}

/// <summary>A test that runs the verifier: skipped, loudly, where it is not built, unless PLATFORM_REQUIRE_CONTRACTS=1 (then it fails for want of it).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VerifierTheoryAttribute : Xunit.TheoryAttribute
{
    public VerifierTheoryAttribute()
    {
        if (!CertificateChecks.VerifierIsExpected)
        {
            Skip = "verifier/dist/verify.mjs is not there: build it with 'npm ci --ignore-scripts && npm run build' in verifier/.";
        }
    }
}
