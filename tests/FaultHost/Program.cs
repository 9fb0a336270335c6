using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PrizeDraw.FaultHost;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Silo;

// Runs the platform as its own executable does, but with faults on order (the variables FAULT and FAULT_SAID) and, where FAULT_CLOCK
// names a file, a clock that may be put forward: see the classes.
if (Environment.GetEnvironmentVariable("FAULT_SAID") is { Length: > 0 } text)
{
    Console.SetOut(new StillOnceSaid(Console.Out, text));
}

return await CommandLine.RunAsync(args, RunAsync);

static async Task<int> RunAsync(PlatformOptions options, CancellationToken ct)
{
    var durable = Environment.GetEnvironmentVariable("FAULT_HOST_FSYNC") == "on";
    await using var host = await PlatformHost.StartAsync(options with { Durable = durable }, Replace, ct);
    await host.WaitForShutdownAsync(ct);
    return 0;
}

static void Replace(IServiceCollection services)
{
    services.Replace(ServiceDescriptor.Singleton<ISagaObserver>(new Fault(Environment.GetEnvironmentVariable("FAULT"))));
    if (Environment.GetEnvironmentVariable("FAULT_CLOCK") is { Length: > 0 } file)
    {
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new LeapingClock(file, ahead => Console.WriteLine($"CLOCK {ahead.Ticks}"))));
    }
}
