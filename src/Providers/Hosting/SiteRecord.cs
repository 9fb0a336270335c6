using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Hosting;

/// <summary>What <c>site.json</c> in a site's folder says. <paramref name="Releases"/>: commits, the served one first.</summary>
internal sealed record SiteRecord(string Name, string Nonce, int Port, IReadOnlyList<string> Releases)
{
    /// <summary>Whether the site is taken down; its port stays its own among our sites.</summary>
    public bool Suspended { get; init; }

    public string? Served => Releases.Count > 0 ? Releases[0] : null;

    public string Url => $"http://127.0.0.1:{Port}";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SiteRecord))]
internal sealed partial class SiteRecordJson : JsonSerializerContext;

/// <summary>The folders of all sites.</summary>
internal sealed class SiteFolders(string root)
{
    public string Root { get; } = root;

    public string Of(string name) => Path.Combine(Root, name);

    public string Release(string name, string commit) => Path.Combine(Root, name, "releases", commit);

    public SiteRecord? Load(string name)
    {
        var path = Path.Combine(Of(name), "site.json");
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), SiteRecordJson.Default.SiteRecord) : null;
        }
        catch (JsonException)
        {
            return null; // Not written by us: we always replace it whole.
        }
        catch (IOException)
        {
            return null; // Deleted between the two calls.
        }
    }

    public IReadOnlyList<SiteRecord> LoadAll() => Directory.Exists(Root)
        ? [.. Directory.GetDirectories(Root).Select(folder => Load(Path.GetFileName(folder))).OfType<SiteRecord>()]
        : [];

    /// <summary>Replaces the record by a rename, which is what switches a site to another release.</summary>
    public static void Save(string folder, SiteRecord record) =>
        FolderModes.WriteSecret(Path.Combine(folder, "site.json"), JsonSerializer.Serialize(record, SiteRecordJson.Default.SiteRecord));
}
