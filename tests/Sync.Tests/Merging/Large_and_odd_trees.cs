using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Providers.Sync.Merging;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Merging;

public sealed class Large_and_odd_trees : MergeSpec
{
    private const string One = "1111111111111111111111111111111111111111", Two = "2222222222222222222222222222222222222222", Three = "3333333333333333333333333333333333333333";

    [Theory]
    [InlineData("public/")]
    [InlineData("app/pictures/")]
    public async Task merge_however_many_pictures_the_site_has(string folder)
    {
        var origin = await TreeAsync(Files(("a.ts", Lines), ("gone.ts", "gone\n")));
        var template = await TreeAsync(Files(("a.ts", Lines + "template\n"), ("gone.ts", "gone\n")));
        var own = (await Area.ListAsync(await TreeAsync(Files(("a.ts", "site\n" + Lines))), CancellationToken.None)).ToList();
        var picture = new byte[2 * 1024 * 1024];
        for (var n = 0; n < 2 + (SyncWorkArea.ReadMax / picture.Length); n++)
        {
            picture[1] = (byte)n;
            own.Add(new TreeEntry($"{folder}{n}.png", TreeEntry.Plain, await Area.WriteBlobAsync(picture.ToArray(), CancellationToken.None)));
        }

        var site = await Area.WriteTreeAsync(own, CancellationToken.None);
        var merged = await SyncMerge.MergeAsync(Area, new MergeOrder(origin, site, template), CancellationToken.None);
        merged.Conflicts.ShouldBeEmpty();
        (await Area.ListAsync(merged.Tree, CancellationToken.None)).Where(e => e.Path != "a.ts").Select(e => (e.Path, e.Id))
            .ShouldBe((await Area.ListAsync(site, CancellationToken.None)).Where(e => e.Path != "a.ts").Select(e => (e.Path, e.Id)));
    }

    [Fact]
    public async Task ask_about_a_submodule_that_both_have_moved_on()
    {
        var merged = await MergeAsync(Files(("sub:lib", One)), Files(("sub:lib", Two)), Files(("sub:lib", Three)));
        merged["sub:lib"].ShouldBe(Two);
        merged.Conflict("lib", "type").Template!.Id.ShouldBe(Three);
        merged[".template-sync/lib"].ShouldBe("A submodule.\n");
    }
}
