using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PrizeDraw.Providers.Repositories;

/// <summary>What <c>template.json</c> says of a template.</summary>
internal static partial class TemplateManifest
{
    public const string FileName = "template.json";

    /// <summary>The version, such as 1.2.3. <see cref="ProviderFault.Rejected"/> where there is none; <paramref name="path"/> stands in the message.</summary>
    public static string VersionOf(string json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var version = document.RootElement.GetProperty("version").GetString() ?? "";
            return VersionPattern().IsMatch(version)
                ? version
                : throw new ProviderException(ProviderFault.Rejected, $"The version '{version}' in {path} is not of the form 1.2.3.");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Missing(path, error);
        }
    }

    public static ProviderException Missing(string path, Exception? inner = null) =>
        new(ProviderFault.Rejected, $"The site template needs {path} with a \"version\".", inner);

    [GeneratedRegex(@"\A[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?\z")]
    private static partial Regex VersionPattern();
}
