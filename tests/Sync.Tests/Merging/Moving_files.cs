using System;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Merging;

/// <summary>Files that either side has moved to where the other has something else: the site's stay where they are, as they are.</summary>
public sealed class Moving_files : DecidingSpec
{
    private static readonly string Top = Lines.Replace("line 2\n", "the site's 2\n", StringComparison.Ordinal);
    private static readonly string Bottom = Lines.Replace("line 19\n", "the template's 19\n", StringComparison.Ordinal);
    private static readonly string Both = Top.Replace("line 19\n", "the template's 19\n", StringComparison.Ordinal);

    [Fact]
    public async Task onto_a_folder_of_the_sites_leaves_the_sites_file_where_it_was()
    {
        var site = Files(("a.ts", Top), ("d/x.ts", "the site's own\n"));
        var merged = await MergeAsync(Files(("a.ts", Lines)), site, Files(("d", Bottom)));
        (merged["a.ts"], merged["d/x.ts"], merged["d"]).ShouldBe((Top, "the site's own\n", null));
        merged[".template-sync/d"].ShouldBe(Both);
        var conflict = merged.Conflict("d", "renamed");
        (conflict.Site, conflict.SitePath).ShouldBe((null, "a.ts"));
    }

    [Fact]
    public async Task below_a_file_of_the_sites_leaves_the_sites_file_where_it_was()
    {
        var merged = await MergeAsync(Files(("a.ts", Lines)), Files(("a.ts", Top), ("d", "the site's own\n")), Files(("d/x.ts", Bottom)));
        (merged["a.ts"], merged["d"], merged["d/x.ts"]).ShouldBe((Top, "the site's own\n", null));
        merged[".template-sync/d/x.ts"].ShouldBe(Both);
        var conflict = merged.Conflict("d/x.ts", "type");
        (conflict.Site, conflict.SitePath).ShouldBe((null, "a.ts"));
    }

    [Fact]
    public async Task onto_a_folder_that_the_site_owns_leaves_the_sites_file_where_it_was()
    {
        var merged = await MergeAsync(Files(("a.ts", Lines)), Files(("a.ts", Top), ("public/x.svg", "own")), Files(("public", Bottom)));
        (merged["a.ts"], merged["public/x.svg"], merged[".template-sync/public"]).ShouldBe((Top, "own", Both));
    }

    [Fact]
    public async Task below_itself_is_no_conflict() =>
        (await MergeAsync(Files(("a", Lines)), Files(("a", Top)), Files(("a/x.ts", Bottom)))).IsClean().Is(Files(("a/x.ts", Both)));

    [Fact]
    public async Task to_two_names_lays_what_goes_together_beside_the_sites()
    {
        var merged = await MergeAsync(Files(("a.ts", Lines)), Files(("site.ts", Top)), Files(("template.ts", Bottom)));
        (merged["site.ts"], merged["template.ts"], merged["a.ts"]).ShouldBe((Top, null, null));
        merged[".template-sync/template.ts"].ShouldBe(Both);
        var conflict = merged.Conflict("template.ts", "renamed");
        (conflict.Site, conflict.SitePath, conflict.Template).ShouldBe((null, "site.ts", conflict.Template.ShouldNotBeNull()));
    }

    [Fact]
    public async Task to_two_names_takes_the_templates_part_where_both_changed_the_same_lines()
    {
        var template = Bottom.Replace("line 2\n", "the template's 2\n", StringComparison.Ordinal);
        var merged = await MergeAsync(Files(("a.ts", Lines)), Files(("site.ts", Top.Replace("line 9\n", "the site's 9\n", StringComparison.Ordinal))), Files(("template.ts", template)));
        merged[".template-sync/template.ts"].ShouldBe(template.Replace("line 9\n", "the site's 9\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task two_to_one_name_takes_the_templates_edit_of_the_sites()
    {
        var other = Lines.Replace("line", "row", StringComparison.Ordinal);
        var merged = await MergeAsync(Files(("a.ts", Lines), ("b.ts", other)), Files(("c.ts", Top), ("b.ts", other)), Files(("a.ts", Bottom), ("c.ts", other)));
        (merged["c.ts"], merged["b.ts"], merged["a.ts"]).ShouldBe((Both, other, null));
        merged[".template-sync/c.ts"].ShouldBe(other);
        merged.Conflict("c.ts", "added");
    }

    [Theory]
    [InlineData("site", "site.ts")]
    [InlineData("template", "template.ts")]
    public async Task to_two_names_is_decided_for_one_of_them(string choice, string name)
    {
        var decided = await DecideAsync(Files(("a.ts", Lines)), Files(("site.ts", Top)), Files(("template.ts", Bottom)), "template.ts", choice);
        new Merged(null!, decided).Is(Files((name, choice == "site" ? Top : Both)));
    }

    [Theory]
    [InlineData("site")]
    [InlineData("template")]
    public async Task onto_a_folder_of_the_sites_can_be_decided_either_way(string choice)
    {
        var decided = await DecideAsync(Files(("a.ts", Lines)), Files(("a.ts", Top), ("d/x.ts", "own\n")), Files(("d", Bottom)), "d", choice);
        new Merged(null!, decided).Is(choice == "site" ? Files(("a.ts", Top), ("d/x.ts", "own\n")) : Files(("d", Both)));
    }

    [Theory]
    [InlineData("site")]
    [InlineData("template")]
    public async Task below_a_file_of_the_sites_can_be_decided_either_way(string choice)
    {
        var decided = await DecideAsync(Files(("a.ts", Lines)), Files(("a.ts", Top), ("d", "own\n")), Files(("d/x.ts", Bottom)), "d/x.ts", choice);
        new Merged(null!, decided).Is(choice == "site" ? Files(("a.ts", Top), ("d", "own\n")) : Files(("d/x.ts", Both)));
    }

    [Fact]
    public async Task can_be_thought_over()
    {
        var (origin, site) = (Files(("a.ts", Lines)), Files(("a.ts", Top), ("d/x.ts", "own\n")));
        new Merged(null!, await DecideAsync(origin, site, Files(("d", Bottom)), "d", "template", "site")).Is(site);
        new Merged(null!, await DecideAsync(origin, site, Files(("d", Bottom)), "d", "template", "site", "template")).Is(Files(("d", Both)));
    }
}
