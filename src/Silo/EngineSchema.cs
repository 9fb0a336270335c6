using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;

namespace PrizeDraw.Silo;

/// <summary>Tables and queries of Orleans' ADO.NET providers; the same whichever engine runs.</summary>
internal static class EngineSchema
{
    private const string Prefix = "engine/";

    public static IEnumerable<(string Name, string Sql)> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (Path.GetFileNameWithoutExtension(name[Prefix.Length..]), reader.ReadToEnd());
        }
    }
}
