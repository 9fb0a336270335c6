using System.Collections.Generic;
using PrizeDraw.Domain;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>What is wrong with settings, gathered field by field so that everything is told at once.</summary>
internal sealed class SettingsErrors : List<FieldError>
{
    public void Unless(bool holds, string field, string message)
    {
        if (!holds)
        {
            Add(new FieldError(field, message));
        }
    }

    public void AtLeastOne(string field, long? value) => Unless(value is null or >= 1, field, "1 or more, or null for no limit.");

    /// <summary>Whether a text has so many characters, not all of them blank.</summary>
    public static bool IsText(string? value, int min, int max) => value is not null && value.Trim().Length >= min && value.Length <= max;
}
