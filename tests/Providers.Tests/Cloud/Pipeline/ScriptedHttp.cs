using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Tests.Cloud.Pipeline;

/// <summary>A provider that answers from a list; what is asked beyond it fails the test.</summary>
internal sealed class ScriptedHttp : HttpMessageHandler
{
    private readonly Queue<Func<CancellationToken, Task<HttpResponseMessage>>> _script = [];
    private readonly Lock _gate = new();

    public List<Seen> Requests { get; } = [];

    public HttpClient Client => new(this, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public ScriptedHttp Then(int status, string? body = "{}", params (string Name, string Value)[] headers) => Then(_ =>
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status);
        if (body is not null)
        {
            answer.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        return Task.FromResult(answer);
    });

    public ScriptedHttp ThenFails(HttpRequestError error) => Then(_ => throw new HttpRequestException(error, "scripted"));

    /// <summary>Never answers; the clock is moved past the time limit.</summary>
    public ScriptedHttp ThenHangs(Action whileHanging) => Then(async ct =>
    {
        whileHanging();
        await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        throw new InvalidOperationException();
    });

    public ScriptedHttp Then(Func<CancellationToken, Task<HttpResponseMessage>> answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(ct);
        Func<CancellationToken, Task<HttpResponseMessage>> next;
        lock (_gate)
        {
            Requests.Add(new Seen(request.Method.Method, request.RequestUri!.AbsoluteUri, body, request.Headers.Authorization?.Parameter));
            next = _script.TryDequeue(out var scripted) ? scripted : throw new InvalidOperationException($"Nobody expected {request.Method} {request.RequestUri}.");
        }

        return await next(ct);
    }

    internal sealed record Seen(string Method, string Address, string? Body, string? Token);
}
