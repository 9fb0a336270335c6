using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PrizeDraw.Doubles.Contracts;
using PrizeDraw.Doubles.Faults;

namespace PrizeDraw.Doubles;

/// <summary>
/// A stand-in for a provider's API on a free port of 127.0.0.1. It keeps what is made, goes wrong by script, and holds every request and
/// every answer of its own against the provider's document, where that is at hand. Outlives restarts of the platform.
/// </summary>
public abstract class ProviderDouble : IAsyncDisposable
{
    private readonly TimeProvider _clock;
    private readonly Contract? _contract;
    private readonly DoubleRoutes _routes = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Lock _gate = new();
    private readonly List<SeenRequest> _requests = [];
    private readonly List<string> _violations = [];
    private WebApplication? _app;

    /// <summary><paramref name="provider"/> names the document: github, supabase, vercel.</summary>
    protected ProviderDouble(string provider, TimeProvider clock)
        : this(Contract.Find(provider), clock)
    {
    }

    /// <summary>With a document that is at hand, or with none.</summary>
    protected ProviderDouble(Contract? contract, TimeProvider clock) => (_contract, _clock) = (contract, clock);

    /// <summary>With a slash at its end. Known once the double was started.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>What goes wrong.</summary>
    public FaultScript Faults { get; } = new();

    /// <summary>All requests so far, in the order in which they came.</summary>
    public IReadOnlyList<SeenRequest> Requests => Copy(_requests);

    /// <summary>
    /// Where requests, or the double's own answers, differ from the provider's document; also requests that the double doesn't know.
    /// Without the document only these last ones. Tests assert that there are none.
    /// </summary>
    public IReadOnlyList<string> Violations => Copy(_violations);

    /// <summary>Whether requests are held against the provider's document.</summary>
    public bool IsHeldAgainstContract => _contract is not null;

    /// <summary>The names of all operations that the double knows.</summary>
    public IReadOnlyList<string> Operations => _routes.Operations;

    /// <summary>Everything that exists now.</summary>
    public abstract IReadOnlyList<DoubleResource> Left { get; }

    /// <summary>All that there is of something that exists, settings and contents: whoever changes anything of it, it is another text.</summary>
    public virtual string Record(string id) => Left.Single(r => r.Id == id).ToString();

