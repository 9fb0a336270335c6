using System;
using System.Collections.Concurrent;
using System.Threading.Tasks;
using PrizeDraw.Grains.Provisioning;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>Knows the step that each campaign is at, and does what a test has ordered at a point of it.</summary>
public sealed class StageObserver : ISagaObserver
{
    private readonly ConcurrentDictionary<string, string> _steps = new();
    private readonly ConcurrentDictionary<string, Func<string, SagaPoint, Task>> _orders = new();

    /// <summary>The step at which a campaign is or was last; empty before the first.</summary>
    public string StepOf(string slug) => _steps.TryGetValue(slug, out var step) ? step : "";

    /// <summary>From now on this is done at each point of a campaign; in place of what was ordered before.</summary>
    public void On(string slug, Func<string, SagaPoint, Task> order) => _orders[slug] = order;

    public Task AtAsync(string campaign, string step, SagaPoint point)
    {
        _steps[campaign] = step;
        return _orders.TryGetValue(campaign, out var order) ? order(step, point) : Task.CompletedTask;
    }
}
