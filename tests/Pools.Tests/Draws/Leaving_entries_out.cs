using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Pools.Tests.Notices;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers.Mail;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

[Collection(DrawServerCollection.Name)]
public sealed class Leaving_entries_out(PoolServer server)
{
    [Fact]
    public async Task takes_them_from_the_list_with_their_reason_and_back_until_it_is_frozen()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("committed"), people: 4);
        var entries = await EntriesAsync(host, campaign);
        var eligibility = Eligibility(host, campaign);

        (await eligibility.ExcludeAsync(Exclude(entries[0], "under-age"))).Value!.Excluded.ShouldBe("under-age");
        (await eligibility.ExcludeAsync(Exclude(entries[0], "under-age"))).Value!.Excluded.ShouldBe("under-age", "it stands already");
        (await eligibility.ExcludeAsync(Exclude(entries[1], "fraud"))).Refusal.ShouldBeNull();
        (await eligibility.RestoreAsync(new RestoreEntry(PoolHost.Manager, entries[1], "It was somebody else."))).Value!.Excluded.ShouldBeNull();
        (await eligibility.GrantTicketsAsync(new GrantTickets(PoolHost.Manager, entries[2], 4, "Clause 7"))).Value!.BonusTickets.ShouldBe(4);
        await host.Draw(campaign).RunAsync(new DrawCommand(PoolHost.Manager));
        await host.ReachesAsync(campaign, "drawn, certified");

        await using var database = await host.OpenAsync(campaign);
        (await database.ListAsync("select eligible || ' ' || excluded || ' ' || excluded_by_reason from draw", r => r.GetString(0)))
            .ShouldBe(["""3 1 {"under-age": 1}"""]);
        (await database.ListAsync("select action || ' ' || reason from entry_case order by at, case_id", r => r.GetString(0)))
            .ShouldBe(["excluded under-age", "excluded fraud", "restored It was somebody else.", "tickets Clause 7"]);
        (await host.CertificateAsync(campaign)).ShouldContain("\"tickets\":7");
        foreach (var refused in new[]
        {
            await eligibility.ExcludeAsync(Exclude(entries[3], "fraud")), await eligibility.RestoreAsync(new RestoreEntry(PoolHost.Manager, entries[0], "No")),
            await eligibility.GrantTicketsAsync(new GrantTickets(PoolHost.Manager, entries[3], 1, "No")),
        })
        {
            refused.Refusal!.Code.ShouldBe("entry.draw_frozen");
        }
    }

    [Fact]
    public async Task keeps_what_proves_it_out_of_the_log_and_tells_the_entrant()
    {
        var mailer = new FakeMailer();
        server.Replace = services => services.AddSingleton<IMailer>(mailer);
        await using var host = await server.StartHostAsync();
        server.Replace = _ => { };
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("committed"), people: 1);
        var entry = (await EntriesAsync(host, campaign)).Single();

        await Eligibility(host, campaign).ExcludeAsync(Exclude(entry, "staff") with { Evidence = "Jane of the post room", TellEntrant = true });

        await using var database = await host.OpenAsync(campaign);
        var logged = await database.ScalarAsync<string>("select string_agg(a::text, ' ') from audit a where action = 'entry.excluded'");
        logged.ShouldContain("staff");
        logged.ShouldNotContain("Jane");
        (await database.ScalarAsync<string>("select evidence from entry_case")).ShouldBe("Jane of the post room");
        (await database.ScalarAsync<string>("select kind || ' ' || (body ->> 'reasonCode') from entrant_mail")).ShouldBe("entry-excluded staff");
    }

    [Theory]
    [InlineData("Under age", "1", "x", "reason")]
    [InlineData("erased", "1", "x", "reason")]
    [InlineData("fraud", null, "x", "clause")]
    [InlineData("fraud", "1", "", "evidence")]
    public async Task wants_a_code_and_for_what_somebody_is_blamed_for_clause_and_evidence(string reason, string? clause, string? evidence, string field)
    {
        await using var host = await server.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("committed"), people: 1);
        var entry = (await EntriesAsync(host, campaign)).Single();
        var eligibility = Eligibility(host, campaign);

        (await eligibility.ExcludeAsync(new ExcludeEntry(PoolHost.Manager, entry, reason, clause, evidence, false))).Refusal!.Errors!.Keys.ShouldBe([field]);
        (await eligibility.ExcludeAsync(new ExcludeEntry(PoolHost.Manager, entry, "duplicate", null, null, false))).Refusal.ShouldBeNull();
        (await eligibility.ExcludeAsync(Exclude(Ids.New(Ids.Entry, PoolHost.Noon), "fraud"))).Refusal!.Code.ShouldBe("entry.not_found");
    }

    private static ExcludeEntry Exclude(string entry, string reason) => new(PoolHost.Manager, entry, reason, "Clause 2", "Case 1042", false);

    private static IEntryEligibilityGrain Eligibility(PoolHost host, TestCampaign campaign) =>
        host.Get<IGrainFactory>().GetGrain<IEntryEligibilityGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id));

    private static async Task<string[]> EntriesAsync(PoolHost host, TestCampaign campaign)
    {
        await using var database = await host.OpenAsync(campaign);
        return [.. await database.ListAsync("select entry_id from entry order by number", r => Ids.Format(Ids.Entry, r.GetGuid(0)))];
    }
}
