using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Repositories;

public sealed class A_campaign_repository : RepositoryWorkshop
{
    private const string OtherNonce = "fedcba9876543210";

    [Fact]
    public async Task is_listed_with_its_mark_and_what_has_none_without()
    {
        await CreateAsync(await RequestAsync());
        Directory.CreateDirectory(Path.Combine(Options.RepositoriesFolder, "theirs.git"));
        var held = await Repositories.ListAsync(CancellationToken.None);
        held.Items.Select(r => (r.Name, r.Nonce)).ShouldBe([("spring", Nonce), ("theirs", null)], ignoreOrder: true);
    }

    [Fact]
    public async Task starts_with_one_commit_that_is_the_template()
    {
        var request = await RequestAsync();

        var repository = await CreateAsync(request);

        repository.TemplateCommit.ShouldBe(request.Template.Commit);
        (await GitAsync(repository.Location, "rev-list", "--count", "main")).ShouldBe("1");
        (await GitAsync(repository.Location, "log", "-1", "--format=%s", "main")).ShouldBe("from template v1.0.0");
        (await GitAsync(repository.Location, "rev-parse", "main^{tree}"))
            .ShouldBe(await GitAsync(Options.TemplateRepository, "rev-parse", request.Template.Commit + "^{tree}"));
        (await GitAsync(repository.Location, "fsck", "--full", "--strict")).ShouldNotContain("missing");
        (await File.ReadAllTextAsync(Path.Combine(repository.Location, "description"))).ShouldContain(Nonce);
    }

    [Fact]
    public async Task is_made_once_however_often_it_is_asked_for()
    {
        var request = await RequestAsync();
        var first = await CreateAsync(request);
        var head = await CommitAsync(first, "one");

        var second = await CreateAsync(request);

        second.ShouldBe(first);
        (await GitAsync(first.Location, "rev-parse", "main")).ShouldBe(head);
        (await Repositories.FindAsync(request, CancellationToken.None)).ShouldBe(first);
    }

    [Fact]
    public async Task keeps_the_template_version_it_was_made_from()
    {
        var request = await RequestAsync();
        TinyTemplate.Write(Folder["template"], version: "2.0.0");
        await Templates.ImportAsync(CancellationToken.None);

        var repository = await CreateAsync(request);

        (await GitAsync(repository.Location, "show", "main:template.json")).ShouldContain("1.0.0");
    }

    [Fact]
    public async Task is_gone_after_deletion_however_often_it_is_asked_for()
    {
        var request = await RequestAsync();
        var repository = await CreateAsync(request);
        await new SyncWorkAreas(Options, TimeProvider.System).OpenAsync("local", repository, CancellationToken.None);

        await Repositories.DeleteIfOwnedAsync(request, CancellationToken.None);
        await Repositories.DeleteIfOwnedAsync(request, CancellationToken.None);

        (await Repositories.FindAsync(request, CancellationToken.None)).ShouldBeNull();
        Directory.EnumerateFileSystemEntries(Options.SyncFolder).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(Path.Combine(Options.DataFolder, "repositories")).ShouldBeEmpty();
    }

    [Fact]
    public async Task of_somebody_else_is_never_touched()
    {
        var theirs = await RequestAsync();
        var repository = await CreateAsync(theirs);
        var ours = theirs with { Nonce = OtherNonce };

        (await Should.ThrowAsync<ProviderException>(() => CreateAsync(ours))).Fault.ShouldBe(ProviderFault.NameTaken);
        (await Repositories.FindAsync(ours, CancellationToken.None)).ShouldBeNull();
        await Repositories.DeleteIfOwnedAsync(ours, CancellationToken.None);

        (await Repositories.FindAsync(theirs, CancellationToken.None)).ShouldBe(repository);
    }

