using System;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace PrizeDraw.Providers.Cloud;

/// <summary>
/// Calls one provider's API for one account: a time limit for each attempt, repetitions with jitter, waits as told by Retry-After and limits,
/// the account's budget, and a breaker that all clients of the account share. Failures are <see cref="ProviderException"/>s without secrets;
/// <see cref="OperationCanceledException"/> only when the caller cancels.
/// </summary>
public sealed class CloudClient
{
    /// <summary>How long a budget may take that has points, but is kept elsewhere, on a busy machine.</summary>
    private static readonly TimeSpan TakingMin = TimeSpan.FromSeconds(2);

    private readonly CloudExchange _exchange;
    private readonly CloudDialect _dialect;
    private readonly CloudOptions _options;
    private readonly IRequestBudget _budget;
    private readonly TimeProvider _clock;
    private readonly CloudLane _lane;
    private readonly ResiliencePipeline<CloudReply> _repeating;
    private readonly ResiliencePipeline _limited;

    /// <summary>Throws <see cref="ArgumentException"/> for options that are not valid. <paramref name="http"/>: <see cref="NewHttp"/>.</summary>
    public CloudClient(HttpClient http, CloudDialect dialect, CloudAccount account, CloudOptions options, IRequestBudget budget, TimeProvider clock)
    {
        options.Validate();
        (_dialect, Account, _options, _budget, _clock) = (dialect, account, options, budget, clock);
        _exchange = new CloudExchange(http, dialect, options, clock);
        _lane = CloudLane.Of(budget, account, options, clock);
        _limited = new ResiliencePipelineBuilder { TimeProvider = clock }.AddTimeout(options.AttemptTimeout).Build();
        _repeating = Repeating(options, clock).AddPipeline(_lane.Breaker).Build();
    }

    /// <summary>The account that is called for.</summary>
    public CloudAccount Account { get; }

    /// <summary>
    /// A client that follows no redirects, keeps no cookies and hands on no trace ids. One for all accounts of a process whose
    /// <see cref="CloudOptions.RootCertificate"/> is the same.
    /// </summary>
    public static HttpClient NewHttp(string? rootCertificate = null) => CloudExchange.NewHttp(rootCertificate);

    /// <summary>Makes a call and answers what came back.</summary>
    public async Task<CloudAnswer> SendAsync(CloudCall call, CancellationToken ct)
    {
        var sending = new CloudSending(call, await Account.CurrentAsync(ct), _options, _clock.GetUtcNow());
        var failures = new CloudFailures(_dialect, _options, sending);
        var context = ResilienceContextPool.Shared.Get(ct);
        context.Properties.Set(CloudSending.Key, sending);
        try
        {
            var reply = await _repeating.ExecuteAsync(
                static async (context, state) => await state.Client.AttemptAsync(state.Sending, context.CancellationToken),
                context, (Client: this, Sending: sending));
            if (reply.Status == 401)
            {
                Account.Tokens?.Forget(sending.Account.Token);
            }

            return reply.IsAnswer(call)
                ? new CloudAnswer(reply.Status, reply.Body, reply.RequestId) { Header = reply.Header, Account = sending.Account } : throw failures.Of(reply);
        }
        catch (Exception e) when (e is BrokenCircuitException or TimeoutRejectedException or HttpRequestException or IOException)
        {
            throw failures.Of(e);
        }
        finally
        {
            sending.GoOn();
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>The failure that an answer is after all, though the call expected its status.</summary>
    public ProviderException Refusal(CloudCall call, CloudAnswer answer)
    {
        var sending = new CloudSending(call, answer.Account ?? Account, _options, _clock.GetUtcNow());
        return new CloudFailures(_dialect, _options, sending).Of(new CloudReply(answer.Status, answer.Body, null, answer.RequestId, CloudLimits.None));
    }

    private static ResiliencePipelineBuilder<CloudReply> Repeating(CloudOptions options, TimeProvider clock)
    {
        var builder = new ResiliencePipelineBuilder<CloudReply> { TimeProvider = clock };
        return options.RepeatsMax == 0 ? builder : builder.AddRetry(new RetryStrategyOptions<CloudReply>
        {
            MaxRetryAttempts = options.RepeatsMax, Delay = options.RepeatDelay, MaxDelay = TimeSpan.FromMinutes(1),
            BackoffType = DelayBackoffType.Exponential, UseJitter = true,
            ShouldHandle = args => new ValueTask<bool>(SendingOf(args.Context).ShouldRepeat(args.Outcome, clock.GetUtcNow())),
            DelayGenerator = args =>
            {
                if (args.Outcome.Result is { Limits: { IsRefused: true } or { Until: not null } })
                {
                    SendingOf(args.Context).Wait();
                }

                return new ValueTask<TimeSpan?>(SendingOf(args.Context).WaitBeforeNext(args.Outcome, clock.GetUtcNow()));
            },
        });
    }

    private static CloudSending SendingOf(ResilienceContext context) => context.Properties.GetValue(CloudSending.Key, null!);

    private async Task<CloudReply> AttemptAsync(CloudSending sending, CancellationToken ct)
    {
        sending.Wait();
        using var turn = await TurnAsync(sending, ct);
        sending.GoOn();
        sending.Attempt++;
        var telling = new CloudTelling(sending, _clock);
        CloudReply reply;
        try
        {
            reply = await _limited.ExecuteAsync(async token => await _exchange.SendAsync(sending.Call, sending.Account, token), ct);
        }
        catch (Exception e)
        {
            sending.Note(e);
            telling.Tell(e);
            throw;
        }

        telling.Tell(reply);
        if (sending.Note(reply, _clock.GetUtcNow()) is { } until)
        {
            await _budget.BlockAsync(Account.Id, reply.Limits.IsWholeAccount ? _dialect.Provider : BucketOf(sending.Call), until, CancellationToken.None);
        }

        return reply;
    }

    /// <summary>Waits until the call may be made: behind other writes of the account, then for the budget. Both end with the call's patience.</summary>
    private async Task<IDisposable?> TurnAsync(CloudSending sending, CancellationToken ct)
    {
        var left = sending.WaitLeft(_clock.GetUtcNow());

        // Not disposed of: the timer may be firing just now, and a source without a timer of its own holds nothing.
        var patience = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);

        // Runs before the budget is asked, so that no wait for it can end first; what is there at once is taken even at the end of all patience.
        using var limit = _clock.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(), patience, left > TakingMin ? left : TakingMin, Timeout.InfiniteTimeSpan);
        IDisposable? turn = null;
        try
        {
            turn = await _lane.TurnAsync(sending.Call, either.Token);
            await _budget.TakeAsync(Account.Id, BucketOf(sending.Call), sending.Call.Points, either.Token);
            return turn;
        }
        catch (Exception e)
        {
            turn?.Dispose();
            if (e is not OperationCanceledException || ct.IsCancellationRequested)
            {
                throw;
            }

            throw new ProviderException(
                ProviderFault.Transient, $"The budget of requests to {_dialect.Title} is used up for longer than a call waits. It is tried again later.", e)
            {
                MayHaveHappened = sending.MayHaveHappened,
                LimitedUntil = _clock.GetUtcNow() + _options.LimitDelay,
            };
        }
    }

    private string BucketOf(CloudCall call) => call.Bucket.Length == 0 ? _dialect.Provider : $"{_dialect.Provider}.{call.Bucket}";
}
