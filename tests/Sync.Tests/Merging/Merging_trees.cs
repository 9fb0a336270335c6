using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Providers;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Merging;

/// <summary>The engine by itself: which tree comes of three, and what is told of it. Numbers are those of the scenarios.</summary>
public sealed class Merging_trees : MergeSpec
{
    private static readonly string Top = Lines.Replace("line 2\n", "the site's 2\n", StringComparison.Ordinal);
    private static readonly string Bottom = Lines.Replace("line 19\n", "the template's 19\n", StringComparison.Ordinal);
    private static readonly string Both = Top.Replace("line 19\n", "the template's 19\n", StringComparison.Ordinal);

    [Fact]
    public async Task S01_of_one_file_in_different_places()
    {
        var merged = await MergeAsync(Files(("a.ts", Lines), ("b.ts", Lines)), Files(("a.ts", Top), ("b.ts", Lines)), Files(("a.ts", Bottom), ("b.ts", Bottom)));
        merged.IsClean().Is(Files(("a.ts", Both), ("b.ts", Bottom)));
        merged.Of("a.ts")!.Verdict.ShouldBe("merged");
        (merged.Of("b.ts")!.Verdict, merged.Of("b.ts")!.Change).ShouldBe(("taken", "modified"));
    }

    [Fact]
    public async Task S02_shows_both_sides_and_the_base_of_the_same_lines()
    {
        var merged = await MergeAsync(Files(("a.ts", "x\none\ny\n")), Files(("a.ts", "x\nsite\ny\n")), Files(("a.ts", "x\ntemplate\ny\n")));
        merged["a.ts"].ShouldBe("x\n<<<<<<< site\nsite\n||||||| base\none\n=======\ntemplate\n>>>>>>> template\ny\n");
        merged.Conflict("a.ts", "content").HasMarkers.ShouldBeTrue();
    }

    [Fact]
    public async Task S03_lets_an_edit_follow_a_rename()
    {
        var merged = await MergeAsync(Files(("a.ts", Lines)), Files(("a.ts", Top)), Files(("lib/b.ts", Bottom)));
        merged.IsClean().Is(Files(("lib/b.ts", Both)));
        (merged.Of("lib/b.ts")!.Change, merged.Of("lib/b.ts")!.OldPath).ShouldBe(("renamed", "a.ts"));
        (await MergeAsync(Files(("a.ts", Lines)), Files(("lib/b.ts", Top)), Files(("a.ts", Bottom)))).IsClean().Is(Files(("lib/b.ts", Both)));
    }

    [Fact]
    public async Task S04_keeps_deleted_what_the_site_deleted()
    {
        var merged = await MergeAsync(Files(("a.ts", Lines), ("b", "b")), Files(("b", "b")), Files(("a.ts", Bottom), ("b", "b")));
        merged.IsClean().Is(Files(("b", "b")));
        (merged.Of("a.ts")!.Verdict, merged.Of("a.ts")!.Change).ShouldBe(("kept", "none"));
    }

    [Fact]
    public async Task S05_deletes_what_the_site_has_not_touched_and_asks_about_the_rest()
    {
        var merged = await MergeAsync(Files(("a.ts", Lines), ("b.ts", Lines + "b\n")), Files(("a.ts", Top), ("b.ts", Lines + "b\n")), Files());
        merged["b.ts"].ShouldBeNull();
        merged["a.ts"].ShouldBe(Top);
        merged.Conflict("a.ts", "deleted").Beside.ShouldBe(".template-sync/a.ts.deleted");
        merged.Of("b.ts")!.Change.ShouldBe("deleted");
    }

    [Fact]
    public async Task S06_keeps_both_of_what_both_add()
    {
        var merged = await MergeAsync(Files(), Files(("a.ts", "site\n"), ("same.ts", "s\n")), Files(("a.ts", "template\n"), ("same.ts", "s\n")));
        merged["a.ts"].ShouldBe("site\n");
        merged[".template-sync/a.ts"].ShouldBe("template\n");
        merged.Conflict("a.ts", "added");
        merged.Of("same.ts").ShouldBeNull();
    }

