using System.ComponentModel.DataAnnotations;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Campaigns;

/// <summary>Who provides a campaign's parts.</summary>
public sealed record ProviderFields
{
    /// <summary>Where entries are kept; default local.</summary>
    [AllowedValues(ProviderNames.Local, ProviderNames.Supabase)] public string? Database { get; init; }

    /// <summary>Where the site's source is; default local.</summary>
    [AllowedValues(ProviderNames.Local, ProviderNames.GitHub)] public string? Repository { get; init; }

    /// <summary>Where the site is served: vercel from a repository at GitHub, local from a local one. Default local.</summary>
    [AllowedValues(ProviderNames.Local, ProviderNames.Vercel)] public string? Site { get; init; }

    internal ProviderChoice ToChoice() =>
        new(Database ?? ProviderNames.Local, Repository ?? ProviderNames.Local, Site ?? ProviderNames.Local);
}
