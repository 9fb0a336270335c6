using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Providers.Cloud.Vercel;
using PrizeDraw.Providers.Hosting;
using Shouldly;
using Xunit;
using static PrizeDraw.Providers.Tests.Cloud.Vercel.VercelWorkshop;

namespace PrizeDraw.Providers.Tests.Cloud.Vercel;

/// <summary>A domain comes from stage to stage as its owner publishes records; what to publish is always said.</summary>
public sealed class Domains_at_Vercel
{
    private const string Domain = "win.example.com";

    [Fact]
    public async Task go_from_wanting_a_proof_over_leading_nowhere_to_active()
    {
        await using var workshop = await OpenAsync();
        var site = await DeployedAsync(workshop);
        workshop.Vercel.ContestedDomains.Add(Domain);
        var added = await workshop.Domains.AddAsync(site, Domain, CancellationToken.None);
        added.Stage.ShouldBe(DomainStage.PendingVerification);
        var proof = added.Publish.ShouldHaveSingleItem();
        (proof.Type, proof.Name).ShouldBe(("TXT", "_vercel.example.com"));
        added.Problem!.ShouldContain("does not find the record yet");

        workshop.Vercel.Publish(proof.Type, proof.Name, proof.Value);
        var verified = (await workshop.Domains.CheckAsync(site, Domain, CancellationToken.None))!;
        verified.Stage.ShouldBe(DomainStage.VerifiedMisconfigured);
        var alias = verified.Publish.ShouldHaveSingleItem();
        (alias.Type, alias.Name, alias.Value).ShouldBe(("CNAME", Domain, "d1d4fc829fe7bc7c.vercel-dns-017.com"));

        workshop.Vercel.Publish(alias.Type, alias.Name, alias.Value);
        (await workshop.Domains.CheckAsync(site, Domain, CancellationToken.None)).ShouldSatisfyAllConditions(
            d => d!.Stage.ShouldBe(DomainStage.Active), d => d!.Publish.ShouldBeEmpty(), d => d!.Problem.ShouldBeNull());
    }

    [Fact]
    public async Task that_are_no_name_below_another_lead_by_address()
    {
        await using var workshop = await OpenAsync();
        var site = await DeployedAsync(workshop);
        var added = await workshop.Domains.AddAsync(site, "Gewinn-Spiel.example.", CancellationToken.None);
        added.Name.ShouldBe("gewinn-spiel.example");
        added.Publish.Select(p => (p.Type, p.Name, p.Value)).ShouldBe([("A", "gewinn-spiel.example", "216.198.79.1")]);
    }

    [Fact]
    public async Task are_added_and_removed_once_however_often_that_is_asked()
    {
        await using var workshop = await OpenAsync();
        var site = await DeployedAsync(workshop);
        workshop.Vercel.Faults.On("vercel.add-domain", Fault.DropAfter);
        (await RefusalOfAsync(() => workshop.Domains.AddAsync(site, Domain, CancellationToken.None))).MayHaveHappened.ShouldBeTrue();
        (await workshop.Domains.AddAsync(site, Domain, CancellationToken.None)).Stage.ShouldBe(DomainStage.VerifiedMisconfigured);
        workshop.RequestsOf("vercel.add-domain").Count.ShouldBe(1);
        await workshop.Domains.RemoveAsync(site, Domain, CancellationToken.None);
        await workshop.Domains.RemoveAsync(site, Domain, CancellationToken.None);
        (await workshop.Domains.CheckAsync(site, Domain, CancellationToken.None)).ShouldBeNull();
        workshop.Vercel.Left.ShouldHaveSingleItem().Kind.ShouldBe("project");
    }

    [Fact]
    public async Task are_on_the_site_though_nobody_knows_yet_how_they_stand()
    {
        await using var workshop = await OpenAsync();
        var site = await DeployedAsync(workshop);
        workshop.Vercel.Faults.On("vercel.domain-config", Fault.Before(503));
        (await workshop.Domains.AddAsync(site, Domain, CancellationToken.None)).Stage.ShouldBe(DomainStage.Added);
    }

    [Fact]
    public async Task of_another_project_are_not_taken_from_it()
    {
        await using var workshop = await OpenAsync();
        var site = await DeployedAsync(workshop);
        workshop.Vercel.TakenDomains.Add(Domain);
        var refusal = await RefusalOfAsync(() => workshop.Domains.AddAsync(site, Domain, CancellationToken.None));
        refusal.Fault.ShouldBe(ProviderFault.NameTaken);
        refusal.Message.ShouldContain("Remove it there first");
    }

    [Fact]
    public async Task are_not_said_to_be_gone_from_a_project_that_a_person_has_taken_over()
    {
        await using var workshop = await OpenAsync();
        var site = await DeployedAsync(workshop);
        await workshop.Domains.AddAsync(site, Domain, CancellationToken.None);
        workshop.Vercel.Rename(Name, "kept-by-hand");
        var refusal = await RefusalOfAsync(() => workshop.Domains.RemoveAsync(site, Domain, CancellationToken.None));
        refusal.Fault.ShouldBe(ProviderFault.Rejected);
        refusal.Message.ShouldContain("kept-by-hand");
        workshop.RequestsOf("vercel.remove-domain").ShouldBeEmpty();
        workshop.Vercel.Rename("kept-by-hand", Name);
        await workshop.Domains.RemoveAsync(site, Domain, CancellationToken.None);
        workshop.Vercel.Left.ShouldHaveSingleItem().Kind.ShouldBe("project");
        await workshop.Hosting.DeleteIfOwnedAsync(site, CancellationToken.None);
        await workshop.Domains.RemoveAsync(site, Domain, CancellationToken.None);
    }

    [Fact]
    public async Task wait_for_the_first_deployment()
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        var refusal = await RefusalOfAsync(() => workshop.Domains.AddAsync(made, Domain, CancellationToken.None));
        (refusal.Fault, refusal.Message).ShouldBe((ProviderFault.Rejected,
            "A domain can be added once the site's latest deployment has succeeded. Deploy the site, then add it again."));
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("192.0.2.1")]
    [InlineData("win.example.com/path")]
    [InlineData("*.example.com")]
    [InlineData("summer-draw.vercel.app")]
    [InlineData("https://win.example.com")]
    public async Task that_are_none_never_get_to_Vercel(string typed)
    {
        await using var workshop = await OpenAsync();
        (await RefusalOfAsync(() => workshop.Domains.AddAsync(Site, typed, CancellationToken.None))).Fault.ShouldBe(ProviderFault.Rejected);
        workshop.Vercel.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task of_a_site_that_is_somebody_elses_are_refused()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.PutForeign(Name);
        await RefusalOfAsync(() => workshop.Domains.AddAsync(Site, Domain, CancellationToken.None));
        await workshop.Domains.RemoveAsync(Site, Domain, CancellationToken.None);
        workshop.Vercel.Requests.ShouldAllBe(r => r.Method == "GET");
    }

    private static async Task<SiteRequest> DeployedAsync(VercelWorkshop workshop)
    {
        var made = await workshop.MadeAsync();
        await workshop.DeployAsync(made);
        return made;
    }
}
