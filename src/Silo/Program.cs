using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Postgres;
using PrizeDraw.Silo;
using PrizeDraw.Storage.Secrets;

return await CommandLine.RunAsync(args, RunAsync);

static async Task<int> RunAsync(PlatformOptions options, CancellationToken ct)
{
    try
    {
        await using var host = await PlatformHost.StartAsync(options, null, ct);
        await host.WaitForShutdownAsync(ct);
        return 0;
    }
    catch (Exception e) when (e is ArgumentException or StartException or EmbeddedPostgresException or SecretException)
    {
        // These say what to do; anything else is a defect and shows its trace.
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
}