    [Fact]
    public async Task S07_takes_a_binary_of_one_side_and_keeps_the_sites_of_both()
    {
        var merged = await MergeAsync(Files(("a.png", "\0a"), ("b.png", "\0b")), Files(("a.png", "\0a"), ("b.png", "\0site")), Files(("a.png", "\0A"), ("b.png", "\0template")));
        merged.IsClean().Is(Files(("a.png", "\0A"), ("b.png", "\0site")));
        merged.Of("b.png")!.Verdict.ShouldBe("kept");
        merged.Of("b.png")!.Note.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("crlf")]
    [InlineData("mark")]
    [InlineData("last")]
    [InlineData("mode")]
    public async Task S08_sees_no_conflict_in_form(string form)
    {
        var (name, formed, expected) = form switch
        {
            "crlf" => ("a.ts", Crlf(Lines), Crlf(Bottom)),
            "mark" => ("a.ts", "\u00EF\u00BB\u00BF" + Lines, "\u00EF\u00BB\u00BF" + Bottom),
            "last" => ("a.ts", Lines[..^1], Bottom[..^1]),
            _ => ("+x:a.ts", Lines, Bottom),
        };
        (await MergeAsync(Files(("a.ts", Lines)), Files((name, formed)), Files(("a.ts", Bottom)))).IsClean().Is(Files((name, expected)));

        // The template's form is taken where the site has left it as it was.
        (await MergeAsync(Files(("a.ts", Lines)), Files(("a.ts", Bottom)), Files((name, formed)))).IsClean().Is(Files((name, expected)));
    }

    [Fact]
    public async Task S08_keeps_the_form_of_a_conflict_and_of_a_renamed_file()
    {
        var merged = await MergeAsync(
            Files(("a.ts", Lines), ("b.ts", "x\none\ny\n")), Files(("a.ts", Crlf(Top)), ("b.ts", "x\r\nsite\r\ny")), Files(("c/a.ts", Bottom), ("b.ts", "x\ntemplate\ny\n")));
        merged["c/a.ts"].ShouldBe(Crlf(Both));
        merged["b.ts"].ShouldBe(Crlf("x\n<<<<<<< site\nsite\n||||||| base\none\n=======\ntemplate\n>>>>>>> template\ny"));
    }

    [Fact]
    public async Task S08_leaves_a_file_with_both_kinds_of_line_ends_as_it_is()
    {
        var mixed = Lines.Replace("3\n", "3\r\n", StringComparison.Ordinal);
        (await MergeAsync(Files(("a.ts", mixed)), Files(("a.ts", mixed + "site\n")), Files(("a.ts", mixed), ("b", "b")))).IsClean()
            .Is(Files(("a.ts", mixed + "site\n"), ("b", "b")));
    }

    [Fact]
    public async Task S08_takes_a_link_and_asks_when_the_kind_of_file_changed_against_an_edit()
    {
        (await MergeAsync(Files(("link:a", "b"), ("c", "c")), Files(("link:a", "b"), ("c", "cc")), Files(("link:a", "d"), ("c", "c")))).IsClean()
            .Is(Files(("link:a", "d"), ("c", "cc")));
        var merged = await MergeAsync(Files(("a.ts", Lines)), Files(("a.ts", Top)), Files(("link:a.ts", "elsewhere")));
        merged["a.ts"].ShouldBe(Top);
        merged.Conflict("a.ts", "type");
        merged[".template-sync/a.ts"].ShouldBe("elsewhere");
        merged.Files.Keys.ShouldNotContain(k => k.Contains('~'));
    }

    [Fact]
    public async Task S09_twice_changes_nothing()
    {
        var (origin, site, template) = (Files(("a.ts", Lines), ("package.json", "{\"a\": 1}\n")), Files(("a.ts", Top), ("package.json", "{\"a\": 1, \"s\": 1}\n")),
            Files(("a.ts", Bottom), ("package.json", "{\"a\": 2}\n")));
        var once = await MergeAsync(origin, site, template);
        var twice = await MergeAsync(template, once.Files, template);
        twice.Result.Tree.ShouldBe(once.Result.Tree);
        twice.Result.Files.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("data.json", "{\"a\": 1\n}\n", "{\"a\": 2\n}\n", "{\"a\": 3\n}\n")]
    [InlineData("package.json", "{\"a\": 1}\n", "{\"a\": 2}\n", "{\"a\": 3}\n")]
    [InlineData(".github/workflows/ci.yml", "on: a\n", "on: b\n", "on: c\n")]
    [InlineData(".github/readme.md", "a\n", "b\n", "c\n")]
    [InlineData("yarn.lock", "a\n", "b\n", "c\n")]
    [InlineData(".env.production", "A=1\n", "A=2\n", "A=3\n")]
    [InlineData("Dockerfile", "FROM a\n", "FROM b\n", "FROM c\n")]
    public async Task S11_puts_no_markers_into_what_machines_parse(string path, string origin, string site, string template)
    {
        var merged = await MergeAsync(Files((path, origin)), Files((path, site)), Files((path, template)));
        merged[path].ShouldBe(site);
        merged[".template-sync/" + path].ShouldBe(template);
        merged.Result.Conflicts.ShouldHaveSingleItem().HasMarkers.ShouldBeFalse();
        merged.Files.Values.ShouldNotContain(text => text.Contains("<<<<<<<"));
    }

