using System;
using System.IO;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.FileProviders;

namespace PrizeDraw.Api;

/// <summary>Serves the admin UI's built files at /admin. Addresses without a file are the UI's own routes and get its page.</summary>
internal static class AdminFiles
{
    // Component libraries set style attributes; scripts come from files alone.
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; font-src 'self' data:; "
        + "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Goes ahead of routing: files are not served once the page's catch-all route has been chosen.</summary>
    public static void Use(WebApplication app, string folder) => app.UseStaticFiles(new StaticFileOptions
    {
        FileProvider = new PhysicalFileProvider(Path.GetFullPath(folder)),
        RequestPath = "/admin",
        OnPrepareResponse = file => Harden(file.Context),
    });

    public static void Map(WebApplication app, string folder)
    {
        var files = new PhysicalFileProvider(Path.GetFullPath(folder));
        app.MapGet("/", () => TypedResults.Redirect("/admin/")).ExcludeFromDescription();
        app.MapGet("/admin/{**path}", (HttpContext context, string? path) => Page(context, files, path)).ExcludeFromDescription();
    }

    private static IResult Page(HttpContext context, PhysicalFileProvider files, string? path)
    {
        var page = files.GetFileInfo("index.html");
        // A missing asset is an error; answering the page for it would hide that.
        if (!page.Exists || Path.HasExtension(path))
        {
            return TypedResults.StatusCode(StatusCodes.Status404NotFound);
        }

        Harden(context);
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.PhysicalFile(page.PhysicalPath!, "text/html; charset=utf-8");
    }

    private static void Harden(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        // Vite names assets by their content.
        headers.CacheControl = context.Request.Path.StartsWithSegments("/admin/assets", StringComparison.Ordinal)
            ? "public, max-age=31536000, immutable"
            : "no-cache";
    }
}
