using System;
using System.Collections.Generic;
using System.Linq;

namespace PrizeDraw.Domain.Sync;

/// <summary>A wave as it was asked for.</summary>
/// <param name="Chosen">How many campaigns were chosen.</param>
public sealed record AskedWave(int Chosen, int? Percent, int SoakMinutes);

/// <summary>A release as it was asked for.</summary>
public sealed record AskedRelease(
    string? Version, IReadOnlyList<string> Picks, IReadOnlyList<AskedWave> Waves, bool NamesCampaignsTwice, int Tenants, int HoldHours, int UnhealthyMax);

/// <summary>What a release may be.</summary>
public static class ReleaseRules
{
    public const int PicksMax = 50, WavesMax = 10, ChosenMax = 1_000, SoakMinutesMax = 10_080, TenantsMax = 100, HoldHoursMax = 720, UnhealthyPercentMax = 50;

    /// <summary>Sites that one release goes to at most.</summary>
    public const int SitesMax = 10_000;

    private const int RevisionMax = 200;

    /// <summary>Everything that is wrong with it, by field as the request spells it; empty when it is right.</summary>
    public static IReadOnlyList<FieldError> ErrorsOf(AskedRelease asked)
    {
        var errors = new List<FieldError>();
        AddErrorsOfContent(asked, errors);
        AddErrorsOfWaves(asked, errors);
        Range(errors, "holdHoursBeforeClosing", asked.HoldHours, 0, HoldHoursMax);
        Range(errors, "unhealthyMax", asked.UnhealthyMax, 0, UnhealthyPercentMax);
        if (asked.Tenants > TenantsMax)
        {
            errors.Add(new("tenantIds", $"Give {TenantsMax} clients at most, or none for all."));
        }

        return errors;
    }

    private static void AddErrorsOfContent(AskedRelease asked, List<FieldError> errors)
    {
        if (asked.Version is null == (asked.Picks.Count == 0))
        {
            errors.Add(new("version", "Give a version, or commits to take by themselves; not both."));
        }

        if (asked.Version is { } version && !IsRevision(version))
        {
            errors.Add(new("version", $"Give a tag of the template, {RevisionMax} characters at most."));
        }

        if (asked.Picks.Count > PicksMax || asked.Picks.Any(pick => !IsRevision(pick)))
        {
            errors.Add(new("picks", $"Give commits or tags of the template, {PicksMax} at most."));
        }
    }

    private static void AddErrorsOfWaves(AskedRelease asked, List<FieldError> errors)
    {
        if (asked.Waves.Count is 0 or > WavesMax)
        {
            errors.Add(new("waves", $"Give 1 to {WavesMax} waves."));
            return;
        }

        var reached = 0;
        for (var i = 0; i < asked.Waves.Count; i++)
        {
            var (wave, at) = (asked.Waves[i], $"waves[{i}]");
            Range(errors, $"{at}.soakMinutes", wave.SoakMinutes, 0, SoakMinutesMax);
            if (wave.Percent is null == (wave.Chosen == 0) || wave.Chosen > ChosenMax)
            {
                errors.Add(new($"{at}.percent", $"Give a percentage, or choose campaigns, {ChosenMax:N0} at most; not both."));
            }

            if (wave.Percent is { } percent && (percent is < 1 or > 100 || percent < reached))
            {
                errors.Add(new($"{at}.percent", "Give how many percent of all sites have had their turn after this wave: 1 to 100, and no fewer than after the wave before."));
            }

            reached = Math.Max(reached, wave.Percent ?? 0);
        }

        if (asked.Waves[^1].Percent != 100)
        {
            errors.Add(new($"waves[{asked.Waves.Count - 1}].percent", "The last wave takes all that are left: 100."));
        }

        if (asked.NamesCampaignsTwice)
        {
            errors.Add(new("waves", "A campaign is in one wave alone."));
        }
    }

    /// <summary>Nothing that git could take for an option or a range.</summary>
    private static bool IsRevision(string text) => text.Length is > 0 and <= RevisionMax && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or '+')
        && char.IsAsciiLetterOrDigit(text[0]) && !text.Contains("..", StringComparison.Ordinal);

    private static void Range(List<FieldError> errors, string field, int value, int min, int max)
    {
        if (value < min || value > max)
        {
            errors.Add(new(field, $"Give a number from {min} to {max}."));
        }
    }
}
