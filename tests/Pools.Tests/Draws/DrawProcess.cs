using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Providers.Timestamps;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>What a process of its own needs to do something with a draw: this test assembly is its program.</summary>
internal sealed record DrawOrders(
    string Superuser, string MasterKey, BeaconChain Chain, string[] Relays, Uri Authority, string TrustFile, long Ahead, string TenantId,
    string CampaignId, string DrawId, string Act);

/// <summary>A host in a process of its own, which can be killed as a machine is.</summary>
internal sealed class DrawProcess : IDisposable
{
    private readonly Process process;

    private DrawProcess(Process process) => this.process = process;

    public static DrawProcess Start(DrawOrders orders)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(DrawProcess).Assembly.Location])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.WriteLine(JsonSerializer.Serialize(orders));
        process.StandardInput.Flush();
        return new DrawProcess(process);
    }

    /// <summary>SIGKILL: nothing of it is put in order.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    /// <summary>The process's own part: does what it was told again and again, as an impatient administrator does, until it is killed.</summary>
    public static async Task<int> Main()
    {
        if (await Console.In.ReadLineAsync() is not { } line)
        {
            return 2;
        }

        var orders = JsonSerializer.Deserialize<DrawOrders>(line)!;
        var clock = new LeapingClock();
        clock.Leap(TimeSpan.FromTicks(orders.Ahead));
        var server = PoolServer.At(orders.Superuser, Convert.FromBase64String(orders.MasterKey));
        server.Replace = services => DrawStage.Configure(services, clock, new BeaconOptions
        {
            Chain = orders.Chain, RetryDelayMilliseconds = 0,
            Relays = [.. orders.Relays.Select((r, i) => new BeaconRelay(new Uri(r), i % 2 == 0 ? RelayVersion.V1 : RelayVersion.V2))],
        }, new TimestampOptions { Url = orders.Authority, TrustedCertificatesFile = orders.TrustFile });
        await using var host = await server.StartHostAsync();
        var draw = host.Get<Orleans.IGrainFactory>().GetGrain<IDrawGrain>(GrainKeys.Draw(orders.TenantId, orders.CampaignId, orders.DrawId));
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        do
        {
            _ = orders.Act switch
            {
                "replace" => await draw.ReplaceAsync(new ReplaceWinner(Killed_at_each_state.Judge, 1, "unreachable", null, null)),
                "void" => await draw.VoidAsync(new VoidDraw(Killed_at_each_state.Judge, "The form was away.")),
                _ => await draw.RunAsync(new DrawCommand(Killed_at_each_state.Judge)),
            };
        }
        while (await again.WaitForNextTickAsync());
        return 0;
    }
}
