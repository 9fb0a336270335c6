using System;
using System.IO;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PrizeDraw.Providers.Hosting;

/// <summary>
/// Serves one site on its port of 127.0.0.1, in this process. Holds the port from the reservation on; answers 503 until the
/// first release is in place. Changing the release is one assignment: a request sees the old or the new, never both.
/// </summary>
internal sealed class SiteServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _apiOrigin;
    private volatile ServedFiles? _files;

    private SiteServer(WebApplication app, string apiOrigin)
    {
        _app = app;
        _apiOrigin = apiOrigin;
    }

    /// <summary>The commit that is served, or null.</summary>
    public string? Commit => _files?.Commit;

    /// <summary>Throws <see cref="IOException"/> where the port is taken.</summary>
    public static async Task<SiteServer> StartAsync(int port, string apiOrigin, CancellationToken ct)
    {
        // Empty: no configuration files or environment of the platform's, no logging, no signal handling of its own.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = "/" });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        var app = builder.Build();
        var server = new SiteServer(app, apiOrigin);
        app.Run(server.AnswerAsync);
        try
        {
            await app.StartAsync(ct);
            return server;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public void Serve(ServedFiles files) => _files = files;

    public async ValueTask DisposeAsync()
    {
        // Open browsers keep their connections: they are not waited for.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
        response.Headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            return SayAsync(context, StatusCodes.Status405MethodNotAllowed, "This address only serves pages.");
        }

        if (_files is not { } files)
        {
            response.Headers.RetryAfter = "5";
            return SayAsync(context, StatusCodes.Status503ServiceUnavailable, "This site has not been deployed yet.");
        }

        var path = context.Request.Path.Value ?? "/";
        return files.Find(path) is { } file ? SendAsync(context, file, path) : SendMissingAsync(context, files);
    }

    private Task SendAsync(HttpContext context, ServedFile file, string path)
    {
        AddPolicy(context.Response, file);
        context.Response.Headers.CacheControl = path.StartsWith("/_next/static/", StringComparison.Ordinal)
            ? "public, max-age=31536000, immutable"
            : "no-cache";
        return Results.File(file.Path, file.ContentType, entityTag: file.Tag, enableRangeProcessing: true).ExecuteAsync(context);
    }

    private Task SendMissingAsync(HttpContext context, ServedFiles files)
    {
        context.Response.Headers.CacheControl = "no-cache";
        if (files.Find("/404.html") is not { } page)
        {
            return SayAsync(context, StatusCodes.Status404NotFound, "There is no such page.");
        }

        AddPolicy(context.Response, page);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = page.ContentType;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.SendFileAsync(page.Path);
    }

    /// <summary>Scripts of the site's own and those that the build wrote into the page, named by hash; calls to our API alone.</summary>
    private void AddPolicy(HttpResponse response, ServedFile file)
    {
        if (!file.IsPage)
        {
            return;
        }

        response.Headers.ContentSecurityPolicy =
            $"default-src 'self'; script-src {string.Join(' ', ["'self'", .. file.InlineScripts])}; style-src 'self' 'unsafe-inline'; "
            + $"img-src 'self' data: https: {_apiOrigin}; font-src 'self'; connect-src 'self' {_apiOrigin}; "
            + $"form-action 'self' {_apiOrigin}; frame-ancestors 'self' {_apiOrigin}; base-uri 'self'; object-src 'none'";
    }

    private static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(text + "\n");
    }

    /// <summary>The platform's host hears Ctrl-C; a site must not.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
