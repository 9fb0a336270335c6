using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Merging;

/// <summary>
/// A path that was the site's and is not any more: the site never got what the template had there meanwhile, whether it took those versions
/// one by one or skipped them.
/// </summary>
public sealed class Files_that_change_hands : MergeSpec
{
    private static readonly string Freed = Manifest.Replace("\"public/**\", ", "", StringComparison.Ordinal);
    private static readonly string Taken = Freed.Replace("\"tests/**\"", "\"tests/**\", \"public/**\"", StringComparison.Ordinal);
    private static readonly string ByKey = Freed.Replace("[\"package.json\"]", "[\"package.json\", \"public/**\"]", StringComparison.Ordinal);

    [Theory]
    [InlineData("merged")]
    [InlineData("template")]
    [InlineData("key")]
    public async Task arrive_where_the_site_has_none(string whose)
    {
        var (one, two) = (Files(("x", "x"), ("public/hero.json", "{\"a\": 1}\n")), Files(("x", "x"), ("public/hero.json", "{\"a\": 1}\n"), ("template.json", Rules(whose))));
        var step = await MergeAsync(Files(("x", "x")), Files(("x", "x")), one);
        step.IsClean()["public/hero.json"].ShouldBeNull();
        var end = await MergeAsync(one, step.Files, two);
        end.IsClean()["public/hero.json"].ShouldBe("{\"a\": 1}\n");
        (await MergeAsync(Files(("x", "x")), Files(("x", "x")), two)).Result.Tree.ShouldBe(end.Result.Tree);
    }

    [Theory]
    [InlineData("merged", "added")]
    [InlineData("key", "added")]
    [InlineData("template", "owned")]
    public async Task are_asked_for_where_the_site_has_another(string whose, string kind)
    {
        var (one, two) = (Files(("public/hero.json", "{\"a\": 1}\n")), Files(("public/hero.json", "{\"a\": 1}\n"), ("template.json", Rules(whose))));
        var merged = await MergeAsync(one, Files(("public/hero.json", "{\"a\": 2}\n")), two);
        merged.Conflict("public/hero.json", kind);
        new[] { "public/hero.json", ".template-sync/public/hero.json" }.Select(p => merged[p]).Order(StringComparer.Ordinal).ShouldBe(["{\"a\": 1}\n", "{\"a\": 2}\n"]);
    }

    [Fact]
    public async Task stay_the_sites_where_the_template_has_none()
    {
        var site = Files(("public/old.svg", "old"), ("public/own.svg", "own"));
        (await MergeAsync(Files(("public/old.svg", "old")), site, Files(("template.json", Freed)))).IsClean().Is(site);
    }

    [Fact]
    public async Task are_found_where_a_migration_moves_them()
    {
        var template = Files(("assets/hero.svg", "new"), ("template.json", Freed.Replace(
            "\"migrations\": []", """ "migrations": [{"id": "m", "version": "1.0.0", "move": {"from": "public", "to": "assets"}}]""", StringComparison.Ordinal)));
        (await MergeAsync(Files(("public/hero.svg", "new")), Files(), template)).IsClean()["assets/hero.svg"].ShouldBe("new");
        (await MergeAsync(Files(("public/hero.svg", "new")), Files(("public/hero.svg", "own")), template)).Conflict("assets/hero.svg", "added");
    }

    private static string Rules(string whose) => whose switch { "merged" => Freed, "template" => Taken, _ => ByKey };
}
