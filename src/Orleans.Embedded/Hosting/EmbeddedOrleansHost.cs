using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;

namespace Orleans.Runtime;

/// <summary>Starts and stops the engine with its host.</summary>
internal sealed class EmbeddedOrleansHost(EmbeddedRuntime runtime, ReminderService reminders) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        runtime.CheckGrains();
        reminders.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await reminders.StopAsync();
        await runtime.StopAsync(cancellationToken);
    }
}
