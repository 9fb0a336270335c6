using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Sync.Tests.Hosts;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Scenarios;

/// <summary>Sites of one template at GitHub share a work area: what a branch's list names must be the site's own, or the template's.</summary>
public sealed class A_list_that_people_wrote : IAsyncLifetime
{
    private const string Path = "config.json", List = ".template-sync/conflicts.json", Secret = "{ \"another\": \"site's\" }\n";
    private RepositoryAtGitHub _at = null!;
    private string _secret = null!, _message = null!;
    private int _number;

    private RepositorySync Sync => new(_at.Host, _at.Template, _at.Area);

    public async Task InitializeAsync()
    {
        _at = await RepositoryAtGitHub.BeginHereAsync();
        _secret = await _at.Area.WriteBlobAsync(Encoding.UTF8.GetBytes(Secret), CancellationToken.None);
        var at = new TemplateBase("v1.0.1", await _at.ReleaseAsync("1.0.1", new Dictionary<string, string> { [Path] = "{}\n" }));
        await _at.CommitAsync("main", Path, "{ \"a\": \"site\" }\n");
        var target = new TemplateBase("v1.1.0", await _at.ReleaseAsync("1.1.0", new Dictionary<string, string> { [Path] = "{ \"a\": \"template\" }\n" }));
        var asked = await Sync.RunAsync(new SyncOrder(_at.Repository, at, target, "00000000000000e1"), CancellationToken.None);
        asked.Kind.ShouldBe(SyncOutcome.Conflict);
        _number = asked.PullRequest!.Number;
        _message = (await _at.Host.HistoryAsync(_at.Repository, RepositorySync.Branch, CancellationToken.None))[0].Message;
    }

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Fact]
    public async Task is_ours_and_shows_each_side()
    {
        var file = (await ReviewAsync()).Files.ShouldHaveSingleItem();
        (file.Path, file.Base, file.Site, file.Template).ShouldBe((Path, "{}\n", "{ \"a\": \"site\" }\n", "{ \"a\": \"template\" }\n"));

        // Also where the area was deleted since.
        await _at.OpenAreaAsync("another");
        (await ReviewAsync()).Files.ShouldHaveSingleItem().ShouldBe(file);
    }

    [Theory]
    [InlineData("base")]
    [InlineData("site")]
    [InlineData("template")]
    public async Task shows_no_file_of_another_site(string side)
    {
        await WriteListAsync(list => list[0]![side]!["id"] = _secret);

        var review = await ReviewAsync();

        var file = review.Files.ShouldHaveSingleItem();
        (file.Path, file.Branch).ShouldBe((Path, "{ \"a\": \"site\" }\n"));
        ((string?[])[file.Base, file.Site, file.Template]).Count(text => text is null).ShouldBe(1);
        review.Diff.ShouldNotContain("another");
    }

    [Theory]
    [InlineData("site")]
    [InlineData("template")]
    public async Task puts_no_file_of_another_site_on_the_branch_and_deletes_none_for_it(string side)
    {
        await WriteListAsync(list => list[0]![side]!["id"] = _secret);
        var head = (await ReviewAsync()).Head;

        (await Sync.ResolveAsync(_at.Repository, _number, new FileDecision(head, Path, side, null, "Ada"), CancellationToken.None)).Result.ShouldBe(ReviewChange.Unknown);

        (await _at.FilesAsync(RepositorySync.Branch))[Path].Text.ShouldBe("{ \"a\": \"site\" }\n");
    }

    [Theory]
    [InlineData("Template-Site: ")]
    [InlineData("Template-From: ")]
    [InlineData("Template-Commit: ")]
    public async Task names_a_version_or_commit_that_is_not_there(string key)
    {
        _message = string.Join('\n', _message.Split('\n').Select(l => l.StartsWith(key, StringComparison.Ordinal) ? key + new string('1', 40) + " v0" : l));
        await WriteListAsync(list => list[0]!["template"]!["id"] = _secret);
        (await ReviewAsync()).Files.ShouldHaveSingleItem().Template.ShouldBeNull();
    }

    private async Task WriteListAsync(Action<JsonArray> change)
    {
        var list = JsonNode.Parse((await _at.FilesAsync(RepositorySync.Branch))[List].Text)!.AsArray();
        change(list);
        await _at.PushAsync(RepositorySync.Branch, List, list.ToJsonString(), _message);
    }

    private async Task<SyncReview> ReviewAsync() => (await Sync.ReviewAsync(_at.Repository, _number, CancellationToken.None)).ShouldNotBeNull();
}
