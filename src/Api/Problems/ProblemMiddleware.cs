using System;
using System.Data.Common;
using System.IO;
using System.Net.Sockets;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Api.Problems;

/// <summary>
/// Turns what nobody answered (no route, wrong method) and what was thrown into problem documents. What is thrown is a bug or
/// broken infrastructure; its detail goes to the log alone, under the trace id that the client is given.
/// </summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left; there is nobody to answer.
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await ProblemOf(exception, context).ExecuteAsync(context);
            return;
        }

        if (!context.Response.HasStarted && context.Response.ContentType is null && context.Response.ContentLength is null
            && UnansweredProblem(context.Response.StatusCode) is { } problem)
        {
            await problem.ExecuteAsync(context);
        }
    }

    private static Problem? UnansweredProblem(int status) => status switch
    {
        StatusCodes.Status404NotFound => new Problem(ErrorCodes.RouteNotFound),
        StatusCodes.Status405MethodNotAllowed => new Problem(ErrorCodes.MethodNotAllowed),
        StatusCodes.Status413PayloadTooLarge => new Problem(ErrorCodes.TooLarge),
        StatusCodes.Status415UnsupportedMediaType => new Problem(ErrorCodes.UnsupportedMediaType),
        StatusCodes.Status400BadRequest => new Problem(ErrorCodes.Malformed),
        _ => null,
    };

    private Problem ProblemOf(Exception exception, HttpContext context)
    {
        var traceId = Problem.TraceIdOf(context);
        switch (exception)
        {
            case Microsoft.AspNetCore.Http.BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new Problem(ErrorCodes.TooLarge);
            case Microsoft.AspNetCore.Http.BadHttpRequestException:
                return new Problem(ErrorCodes.Malformed);
            case var _ when PutAway(exception) is { } away:
                return new Problem(ErrorCodes.PutAway, away.Message);
            case var _ when IsInfrastructure(exception):
                InfrastructureFailed(log, exception, context.Request.Method, traceId);
                return new Problem(ErrorCodes.StorageUnavailable, retryAfter: 1);
            default:
                Failed(log, exception, context.Request.Method, traceId);
                return new Problem(ErrorCodes.Internal);
        }
    }

    private static CampaignPutAwayException? PutAway(Exception exception) => exception switch
    {
        CampaignPutAwayException away => away,
        AggregateException or InvalidOperationException when exception.InnerException is { } inner => PutAway(inner),
        _ => null,
    };

    /// <summary>What passes by itself: the database or another host is away, or a call took too long.</summary>
    internal static bool IsInfrastructure(Exception exception) =>
        exception is StorageUnavailableException or DbException or TimeoutException or IOException or SocketException or OrleansException
            or OperationCanceledException
        || (exception is AggregateException or InvalidOperationException && exception.InnerException is { } inner && IsInfrastructure(inner));

    // The path is not logged as it came: it may hold what a client should not have put there.
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} failed on infrastructure (trace {TraceId}).")]
    private static partial void InfrastructureFailed(ILogger log, Exception exception, string method, string traceId);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed (trace {TraceId}).")]
    private static partial void Failed(ILogger log, Exception exception, string method, string traceId);
}
