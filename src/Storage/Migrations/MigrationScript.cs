using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace PrizeDraw.Storage.Migrations;

/// <summary>One migration: a name that never changes once applied, and its statements.</summary>
public sealed record MigrationScript(string Name, string Sql)
{
    /// <summary>SHA-256 of the text with line ends normalised, lower-case hex.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The embedded <c>.sql</c> files of one folder of this assembly, in order of their names.</summary>
    internal static ImmutableArray<MigrationScript> Embedded(string folder)
    {
        var assembly = typeof(MigrationScript).Assembly;
        var prefix = $"PrizeDraw.Storage.{folder}.";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => new MigrationScript(name[prefix.Length..], Read(assembly.GetManifestResourceStream(name)!))),
        ];
    }

    private static string Read(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
