using System.Linq;
using System.Text.RegularExpressions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Judges who is to be left out of a draw. Pure.</summary>
internal static partial class DrawExclusionsCheck
{
    public static void Check(DrawExclusions? exclude, string at, SettingsErrors errors)
    {
        if (exclude is null)
        {
            return;
        }

        var (domains, postcodes) = (exclude.StaffDomains.IsDefault ? [] : exclude.StaffDomains, exclude.Postcodes.IsDefault ? [] : exclude.Postcodes);
        errors.Unless(domains.Length <= 50, $"{at}.staffDomains", "At most 50 domains.");
        errors.Unless(domains.All(d => d.Length <= 253 && Domain().IsMatch(d)), $"{at}.staffDomains", "Give domains such as example.com, without @.");
        errors.Unless(postcodes.Length <= 200, $"{at}.postcodes", "At most 200 beginnings of postcodes.");
        errors.Unless(postcodes.All(p => Postcode().IsMatch(p)), $"{at}.postcodes", "Give beginnings of postcodes: 1 to 10 letters and digits, without spaces.");
    }

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+\z")]
    private static partial Regex Domain();

    [GeneratedRegex(@"^[A-Za-z0-9]{1,10}\z")]
    private static partial Regex Postcode();
}
