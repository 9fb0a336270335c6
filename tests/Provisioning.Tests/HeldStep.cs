using System;
using System.Threading.Tasks;
using PrizeDraw.Grains.Provisioning;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>
/// A saga held at one point, as by a host that is about to die there. What waits at the point never goes on: it fails once another host has
/// taken over.
/// </summary>
public sealed class HeldStep
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _step;
    private readonly SagaPoint _point;

    public HeldStep(CloudStage stage, string slug, string step, SagaPoint point)
    {
        (_step, _point) = (step, point);
        stage.Observer.On(slug, AtAsync);
    }

    public Task ReachedAsync() => _reached.Task.WaitAsync(TimeSpan.FromMinutes(3));

    public void Die() => _died.SetResult();

    private async Task AtAsync(string step, SagaPoint point)
    {
        if (step == _step && point == _point && _reached.TrySetResult())
        {
            await _died.Task;
            throw new InvalidOperationException("The host died here.");
        }
    }
}
