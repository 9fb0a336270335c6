using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Providers.Cloud.GitHub;
using PrizeDraw.Providers.Repositories;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.GitHub;

/// <summary>A campaign's repository from its generation to its deletion, when all goes well or GitHub is merely slow.</summary>
public sealed class A_repository_at_GitHub : GitHubSpec
{
    [Fact]
    public async Task is_listed_with_its_mark_among_all_that_the_owner_has_page_by_page()
    {
        for (var i = 0; i < 130; i++)
        {
            GitHub.AddRepository(Agency, $"filler-{i}", new Dictionary<string, string> { ["a"] = "b" });
        }

        var made = await CreateAsync();
        var held = await Host.ListAsync(default);
        held.IsWhole.ShouldBeTrue();
        held.Items.Length.ShouldBe(133);
        held.Items.Single(r => r.Nonce is not null).ShouldBe(new HeldResource(Name, Nonce) { Id = made.Id });
        GitHub.Requests.Count(r => r.Operation == "github.organizationRepositories").ShouldBe(2);
        GitHub.Describe(Full, $"Campaign site winter prizedraw:{Nonce}");
        (await Host.ListAsync(default)).Items.Single(r => r.Nonce is not null).MarkedAs.ShouldBe("winter");
    }

    [Fact]
    public async Task is_generated_filled_protected_and_marked()
    {
        var made = await CreateAsync();
        var kept = GitHub.Left.Single(r => r.Name == Full);
        made.ShouldBe(new RepositoryRef(Name, "https://github.com/agency/summer.git", Version.Commit, "v1.0.0") { Id = kept.Id, Branch = "main", IsProtected = true });
        kept.Marker.ShouldBe(Nonce);
        GitHub.Files(Full)!.ShouldBe(GitHub.Files(Template)!);
        ((bool?)GitHub.Protection(Full)!["allow_force_pushes"], (bool?)GitHub.Protection(Full)!["allow_deletions"]).ShouldBe((false, false));
        (await Host.FindAsync(Request, default)).ShouldBe(made);
        var generate = GitHub.Requests.Single(r => r.Operation == "github.generate").Body!;
        ((bool?)generate["private"], ((string)generate["description"]!).Contains(Nonce, StringComparison.Ordinal)).ShouldBe((true, true));
    }

    [Fact]
    public async Task is_one_however_often_it_is_asked_for()
    {
        var made = await CreateAsync();
        (await CreateAsync()).ShouldBe(made);
        GitHub.Requests.Count(r => r.Operation == "github.generate").ShouldBe(1);
        GitHub.History(Full).Count.ShouldBe(1);
    }

    [Fact]
    public async Task is_waited_for_when_its_content_comes_late()
    {
        GitHub.ContentReads = [false, false, false, false, true, false, true, false, false];
        await CreateAsync();
        Clock.Waited.ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        GitHub.Files(Full)!.Count.ShouldBe(3);
    }

    [Fact]
    public async Task is_not_waited_for_without_end()
    {
        GitHub.ContentReads = [.. Enumerable.Repeat(false, 1000)];
        var error = await RefusedAsync(CreateAsync);
        error.Fault.ShouldBe(ProviderFault.Transient);
        error.Message.ShouldContain("not filled");
        Clock.Waited.ShouldBeInRange(Options.Patience * 0.9, Options.Patience * 1.5);

        // It goes on where it was, once GitHub has caught up.
        GitHub.Delete(Full);
        GitHub.ContentReads = [];
        (await CreateAsync()).Id.ShouldNotBeNull();
    }

    [Fact]
    public async Task carries_the_version_that_GitHub_really_filled_it_with()
    {
        var newer = GitHub.Push(Template, new Dictionary<string, string> { ["template.json"] = """{ "version": "1.1.0" }""" + "\n" });
        var made = await CreateAsync();
        (made.TemplateTag, made.TemplateCommit).ShouldBe(("v1.1.0", newer));
        (await Host.FindAsync(Request, default))!.TemplateTag.ShouldBe("v1.1.0");
    }

    [Fact]
    public async Task gets_many_files_in_one_commit_and_none_when_nothing_changes()
    {
        var made = await CreateAsync();
        var files = new Dictionary<string, string> { ["content/campaign.json"] = "{ \"slug\": \"été\" }\n", ["public/robots.txt"] = "User-agent: *\n" };
        var head = await Host.CommitAsync(made, files, "Customise", default);
        GitHub.History(Full).Select(c => c.Message).ShouldBe(["Customise", "Initial commit"]);
        (GitHub.History(Full)[0].Sha, GitHub.Files(Full)!["content/campaign.json"]).ShouldBe((head, "{ \"slug\": \"été\" }\n"));
        GitHub.Files(Full)!.Keys.ShouldBe(["app/page.tsx", "content/campaign.json", "public/robots.txt", "template.json"]);
        (await Host.CommitAsync(made, files, "Again", default)).ShouldBe(head);
        GitHub.History(Full).Count.ShouldBe(2);
        // Hosts that build private repositories want to know the author: it is the credential's user.
        GitHub.History(Full)[0].Author.Name.ShouldBe("agency-robot");
    }

    [Fact]
    public async Task keeps_what_others_commit_meanwhile()
    {
        var made = await CreateAsync();
        GitHub.Faults.On("github.updateRef", PrizeDraw.Doubles.Faults.Fault.SlowBefore);
        var commit = Host.CommitAsync(made, Content("ours\n"), "Ours", default);
        await WaitForAsync(() => GitHub.Faults.Hits.Count == 1);
        GitHub.Push(Full, new Dictionary<string, string> { ["theirs.txt"] = "theirs\n" });
        GitHub.Faults.LetGo();
        await commit;
        GitHub.History(Full).Select(c => c.Message).ShouldBe(["Ours", "Somebody else's work", "Initial commit"]);
        (GitHub.Files(Full)!["theirs.txt"], GitHub.Files(Full)!["content/campaign.json"]).ShouldBe(("theirs\n", "ours\n"));
    }

    [Fact]
    public async Task is_gone_when_it_is_deleted_and_so_the_second_time()
    {
        var made = await CreateAsync();
        await Host.DeleteIfOwnedAsync(Request with { Id = made.Id }, default);
        GitHub.Left.ShouldNotContain(r => r.Name == Full);
        await Host.DeleteIfOwnedAsync(Request with { Id = made.Id }, default);
        (await Host.FindAsync(Request, default)).ShouldBeNull();
    }

    [Fact]
    public async Task is_made_without_protection_where_the_plan_has_none()
    {
        GitHub.ProtectsPrivate = false;
        (await CreateAsync()).Id.ShouldNotBeNull();
        GitHub.Protection(Full).ShouldBeNull();
    }

    [Fact]
    public async Task comes_from_the_templates_newest_version()
    {
        var template = new GitHubTemplate(Client(), Options);
        (await template.ImportAsync(default)).ShouldBe(Version);
        var untagged = GitHub.Push(Template, new Dictionary<string, string> { ["app/page.tsx"] = "export { }\n" });
        (await template.ImportAsync(default)).ShouldBe(new TemplateVersion("v1.0.0+" + untagged[..7], untagged));
        var plain = new GitHubTemplate(Client(), Options with { TemplateName = "somebody-elses" });
        (await RefusedAsync(() => plain.ImportAsync(default))).Message.ShouldContain("Template repository");
    }

    private static async Task WaitForAsync(Func<bool> reached)
    {
        using var limit = new System.Threading.CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!reached())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
