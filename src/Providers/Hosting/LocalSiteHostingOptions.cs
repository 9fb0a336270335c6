using System;
using System.IO;

namespace PrizeDraw.Providers.Hosting;

/// <summary>How campaign sites are built and served on this machine.</summary>
public sealed record LocalSiteHostingOptions
{
    /// <summary>The platform's data folder: <c>sites/</c> and <c>build-cache/</c> are made in it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Origin of the API that the sites call, such as <c>http://127.0.0.1:8080</c>; goes into their content policy.</summary>
    public required string ApiOrigin { get; init; }

    /// <summary>First port on 127.0.0.1 that a site may get, 1 to 65535; default 9100.</summary>
    public int FirstPort { get; init; } = 9100;

    /// <summary>Last port that a site may get, at least <see cref="FirstPort"/>; default 9999.</summary>
    public int LastPort { get; init; } = 9999;

    /// <summary>How long a build may take; default ten minutes.</summary>
    public TimeSpan BuildTimeLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long installing the dependencies may take; default ten minutes.</summary>
    public TimeSpan InstallTimeLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How much a build may print, in characters; default four million.</summary>
    public int BuildOutputMax { get; init; } = 4_000_000;

    /// <summary>Builds that run at once, 1 to 64; default 1. The others wait.</summary>
    public int BuildsMax { get; init; } = 1;

    /// <summary>
    /// As root only: numeric id of the user and group that builds run as. It needs no entry in /etc/passwd, and must not be
    /// the user that runs the database.
    /// </summary>
    public int BuildUserId { get; init; } = 60917;

    /// <summary>As root only: where builds run when their user can't reach the data folder.</summary>
    public string RelocationFolder { get; init; } = "/var/lib/prizedraw";

    internal string SitesFolder => Path.Combine(Path.GetFullPath(DataFolder), "sites");

    internal string BuildCacheFolder => Path.Combine(Path.GetFullPath(DataFolder), "build-cache");

    /// <summary>Refuses values out of range with an <see cref="ArgumentException"/>.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstPort, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LastPort, FirstPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LastPort, 65535);
        ArgumentOutOfRangeException.ThrowIfLessThan(BuildsMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BuildsMax, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(BuildUserId, 1);
        if (!Uri.TryCreate(ApiOrigin, UriKind.Absolute, out var origin) || origin.GetLeftPart(UriPartial.Authority) != ApiOrigin)
        {
            throw new ArgumentException($"'{ApiOrigin}' is not an origin such as http://127.0.0.1:8080.");
        }
    }
}
