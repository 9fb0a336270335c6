using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Pools.Tests.Draws;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign.Claims;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Claims;

[Collection(DrawServerCollection.Name)]
public sealed class Claiming_prizes(PoolServer server)
{
    [Fact]
    public async Task begins_with_each_winner_being_told_once_when_the_certificate_stands()
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => stage.Grain().WakeAsync()));
        var claims = await stage.ClaimsAsync(c => c.Length == 3);
        claims.Select(c => (c.Position, c.Prize, c.State)).ShouldBe(
            [(1, "Weekend in Paris", "told"), (2, "Guide book", "told"), (3, "Guide book", "told")]);
        var mails = await stage.MailsAsync("You have won", 3);
        mails.Select(m => m.To).ShouldBeUnique();
        mails.Select(ClaimStage.TokenOf).ShouldBeUnique();
        (await stage.ScalarAsync<long>("select count(*) from claim where deadline - told_at = interval '14 days'")).ShouldBe(3);
        (await stage.ScalarAsync<long>("select count(*) from audit where action = 'claim.told'")).ShouldBe(1);
    }

    [Fact]
    public async Task is_not_asked_for_where_the_draw_has_no_time_for_it()
    {
        await using var stage = await ClaimStage.SetAsync(server, claimDays: null);
        await stage.Host.ReachesAsync(stage.Campaign, "drawn, certified");
        await stage.Grain().WakeAsync();
        (await stage.RowsAsync()).ShouldBeEmpty();
        stage.Mailer.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task keeps_tokens_out_of_every_row_and_every_answer()
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        var token = await stage.TokenAsync(1);
        (await stage.MakeAsync(token)).Value!.ToString().ShouldNotContain(token);
        await using var own = await stage.Host.OpenAsync(stage.Campaign);
        await using var central = await stage.Host.OpenCentralAsync();
        (await own.DumpAsync()).Concat(await central.DumpAsync()).ShouldAllBe(row => !row.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task takes_what_the_winner_says_and_answers_the_same_again_alike()
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        var token = await stage.TokenAsync(1);
        var first = (await stage.MakeAsync(token)).Value!;
        (first.State, first.Position, first.Publication, first.Person!.Name).ShouldBe(("claimed", 1, "agreed", "Ann Smith"));
        (await stage.MakeAsync(token)).Value.ShouldBe(first);
        (await stage.MakeAsync(token, name: "Somebody Else")).Refusal!.Code.ShouldBe("claim.already_claimed");
        (await stage.ScalarAsync<long>("select count(*) from audit where action = 'claim.claimed'")).ShouldBe(1);
        (await stage.ScalarAsync<string>("select string_agg(after::text, '') from audit where action like 'claim.%'")).ShouldNotContain("High Street");
        (await stage.MakeAsync("nonsense")).Refusal!.Code.ShouldBe("claim.not_found");
    }

    [Fact]
    public async Task says_what_is_missing_and_asks_minors_for_a_guardian()
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        await stage.RunAsync("update entrant set date_of_birth = '2015-01-01'");
        var token = await stage.TokenAsync(1);
        var hash = Convert.ToHexStringLower(ClaimTokens.HashOf(token));
        var lacking = await stage.Grain().MakeAsync(new MakeClaim(hash, " ", null, null, null, null));
        lacking.Refusal!.Code.ShouldBe("claim.invalid");
        lacking.Refusal.Errors!.Keys.ShouldBe(["address", "guardian", "name", "phone", "publication"]);
        (await stage.MakeAsync(token)).Refusal!.Errors!.Keys.ShouldBe(["guardian"]);
        (await stage.MakeAsync(token, guardian: "Eve Smith")).Value!.State.ShouldBe("claimed");
    }

    [Fact]
    public async Task lets_a_winner_object_to_being_named_then_and_later()
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        var (one, two) = (await stage.TokenAsync(1), await stage.TokenAsync(2));
        await stage.MakeAsync(one, publication: "objected");
        await stage.MakeAsync(two);
        // These hosts know no sites, so that the campaign's own grain can't be told; the winners are published all the same.
        await Record.ExceptionAsync(() => stage.Host.Draw(stage.Campaign).PublishAsync(new DrawCommand(PoolHost.Manager)));
        (await NamesAsync(stage)).Select(w => (w.Position, w.Name == "Name withheld")).ShouldBe([(1, true), (2, false), (3, false)]);

        var hash = Convert.ToHexStringLower(ClaimTokens.HashOf(two));
        (await stage.Grain().MakeAsync(new MakeClaim(hash, null, null, null, null, "objected"))).Value!.Publication.ShouldBe("objected");
        (await NamesAsync(stage)).Select(w => (w.Position, w.Name == "Name withheld")).ShouldBe([(1, true), (2, true), (3, false)]);
        (await stage.Host.Get<ICampaignDataQueries>().DrawsAsync(stage.Campaign.TenantId, stage.Campaign.Id, personal: true, default))[0]
            .Winners[0].Name.ShouldNotBeNull("whoever sends the prize sees the name");
    }

    [Fact]
    public async Task reminds_once_when_a_quarter_of_the_time_is_left_and_only_those_who_have_not_claimed()
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        var token = await stage.TokenAsync(1);
        await stage.MakeAsync(token);
        await stage.LeapAsync(TimeSpan.FromDays(10));
        await stage.LeapAsync(TimeSpan.FromHours(13));
        var reminders = await stage.MailsAsync("Your prize is waiting", 2);
        await stage.LeapAsync(TimeSpan.FromDays(1));
        await stage.MailsAsync("Your prize is waiting", 2);
        (await stage.ScalarAsync<long>("select count(*) from entrant_mail where kind = 'claim-reminder'")).ShouldBe(2);
        var tokens = stage.Mailer.Sent.Where(m => m.Subject.StartsWith("You have won", StringComparison.Ordinal)).ToDictionary(m => m.To, ClaimStage.TokenOf);
        reminders.ShouldAllBe(m => tokens[m.To] == ClaimStage.TokenOf(m), "nobody is told under another token");
    }

    [Fact]
    public async Task is_fulfilled_step_by_step_with_a_step_back_for_slips()
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        var claim = (await stage.MakeAsync(await stage.TokenAsync(1))).Value!;
        (await stage.MoveAsync(claim.Id, "dispatched", carrier: "Royal Mail", note: "Left with Eve")).Value!.DispatchedAt.ShouldNotBeNull();
        (await stage.MoveAsync(claim.Id, "claimed")).Refusal!.Code.ShouldBe("claim.wrong_state");
        var back = (await stage.MoveAsync(claim.Id, "preparing")).Value!;
        (back.State, back.DispatchedAt, back.Carrier).ShouldBe(("preparing", null, "Royal Mail"));
        (await stage.MoveAsync(claim.Id, "delivered", ifMatch: claim.Version)).Refusal!.Code.ShouldBe("claim.version_conflict");
        (await stage.MoveAsync(claim.Id, "delivered", ifMatch: back.Version)).Value!.DeliveredAt.ShouldNotBeNull();
        (await stage.ScalarAsync<long>("select count(*) from audit where action = 'claim.moved'")).ShouldBe(3);
        (await stage.ScalarAsync<string>("select string_agg(after::text, '') from audit where action = 'claim.moved'")).ShouldNotContain("Eve");
        (await stage.MoveAsync(Ids.New(Ids.Claim, stage.Now), "delivered")).Refusal!.Code.ShouldBe("claim.not_found");
        var untouched = (await ListAsync(stage)).Single(c => c.Position == 2);
        (await stage.MoveAsync(untouched.Id, "preparing")).Refusal!.Code.ShouldBe("claim.wrong_state");
    }

    [Fact]
    public async Task is_found_by_its_id_within_the_scope_alone_and_listed_newest_first()
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        // A mail is written down as sent after it was.
        var claims = await Polling.UntilAsync(() => ListAsync(stage), seen => seen.All(c => c.Mail == "sent"), TimeSpan.FromSeconds(120));
        claims.Length.ShouldBe(3);
        claims.ShouldAllBe(c => c.Person!.Email != null);
        var queries = stage.Host.Get<IClaimQueries>();
        (await queries.FindAsync(Scope.Everything, claims[0].Id, personal: false, default))!.Value.Claim.Person.ShouldBeNull();
        (await queries.FindAsync(Scope.Of(stage.Campaign.TenantId), claims[0].Id, personal: true, default))!.Value.Campaign.Id.ShouldBe(stage.Campaign.Id);
        (await queries.FindAsync(Scope.Of(Ids.New(Ids.Tenant, stage.Now)), claims[0].Id, personal: true, default)).ShouldBeNull();
        (await queries.FindAsync(Scope.Everything, Ids.New(Ids.Claim, stage.Now), personal: true, default)).ShouldBeNull();

        var first = await queries.ListAsync(stage.Campaign.TenantId, stage.Campaign.Id, "told", personal: false, 2, null, default);
        var second = await queries.ListAsync(stage.Campaign.TenantId, stage.Campaign.Id, "told", personal: false, 2, first.NextCursor, default);
        first.Items.Concat(second.Items).Select(c => c.Position).ShouldBe([1, 2, 3], ignoreOrder: true);
        second.NextCursor.ShouldBeNull();
        (await queries.ListAsync(stage.Campaign.TenantId, stage.Campaign.Id, "claimed", personal: false, 2, null, default)).Items.ShouldBeEmpty();
        var exported = new List<ClaimView>();
        await foreach (var claim in queries.ReadAsync(stage.Campaign.TenantId, stage.Campaign.Id, personal: true, default))
        {
            exported.Add(claim);
        }

        exported.Select(c => c.Position).ShouldBe([1, 2, 3]);
    }

    private static async Task<ClaimView[]> ListAsync(ClaimStage stage) =>
        [.. (await stage.Host.Get<IClaimQueries>().ListAsync(stage.Campaign.TenantId, stage.Campaign.Id, null, personal: true, 50, null, default)).Items];

    private static async Task<PublishedWinner[]> NamesAsync(ClaimStage stage) =>
        [.. (await stage.Host.Get<ICampaignDataQueries>().PublishedWinnersAsync(stage.Campaign.TenantId, stage.Campaign.Id, default)).Single().Winners];
}
