using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PrizeDraw.FaultHost;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Silo;

// Runs the platform as its own executable does, but with faults on order (the variable FAULT, see the class).
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
