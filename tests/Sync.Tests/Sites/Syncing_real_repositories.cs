using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Providers.Repositories;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>The grain with repositories as they are on this machine: from a changed template folder to the site that is built.</summary>
public sealed class Syncing_real_repositories(SitesStage stage) : IClassFixture<SitesStage>, IAsyncLifetime
{
    private const string Page = "page.txt";

    async Task IAsyncLifetime.InitializeAsync()
    {
        Template("1.0.0", "one\ntwo\nthree\nfour\nfive\n");
        await stage.StartAsync();
    }

    Task IAsyncLifetime.DisposeAsync() => stage.DropAsync();

    [Fact]
    public async Task carries_a_change_of_the_template_folder_to_a_site_and_back()
    {
        var (id, slug) = await stage.CampaignAsync();
        await EditAsync(slug, "one\ntwo\nthree\nfour\nfive of the site\n");
        Template("1.1.0", "one of the template\ntwo\nthree\nfour\nfive\n");
        await KnownAsync(id, "v1.1.0");
        (await stage.SiteAsync(id)).Behind.ShouldBe(1);
        var from = (await stage.SiteAsync(id)).BaseTag;
        var preview = await stage.EndedAsync(id, (await stage.Grain(id).PreviewAsync(new SyncSite(SitesStage.Admin, "v1.1.0", []))).Value!);
        preview.Result.ShouldBe("pushed", preview.Reason);
        preview.Diff.ShouldNotBeNull().ShouldContain("+one of the template");
        var ended = await stage.EndedAsync(id, (await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, "v1.1.0", []))).Value!);
        (ended.Result, ended.Health).ShouldBe(("pushed", "healthy"), ended.Reason);
        (await PageAsync(slug)).ShouldBe("one of the template\ntwo\nthree\nfour\nfive of the site");
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(
            site => site.BaseTag.ShouldBe("v1.1.0"), site => site.Behind.ShouldBe(0), site => site.LocalChanges.ShouldBe(1));
        BuildsNothing.BuiltFrom(stage.Orders.Served, slug).Single().ShouldBe(await GitAsync(slug, "rev-parse", "main"));

        // Again there is nothing to do.
        (await stage.EndedAsync(id, (await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, "v1.1.0", []))).Value!)).Result.ShouldBe("up_to_date");

        var back = await stage.EndedAsync(id, (await stage.Grain(id).RollBackAsync(new RollBackSite(SitesStage.Admin, ended.Id))).Value!);
        (back.Result, back.Health).ShouldBe(("pushed", "healthy"), back.Reason);
        (await PageAsync(slug)).ShouldBe("one\ntwo\nthree\nfour\nfive of the site");
        (await stage.SiteAsync(id)).BaseTag.ShouldBe(from);
    }

    [Fact]
    public async Task lets_people_decide_a_conflict_on_the_platforms_own_page()
    {
        var (id, slug) = await stage.CampaignAsync();
        await EditAsync(slug, "one of the site\ntwo\nthree\nfour\nfive\n");
        Template("1.2.0", "one of the template\ntwo\nthree\nfour\nfive\n");
        await KnownAsync(id, "v1.2.0");
        var sync = await stage.EndedAsync(id, (await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, "v1.2.0", []))).Value!);
        sync.Result.ShouldBe("conflict_pull_request", sync.Reason);
        var before = (await ReviewAsync(id)).ShouldNotBeNull();
        (before.IsDecided, before.Files.Single(f => f.Verdict == "conflict").Path).ShouldBe((false, Page));
        before.Files.Single(f => f.Path == Page).ShouldSatisfyAllConditions(
            file => file.Site.ShouldNotBeNull().ShouldStartWith("one of the site"), file => file.Template.ShouldNotBeNull().ShouldStartWith("one of the template"),
            file => file.Base.ShouldNotBeNull().ShouldStartWith("one\n"));
        (await stage.Grain(id).EndReviewAsync(new EndReview(SitesStage.Admin, before.Head, Merge: true))).Refusal?.Code.ShouldBe("template.review_undecided");
        (await stage.Grain(id).ResolveAsync(new ResolveFile(SitesStage.Admin, before.Head, Page, "template"))).Refusal.ShouldBeNull();
        (await stage.Grain(id).ResolveAsync(new ResolveFile(SitesStage.Admin, before.Head, Page, "site"))).Refusal?.Code.ShouldBe("template.review_changed");
        var decided = (await ReviewAsync(id)).ShouldNotBeNull();
        decided.IsDecided.ShouldBeTrue();
        (await stage.Grain(id).EndReviewAsync(new EndReview(SitesStage.Admin, decided.Head, Merge: true))).Refusal.ShouldBeNull();
        var merged = await stage.UntilAsync(id, sync.Id, view => view.Health is not null);
        (merged.Result, merged.Health).ShouldBe(("pushed", "healthy"));
        (await PageAsync(slug)).ShouldBe("one of the template\ntwo\nthree\nfour\nfive");
        (await stage.SiteAsync(id)).ShouldSatisfyAllConditions(site => site.BaseTag.ShouldBe("v1.2.0"), site => site.Review.ShouldBeNull());
    }

    private void Template(string version, string page)
    {
        var folder = stage.Orders.Repositories.TemplateFolder;
        File.WriteAllText(Path.Combine(folder, "template.json"), $$"""{ "version": "{{version}}", "ownedByPlatform": ["content/campaign.json"], "merged": ["**"] }""" + "\n");
        File.WriteAllText(Path.Combine(folder, Page), page);
    }

    private async Task<OpenReviewView?> ReviewAsync(string id) => (await stage.Get<ITemplateReviews>().ReadAsync(stage.TenantId, id, default)).Value;

    /// <summary>What is not known yet is looked for, and found by who asks again.</summary>
    private async Task KnownAsync(string id, string version)
    {
        (await stage.Grain(id).SyncAsync(new SyncSite(SitesStage.Admin, version, []))).Refusal?.Code.ShouldBe("template.version_unknown");
        await stage.KnowsAsync(version);
    }

    private async Task EditAsync(string slug, string page) => await new LocalRepositoryHost(stage.Orders.Repositories, stage.Clock).CommitAsync(
        new RepositoryRef(slug, Folder(slug), "", ""), new System.Collections.Generic.Dictionary<string, string> { [Page] = page }, "Change the page", default);

    private Task<string> PageAsync(string slug) => GitAsync(slug, "show", $"main:{Page}");

    private Task<string> GitAsync(string slug, params string[] arguments) => PlainGit.RunAsync(Folder(slug), arguments);

    private string Folder(string slug) => Path.Combine(stage.Orders.Repositories.RepositoriesFolder, slug + ".git");
}