    [Fact]
    public async Task of_somebody_else_without_any_marker_is_never_touched()
    {
        var request = await RequestAsync();
        var folder = Path.Combine(Options.DataFolder, "repositories", "spring.git");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "precious"), "theirs");

        (await Should.ThrowAsync<ProviderException>(() => CreateAsync(request))).Fault.ShouldBe(ProviderFault.NameTaken);
        await Repositories.DeleteIfOwnedAsync(request, CancellationToken.None);

        File.Exists(Path.Combine(folder, "precious")).ShouldBeTrue();
    }

    [Fact]
    public async Task is_made_despite_the_half_that_a_crash_left_and_takes_it_away()
    {
        var request = await RequestAsync();
        var half = Path.Combine(Options.DataFolder, "repositories", ".spring.git.building-0badcafe");
        Directory.CreateDirectory(Path.Combine(half, "objects"));

        await CreateAsync(request);

        Directory.Exists(half).ShouldBeFalse();
    }

    [Fact]
    public async Task leaves_no_half_when_only_a_half_is_deleted()
    {
        var request = await RequestAsync();
        Directory.CreateDirectory(Path.Combine(Options.DataFolder, "repositories", ".spring.git.building-0badcafe"));
        var neighbour = Path.Combine(Options.DataFolder, "repositories", ".springtime.git.building-0badcafe");
        Directory.CreateDirectory(neighbour);

        await Repositories.DeleteIfOwnedAsync(request, CancellationToken.None);

        Directory.GetDirectories(Path.Combine(Options.DataFolder, "repositories")).ShouldBe([neighbour]);
    }

    [Fact]
    public async Task takes_a_commit_and_makes_none_of_the_same_content()
    {
        var repository = await CreateAsync(await RequestAsync());

        var first = await CommitAsync(repository, "spring");
        var second = await CommitAsync(repository, "spring");

        second.ShouldBe(first);
        (await GitAsync(repository.Location, "rev-list", "--count", "main")).ShouldBe("2");
        (await GitAsync(repository.Location, "show", "main:content/campaign.json")).ShouldContain("spring");
        (await GitAsync(repository.Location, "show", "main:package.json")).ShouldContain("tiny");
        Directory.GetFiles(repository.Location, "index*").ShouldBeEmpty();
    }

    [Fact]
    public async Task loses_none_of_the_commits_made_at_the_same_time()
    {
        var repository = await CreateAsync(await RequestAsync());

        await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Repositories.CommitAsync(
            repository, new Dictionary<string, string> { [$"content/{n}.txt"] = "text" }, "add", CancellationToken.None)));

        (await GitAsync(repository.Location, "ls-tree", "--name-only", "main", "content/")).Split('\n').Length.ShouldBe(5);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData(".git/hooks/post-update")]
    [InlineData("a//b")]
    [InlineData("a\nb")]
    public async Task refuses_a_path_that_leads_elsewhere(string path)
    {
        var repository = await CreateAsync(await RequestAsync());

        (await Should.ThrowAsync<ProviderException>(() => Repositories.CommitAsync(
            repository, new Dictionary<string, string> { [path] = "x" }, "evil", CancellationToken.None))).Fault.ShouldBe(ProviderFault.Rejected);
    }

    [Theory]
    [InlineData("../spring")]
    [InlineData("Spring")]
    [InlineData("")]
    public async Task refuses_a_name_of_the_wrong_form(string name)
    {
        var request = await RequestAsync();

        (await Should.ThrowAsync<ProviderException>(() => CreateAsync(request with { Name = name }))).Fault.ShouldBe(ProviderFault.Rejected);
    }

    private Task<RepositoryRef> CreateAsync(RepositoryRequest request) => Repositories.CreateFromTemplateAsync(request, CancellationToken.None);

    private Task<string> CommitAsync(RepositoryRef repository, string slug) => Repositories.CommitAsync(
        repository,
        new Dictionary<string, string> { ["content/campaign.json"] = $$"""{ "slug": "{{slug}}" }""" },
        "Apply the campaign",
        CancellationToken.None);
}
