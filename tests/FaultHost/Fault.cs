using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;

namespace PrizeDraw.FaultHost;

/// <summary>
/// Fails, holds or kills at points of sagas. Orders are separated by commas: <c>step:point:action</c> for whatever campaign comes
/// there first, <c>slug/step:point:action</c> for one campaign. Actions: <c>kill</c> (SIGKILL to this process), <c>hold</c> (prints
/// <c>HOLDING slug/step:point</c> and stays there until a file named by the slug appears in the folder FAULT_RELEASE), <c>throw</c> (once) and <c>throw-always</c>.
/// </summary>
internal sealed class Fault : ISagaObserver
{
    private readonly IReadOnlyList<Order> orders;

    public Fault(string? text) =>
        orders = [.. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Order.Parse)];

    public async Task AtAsync(string campaign, string step, SagaPoint point)
    {
        if (orders.FirstOrDefault(o => o.Takes(campaign, step, point)) is not { } order)
        {
            return;
        }

        switch (order.Action)
        {
            case "kill":
                Process.GetCurrentProcess().Kill();
                await Task.Delay(Timeout.Infinite);
                return;
            case "hold":
                Console.WriteLine($"HOLDING {campaign}/{step}:{point}");
                await ReleasedAsync(campaign);
                return;
            default:
                throw new ProviderException(ProviderFault.Rejected, $"A fault on order at {step}.");
        }
    }

    private static async Task ReleasedAsync(string campaign)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!File.Exists(Path.Combine(Environment.GetEnvironmentVariable("FAULT_RELEASE") ?? "/nowhere", campaign)))
        {
            await look.WaitForNextTickAsync();
        }
    }

    private sealed class Order(string? campaign, string step, SagaPoint point, string action)
    {
        private int left = action == "throw-always" ? int.MaxValue : 1;

        public string Action => action;

        public static Order Parse(string text)
        {
            var parts = text.Split(':');
            if (parts.Length != 3 || parts[2] is not ("kill" or "hold" or "throw" or "throw-always"))
            {
                throw new ArgumentException($"FAULT: '{text}' is not [slug/]step:point:kill|hold|throw|throw-always.");
            }

            var where = parts[0].Split('/');
            return new Order(where.Length == 2 ? where[0] : null, where[^1], Enum.Parse<SagaPoint>(parts[1]), parts[2]);
        }

        public bool Takes(string atCampaign, string atStep, SagaPoint atPoint) =>
            atStep == step && atPoint == point && (campaign is null || campaign == atCampaign) && Interlocked.Decrement(ref left) >= 0;
    }
}
