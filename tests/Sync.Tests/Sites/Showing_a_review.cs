using System.Linq;
using PrizeDraw.Grains.Sync;
using PrizeDraw.Providers.Sync;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Sites;

public sealed class Showing_a_review
{
    [Fact]
    public void tells_a_side_without_the_file_from_one_whose_text_is_not_shown()
    {
        var shown = SiteReviews.Files(Review(
            new ReviewFile("a-deleted", "edited", "", false, "base", null, "theirs", "theirs") { TemplateHasIt = true },
            new ReviewFile("b-long-here", "edited", "", false, "base", null, "theirs", null) { SiteHasIt = true, TemplateHasIt = true },
            new ReviewFile("c-picture", "edited", "", false, null, null, null, null) { SiteHasIt = true },
            new ReviewFile("d-empty", "edited", "", false, "", "", null, "") { SiteHasIt = true }), null);
        shown.Select(f => (f.Path, f.IsCut, f.IsBinary, Sides: (f.Site, f.Template))).ShouldBe(
        [
            ("a-deleted", false, false, (null, "theirs")), ("b-long-here", true, false, (null, null)), ("c-picture", false, true, (null, null)), ("d-empty", false, false, ("", null)),
        ]);
    }

    [Fact]
    public void leaves_texts_out_once_they_are_too_many()
    {
        var text = new string('x', 200 * 1024);
        var shown = SiteReviews.Files(Review(
            [.. Enumerable.Range(0, 4).Select(n => new ReviewFile($"file-{n}", "edited", "", false, text, text, text, text) { SiteHasIt = true, TemplateHasIt = true })]), null);
        shown.Select(f => f.IsCut).ShouldBe([false, false, true, true]);
        shown[3].Base.ShouldBeNull();
    }

    private static SyncReview Review(params ReviewFile[] files) =>
        new(new PullRequest(1, "template-sync", "open", "abc", null), "abc", new TemplateBase("v1.1.0", "def"), false, [.. files], "", false);
}