    /// <summary>The time by the double's clock.</summary>
    protected DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Listens; once, before anything else.</summary>
    public async Task StartAsync()
    {
        Map(_routes);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        _app = builder.Build();
        _app.Run(ServeAsync);
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async ValueTask DisposeAsync()
    {
        Faults.Clear();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        await OnDisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Says what the double answers to.</summary>
    protected abstract void Map(DoubleRoutes routes);

    /// <summary>An error in the provider's own form.</summary>
    protected abstract DoubleAnswer Error(int status, string message);

    /// <summary>Refuses a request before it comes to a route (a token that is none), or answers null.</summary>
    protected virtual DoubleAnswer? Refuse(SeenRequest request) => null;

    /// <summary>Adds what every answer has, such as the headers of rate limits.</summary>
    protected virtual DoubleAnswer Complete(SeenRequest request, DoubleAnswer answer) => answer;

    /// <summary>Frees what the double holds beside its port.</summary>
    protected virtual ValueTask OnDisposeAsync() => default;

    /// <summary>Notes a violation that no document could see.</summary>
    protected void Violated(string what)
    {
        lock (_gate)
        {
            _violations.Add(what);
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        // A connection that is used again lets HttpClient repeat a request by itself: then a fault would not be what the script says.
        context.Response.Headers.Connection = "close";
        var (path, query) = Target(context);
        var found = _routes.Find(context.Request.Method, path);
        var request = await ReadAsync(context, path, query, found?.Route.Operation);
        if (found is null)
        {
            Violated($"{request.Method} {request.Path}: this double does not know it");
        }
        else if (found.Value.Route.IsDescribed && _contract is not null)
        {
            CheckMany(_contract.CheckRequest(request.Method, request.Path, request.Query, request.Body));
        }

        var fault = found is null ? null : await FaultOfAsync(request, found.Value.Route.Operation);
        try
        {
            await AnswerAsync(context, request, found, fault);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left a call that was held up.
        }
    }

    private async Task<Fault?> FaultOfAsync(SeenRequest request, string operation) =>
        Faults.Meanwhile is { } meanwhile && await meanwhile(request, operation) is { } fault ? fault : Faults.Next(operation, request);

    private async Task AnswerAsync(
        HttpContext context, SeenRequest request, (DoubleRoutes.Route Route, IReadOnlyDictionary<string, string> Values)? found, Fault? fault)
    {
        if (fault is { IsAfter: false } && await GoesWrongAsync(context, request, fault))
        {
            return;
        }

        var answer = Refuse(request) ?? (found is null ? Error(404, "Not Found") : await HandleAsync(found.Value.Route, new DoubleRequest(request, found.Value.Values)));
        if (found is { Route.IsDescribed: true } && _contract is not null && answer.Text is null)
        {
            CheckMany(_contract.CheckAnswer(request.Method, request.Path, answer.Status, answer.Body));
        }

        if (fault is not { IsAfter: true } || !await GoesWrongAsync(context, request, fault))
        {
            await WriteAsync(context, Complete(request, answer));
        }
    }

    // Answers whether nothing else is to be answered.
    private async Task<bool> GoesWrongAsync(HttpContext context, SeenRequest request, Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Drop:
                context.Abort();
                return true;
            case FaultKind.Slow:
                await Faults.HoldAsync(context.RequestAborted);
                return false;
            default:
                var answer = fault.Body is null && fault.Text is null
                    ? Error(fault.Status, $"Scripted fault {fault.Status}") : new DoubleAnswer(fault.Status, fault.Body?.DeepClone()) { Text = fault.Text };
                await WriteAsync(context, Complete(request, answer with { Headers = [.. answer.Headers, .. fault.Headers] }));
                return true;
        }
    }

    private async Task<DoubleAnswer> HandleAsync(DoubleRoutes.Route route, DoubleRequest request)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            return await route.Handle(request);
        }
        catch (Exception error)
        {
            Violated($"{route.Operation}: the double failed: {error}");
            return Error(500, error.Message);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<SeenRequest> ReadAsync(HttpContext context, string path, string query, string? operation)
    {
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes);
        JsonNode? body = null;
        if (bytes.Length > 0)
        {
            body = Parse(bytes.ToArray(), context.Request);
        }

        var headers = context.Request.Headers.ToImmutableDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        lock (_gate)
        {
            var request = new SeenRequest(_requests.Count + 1, Now, context.Request.Method, path, query, operation, headers, body);
            _requests.Add(request);
            return request;
        }
    }

    private JsonNode? Parse(byte[] bytes, HttpRequest request)
    {
        if (request.ContentType?.Split(';')[0] is not "application/json")
        {
            Violated($"{request.Method} {request.Path}: a body of type '{request.ContentType}'");
        }

        try
        {
            return JsonNode.Parse(bytes);
        }
        catch (JsonException)
        {
            Violated($"{request.Method} {request.Path}: a body that is no JSON");
            return null;
        }
    }

    // As sent: ASP.NET Core decodes the path, and a reference such as heads%2Fmain would no longer be one segment.
    private static (string Path, string Query) Target(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (target, "") : (target[..mark], target[mark..]);
    }

    private static async Task WriteAsync(HttpContext context, DoubleAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (answer.Text is not null || answer.Body is not null)
        {
            var bytes = answer.Text is { } text ? Encoding.UTF8.GetBytes(text.Content) : JsonSerializer.SerializeToUtf8Bytes(answer.Body);
            context.Response.ContentType = answer.Text?.ContentType ?? "application/json; charset=utf-8";
            context.Response.Headers.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes);
        }
    }

    private void CheckMany(IReadOnlyList<string> faults)
    {
        foreach (var fault in faults)
        {
            Violated(fault);
        }
    }

    private IReadOnlyList<T> Copy<T>(List<T> list)
    {
        lock (_gate)
        {
            return [.. list];
        }
    }
}
