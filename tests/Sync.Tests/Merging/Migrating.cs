using System;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Merging;

public sealed class Migrating : MergeSpec
{
    private static readonly string Edited = Lines.Replace("line 2\n", "the site's\n", StringComparison.Ordinal);

    [Fact]
    public async Task moves_the_sites_files_before_the_merge_even_those_that_the_template_has_rewritten()
    {
        var template = Manifested(Move("m1", "lib", "src/lib"), ("src/lib/a.ts", "all new\n"), ("src/lib/b.ts", Lines));
        var merged = await MergeAsync(Files(("lib/a.ts", "old\n"), ("lib/b.ts", Lines)), Files(("lib/a.ts", "old\n"), ("lib/b.ts", Edited), ("lib/own.ts", "own\n")), template);
        merged.IsClean().Is(Files(("src/lib/a.ts", "all new\n"), ("src/lib/b.ts", Edited), ("src/lib/own.ts", "own\n")));
        merged.Result.Migrations.ShouldBe(["m1"]);
        merged.Of("src/lib/own.ts")!.OldPath.ShouldBe("lib/own.ts");
    }

    [Fact]
    public async Task happens_once_for_a_site()
    {
        var template = Manifested(Move("m1", "a.ts", "b.ts"), ("b.ts", Lines));
        var site = Files(("b.ts", Lines), ("a.ts", "the site's own, made since\n"));
        (await MergeAsync(Files(("b.ts", Lines)), site, template, "m1")).IsClean().Is(site);
        (await MergeAsync(template, site, With(template, ("c.ts", "c")))).IsClean()["a.ts"].ShouldBe("the site's own, made since\n");
    }

    [Fact]
    public async Task moves_nothing_where_the_site_has_something_already()
    {
        var site = Files(("a.ts", Edited), ("b.ts", "mine\n"));
        var merged = await MergeAsync(Files(("a.ts", Lines)), site, Manifested(Move("m1", "a.ts", "b.ts"), ("b.ts", Lines)));
        merged["b.ts"].ShouldBe("mine\n");
        merged["a.ts"].ShouldBe(Edited);
        merged.Result.Conflicts.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task renames_a_setting_with_the_sites_value()
    {
        const string migration = """{"id": "k1", "version": "1.0.0", "renameKey": {"file": "package.json", "from": "theme.colour", "to": "color"}}""";
        const string before = "{\n  \"theme\": {\n    \"colour\": \"red\", \"x\": 1\n  }\n}\n";
        var template = Manifested(migration, ("package.json", "{\n  \"theme\": {\n    \"color\": \"red\", \"x\": 2\n  }\n}\n"));
        var merged = await MergeAsync(Files(("package.json", before)), Files(("package.json", before.Replace("red", "blue", StringComparison.Ordinal))), template);
        merged.IsClean()["package.json"].ShouldBe("{\n  \"theme\": {\n    \"color\": \"blue\", \"x\": 2\n  }\n}\n");

        var both = before.Replace("\"x\"", "\"color\": \"own\", \"x\"", StringComparison.Ordinal);
        (await MergeAsync(Files(("package.json", before)), Files(("package.json", both)), template)).Result.Conflicts.ShouldNotBeEmpty();
    }

    private static string Move(string id, string from, string to) => 
        $$"""{"id": "{{id}}", "version": "1.0.0", "move": {"from": "{{from}}", "to": "{{to}}" } }""";

    private static System.Collections.Generic.Dictionary<string, string> Manifested(string migration, params (string, string)[] files) =>
        With(Files(files), ("template.json", Manifest.Replace("\"migrations\": []", $"\"migrations\": [{migration}]", StringComparison.Ordinal)));
}
