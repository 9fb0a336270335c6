using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net.Http;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace PrizeDraw.Providers.Cloud;

/// <summary>
/// What all clients of one account in this process share: the circuit breaker and the order of writes. Clients that take from one budget are
/// clients of one installation, so that the lane hangs on the budget; the first client's options make it.
/// </summary>
internal sealed class CloudLane
{
    private static readonly ConditionalWeakTable<IRequestBudget, ConcurrentDictionary<string, CloudLane>> Lanes = [];

    private readonly CloudOptions _options;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _writing = new(1);
    private DateTimeOffset _nextWriteAt = DateTimeOffset.MinValue;

    private CloudLane(CloudOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        Breaker = new ResiliencePipelineBuilder<CloudReply> { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<CloudReply>
            {
                FailureRatio = 0.5, MinimumThroughput = options.BreakAfter, SamplingDuration = options.BreakWindow, BreakDuration = options.BreakDuration,
                ShouldHandle = args => new ValueTask<bool>(args.Outcome switch
                {
                    { Exception: TimeoutRejectedException or HttpRequestException or IOException } => true,
                    { Result: { } reply } => args.Context.Properties.TryGetValue(CloudSending.Key, out var sending) && reply.HasFailed(sending.Call),
                    _ => false,
                }),
            })
            .Build();
    }

    /// <summary>Refuses to ask while half of the last calls failed because of the provider.</summary>
    public ResiliencePipeline<CloudReply> Breaker { get; }

    public static CloudLane Of(IRequestBudget budget, CloudAccount account, CloudOptions options, TimeProvider clock) =>
        Lanes.GetOrCreateValue(budget).GetOrAdd(account.Id, _ => new CloudLane(options, clock));

    /// <summary>Waits until a write may be made. Writes one at a time, with a pause between, where the options say so; reads at once.</summary>
    public async Task<IDisposable?> TurnAsync(CloudCall call, CancellationToken ct)
    {
        if (call.IsRead || !_options.SerialWrites)
        {
            return null;
        }

        await _writing.WaitAsync(ct);
        try
        {
            if (_nextWriteAt - _clock.GetUtcNow() is var pause && pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _clock, ct);
            }

            return new Turn(this);
        }
        catch
        {
            _writing.Release();
            throw;
        }
    }

    private sealed class Turn(CloudLane lane) : IDisposable
    {
        public void Dispose()
        {
            lane._nextWriteAt = lane._clock.GetUtcNow() + lane._options.WriteGap;
            lane._writing.Release();
        }
    }
}
