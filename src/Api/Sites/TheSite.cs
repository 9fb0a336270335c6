using System;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Sites;

/// <summary>The campaign that the site key names. The key decides; a path or an origin that doesn't fit it is refused.</summary>
public sealed class TheSite : IBound
{
    public const string KeyHeader = "X-Site-Key";
    private const int KeyLengthMax = 200;

    private readonly SiteSnapshot? _value;

    private TheSite(SiteSnapshot? value, Problem? problem) => (_value, Problem) = (value, problem);

    public SiteSnapshot Value => _value ?? throw new InvalidOperationException("There is no such site.");

    public Problem? Problem { get; }

    public static async ValueTask<TheSite> BindAsync(HttpContext context, ParameterInfo? _)
    {
        if (KeyOf(context.Request) is not { } key
            || await context.RequestServices.GetRequiredService<SiteCache>().FindByKeyAsync(key, context.RequestAborted) is not { } site)
        {
            return new TheSite(null, new Problem(ErrorCodes.SiteKeyRequired));
        }

        var cors = SiteOrigin.Allow(context, site);
        return string.Equals(context.Request.RouteValues["slug"] as string, site.Campaign.Settings.Slug, StringComparison.Ordinal)
            ? new TheSite(site, cors)
            : new TheSite(null, new Problem(ErrorCodes.SiteNotFound));
    }

    /// <summary>The key as it was sent, if it can be one.</summary>
    public static string? KeyOf(HttpRequest request) =>
        request.Headers[KeyHeader] is [{ Length: > 0 and <= KeyLengthMax } key] && key.All(c => c is > ' ' and <= '~') ? key : null;
}
