using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Beacon;

/// <summary>
/// Asks relays over HTTP. The question holds a chain and a round and nothing else: no cookies, no trace ids, no credentials. Redirects
/// are not followed, so that two relays can't lead to one.
/// </summary>
internal sealed class RelayClient(BeaconOptions options, TimeProvider time) : IDisposable
{
    /// <summary>An answer has some 250 bytes, under a chained scheme 500.</summary>
    private const int AnswerBytesMax = 8 * 1024;

    private const int AttemptsMax = 2;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = AnswerBytesMax,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => _http.Dispose();

    /// <summary>Asks one relay, at most twice and within the time-out. Whatever it does wrong is an answer.</summary>
    public async Task<RelayAnswer> AskAsync(BeaconRelay relay, long round, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.TimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        RelayAnswer? last = null;
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                last = await AskOnceAsync(relay, round, either.Token);
                // The connection may have been an old one, the server may be restarting; nothing else mends itself within seconds.
                if (last.Outcome is not (RelayOutcome.Unreachable or RelayOutcome.Failed) || attempt == AttemptsMax)
                {
                    return last;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(options.RetryDelayMilliseconds), time, either.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return last ?? new RelayAnswer(relay.Address, RelayOutcome.TimedOut, null, $"did not answer within {options.TimeoutSeconds} s");
        }
    }

    private async Task<RelayAnswer> AskOnceAsync(BeaconRelay relay, long round, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(relay.Address, PathOf(relay.Version, round)));
            request.Headers.Accept.ParseAdd("application/json");
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return (int)answer.StatusCode switch
            {
                200 => await ReadAsync(relay, round, answer, ct),
                404 or 425 => new RelayAnswer(relay.Address, RelayOutcome.NotYet, null, $"does not have the round yet ({(int)answer.StatusCode})"),
                var status => new RelayAnswer(relay.Address, RelayOutcome.Failed, null, $"answered {status}"),
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return new RelayAnswer(relay.Address, RelayOutcome.Unreachable, null, "could not be reached");
        }
    }

    private static async Task<RelayAnswer> ReadAsync(BeaconRelay relay, long round, HttpResponseMessage answer, CancellationToken ct)
    {
        // One byte more than is allowed tells that there is more.
        var buffer = new byte[AnswerBytesMax + 1];
        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        var (signature, fault) = length > AnswerBytesMax
            ? (null, $"answered with more than {AnswerBytesMax} bytes")
            : RelayReading.Read(buffer.AsMemory(0, length), round, relay.Version);
        return new RelayAnswer(relay.Address, signature is null ? RelayOutcome.Unusable : RelayOutcome.Answered, signature, fault);
    }

    private string PathOf(RelayVersion version, long round)
    {
        var number = round.ToString(CultureInfo.InvariantCulture);
        return version == RelayVersion.V1 ? $"{options.Chain.ChainHash}/public/{number}" : $"v2/chains/{options.Chain.ChainHash}/rounds/{number}";
    }
}
