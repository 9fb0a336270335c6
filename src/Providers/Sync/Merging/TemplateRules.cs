using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>Whose a file is.</summary>
internal enum Ownership
{
    /// <summary>Merged by git.</summary>
    Merged,

    /// <summary>Merged key by key.</summary>
    JsonByKey,

    /// <summary>Taken as the template has it.</summary>
    Template,

    /// <summary>Never touched, though what the template wanted is told.</summary>
    Site,

    /// <summary>Never touched.</summary>
    Platform,
}

/// <summary>
/// What a version's <c>template.json</c> says of how it is merged. Where lists overlap, the platform's go before the site's, these before
/// the template's, these before JSON merged by key; all else is merged. The file itself is the template's, and nobody else's.
/// </summary>
internal sealed partial class TemplateRules
{
    public const string FileName = "template.json";

    /// <summary>The campaign's content: the platform writes it, whatever a template says.</summary>
    public const string Content = "content/campaign.json";

    private const int ListMax = 200, SizeMax = 256 * 1024;
    private readonly ImmutableArray<(Ownership Owner, PathPattern Pattern)> _owners;

    private TemplateRules(ImmutableArray<(Ownership, PathPattern)> owners, ImmutableArray<TemplateMigration> migrations)
    {
        _owners = owners;
        Migrations = migrations;
    }

    /// <summary>Nobody owns anything.</summary>
    public static TemplateRules Free { get; } = new([(Ownership.Platform, PathPattern.Parse(Content)!)], []);

    /// <summary>In the order in which they are run.</summary>
    public ImmutableArray<TemplateMigration> Migrations { get; }

