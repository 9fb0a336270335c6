using System;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Merging;

/// <summary>git's markers in texts that have lines like them.</summary>
public sealed class Markers : DecidingSpec
{
    [Theory]
    [InlineData("heading\n=======\n")]
    [InlineData("=======\n========\n=========\n")]
    [InlineData("|||||||\n=======\n<<<<<<<\n>>>>>>>\n")]
    [InlineData("======= \n=======x\n")]
    public async Task tell_each_side_apart_whatever_lines_it_has(string lines)
    {
        foreach (var end in new[] { "\n", "\r\n" })
        {
            for (var with = 1; with < 8; with++)
            {
                var (b, o, t) = (Text("base", (with & 1) > 0), Text("site", (with & 2) > 0), Text("template", (with & 4) > 0));
                (await MergeAsync(Files(("a.md", b)), Files(("a.md", o)), Files(("a.md", t)))).Conflict("a.md", "content").HasMarkers.ShouldBeTrue();
                (await DecideAsync(Files(("a.md", b)), Files(("a.md", o)), Files(("a.md", t)), "a.md", "site"))["a.md"].ShouldBe(o);
                (await DecideAsync(Files(("a.md", b)), Files(("a.md", o)), Files(("a.md", t)), "a.md", "template"))["a.md"].ShouldBe(t);
            }

            string Text(string who, bool has) => $"x\n{(has ? lines : "")}{who}\n{(has ? lines : "")}y\n".Replace("\n", end, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("site")]
    [InlineData("template")]
    public async Task are_found_behind_a_byte_order_mark(string choice)
    {
        const string mark = "\u00EF\u00BB\u00BF";
        (await DecideAsync(Files(("a.md", mark + "one\n" + Lines)), Files(("a.md", mark + "site\n" + Lines + "own\n")), Files(("a.md", mark + "template\n" + Lines)), "a.md", choice))["a.md"]
            .ShouldBe($"{mark}{choice}\n{Lines}own\n");
    }

    [Fact]
    public async Task are_not_put_where_people_could_not_say_that_they_are_gone()
    {
        const string shown = "a conflict looks so:\n<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> main\n";
        var merged = await MergeAsync(Files(("a.md", shown + "one\n")), Files(("a.md", shown + "site\n")), Files(("a.md", shown + "template\n")));
        merged.Conflict("a.md", "content").HasMarkers.ShouldBeFalse();
        (merged["a.md"], merged[".template-sync/a.md"]).ShouldBe((shown + "site\n", shown + "template\n"));
    }

    [Fact]
    public async Task of_one_file_do_not_depend_on_the_others()
    {
        var (one, ordinary) = ("x\n=======\n{0}\n", "x\n{0}\n");
        var merged = await MergeAsync(Both("base"), Both("site"), Both("template"));
        merged["b.md"].ShouldBe("x\n<<<<<<< site\nsite\n||||||| base\nbase\n=======\ntemplate\n>>>>>>> template\n");
        merged["a.md"]!.Split('\n').ShouldContain("<<<<<<<< site");

        System.Collections.Generic.Dictionary<string, string> Both(string who) => Files(("a.md", one.Replace("{0}", who)), ("b.md", ordinary.Replace("{0}", who)));
    }
}
