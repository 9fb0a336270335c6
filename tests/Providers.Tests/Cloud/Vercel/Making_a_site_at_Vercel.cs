using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Hosting;
using Shouldly;
using Xunit;
using static PrizeDraw.Providers.Tests.Cloud.Vercel.VercelWorkshop;

namespace PrizeDraw.Providers.Tests.Cloud.Vercel;

/// <summary>One project for each request, with its marker from the first moment on.</summary>
public sealed class Making_a_site_at_Vercel
{
    [Fact]
    public async Task Lists_it_with_its_mark_among_all_that_the_team_has_page_by_page()
    {
        await using var workshop = await VercelWorkshop.OpenAsync();
        for (var i = 0; i < 105; i++)
        {
            workshop.Vercel.PutForeign($"filler-{i}");
        }

        var made = await workshop.MadeAsync();
        var held = await workshop.Hosting.ListAsync(CancellationToken.None);
        (held.IsWhole, held.Items.Length).ShouldBe((true, 106));
        held.Items.Single(r => r.Nonce is not null).ShouldBe(new HeldResource(VercelWorkshop.Name, VercelWorkshop.Nonce) { Id = made.Id });
        workshop.Vercel.Requests.Count(r => r.Operation == "vercel.projects").ShouldBe(2);
    }

    [Fact]
    public async Task makes_one_project_whose_creating_call_holds_marker_variables_and_link()
    {
        await using var workshop = await OpenAsync();
        var site = await workshop.Hosting.CreateAsync(Site, CancellationToken.None);
        var body = workshop.RequestsOf("vercel.create-project").ShouldHaveSingleItem().Body!;
        ((string)body["gitRepository"]!["repo"]!).ShouldBe("promoters/summer-draw");
        body["environmentVariables"]!.AsArray().Select(v => ((string)v!["key"]!, (string)v["type"]!)).ShouldBe(
            [("PRIZEDRAW_NONCE", "plain"), ("SITE_NAME", "plain"), ("REVALIDATION_KEY", "sensitive")]);
        var left = workshop.Vercel.Left.ShouldHaveSingleItem();
        (left.Name, left.Id, left.Marker).ShouldBe((Name, site.Id, Nonce));
        (site.Name, site.Url).ShouldBe((Name, "https://summer-draw.vercel.app"));
    }

