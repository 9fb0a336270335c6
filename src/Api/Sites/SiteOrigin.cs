using System;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Api.Problems;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Sites;

/// <summary>
/// Which pages may use a site's endpoints. A registered origin gets the CORS headers, another one is refused, and none is
/// accepted: an origin is no secret, so that this protects visitors of other pages and nobody else.
/// </summary>
internal static partial class SiteOrigin
{
    private const string ExposedHeaders = "ETag, Location, Retry-After";
    private const string AllowedHeaders = "Content-Type, Idempotency-Key, X-Claim-Token, X-Preview-Token, X-Receipt-Token, X-Rehearsal-Token, X-Site-Key";
    private const string PreflightSeconds = "7200";

    /// <summary>Sets the headers for a registered origin; the problem for one that isn't.</summary>
    public static Problem? Allow(HttpContext context, SiteSnapshot site)
    {
        var headers = context.Response.Headers;
        headers.Vary = "Origin, X-Site-Key";
        var origin = context.Request.Headers.Origin;
        if (origin.Count == 0)
        {
            return null;
        }

        if (!IsRegistered(site, origin.ToString()))
        {
            return new Problem(ErrorCodes.OriginNotRegistered);
        }

        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlExposeHeaders = ExposedHeaders;
        return null;
    }

    /// <summary>Answers preflights of a site's endpoint. They can't carry the key, so that the slug decides.</summary>
    public static void MapPreflight(IEndpointRouteBuilder sites, string path, string method) =>
        sites.MapMethods(path, [HttpMethods.Options], (Delegate)((HttpContext context) => PreflightAsync(context, method))).ExcludeFromDescription();

    private static async Task<IResult> PreflightAsync(HttpContext context, string method)
    {
        var slug = context.Request.RouteValues["slug"] as string ?? "";
        if (!Slug().IsMatch(slug)
            || await context.RequestServices.GetRequiredService<SiteCache>().FindBySlugAsync(slug, context.RequestAborted) is not { } site)
        {
            return new Problem(ErrorCodes.SiteNotFound);
        }

        if (Allow(context, site) is { } problem)
        {
            return problem;
        }

        var headers = context.Response.Headers;
        headers.Vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
        headers.AccessControlAllowMethods = method;
        headers.AccessControlAllowHeaders = AllowedHeaders;
        headers.AccessControlMaxAge = PreflightSeconds;
        return TypedResults.NoContent();
    }

    private static bool IsRegistered(SiteSnapshot site, string origin)
    {
        foreach (var registered in site.Origins)
        {
            if (string.Equals(registered, origin, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,63}$")]
    internal static partial Regex Slug();
}
