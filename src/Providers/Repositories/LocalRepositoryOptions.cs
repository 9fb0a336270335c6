using System;
using System.Collections.Generic;
using System.IO;

namespace PrizeDraw.Providers.Repositories;

/// <summary>Where the local repositories are.</summary>
public sealed record LocalRepositoryOptions
{
    /// <summary>The platform's data folder: <c>template.git</c> and <c>repositories/</c> are made in it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The folder that holds the site template; its <c>template.json</c> says the version.</summary>
    public required string TemplateFolder { get; init; }

    /// <summary>How long one git command may take; default one minute.</summary>
    public TimeSpan GitTimeLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What of the template folder is not the template: what tools leave in it. Lines of a .gitignore.</summary>
    public IReadOnlyList<string> Excluded { get; init; } =
        ["node_modules/", ".next/", "/out/", "/test-results/", "*.tsbuildinfo", ".env*", ".DS_Store"];

    /// <summary>The bare repository of the template's versions.</summary>
    public string TemplateRepository => Path.Combine(Path.GetFullPath(DataFolder), "template.git");

    /// <summary>The folder of template sync's work areas, which hold nothing that can't be brought again.</summary>
    public string SyncFolder => Path.Combine(Path.GetFullPath(DataFolder), "sync");

    /// <summary>The folder of the campaigns' bare repositories.</summary>
    public string RepositoriesFolder => Path.Combine(Path.GetFullPath(DataFolder), "repositories");
}