    [Fact]
    public async Task again_adopts_what_carries_the_marker_and_sets_secrets_that_cannot_be_read_back()
    {
        await using var workshop = await OpenAsync();
        var first = await workshop.Hosting.CreateAsync(Site, CancellationToken.None);
        var again = Site with { Variables = [new SiteVariable("SITE_NAME", "Autumn draw", false), new SiteVariable("REVALIDATION_KEY", "another-secret-value", true)] };
        (await workshop.Hosting.CreateAsync(again, CancellationToken.None)).ShouldBe(first);
        workshop.Vercel.Left.Count.ShouldBe(1);
        workshop.Vercel.ValueOf(Name, "SITE_NAME").ShouldBe("Autumn draw");
        (workshop.Vercel.ValueOf(Name, "REVALIDATION_KEY"), workshop.Vercel.TypeOf(Name, "REVALIDATION_KEY")).ShouldBe(("another-secret-value", "sensitive"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("fedcba9876543210")]
    public async Task refuses_a_name_that_is_somebody_elses_and_leaves_it_alone(string? marker)
    {
        await using var workshop = await OpenAsync();
        var foreign = workshop.Vercel.PutForeign(Name, marker);
        var refusal = await RefusalOfAsync(() => workshop.Hosting.CreateAsync(Site, CancellationToken.None));
        refusal.Fault.ShouldBe(ProviderFault.NameTaken);
        (await workshop.Hosting.FindAsync(Site, CancellationToken.None)).ShouldBeNull();
        await workshop.Hosting.DeleteIfOwnedAsync(Site, CancellationToken.None);
        await workshop.Hosting.DeleteIfOwnedAsync(Site with { Id = "prj_ours" }, CancellationToken.None);
        workshop.Vercel.Left.ShouldHaveSingleItem().Id.ShouldBe(foreign);
        workshop.Vercel.Requests.ShouldAllBe(r => r.Method == "GET");
    }

    [Fact]
    public async Task refuses_a_project_of_the_right_marker_and_another_id_than_the_stored_one()
    {
        await using var workshop = await OpenAsync();
        await workshop.Hosting.CreateAsync(Site, CancellationToken.None);
        (await RefusalOfAsync(() => workshop.Hosting.CreateAsync(Site with { Id = "prj_elsewhere" }, CancellationToken.None))).Fault.ShouldBe(ProviderFault.NameTaken);
        (await workshop.Hosting.FindAsync(Site with { Id = "prj_elsewhere" }, CancellationToken.None)).ShouldBeNull();
        workshop.Vercel.Left.Count.ShouldBe(1);
    }

    [Fact]
    public async Task waits_for_what_was_made_and_is_not_seen_yet()
    {
        await using var workshop = await OpenAsync(appearsMs: 30_000);
        workshop.Vercel.LooksUntilSeen = 3;
        var site = await workshop.Hosting.CreateAsync(Site, CancellationToken.None);
        (await workshop.Hosting.FindAsync(Site, CancellationToken.None)).ShouldBe(site);
        workshop.Vercel.Left.Count.ShouldBe(1);
    }

    [Fact]
    public async Task says_what_to_do_when_the_app_does_not_see_the_repository()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.Sees = _ => null;
        var refusal = await RefusalOfAsync(() => workshop.Hosting.CreateAsync(Site, CancellationToken.None));
        refusal.Fault.ShouldBe(ProviderFault.Rejected);
        refusal.Message.ShouldContain("Install Vercel's GitHub app");
        workshop.Vercel.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task refuses_a_project_that_is_linked_to_another_repository()
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        var refusal = await RefusalOfAsync(() => workshop.Hosting.CreateAsync(
            made with { Repository = Repository with { Id = "4712" } }, CancellationToken.None));
        (refusal.Fault, refusal.Message).ShouldBe((ProviderFault.Rejected,
            "The Vercel project 'summer-draw' is not linked to the repository 'promoters/summer-draw'. Link it there, or delete the project."));
    }

    [Fact]
    public async Task fails_when_201_says_that_a_variable_was_left_out_and_is_undone_completely()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.RefusedVariables.Add("REVALIDATION_KEY");
        var refusal = await RefusalOfAsync(() => workshop.Hosting.CreateAsync(Site, CancellationToken.None));
        refusal.Fault.ShouldBe(ProviderFault.Rejected);
        refusal.Message.ShouldContain("REVALIDATION_KEY");
        refusal.Message.ShouldNotContain(Secret);
        workshop.RequestsOf("vercel.deploy").ShouldBeEmpty();
        await workshop.Hosting.DeleteIfOwnedAsync(Site, CancellationToken.None);
        workshop.Vercel.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task that_is_one_too_many_for_the_plan_is_a_quota()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.ProjectsMax = 0;
        (await RefusalOfAsync(() => workshop.Hosting.CreateAsync(Site, CancellationToken.None))).Fault.ShouldBe(ProviderFault.Quota);
        workshop.RequestsOf("vercel.create-project").Count.ShouldBe(1);
    }

    [Fact]
    public async Task with_a_revoked_token_asks_for_another()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.Token = null;
        var refusal = await RefusalOfAsync(() => workshop.Hosting.CreateAsync(Site, CancellationToken.None));
        (refusal.Fault, refusal.MayHaveHappened).ShouldBe((ProviderFault.Unauthorized, false));
        refusal.Message.ShouldNotContain("vercel-double-token");
        workshop.Vercel.Token = "vercel-double-token";
        (await workshop.Hosting.CreateAsync(Site, CancellationToken.None)).Id.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("VERCEL_URL")]
    [InlineData("PRIZEDRAW_NONCE")]
    [InlineData("1ST")]
    [InlineData("A=B")]
    public async Task refuses_variables_that_would_not_be_taken_or_would_take_the_markers_place(string name)
    {
        await using var workshop = await OpenAsync();
        var site = Site with { Variables = [new SiteVariable(name, "value", false)] };
        (await RefusalOfAsync(() => workshop.Hosting.CreateAsync(site, CancellationToken.None))).Fault.ShouldBe(ProviderFault.Rejected);
        workshop.Vercel.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task from_a_repository_that_is_not_at_GitHub_is_refused()
    {
        await using var workshop = await OpenAsync();
        var site = Site with { Repository = Repository with { Location = "/srv/repositories/summer-draw.git" } };
        (await RefusalOfAsync(() => workshop.Hosting.CreateAsync(site, CancellationToken.None))).Fault.ShouldBe(ProviderFault.Rejected);
        workshop.Vercel.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task twice_at_once_leaves_one_project()
    {
        await using var workshop = await OpenAsync(appearsMs: 30_000);
        var both = await Task.WhenAll(
            workshop.Hosting.CreateAsync(Site, CancellationToken.None), workshop.Hosting.CreateAsync(Site, CancellationToken.None));
        both[0].ShouldBe(both[1]);
        workshop.Vercel.Left.Count.ShouldBe(1);
    }
}
