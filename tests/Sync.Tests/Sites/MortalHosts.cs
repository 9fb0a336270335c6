using System;
using System.Diagnostics;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.TestKit;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>A site to be brought to a version. Sent, not waited for: what came of it stands in the database.</summary>
public sealed record SendSync(string TenantId, string CampaignId, string Version, string ReleaseId)
{
    public async Task RunAsync(IServiceProvider services)
    {
        var grain = services.GetRequiredService<IGrainFactory>().GetGrain<ITemplateSyncGrain>(GrainKeys.Campaign(TenantId, CampaignId));
        await grain.SyncAsync(new SyncSite(SitesStage.Admin, Version, [], ReleaseId));
        await grain.WakeAsync();
    }
}

/// <summary>A host of the platform that can die.</summary>
public interface IMortalHost
{
    Task StartAsync();

    /// <summary>Dies as a process does: nothing is put in order.</summary>
    Task DieAsync();

    void Send(SendSync order);
}

/// <summary>A host in this process: let go of with all that it holds, in the middle of what it does.</summary>
public sealed class DroppedHost(SitesStage stage) : IMortalHost
{
    private IHost? host;

    public async Task StartAsync()
    {
        var next = stage.Build();
        await next.StartAsync();
        host = next;
    }

    public async Task DieAsync()
    {
        if (Interlocked.Exchange(ref host, null) is { } dropped)
        {
            await ((IAsyncDisposable)dropped).DisposeAsync();
        }
    }

    public void Send(SendSync order)
    {
        if (host is { } alive)
        {
            _ = HostProgram.RunAsync(order, alive.Services);
        }
    }
}

/// <summary>A host in a process of its own, killed by SIGKILL. This test assembly is its program.</summary>
public sealed class KilledHost(SitesStage stage) : IMortalHost
{
    private Process? process;

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(KilledHost).Assembly.Location])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var (next, started) = (Process.Start(start)!, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        next.OutputDataReceived += (_, _) => started.TrySetResult();
        next.ErrorDataReceived += (_, _) => { };
        next.BeginOutputReadLine();
        next.BeginErrorReadLine();
        await next.StandardInput.WriteLineAsync(JsonSerializer.Serialize((HostOrders)new(stage.Orders, stage.Clock.Ahead.Ticks)));
        await next.StandardInput.FlushAsync();
        await started.Task.WaitAsync(TimeSpan.FromSeconds(120));
        process = next;
    }

    public async Task DieAsync()
    {
        if (Interlocked.Exchange(ref process, null) is { } killed)
        {
            killed.Kill();
            await killed.WaitForExitAsync();
            killed.Dispose();
        }
    }

    public void Send(SendSync order)
    {
        try
        {
            process?.StandardInput.WriteLine(JsonSerializer.Serialize(order));
            process?.StandardInput.Flush();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // It has just been killed.
        }
    }
}

/// <summary>What a host's own process is told first.</summary>
public sealed record HostOrders(SitesOrders Sites, long Ahead);

/// <summary>The program of a host's own process: does what comes by its standard input, until it is killed or nobody is there to tell it more.</summary>
internal static class HostProgram
{
    public static async Task<int> Main()
    {
        if (await Console.In.ReadLineAsync() is not { } line)
        {
            return 2;
        }

        var orders = JsonSerializer.Deserialize<HostOrders>(line)!;
        var clock = new AheadClock();
        clock.Leap(TimeSpan.FromTicks(orders.Ahead));
        using var host = SitesHost.Build(orders.Sites, clock, new NoSagaObserver(), _ => { });
        await host.StartAsync();
        Console.WriteLine("started");
        while (await Console.In.ReadLineAsync() is { } next)
        {
            _ = RunAsync(JsonSerializer.Deserialize<SendSync>(next)!, host.Services);
        }

        return 0;
    }

    public static async Task RunAsync(SendSync order, IServiceProvider services)
    {
        try
        {
            await order.RunAsync(services);
        }
        catch (Exception)
        {
            // The host died, or another one took over: whoever asks sees an error, and asks again.
        }
    }
}
