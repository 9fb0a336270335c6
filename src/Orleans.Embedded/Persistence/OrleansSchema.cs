using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;

namespace Orleans.Hosting;

/// <summary>The tables and stored statements that persistence, reminders and (in a cluster) membership need.</summary>
public static class OrleansSchema
{
    /// <summary>
    /// The scripts in the order in which to run them, as the tables' owner. Each may run twice, names no schema, and belongs in
    /// one transaction. The role that the engine connects as needs SELECT on OrleansQuery, and SELECT, INSERT, UPDATE and DELETE
    /// on the other tables.
    /// </summary>
    public static ImmutableArray<SchemaScript> Scripts { get; } = Read();

    private static ImmutableArray<SchemaScript> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", System.StringComparison.Ordinal))
            .Order(System.StringComparer.Ordinal).Select(name => new SchemaScript(Path.GetFileNameWithoutExtension(name), Text(assembly, name)))];
    }

    private static string Text(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

/// <param name="Name">Number and name, such as <c>0002_orleans_storage</c>; it never changes.</param>
/// <param name="Text">The SQL.</param>
public sealed record SchemaScript(string Name, string Text);
