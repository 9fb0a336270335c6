using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Doubles;

/// <summary>What the stand-in of GitHub keeps and refuses, and that all of it is as GitHub's own document says.</summary>
public sealed class The_double_of_GitHub : IAsyncLifetime
{
    private readonly SteppedClock _clock = new(DateTimeOffset.Parse("2026-11-21T12:00:00Z", null));
    private GitHubTalk _talk = null!;

    private GitHubDouble GitHub => _talk.GitHub;

    public async Task InitializeAsync() => _talk = await GitHubTalk.StartedAsync(_clock);

    public async Task DisposeAsync()
    {
        GitHub.Violations.ShouldBeEmpty();
        await _talk.DisposeAsync();
    }

    [Fact]
    public async Task generates_a_repository_whose_content_comes_late()
    {
        var made = await _talk.GenerateAsync("summer", isPrivate: true);
        (made.Status, (string?)made.Body!["template_repository"]!["full_name"], (bool?)made.Body["private"]).ShouldBe((201, GitHubTalk.Template, true));
        const string main = "repos/agency/summer/git/ref/heads%2Fmain";
        var statuses = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            statuses.Add((await _talk.SendAsync("GET", main)).Status);
        }

        statuses.ShouldBe([409, 409, 200, 409, 200, 200]);
        GitHub.Files("agency/summer")!.ShouldBe(GitHub.Files(GitHubTalk.Template)!);
        GitHub.History("agency/summer").ShouldHaveSingleItem().Parents.ShouldBeEmpty();
        GitHub.Left.Single(r => r.Name == "agency/summer").ShouldBe(
            new DoubleResource("repository", "agency/summer", (string)made.Body["id"]!.ToString(), GitHubTalk.Nonce));
    }

    [Fact]
    public async Task hides_a_new_repository_as_often_as_it_is_told()
    {
        GitHub.HiddenReads = 2;
        await _talk.GenerateAsync("summer");
        var statuses = new[] { await ReadAsync(), await ReadAsync(), await ReadAsync() };
        statuses.ShouldBe([404, 404, 200]);
        async Task<int> ReadAsync() => (await _talk.SendAsync("GET", "repos/agency/summer")).Status;
    }

    [Theory]
    [InlineData("agency/site-template", "summer", 422)] // the name is taken
    [InlineData("agency/site-template", "no spaces", 422)]
    [InlineData("agency/plain", "autumn", 404)] // no template
    [InlineData("agency/nothing", "autumn", 404)]
    public async Task generates_nothing_where_GitHub_would_not(string template, string name, int status)
    {
        GitHub.AddRepository("agency", "plain", new Dictionary<string, string> { ["a"] = "a" });
        GitHub.AddRepository("agency", "summer", new Dictionary<string, string> { ["a"] = "a" });
        var left = GitHub.Left;
        (await _talk.SendAsync("POST", $"repos/{template}/generate", new { owner = "agency", name })).Status.ShouldBe(status);
        GitHub.Left.ShouldBe(left);
    }

    [Fact]
    public async Task commits_many_files_at_once_and_refuses_what_is_no_fast_forward()
    {
        var head = await _talk.ReadyAsync("summer");
        var tree = (string)(await _talk.SendAsync("GET", $"repos/agency/summer/git/commits/{head}")).Body!["tree"]!["sha"]!;
        var blob = await _talk.SendAsync("POST", "repos/agency/summer/git/blobs", new { content = "AP8=", encoding = "base64" });
        var changed = await _talk.SendAsync("POST", "repos/agency/summer/git/trees", new
        {
            base_tree = tree,
            tree = new object[]
            {
                new { path = "content/campaign.json", mode = "100644", type = "blob", content = "{ \"slug\": \"summer\" }" },
                new { path = "public/logo.png", mode = "100644", type = "blob", sha = (string)blob.Body!["sha"]! },
                new { path = "app/page.tsx", mode = "100644", type = "blob", sha = (string?)null },
            },
        });
        var commit = await _talk.SendAsync("POST", "repos/agency/summer/git/commits", new { message = "Customise", tree = (string)changed.Body!["sha"]!, parents = new[] { head } });
        var sha = (string)commit.Body!["sha"]!;
        (await _talk.SendAsync("PATCH", "repos/agency/summer/git/refs/heads%2Fmain", new { sha, force = false })).Status.ShouldBe(200);
        GitHub.Files("agency/summer")!.Keys.ShouldBe(["content/campaign.json", "public/logo.png", "template.json"]);
        (await _talk.SendAsync("GET", "repos/agency/summer/commits/main")).Body!["commit"]!["message"]!.ToString().ShouldBe("Customise");

        GitHub.Push("agency/summer", new Dictionary<string, string> { ["theirs.txt"] = "theirs\n" });
        var refused = await _talk.SendAsync("PATCH", "repos/agency/summer/git/refs/heads%2Fmain", new { sha, force = false });
        refused.Body!["message"]!.ToString().ShouldBe("Update is not a fast forward");
        GitHub.History("agency/summer").Count.ShouldBe(3);
    }

    [Fact]
    public async Task gives_objects_the_names_that_git_gives_them()
    {
        await _talk.ReadyAsync("summer");
        var blob = await _talk.SendAsync("POST", "repos/agency/summer/git/blobs", new { content = "hello\n", encoding = "utf-8" });
        ((string?)blob.Body!["sha"]).ShouldBe("ce013625030ba8dba906f756967f9e9ca394464a"); // git hash-object
        var tree = await _talk.SendAsync("POST", "repos/agency/summer/git/trees", new
        {
            tree = new[] { "a/b.txt", "a.txt", "a-b" }.Select(path => new { path, mode = "100644", type = "blob", content = "hello\n" }),
        });
        ((string?)tree.Body!["sha"]).ShouldBe("22af97fc0c107101cfe385d1f16c6e2e230cf579"); // git write-tree
        var person = new { name = "A", email = "a@example.com", date = "2026-01-01T00:00:00Z" };
        var commit = await _talk.SendAsync("POST", "repos/agency/summer/git/commits", new { message = "One\n", tree = (string)tree.Body["sha"]!, parents = Array.Empty<string>(), author = person });
        ((string?)commit.Body!["sha"]).ShouldBe("f45f4ec0e719bafe5fc6f5cbae0853797e136c73"); // git commit-tree
    }

    [Fact]
    public async Task is_read_by_branch_tree_blob_and_path()
    {
        var head = await _talk.ReadyAsync("summer");
        var tree = await _talk.SendAsync("GET", $"repos/agency/summer/git/trees/{head}?recursive=1");
        tree.Body!["tree"]!.AsArray().Select(e => (string?)e!["path"]).ShouldBe(["app", "app/page.tsx", "content", "content/campaign.json", "template.json"]);
        var blob = await _talk.SendAsync("GET", $"repos/agency/summer/git/blobs/{(string)tree.Body["tree"]![4]!["sha"]!}");
        var contents = await _talk.SendAsync("GET", "repos/agency/summer/contents/template.json?ref=main");
        ((string?)contents.Body!["content"]).ShouldBe((string?)blob.Body!["content"]);
        (await _talk.SendAsync("GET", "repos/agency/site-template/git/matching-refs/tags%2Fv")).Body!.AsArray().Count.ShouldBe(1);
        ((string?)(await _talk.SendAsync("GET", "repos/agency/summer/branches/main")).Body!["commit"]!["sha"]).ShouldBe(head);
    }

    [Fact]
    public async Task protects_a_branch()
    {
        var head = await _talk.ReadyAsync("summer");
        var rules = new { required_status_checks = (object?)null, enforce_admins = false, required_pull_request_reviews = (object?)null, restrictions = (object?)null };
        (await _talk.SendAsync("PUT", "repos/agency/summer/branches/main/protection", rules)).Status.ShouldBe(200);
        ((bool?)(await _talk.SendAsync("GET", "repos/agency/summer/branches/main")).Body!["protected"]).ShouldBe(true);
        GitHub.Push("agency/summer", new Dictionary<string, string> { ["theirs.txt"] = "theirs\n" });
        (await _talk.SendAsync("PATCH", "repos/agency/summer/git/refs/heads%2Fmain", new { sha = head, force = true })).Status.ShouldBe(422);
        GitHub.ProtectsPrivate = false;
        await _talk.GenerateAsync("hidden", isPrivate: true);
        (await _talk.SendAsync("PUT", "repos/agency/hidden/branches/main/protection", rules)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task deletes_for_those_who_may()
    {
        await _talk.GenerateAsync("summer");
        GitHub.AddToken("reader", new GitHubToken("stranger"));
        GitHub.AddToken("writer", new GitHubToken("robot") { Owners = ["agency"], MayDelete = false });
        (await DeleteAsync("reader"), await DeleteAsync("writer"), await DeleteAsync(GitHubTalk.Token), await DeleteAsync(GitHubTalk.Token)).ShouldBe((403, 403, 204, 404));
        GitHub.Left.ShouldHaveSingleItem().Name.ShouldBe(GitHubTalk.Template);

        async Task<int> DeleteAsync(string token)
        {
            _talk.As(token);
            return (await _talk.SendAsync("DELETE", "repos/agency/summer")).Status;
        }
    }

    [Fact]
    public async Task leads_from_an_old_name_to_the_new_one_without_doing_anything()
    {
        var made = await _talk.GenerateAsync("summer");
        GitHub.Rename("agency/summer", "winter");
        var moved = await _talk.AnswerAsync("GET", "repos/agency/summer");
        ((int)moved.StatusCode, moved.Headers.Location!.AbsolutePath).ShouldBe((301, $"/repositories/{made.Body!["id"]}"));
        (await _talk.SendAsync("DELETE", "repos/agency/summer")).Status.ShouldBe(307);
        GitHub.Left.Select(r => r.Name).ShouldContain("agency/winter");
    }

    [Fact]
    public async Task shows_private_repositories_to_nobody_else()
    {
        await _talk.GenerateAsync("summer", isPrivate: true);
        GitHub.AddToken("stranger", new GitHubToken("stranger") { Scopes = "repo" });
        _talk.As("stranger");
        (await _talk.SendAsync("GET", "repos/agency/summer")).Status.ShouldBe(404);
        (await _talk.SendAsync("GET", "orgs/agency/repos?per_page=100")).Body!.AsArray().Select(r => (string?)r!["name"]).ShouldBe(["site-template"]);
        (await _talk.AnswerAsync("GET", "user")).Headers.GetValues("X-OAuth-Scopes").ShouldBe(["repo"]);
        _talk.As(null);
        (await _talk.SendAsync("GET", "user")).Status.ShouldBe(401);
        GitHub.Revoke(GitHubTalk.Token);
        _talk.As(GitHubTalk.Token);
        (await _talk.SendAsync("GET", "user")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task lists_page_by_page()
    {
        for (var i = 0; i < 4; i++)
        {
            await _talk.GenerateAsync($"site-{i}");
        }

        var names = new List<string>();
        for (var next = "orgs/agency/repos?per_page=2"; next is not null;)
        {
            using var page = await _talk.AnswerAsync("GET", next);
            names.AddRange(JsonNode.Parse(await page.Content.ReadAsStringAsync())!.AsArray().Select(r => (string)r!["name"]!));
            next = page.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        names.ShouldBe(["site-0", "site-1", "site-2", "site-3", "site-template"]);
    }

    [Fact]
    public async Task keeps_to_its_limits_by_the_clock()
    {
        GitHub.Limits = new GitHubLimits { RequestsPerHourMax = 6, ContentPerMinuteMax = 2 };
        (await CreateAsync("one"), await CreateAsync("two")).ShouldBe((201, 201));
        var secondary = await _talk.AnswerAsync("POST", "orgs/agency/repos", new { name = "three" });
        ((int)secondary.StatusCode, secondary.Headers.RetryAfter!.Delta, secondary.Headers.GetValues("x-ratelimit-remaining").Single())
            .ShouldBe((403, TimeSpan.FromMinutes(1), "3"));
        _clock.Move(TimeSpan.FromMinutes(1));
        (await CreateAsync("three")).ShouldBe(201);
        (await _talk.SendAsync("GET", "user")).Status.ShouldBe(200);
        (await _talk.SendAsync("GET", "user")).Status.ShouldBe(200);
        var primary = await _talk.AnswerAsync("GET", "user");
        ((int)primary.StatusCode, primary.Headers.RetryAfter, primary.Headers.GetValues("x-ratelimit-remaining").Single()).ShouldBe((403, null, "0"));
        long.Parse(primary.Headers.GetValues("x-ratelimit-reset").Single(), null).ShouldBe(DateTimeOffset.Parse("2026-11-21T13:00:00Z", null).ToUnixTimeSeconds());
        ((int?)(await _talk.SendAsync("GET", "rate_limit")).Body!["rate"]!["remaining"]).ShouldBe(0);
        _clock.Move(TimeSpan.FromHours(1));
        (await _talk.SendAsync("GET", "user")).Status.ShouldBe(200);
        GitHub.LimitRefusals.ShouldBe(2);

        async Task<int> CreateAsync(string name) => (await _talk.SendAsync("POST", "orgs/agency/repos", new { name, auto_init = true })).Status;
    }

    [Fact]
    public async Task judges_what_no_document_describes()
    {
        await using var talk = await GitHubTalk.StartedAsync();
        talk.Anonymously();
        (await talk.SendAsync("GET", "user")).Status.ShouldBe(403);
        talk.GitHub.Violations.ShouldHaveSingleItem().ShouldContain("User-Agent");
    }

    [Theory]
    [InlineData("application/json", "2022-11-28")]
    [InlineData(null, "2022-11-28")]
    [InlineData("application/vnd.github+json", "2026-03-10")]
    [InlineData("application/vnd.github+json", null)]
    public async Task takes_no_request_that_leaves_open_in_which_form_and_version_it_is_answered(string? accept, string? version)
    {
        await using var talk = await GitHubTalk.StartedAsync();
        talk.Asking(accept, version);
        (await talk.SendAsync("GET", "user")).Status.ShouldBe(200);
        talk.GitHub.Violations.ShouldHaveSingleItem().ShouldContain("version");
    }
}
