using System;
using System.Diagnostics;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.TestKit;

namespace PrizeDraw.Provisioning.Tests.Schedules;

/// <summary>What a user asks the platform for. Sent, not waited for: what came of it stands in the database.</summary>
/// <param name="Act"><c>begin</c>, <c>ask</c> to go on, or <c>cancel</c>.</param>
public sealed record UserOrder(string Act, string TenantId, string CampaignId, string Slug, string DeploymentId)
{
    public async Task RunAsync(IServiceProvider services)
    {
        var grain = services.GetRequiredService<IGrainFactory>().GetGrain<ICampaignGrain>(GrainKeys.Campaign(TenantId, CampaignId));
        _ = Act switch
        {
            "begin" => await grain.CreateAsync(new CreateCampaign(CloudStage.Admin, CloudStage.Settings(Slug), Provision: true)) is { Refusal: null },
            "ask" => await grain.ProvisionAsync(new CampaignCommand(CloudStage.Admin, null)) is { Refusal: null },
            "cancel" => await grain.CancelDeploymentAsync(new CancelDeployment(CloudStage.Admin, DeploymentId)) is { Refusal: null },
            _ => throw new InvalidOperationException($"What is '{Act}'?"),
        };
    }
}

/// <summary>A host of the platform that can die.</summary>
public interface IMortalHost
{
    Task StartAsync();

    /// <summary>Dies as a process does: nothing is put in order. Once it is dead, this does nothing.</summary>
    Task DieAsync();

    void Send(UserOrder order);
}

/// <summary>A host in this process: let go of with all that it holds, in the middle of what it does.</summary>
public sealed class DroppedHost(CloudStage stage) : IMortalHost
{
    private IHost? _host;

    public async Task StartAsync()
    {
        var host = stage.Build();
        await host.StartAsync();
        _host = host;
    }

    public async Task DieAsync()
    {
        if (Interlocked.Exchange(ref _host, null) is { } dropped)
        {
            await ((IAsyncDisposable)dropped).DisposeAsync();
        }
    }

    public void Send(UserOrder order)
    {
        if (_host is { } host)
        {
            _ = Task.Run(async () =>
            {
                try
                {
                    await order.RunAsync(host.Services);
                }
                catch (Exception)
                {
                    // The host died, or another one took over: users see an error, and ask again.
                }
            });
        }
    }
}

/// <summary>A host in a process of its own, killed by SIGKILL. This test assembly is its program.</summary>
public sealed class KilledHost(CloudStage stage) : IMortalHost
{
    private Process? _process;

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(KilledHost).Assembly.Location])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var (process, started) = (Process.Start(start)!, new TaskCompletionSource());
        process.OutputDataReceived += (_, _) => started.TrySetResult();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize((HostOrders)new(stage.Orders, stage.Clock.Ahead.Ticks)));
        await process.StandardInput.FlushAsync();
        await started.Task.WaitAsync(TimeSpan.FromSeconds(120));
        _process = process;
    }

    public async Task DieAsync()
    {
        if (Interlocked.Exchange(ref _process, null) is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    public void Send(UserOrder order)
    {
        try
        {
            _process?.StandardInput.WriteLine(JsonSerializer.Serialize(order));
            _process?.StandardInput.Flush();
        }
        catch (Exception e) when (e is InvalidOperationException or System.IO.IOException)
        {
            // It has just been killed.
        }
    }
}

/// <summary>What a host's own process is told first.</summary>
public sealed record HostOrders(CloudOrders Cloud, long Ahead);

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
        using var host = CloudHost.Build(orders.Cloud, clock, new NoSagaObserver());
        await host.StartAsync();
        Console.WriteLine("started");
        while (await Console.In.ReadLineAsync() is { } next)
        {
            _ = RunAsync(JsonSerializer.Deserialize<UserOrder>(next)!, host.Services);
        }

        return 0;
    }

    private static async Task RunAsync(UserOrder order, IServiceProvider services)
    {
        try
        {
            await order.RunAsync(services);
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(e.Message);
        }
    }
}
