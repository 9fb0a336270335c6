using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Tidy;

/// <summary>README, CHANGELOG and docs/ tell of the project as it is.</summary>
public sealed partial class The_documents
{
    [Fact]
    public void link_to_what_exists()
    {
        foreach (var document in Source.Files.Where(f => f.Ends(".md")))
        {
            var folder = Path.GetDirectoryName(document.Path)!;
            var targets = Link().Matches(document.Text).Select(m => m.Groups["target"].Value.Split('#')[0])
                .Where(t => t.Length > 0 && !t.Contains("://", StringComparison.Ordinal) && !t.StartsWith("mailto:", StringComparison.Ordinal));
            targets.Where(t => !Path.Exists(Path.Combine(RepositoryRoot.Path, folder, t))).ShouldBeEmpty($"{document.Path} links to what isn't there.");
        }
    }

    [Fact]
    public void name_every_part_of_the_product() =>
        Source.Files.Where(f => f.IsIn("src")).Select(f => string.Join('/', f.Path.Split('/')[..2])).Distinct()
            .Where(folder => !Source.One("README.md").Text.Contains($"`{folder}/`", StringComparison.Ordinal))
            .ShouldBeEmpty("Give the folder its line in README.md.");

    [Fact]
    public void name_every_option_of_the_start()
    {
        var options = Option().Matches(Source.One("src/Silo/CommandLine.cs").Text).Select(m => m.Groups["option"].Value).ToArray();
        options.ShouldNotBeEmpty();
        // The first two are told by ./run itself; the others are of the Orleans build, which ./run doesn't start.
        string[] others = ["--admin", "--template", "--silo-port", "--gateway-port", "--advertised-host"];
        var readme = Source.One("README.md").Text;
        options.Except(others).Where(o => !readme.Contains(o, StringComparison.Ordinal)).ShouldBeEmpty("README.md lists the options of ./run.");
        var usage = Source.One("run").Text;
        options.Except(others).Where(o => !usage.Contains(o, StringComparison.Ordinal)).ShouldBeEmpty("./run --help lists its options.");
    }

    [Fact]
    public void say_what_has_changed_since_the_last_release() =>
        Source.One("CHANGELOG.md").Lines.ShouldContain(l => l.StartsWith("## [Unreleased]", StringComparison.Ordinal));

    [Fact]
    public void number_each_decision_once()
    {
        var records = Source.Files.Where(f => f.IsIn("docs/decisions") && f.Ends(".md")).ToArray();
        records.ShouldNotBeEmpty();
        records.Where(r => !DecisionName().IsMatch(Path.GetFileName(r.Path))).Select(r => r.Path).ShouldBeEmpty("Name it NNNN-title.md.");
        records.Select(r => Path.GetFileName(r.Path)[..4]).ShouldBeUnique();
        records.Where(r => !r.Lines[0].StartsWith($"# {Path.GetFileName(r.Path)[..4]} ", StringComparison.Ordinal)).Select(r => r.Path)
            .ShouldBeEmpty("The first line is # NNNN and the decision in a sentence.");
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)|<img[^>]*\ssrc=""(?<target>[^""]+)""")]
    private static partial Regex Link();

    [GeneratedRegex(@"new Option<[^>]+>\(""(?<option>--[a-z-]+)""")]
    private static partial Regex Option();

    [GeneratedRegex(@"^\d{4}-[a-z0-9-]+\.md$")]
    private static partial Regex DecisionName();
}
