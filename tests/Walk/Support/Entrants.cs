using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.TestKit.Platform;

namespace PrizeDraw.Walk.Support;

/// <summary>
/// People who enter and do not give up: an unanswered or unavailable submission is sent again with the same Idempotency-Key. Keeps
/// what they were told.
/// </summary>
/// <param name="comeTwice">One person in so many comes a second time, with another key; 0 is nobody.</param>
internal sealed class Entrants(Uri address, string slug, string siteKey, int comeTwice = 0) : IDisposable
{
    private readonly PlatformClient client = new(address, hearsUnavailable: true), patient = new(address);
    private int acknowledged, retries, unavailable;

    /// <summary>By key: the answer that was acknowledged.</summary>
    public ConcurrentDictionary<string, string> Told { get; } = new();

    /// <summary>Refusal codes that were told.</summary>
    public ConcurrentBag<string> Refused { get; } = [];

    /// <summary>Answers that no entrant should ever see.</summary>
    public ConcurrentBag<string> Wrong { get; } = [];

    public int Acknowledged => acknowledged;

    public int Answered => acknowledged + Refused.Count;

    public int Retries => retries;

    /// <summary>Answers 503 with Retry-After so far.</summary>
    public int Unavailable => unavailable;

    public void Dispose()
    {
        client.Dispose();
        patient.Dispose();
    }

    /// <summary>Enters until there is an answer that stands.</summary>
    public async Task EnterAsync(string key, string email, CancellationToken ct)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!ct.IsCancellationRequested)
        {
            if (await TryEnterAsync(key, SampleCampaign.Entry(email)))
            {
                return;
            }

            Interlocked.Increment(ref retries);
            await pause.WaitForNextTickAsync(ct);
        }
    }

    private async Task<bool> TryEnterAsync(string key, JsonObject entry)
    {
        try
        {
            var answer = await client.EnterAsync(slug, siteKey, key, entry);
            switch (answer.Status)
            {
                case 201:
                    var body = answer.Body!.ToJsonString();
                    if (Told.GetOrAdd(key, body) != body)
                    {
                        Wrong.Add($"{key} was told two things: {Told[key]} and {body}");
                    }

                    Interlocked.Increment(ref acknowledged);
                    return true;
                case 503:
                    Interlocked.Increment(ref unavailable);
                    if (answer.Headers.RetryAfter is null)
                    {
                        Wrong.Add($"503 without Retry-After: {answer.Body}");
                    }

                    return false;
                case >= 500:
                    Wrong.Add($"{answer.Status}: {answer.Body}");
                    return true;
                default:
                    Refused.Add(answer.Code ?? $"{answer.Status}");
                    return true;
            }
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false; // Nobody knows whether it arrived.
        }
    }

    /// <summary>Sends acknowledged entries again, so many at most; what is told now and is not what was told then.</summary>
    public async Task<string[]> ChangedAnswersAsync(int most = int.MaxValue)
    {
        var changed = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Told.Take(most), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (told, _) =>
        {
            var answer = await patient.EnterAsync(slug, siteKey, told.Key, SampleCampaign.Entry(EmailOf(told.Key)));
            if (answer.Status != 201 || answer.Body!.ToJsonString() != told.Value)
            {
                changed.Add($"{told.Key}: {told.Value} became {answer.Status} {answer.Body}");
            }
        });
        return [.. changed.Order()];
    }

    public static string KeyOf(int person) => $"entry-key-{person:d8}";

    public string EmailOf(int person) => $"person{(comeTwice > 0 && person % comeTwice == 0 ? person - 1 : person)}@example.com";

    private string EmailOf(string key) => EmailOf(int.Parse(key.AsSpan("entry-key-".Length), System.Globalization.CultureInfo.InvariantCulture));
}
