using System.IO;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PrizeDraw.Api;

/// <summary>
/// Serves the draw verifier: its page, which asks nothing of the platform once it is open, and the same as a command line; and the page on which an
/// observer gives a draw its randomness. Whoever would rather not take them from here builds them from their sources.
/// </summary>
internal static class VerifierFiles
{
    public static void Map(WebApplication app, string folder)
    {
        const string command = "verify.mjs";
        MapPage(app, "/verify", folder, "index");
        MapPage(app, "/observe", folder, "observe");
        app.MapGet($"/verify/{command}", () => TypedResults.PhysicalFile(
            Path.GetFullPath(Path.Combine(folder, command)), "text/javascript; charset=utf-8", command)).ExcludeFromDescription();
    }

    // A page is one file: its policy names its own script and style by their hashes.
    private static void MapPage(WebApplication app, string path, string folder, string name)
    {
        var (page, policy) = (Path.GetFullPath(Path.Combine(folder, name + ".html")), Path.Combine(folder, name + ".csp"));
        var contentSecurityPolicy = File.Exists(policy) ? File.ReadAllText(policy).Trim() : "default-src 'none'; frame-ancestors 'none'";
        app.MapGet(path, (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = contentSecurityPolicy;
            context.Response.Headers.CacheControl = "no-cache";
            return TypedResults.PhysicalFile(page, "text/html; charset=utf-8");
        }).ExcludeFromDescription();
    }
}