    [Fact]
    public async Task S12_leaves_the_sites_paths_alone()
    {
        var merged = await MergeAsync(
            Files(("public/logo.svg", "old"), ("styles/site.css", "c"), ("content/campaign.json", "{}")),
            Files(("public/logo.svg", "mine"), ("public/own.svg", "own"), ("content/campaign.json", "{\"slug\": 1}")),
            Files(("public/logo.svg", "new"), ("public/extra.svg", "x"), ("styles/site.css", "cc"), ("content/campaign.json", "{\"slug\": 2}")));
        merged.IsClean().Is(Files(("public/logo.svg", "mine"), ("public/own.svg", "own"), ("content/campaign.json", "{\"slug\": 1}")));
        merged.Result.Files.Where(f => f.Verdict == "kept").Select(f => f.Path).ShouldBe(["public/extra.svg", "public/logo.svg", "styles/site.css"]);
    }

    [Fact]
    public async Task takes_the_templates_own_files_outright_and_asks_where_the_site_edited_them()
    {
        var merged = await MergeAsync(
            Files(("tests/a.ts", Lines), ("tests/b.ts", Lines), ("tests/c.ts", Lines), ("tests/d.ts", Lines)), Files(("tests/a.ts", Crlf(Lines)), ("tests/b.ts", Top), ("tests/c.ts", Top)),
            Files(("tests/a.ts", Bottom), ("tests/b.ts", Bottom), ("tests/c.ts", Lines), ("tests/d.ts", Bottom)));
        merged["tests/a.ts"].ShouldBe(Crlf(Bottom));
        merged["tests/b.ts"].ShouldBe(Bottom);
        merged[".template-sync/tests/b.ts"].ShouldBe(Top);
        merged.Conflict("tests/b.ts", "owned");
        merged["tests/c.ts"].ShouldBe(Top);
        merged["tests/d.ts"].ShouldBeNull();
        merged.Of("tests/d.ts")!.Verdict.ShouldBe("kept");
    }

    [Fact]
    public async Task keeps_both_where_a_file_of_one_side_is_a_folder_of_the_other()
    {
        var merged = await MergeAsync(Files(("x", "x")), Files(("x", "x"), ("a", "site\n"), ("b/c.ts", "site\n")), Files(("x", "x"), ("a/d.ts", "template\n"), ("b", "template\n")));
        (merged["a"], merged["b/c.ts"]).ShouldBe(("site\n", "site\n"));
        (merged[".template-sync/a/d.ts"], merged[".template-sync/b"]).ShouldBe(("template\n", "template\n"));
        merged.Result.Conflicts.Length.ShouldBe(2);
    }

    [Fact]
    public async Task keeps_the_sites_name_where_both_have_renamed_a_file()
    {
        var merged = await MergeAsync(Files(("a.ts", Lines)), Files(("site.ts", Top)), Files(("template.ts", Bottom)));
        merged["site.ts"].ShouldBe(Top);
        merged["template.ts"].ShouldBeNull();
        merged[".template-sync/template.ts"].ShouldBe(Both);
        merged.Conflict("template.ts", "renamed");
    }

    [Fact]
    public async Task keeps_a_sites_deliberate_revert()
    {
        (await MergeAsync(Files(("a.ts", Bottom)), Files(("a.ts", Lines)), Files(("a.ts", Bottom), ("new.ts", "n")))).IsClean().Is(Files(("a.ts", Lines), ("new.ts", "n")));
    }

    [Theory]
    [InlineData("", "template.json is missing")]
    [InlineData("{}", "version")]
    [InlineData("""{"version": "1.0.0", "merged": "x"}""", "merged")]
    [InlineData("""{"version": "1.0.0", "ownedBySite": ["../x"]}""", "ownedBySite[0]")]
    [InlineData("""{"version": "1.0.0", "migrations": [{"id": "a", "version": "1.0.0"}]}""", "migrations[0]")]
    [InlineData("""{"version": "1.0.0", "migrations": [{"id": "a", "version": "1.0.0", "move": {"from": "a", "to": "a/b"}}]}""", "migrations[0].move")]
    [InlineData("not json", "JSON")]
    public async Task refuses_rules_that_make_no_sense(string manifest, string named)
    {
        var template = With(Files(), ("template.json", manifest.Length == 0 ? null : manifest));
        var refusal = await Should.ThrowAsync<ProviderException>(() => MergeAsync(Files(), Files(), template));
        refusal.Fault.ShouldBe(ProviderFault.Rejected);
        refusal.Message.ShouldContain(manifest.Length == 0 ? "missing" : named);
    }

    private static string Crlf(string text) => text.Replace("\n", "\r\n", StringComparison.Ordinal);
}
