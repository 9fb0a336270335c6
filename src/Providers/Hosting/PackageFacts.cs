using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PrizeDraw.Providers.Hosting;

/// <summary>What a site's package.json and package-lock.json mean for its build.</summary>
internal sealed record PackageFacts(string Package, string? Lock, bool HasDependencies, IReadOnlyList<string> Scripts)
{
    /// <summary>Refuses (<see cref="ProviderFault.Rejected"/>) a package that can't be built reproducibly.</summary>
    public static PackageFacts Read(string? package, string? lockFile)
    {
        if (package is null)
        {
            throw new ProviderException(ProviderFault.Rejected, "The site's repository has no package.json.");
        }

        try
        {
            using var document = JsonDocument.Parse(package);
            var root = document.RootElement;
            var hasDependencies = new[] { "dependencies", "devDependencies", "optionalDependencies" }.Any(kind =>
                root.TryGetProperty(kind, out var list) && list.EnumerateObject().Any());
            if (hasDependencies && lockFile is null)
            {
                throw new ProviderException(ProviderFault.Rejected, "The site's repository has dependencies but no package-lock.json.");
            }

            return new PackageFacts(package, lockFile, hasDependencies, BuildScripts(root));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new ProviderException(ProviderFault.Rejected, "The site's package.json can't be read.", error);
        }
    }

    /// <summary>Names the set of dependencies: the lock file and the machine they are installed for.</summary>
    public string CacheKey()
    {
        var system = $"{Environment.OSVersion.Platform}-{System.Runtime.InteropServices.RuntimeInformation.OSArchitecture}";
        var text = HasDependencies ? $"{system}\n{Lock}" : "none";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }

    private static List<string> BuildScripts(JsonElement root)
    {
        if (!root.TryGetProperty("scripts", out var scripts) || !scripts.TryGetProperty("build", out _))
        {
            throw new ProviderException(ProviderFault.Rejected, "The site's package.json has no build script.");
        }

        // What 'npm run build' would run, without the quarter of a second that npm takes to start.
        return [.. new[] { "prebuild", "build", "postbuild" }
            .Select(name => scripts.TryGetProperty(name, out var script) ? script.GetString() : null)
            .OfType<string>()];
    }
}