    /// <summary>Reads the file; <see cref="ProviderFault.Rejected"/> names the field that makes no sense.</summary>
    public static TemplateRules Parse(byte[]? json)
    {
        if (json is null || json.Length > SizeMax)
        {
            throw Nonsense(FileName, $"is missing, or larger than {SizeMax / 1024} KiB");
        }

        try
        {
            using var document = JsonDocument.Parse(TextStyle.Normal(json));
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("version", out var version) || version.ValueKind != JsonValueKind.String)
            {
                throw Nonsense("version", "is not there");
            }

            _ = Patterns(root, "merged", Ownership.Merged);
            var rules = new TemplateRules(
                [
                    (Ownership.Platform, PathPattern.Parse(Content)!), (Ownership.Template, PathPattern.Parse(FileName)!), .. Patterns(root, "ownedByPlatform", Ownership.Platform), .. Patterns(root, "ownedBySite", Ownership.Site),
                    .. Patterns(root, "ownedByTemplate", Ownership.Template), .. Patterns(root, "jsonMergedByKey", Ownership.JsonByKey),
                ],
                ReadMigrations(root));
            return rules.Migrations.FirstOrDefault(rules.TouchesThePlatforms) is { } migration
                ? throw Nonsense("migrations", $"has '{migration.Id}', which changes what the platform writes")
                : rules;
        }
        catch (JsonException error)
        {
            throw new ProviderException(ProviderFault.Rejected, $"The template's {FileName} is not JSON: {error.Message}", error);
        }
    }

    /// <summary>The same, where nobody but the platform owns anything: for what people did on a branch of ours, or since.</summary>
    public TemplateRules WithoutOwners() => new([.. _owners.Where(o => o.Owner is Ownership.Platform or Ownership.JsonByKey)], []);

    public Ownership OwnerOf(string path)
    {
        foreach (var (owner, pattern) in _owners)
        {
            if (pattern.Matches(path))
            {
                return owner;
            }
        }

        return Ownership.Merged;
    }

    /// <summary>Whether a sync never changes it.</summary>
    public bool IsUntouched(string path) => OwnerOf(path) is Ownership.Site or Ownership.Platform;

    private bool TouchesThePlatforms(TemplateMigration migration) => migration.File is { } file
        ? OwnerOf(file) == Ownership.Platform
        : OwnerOf(migration.From) == Ownership.Platform || OwnerOf(migration.To) == Ownership.Platform || Content.StartsWith(migration.From + "/", StringComparison.Ordinal);

    private static ImmutableArray<(Ownership, PathPattern)> Patterns(JsonElement root, string field, Ownership owner)
    {
        if (!root.TryGetProperty(field, out var list))
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > ListMax)
        {
            throw Nonsense(field, $"is not a list of at most {ListMax} paths");
        }

        return
        [
            .. list.EnumerateArray().Select((item, n) => (owner, (item.ValueKind == JsonValueKind.String ? PathPattern.Parse(item.GetString()!) : null)
                ?? throw Nonsense($"{field}[{n}]", "is not a path within the template"))),
        ];
    }

    private static ImmutableArray<TemplateMigration> ReadMigrations(JsonElement root)
    {
        if (!root.TryGetProperty("migrations", out var list))
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > ListMax)
        {
            throw Nonsense("migrations", $"is not a list of at most {ListMax}");
        }

        var read = list.EnumerateArray().Select((item, n) => ReadMigration(item, $"migrations[{n}]")).ToImmutableArray();
        return read.GroupBy(m => m.Id).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw Nonsense("migrations", $"has the id '{twice.Key}' twice")
            : [.. read.OrderBy(m => m.Version, VersionOrder.Instance)];
    }

    private static TemplateMigration ReadMigration(JsonElement item, string field)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw Nonsense(field, "is not an object");
        }

        var id = Text(item, field, "id", MigrationId());
        var version = Text(item, field, "version", VersionForm());
        var isMove = item.TryGetProperty("move", out var move);
        if (isMove == item.TryGetProperty("renameKey", out var rename) || (isMove ? move : rename).ValueKind != JsonValueKind.Object)
        {
            throw Nonsense(field, "has neither, or both, of move and renameKey");
        }

        return isMove
            ? Apart(new TemplateMigration(id, version, PathOf(move, field + ".move", "from"), PathOf(move, field + ".move", "to")), field + ".move")
            : Apart(
                new TemplateMigration(
                    id, version, Text(rename, field + ".renameKey", "from", KeyPath()), Text(rename, field + ".renameKey", "to", Key()), PathOf(rename, field + ".renameKey", "file")),
                field + ".renameKey");
    }

    private static TemplateMigration Apart(TemplateMigration migration, string field) =>
        migration.From == migration.To
        || (migration.File is null && ($"{migration.To}/".StartsWith($"{migration.From}/", StringComparison.Ordinal)
            || $"{migration.From}/".StartsWith($"{migration.To}/", StringComparison.Ordinal)))
            ? throw Nonsense(field, "leads from somewhere to the same place, or into itself")
            : migration;

    private static string PathOf(JsonElement item, string field, string name)
    {
        var path = Text(item, field, name, AnyText()).TrimEnd('/');
        return TreeEntry.IsPath(path) && !path.Contains('*', StringComparison.Ordinal) ? path : throw Nonsense($"{field}.{name}", "is not a path within the template");
    }

    private static string Text(JsonElement item, string field, string name, Regex form) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && form.IsMatch(value.GetString()!)
            ? value.GetString()!
            : throw Nonsense($"{field}.{name}", "is missing or has not the form it needs");

    private static ProviderException Nonsense(string field, string why) =>
        new(ProviderFault.Rejected, $"The template's {FileName} can't be followed: {field} {why}.");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex MigrationId();

    [GeneratedRegex(@"\A[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}(-[0-9A-Za-z.]{1,30})?\z")]
    private static partial Regex VersionForm();

    [GeneratedRegex(@"\A[^.""\\]{1,100}(\.[^.""\\]{1,100}){0,20}\z")]
    private static partial Regex KeyPath();

    [GeneratedRegex(@"\A[^.""\\]{1,100}\z")]
    private static partial Regex Key();

    [GeneratedRegex(@"\A.{1,200}\z")]
    private static partial Regex AnyText();

    private sealed class VersionOrder : System.Collections.Generic.IComparer<string>
    {
        public static readonly VersionOrder Instance = new();

        public int Compare(string? x, string? y) => Numbers(x!).CompareTo(Numbers(y!));

        private static Version Numbers(string version) => Version.Parse(version.Split('-')[0]);
    }
}
