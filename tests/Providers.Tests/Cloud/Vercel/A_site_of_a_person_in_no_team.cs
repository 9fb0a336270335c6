using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Providers.Cloud.Vercel;
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

    [Fact]
    public async Task is_not_gone_for_another_persons_token()
    {
        await using var workshop = await OpenAsync(team: null);
        var site = await workshop.MadeAsync();
        workshop.Vercel.People["of-somebody-else"] = "user_else";
        var (hosting, domains) = (workshop.HostingWith("of-somebody-else"), workshop.DomainsWith("of-somebody-else"));
        foreach (var act in new Func<Task>[]
        {
            () => hosting.DeleteIfOwnedAsync(site, CancellationToken.None), () => hosting.FindAsync(site, CancellationToken.None),
            () => domains.RemoveAsync(site, "win.example.com", CancellationToken.None),
        })
        {
            var error = await RefusalOfAsync(act);
            (error.Fault, error.Message.Contains("does not mean that it is gone", StringComparison.Ordinal)).ShouldBe((ProviderFault.Unauthorized, true), error.Message);
        }

        var target = new PreflightTarget(Name, Nonce) { Id = site.Id, Account = site.Account };
        (await hosting.CheckAsync(target, TimeSpan.FromSeconds(30), CancellationToken.None)).Single(c => c.Name == "name").State.ShouldBe(PreflightState.Failed);
        workshop.Vercel.Left.ShouldHaveSingleItem().Id.ShouldBe(site.Id);

        // To the person's own token, a later one too, it is gone once it is.
        workshop.Vercel.Take(Name);
        await workshop.Hosting.DeleteIfOwnedAsync(site, CancellationToken.None);
        (await workshop.Hosting.FindAsync(site, CancellationToken.None)).ShouldBeNull();
        await workshop.Domains.RemoveAsync(site, "win.example.com", CancellationToken.None);
    }

    [Theory]
    [InlineData("MEMBER", true)]
    [InlineData("CONTRIBUTOR", false)]
    public async Task of_a_team_is_gone_for_who_sees_all_of_the_teams_alone(string role, bool isGone)
    {
        await using var workshop = await OpenAsync();
        var site = await workshop.MadeAsync();
        workshop.Vercel.Take(Name);
        workshop.Vercel.Role = role;
        (await Record.ExceptionAsync(() => workshop.Hosting.DeleteIfOwnedAsync(site, CancellationToken.None)) is null).ShouldBe(isGone);
    }

    [Fact]
    public async Task of_a_team_that_may_have_been_made_is_gone_for_them_alone()
    {
        await using var workshop = await OpenAsync();
        var noted = new List<bool>();
        var site = Site with { Creation = new CreationNote(false, (set, _) => Task.Run(() => noted.Add(set))), MayBeMade = true };
        workshop.Vercel.Faults.On("vercel.create-project", Fault.Before(400), Fault.DropAfter);
        await RefusalOfAsync(() => workshop.Hosting.CreateAsync(site, CancellationToken.None));
        noted.ShouldBe([true, false]);
        workshop.Vercel.Faults.Always("vercel.project", Fault.Before(404));
        await RefusalOfAsync(() => workshop.Hosting.CreateAsync(site, CancellationToken.None));
        noted.ShouldBe([true, false, true]);
        workshop.Vercel.Role = "CONTRIBUTOR";
        (await RefusalOfAsync(() => workshop.Hosting.DeleteIfOwnedAsync(site, CancellationToken.None))).Message.ShouldContain("does not mean that it is gone");
        await workshop.Hosting.DeleteIfOwnedAsync(site with { MayBeMade = false }, CancellationToken.None);
        workshop.Vercel.Left.ShouldHaveSingleItem();

        // It is shown by the time that this is asked.
        workshop.Vercel.Role = "MEMBER";
        workshop.Vercel.Faults.Meanwhile = (_, operation) =>
        {
            if (operation == "vercel.team")
            {
                workshop.Vercel.Faults.Clear();
            }

            return Task.FromResult<Fault?>(null);
        };
        await workshop.Hosting.DeleteIfOwnedAsync(site, CancellationToken.None);
        workshop.Vercel.Left.ShouldBeEmpty();
        await workshop.Hosting.DeleteIfOwnedAsync(site, CancellationToken.None);
    }

    private static Task<ImmutableArray<PreflightCheck>> CheckAsync(VercelWorkshop workshop) =>
        workshop.Hosting.CheckAsync(new PreflightTarget(Name, Nonce), TimeSpan.FromSeconds(30), CancellationToken.None);
}
