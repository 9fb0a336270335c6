using System;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Draws;

namespace PrizeDraw.Api.Tests.Fakes;

internal sealed class FakeDraw(FakePlatform platform, string key) : IDrawGrain
{
    public Task<Result<bool>> PlanAsync(SetDrawPlan command) => throw new NotSupportedException();

    public Task PublishPlanAsync(SetDrawPlan command) => throw new NotSupportedException();

    public Task<Result<bool>> RunAsync(DrawCommand command)
    {
        platform.Command();
        var ids = GrainKeys.Split(key);
        platform.Draws[ids[2]] = platform.Ran(Sample.Drawn(ids[2], ids[1], platform.Clock.GetUtcNow()));
        return Task.FromResult<Result<bool>>(true);
    }

    public Task<Result<bool>> PublishAsync(DrawCommand command)
    {
        platform.Command();
        return Task.FromResult<Result<bool>>(platform.Draws.ContainsKey(GrainKeys.Split(key)[2])
            ? true
            : new Refusal("draw.wrong_state", "The draw has not been run."));
    }

    public Task<Result<bool>> AskObserverAsync(AskObserver command)
    {
        platform.Command();
        return Task.FromResult<Result<bool>>(true);
    }

    public Task<Result<bool>> SupplyRandomnessAsync(SupplyRandomness command)
    {
        if (!FakeObservations.IsGood(GrainKeys.Split(key)[2], command.TokenHash.AsSpan()))
        {
            return Task.FromResult<Result<bool>>(new Refusal("observation.not_found", "This link is not good, or not any more."));
        }

        platform.Command();
        return Task.FromResult<Result<bool>>(true);
    }

    public Task<Result<bool>> ReplaceAsync(ReplaceWinner command) => HappensAsync(command);

    public Task<Result<bool>> VoidAsync(VoidDraw command) => HappensAsync(command);

    public Task ScheduleAsync(DateTimeOffset at) => throw new NotSupportedException();

    private Task<Result<bool>> HappensAsync(object command)
    {
        if (!platform.Draws.ContainsKey(GrainKeys.Split(key)[2]))
        {
            return Task.FromResult<Result<bool>>(new Refusal("draw.wrong_state", "The draw has not been run."));
        }

        platform.Command();
        platform.DrawEvents.Enqueue(command);
        return Task.FromResult<Result<bool>>(true);
    }
}
