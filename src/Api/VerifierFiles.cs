using System.IO;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PrizeDraw.Api;

/// <summary>
/// Serves the draw verifier: its page, which asks nothing of the platform once it is open, and the same as a command line. Whoever would rather
/// not take it from here builds it from its sources.
/// </summary>
internal static class VerifierFiles
{
    public static void Map(WebApplication app, string folder)
    {
        var (page, policy, command) = (Path.GetFullPath(Path.Combine(folder, "index.html")), Path.Combine(folder, "index.csp"), "verify.mjs");
        // The page is one file: its policy names its own script and style by their hashes.
        var contentSecurityPolicy = File.Exists(policy) ? File.ReadAllText(policy).Trim() : "default-src 'none'; frame-ancestors 'none'";
        app.MapGet("/verify", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = contentSecurityPolicy;
            context.Response.Headers.CacheControl = "no-cache";
            return TypedResults.PhysicalFile(page, "text/html; charset=utf-8");
        }).ExcludeFromDescription();
        app.MapGet($"/verify/{command}", () => TypedResults.PhysicalFile(
            Path.GetFullPath(Path.Combine(folder, command)), "text/javascript; charset=utf-8", command)).ExcludeFromDescription();
    }
}
