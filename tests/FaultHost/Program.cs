using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;
using PrizeDraw.Silo;

// Runs the platform as its own executable does, but with a fault on order: FAULT=step:point:kill dies there by SIGKILL,
// FAULT=step:point:throw fails there (once for :throw, each time for :throw-always).
return await CommandLine.RunAsync(args, RunAsync);

static async Task<int> RunAsync(PlatformOptions options, CancellationToken ct)
{
    var durable = Environment.GetEnvironmentVariable("FAULT_HOST_FSYNC") == "on";
    await using var host = await PlatformHost.StartAsync(
        options with { Durable = durable },
        services => services.Replace(ServiceDescriptor.Singleton<ISagaObserver>(new Fault(Environment.GetEnvironmentVariable("FAULT")))), ct);
    await host.WaitForShutdownAsync(ct);
    return 0;
}

/// <summary>Fails or kills this process at one point of one step.</summary>
internal sealed class Fault : ISagaObserver
{
    private readonly string[] order;
    private int left;

    public Fault(string? text)
    {
        order = text?.Split(':') ?? [];
        left = order is [_, _, "throw-always"] ? int.MaxValue : 1;
    }

    public Task AtAsync(string step, SagaPoint point)
    {
        if (order.Length != 3 || order[0] != step || order[1] != point.ToString() || Interlocked.Decrement(ref left) < 0)
        {
            return Task.CompletedTask;
        }

        if (order[2] == "kill")
        {
            Process.GetCurrentProcess().Kill();
            return Task.Delay(Timeout.Infinite);
        }

        throw new ProviderException(ProviderFault.Rejected, $"A fault on order at {step}.");
    }
}
