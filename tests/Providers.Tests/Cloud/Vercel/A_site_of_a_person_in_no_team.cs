using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Cloud.Vercel;
using PrizeDraw.Providers.Hosting;
using Shouldly;
using Xunit;
using static PrizeDraw.Providers.Tests.Cloud.Vercel.VercelWorkshop;

namespace PrizeDraw.Providers.Tests.Cloud.Vercel;

/// <summary>An account without a team: the projects are the token's user's own, and a call that named a team would mean another account.</summary>
public sealed class A_site_of_a_person_in_no_team
{
    [Fact]
    public async Task lives_from_the_first_question_to_its_deletion()
    {
        await using var workshop = await OpenAsync(team: null);
        (await CheckAsync(workshop)).ShouldNotContain(c => c.State == PreflightState.Failed);
        var site = await workshop.MadeAsync();
        (await workshop.DeployAsync(site)).Url.ShouldNotBeEmpty();
        (await workshop.Domains.AddAsync(site, "win.example.com", CancellationToken.None)).Stage.ShouldBe(DomainStage.VerifiedMisconfigured);
        (await workshop.Hosting.ListAsync(CancellationToken.None)).Items.ShouldHaveSingleItem().Nonce.ShouldBe(Nonce);
        await workshop.Hosting.SuspendAsync(site, CancellationToken.None);
        await workshop.Hosting.ResumeAsync(site, CancellationToken.None);
        await workshop.Hosting.DeleteIfOwnedAsync(site, CancellationToken.None);

        workshop.Vercel.Left.ShouldBeEmpty();
        workshop.RequestsOf("vercel.user").Count.ShouldBe(1);
        workshop.Vercel.Requests.ShouldAllBe(r => !r.Query.Contains("teamId"));
    }

    [Fact]
    public async Task is_not_made_with_a_token_that_is_not_valid()
    {
        await using var workshop = await OpenAsync(team: null);
        workshop.Vercel.Token = null;
        (await CheckAsync(workshop)).Single(c => c.State == PreflightState.Failed).Fault.ShouldBe(ProviderFault.Unauthorized);
    }

    private static Task<ImmutableArray<PreflightCheck>> CheckAsync(VercelWorkshop workshop) =>
        workshop.Hosting.CheckAsync(new PreflightTarget(Name, Nonce), TimeSpan.FromSeconds(30), CancellationToken.None);
}
