using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Providers.Beacon;

namespace PrizeDraw.TestKit.Draws;

/// <summary>How a stand-in relay behaves.</summary>
public enum RelayMood
{
    Honest,

    /// <summary>404 for every round, as a relay that has fallen behind.</summary>
    Late,

    /// <summary>425 for every round.</summary>
    TooEarly,

    /// <summary>500.</summary>
    Failing,

    /// <summary>500 for the next request, honest from then on.</summary>
    FailingOnce,

    /// <summary>Another signature with the right randomness: wrong, and consistent in itself.</summary>
    Lying,

    /// <summary>The round before the one that was asked for.</summary>
    AnotherRound,

    /// <summary>Randomness that isn't the signature's hash.</summary>
    Contradicting,

    /// <summary>A signature of 47 bytes.</summary>
    ShortSignature,

    /// <summary>The answer twice over in one document, the second time lying.</summary>
    SayingTwoThings,

    /// <summary>No JSON.</summary>
    Garbage,

    /// <summary>A megabyte of white space after an honest answer.</summary>
    Endless,

    /// <summary>302 to another address.</summary>
    Redirecting,

    /// <summary>Takes the request and never answers.</summary>
    Hanging,

    /// <summary>Begins an honest answer and never ends it.</summary>
    Stalling,
}

/// <summary>
/// A drand relay on a free port of this machine, for both versions of the interface. Of quicknet it has the two recorded rounds 123 and
/// 657413; of a <see cref="StandInChain"/> every round whose time has come by the given clock.
/// </summary>
public sealed partial class StandInRelay : IAsyncDisposable
{
    private static readonly Dictionary<long, string> Recorded = new()
    {
        [123] = "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92",
        [657413] = "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
    };

    private readonly StandInChain? _chain;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _asked = new(0);
    private Receiver _receiver = null!;

    private StandInRelay(StandInChain? chain, TimeProvider time) => (_chain, _time) = (chain, time);

    public Uri Address => _receiver.Address;

    public RelayMood Mood { get; set; }

    /// <summary>What it was asked so far, in order.</summary>
    public IReadOnlyCollection<Received> Requests => _receiver.Requests;

    /// <summary>The statuses and bodies that it answered with, in order (those that it finished).</summary>
    public System.Collections.Concurrent.ConcurrentQueue<(string Path, int Status, string Body)> Answers { get; } = new();

    public static async Task<StandInRelay> StartAsync(StandInChain? chain = null, TimeProvider? time = null, RelayMood mood = RelayMood.Honest)
    {
        var relay = new StandInRelay(chain, time ?? TimeProvider.System) { Mood = mood };
        relay._receiver = await Receiver.StartAsync((context, _) => relay.AnswerAsync(context));
        return relay;
    }

    /// <summary>The relay as the options name it.</summary>
    public BeaconRelay As(RelayVersion version) => new(Address, version);

    /// <summary>These relays for the platform's <c>--beacon</c>, of both versions in turn.</summary>
    public static string Named(params IEnumerable<StandInRelay> relays) =>
        string.Join(' ', relays.Select((r, i) => $"v{1 + i % 2}+{r.Address.AbsoluteUri.TrimEnd('/')}"));

    /// <summary>Waits until it has been asked once more (than at the last call).</summary>
    public async Task WaitUntilAskedAsync()
    {
        if (!await _asked.WaitAsync(TimeSpan.FromMinutes(3)))
        {
            throw new TimeoutException("The stand-in relay was not asked.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _asked.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        _asked.Release();
        var mood = Mood;
        if (mood == RelayMood.Hanging)
        {
            await NeverAsync(context);
        }

        var (status, body) = StatusOf(mood) is { } bad ? (bad, """{"error":"as the test says"}""") : Answer(context.Request.Path, mood);
        if (mood == RelayMood.FailingOnce)
        {
            Mood = RelayMood.Honest; // Nothing else is written here: the test may be setting another one just now.
        }

        context.Response.StatusCode = status;
        context.Response.Headers.Location = mood == RelayMood.Redirecting ? "/elsewhere" : default(string);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(mood == RelayMood.Stalling ? body[..20] : body);
        if (mood == RelayMood.Stalling)
        {
            await context.Response.Body.FlushAsync();
            await NeverAsync(context);
        }

        Answers.Enqueue((context.Request.Path, status, body));
    }

    private static async Task NeverAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(() => gone.TrySetCanceled());
        await gone.Task;
    }

    private static int? StatusOf(RelayMood mood) => mood switch
    {
        RelayMood.Late => 404,
        RelayMood.TooEarly => 425,
        RelayMood.Failing or RelayMood.FailingOnce => 500,
        RelayMood.Redirecting => 302,
        _ => null,
    };

    private (int Status, string Body) Answer(string path, RelayMood mood)
    {
        var asked = RoundPath().Match(path);
        if (!asked.Success)
        {
            return InfoPath().Match(path) is { Success: true } info && info.Groups["chain"].Value == _chain?.Chain.ChainHash
                ? (200, _chain.Info(info.Groups["v2"].Success ? RelayVersion.V2 : RelayVersion.V1))
                : (404, """{"error":"chain not found"}""");
        }

        var round = long.Parse(asked.Groups["round"].Value, CultureInfo.InvariantCulture);
        return SignatureOf(asked.Groups["chain"].Value, round) is { } signature
            ? (200, BodyOf(round, signature, asked.Groups["v2"].Success, mood))
            : (404, """{"error":"round or chain not found"}""");
    }

    private string? SignatureOf(string chain, long round) =>
        chain == BeaconChain.Quicknet.ChainHash ? Recorded.GetValueOrDefault(round)
        : chain == _chain?.Chain.ChainHash && round >= 1 && _chain.Chain.TimeOf(round) <= _time.GetUtcNow() ? StandInChain.SignatureOf(round)
        : null;

    private static string BodyOf(long round, string signature, bool v2, RelayMood mood)
    {
        var lie = StandInChain.Pretended($"a lie about {round}");
        return mood switch
        {
            RelayMood.Lying => Document(round, lie, v2),
            RelayMood.AnotherRound => Document(round - 1, signature, v2),
            RelayMood.ShortSignature => Document(round, signature[..^2], v2),
            // Version 2 states no randomness; one that does so all the same is held to it.
            RelayMood.Contradicting => Document(round, signature, v2, StandInChain.RandomnessOf(lie)),
            RelayMood.SayingTwoThings => Document(round, signature, v2)[..^1] + "," + Document(round, lie, v2)[1..],
            RelayMood.Garbage => "<html>502</html>",
            RelayMood.Endless => Document(round, signature, v2) + new string(' ', 1024 * 1024),
            _ => Document(round, signature, v2),
        };
    }

    private static string Document(long round, string signature, bool v2, string? randomness = null)
    {
        randomness ??= v2 ? null : StandInChain.RandomnessOf(signature);
        var stated = randomness is null ? "" : $"\"randomness\":\"{randomness}\",";
        return $$"""{"round":{{round}},{{stated}}"signature":"{{signature}}"}""";
    }

    [GeneratedRegex("^(/(?<v2>v2)/chains)?/(?<chain>[0-9a-f]{64})/(?(v2)rounds|public)/(?<round>[0-9]{1,18})$")]
    private static partial Regex RoundPath();

    [GeneratedRegex("^(/(?<v2>v2)/chains)?/(?<chain>[0-9a-f]{64})/info$")]
    private static partial Regex InfoPath();
}
