using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.TestKit.Platform;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <content>Asks the API, and keeps what it answers.</content>
public sealed partial class SecretScene
{
    private int asked;

    /// <summary>Sends as the admin and keeps what was answered.</summary>
    public Task<ApiAnswer> SendAsync(HttpMethod method, string path, JsonNode? body = null, int? expect = null, params (string Name, string Value)[] headers) =>
        SendAsync(Admin, method, path, body, expect, headers);

    /// <summary>As <see cref="SendAsync(HttpMethod, string, JsonNode, int?, ValueTuple{string, string}[])"/>, as somebody else.</summary>
    public async Task<ApiAnswer> SendAsync(
        PlatformClient who, HttpMethod method, string path, JsonNode? body = null, int? expect = null, params (string Name, string Value)[] headers)
    {
        var answer = await who.SendAsync(method, path, body, headers);
        Keep($"{method} {path}", answer);
        if (expect is { } status)
        {
            answer.Status.ShouldBe(status, $"{method} {path}: {answer.Body?.ToJsonString()}");
        }

        return answer;
    }

    /// <summary>The field of the answer that tells a secret this once. Nothing else of the answer tells it, and a repeated request isn't told it again.</summary>
    public async Task<string> ToldOnceAsync(string path, JsonNode body, string field)
    {
        var key = ("Idempotency-Key", $"told-once-{Interlocked.Increment(ref asked)}");
        var told = await ToldAsync(Admin, path, body, field, key);
        var again = await SendAsync(HttpMethod.Post, path, body.DeepClone(), 201, key);
        ((string?)again.Body![field]).ShouldBeNull(path);
        return told[0];
    }

    /// <summary>The fields of an answer that tell secrets; the rest of it is kept.</summary>
    public async Task<string[]> ToldAsync(PlatformClient who, string path, JsonNode body, string fields, params (string Name, string Value)[] headers)
    {
        var answer = await who.SendAsync(HttpMethod.Post, path, body.DeepClone(), headers);
        answer.Status.ShouldBeInRange(200, 201, $"{path}: {answer.Body?.ToJsonString()}");
        var told = Array.ConvertAll(fields.Split(' '), field => (string)answer[field]!);
        foreach (var field in fields.Split(' '))
        {
            answer.Body![field] = null;
        }

        Keep($"POST {path}", answer);
        return told;
    }

    /// <summary>Looks until it is so, for two minutes at most.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (!await holds())
            {
                await poll.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Not within two minutes: {what}\n{Errors}");
        }
    }

    /// <summary>For who reads a failure.</summary>
    public string Errors => string.Join('\n', Log.Where(line => line.StartsWith("Error", StringComparison.Ordinal)));

    private void Keep(string request, ApiAnswer answer) => Answers.Enqueue((request, $"{answer.Body?.ToJsonString()}\n{answer.Headers}"));
}
