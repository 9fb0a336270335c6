using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace PrizeDraw.Tidy;

/// <summary>The arrows between the parts, the lock files, and where the engine may be named.</summary>
public sealed class The_projects
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Domain"] = [],
        ["Orleans.Embedded"] = [],
        ["Providers"] = [],
        ["Grains.Abstractions"] = ["Orleans.Embedded"],
        ["Storage"] = ["Domain", "Grains.Abstractions"],
        ["Api"] = ["Grains.Abstractions"],
        ["Grains"] = ["Domain", "Grains.Abstractions", "Orleans.Embedded", "Providers", "Storage"],
        ["Silo"] = ["Api", "Grains", "Orleans.Embedded", "Providers", "Storage"],
    };

    private static IEnumerable<SourceFile> Projects => Source.Files.Where(f => f.Ends(".csproj"));

    [Fact]
    public void of_the_product_reference_each_other_only_along_the_arrows()
    {
        foreach (var project in Projects.Where(p => p.IsIn("src")))
        {
            var name = Path.GetFileNameWithoutExtension(project.Path);
            Arrows.ShouldContainKey(name, $"src/{name} is new: say in this test which projects it may reference.");
            ReferencesOf(project).Select(r => r.Name).Except(Arrows[name]).ShouldBeEmpty($"{name} may reference {string.Join(", ", Arrows[name])} alone.");
        }
    }

    [Fact]
    public void reference_the_embedded_engine_in_the_embedded_build_alone()
    {
        foreach (var (name, condition) in Projects.Where(p => p.IsIn("src")).SelectMany(ReferencesOf))
        {
            (name != "Orleans.Embedded" || condition.Contains("'$(Engine)' == 'Embedded'", StringComparison.Ordinal)).ShouldBeTrue(
                "A reference to Orleans.Embedded stands under Condition=\"'$(Engine)' == 'Embedded'\".");
        }
    }

    [Fact]
    public void have_lock_files_each() => Projects.Select(p => Path.GetDirectoryName(p.Path) + "/packages.lock.json")
        .Except(Source.Files.Select(f => f.Path)).ShouldBeEmpty("Restore the project and add its lock file.");

    [Fact]
    public void of_node_have_lock_files_each() =>
        Source.Files.Where(f => f.Ends("/package.json")).Select(p => p.Path.Replace("package.json", "package-lock.json", StringComparison.Ordinal))
            .Except(Source.Files.Select(f => f.Path)).ShouldBeEmpty("Commit package-lock.json beside package.json.");

    [Fact]
    public void are_all_in_the_solution()
    {
        var solution = Source.One("Platform.sln").Text.Replace('\\', '/');
        Projects.Where(p => !solution.Contains(p.Path, StringComparison.Ordinal)).Select(p => p.Path).ShouldBeEmpty();
    }

    [Fact]
    public void keep_the_choice_of_engine_to_the_composition_root()
    {
        Source.CSharp("src").Where(f => !f.IsIn("src/Silo")).SelectMany(f => f.Lines.Select(l => (f.Path, Line: l.TrimStart())))
            .Where(l => l.Line.StartsWith("#if", StringComparison.Ordinal) || l.Line.StartsWith("#elif", StringComparison.Ordinal)
                || l.Line.Contains("ORLEANS", StringComparison.Ordinal))
            .Select(l => $"{l.Path}: {l.Line}").ShouldBeEmpty("Only src/Silo and the project files know which engine runs.");
    }

    [Fact]
    public void state_versions_in_one_place() =>
        Projects.Where(p => XDocument.Parse(p.Text).Descendants("PackageReference").Any(r => r.Attribute("Version") is not null))
            .Select(p => p.Path).ShouldBeEmpty("Versions stand in Directory.Packages.props.");

    private static IEnumerable<(string Name, string Condition)> ReferencesOf(SourceFile project) =>
        XDocument.Parse(project.Text).Descendants("ProjectReference").Select(r => (
            Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value),
            $"{r.Attribute("Condition")?.Value}{r.Parent!.Attribute("Condition")?.Value}"));
}
