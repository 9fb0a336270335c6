using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.Requests;

namespace PrizeDraw.Api.Live;

/// <summary>The hub /v1/live. WebSockets alone: every other way needs all of a client's requests to reach the same host.</summary>
internal static class LiveEndpoint
{
    private const string Path = "/v1/live", TokenParameter = "access_token";

    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddSingleton<LiveFeeds>().AddSingleton<LiveReads>().AddHostedService<LivePoller>();
        services.AddSignalR(hub =>
        {
            hub.EnableDetailedErrors = false;
            hub.MaximumReceiveMessageSize = 4096;
            hub.MaximumParallelInvocationsPerClient = 1;
            hub.StreamBufferCapacity = 1;
            hub.KeepAliveInterval = TimeSpan.FromSeconds(15);
            hub.ClientTimeoutInterval = TimeSpan.FromSeconds(45);
        }).AddJsonProtocol(json => WireJson.Configure(json.PayloadSerializerOptions));
        return services;
    }

    /// <summary>
    /// Goes ahead of everything that looks at an address. A browser can't send headers with a socket, so that its token comes in the
    /// query; from here on it stands where other requests have it, and in no address that could be written down.
    /// </summary>
    public static Task TakeTokenAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (request.Path.StartsWithSegments(Path, StringComparison.Ordinal) && request.Query.TryGetValue(TokenParameter, out var token))
        {
            if (StringValues.IsNullOrEmpty(request.Headers.Authorization) && token is [{ Length: > 0 } one])
            {
                request.Headers.Authorization = "Bearer " + one;
            }

            request.QueryString = new QueryBuilder(request.Query.Where(pair => pair.Key != TokenParameter)).ToQueryString();
        }

        return next(context);
    }

    public static void Map(WebApplication app) => app.MapHub<LiveHub>(Path, connection =>
    {
        connection.Transports = HttpTransportType.WebSockets;
        connection.ApplicationMaxBufferSize = 16 * 1024;
        connection.TransportMaxBufferSize = 256 * 1024;
    }).For(Access.ReadOnly);
}
