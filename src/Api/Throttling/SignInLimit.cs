using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;

namespace PrizeDraw.Api.Throttling;

/// <summary>The limits by address: entries, attempts to sign in, and receipts that are shown.</summary>
public sealed class AddressLimits(ApiOptions options, TimeProvider clock)
{
    public AddressLimit Entries { get; } = new(options.EntriesPerMinute, clock);

    public AddressLimit Receipts { get; } = new(options.ReceiptsPerMinute, clock);

    public AddressLimit SignIns { get; } = new(options.SignInsPerMinute, clock);
}

internal static class SignInLimitConvention
{
    /// <summary>Attempts count per address, so that guessing at many accounts is slow too.</summary>
    public static RouteHandlerBuilder LimitedByAddress(this RouteHandlerBuilder endpoint) =>
        endpoint.Fails(ErrorCodes.RateLimited).AddEndpointFilter(static (context, next) =>
            context.HttpContext.RequestServices.GetRequiredService<AddressLimits>().SignIns
                .Refuse(context.HttpContext.Connection.RemoteIpAddress) is { } seconds
                ? ValueTask.FromResult<object?>(new Problem(ErrorCodes.RateLimited, retryAfter: seconds))
                : next(context));
}
