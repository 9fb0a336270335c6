using System;
using System.Linq;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Pools.Tests.Claims;
using PrizeDraw.Pools.Tests.EntrantMails;
using PrizeDraw.Pools.Tests.Notices;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>A restored installation draws, sends and passes on nothing until it is confirmed; then all of it happens, once.</summary>
public sealed partial class While_nobody_has_confirmed(PoolServer server) : IClassFixture<PoolServer>
{
    private static readonly DrawCommand ByManager = new(PoolHost.Manager);

    [Fact]
    public async Task no_draw_begins_and_none_is_replaced_published_or_void()
    {
        await using var stage = await ClaimStage.SetAsync(server);
        var (host, campaign) = (stage.Host, stage.Campaign);
        await host.UnconfirmAsync();
        var refused = (await host.Draw(campaign).RunAsync(ByManager)).Refusal!;
        refused.Code.ShouldBe("installation.unconfirmed");
        refused.Detail.ShouldContain("/v1/installation/confirm");
        (await host.Draw(campaign).VoidAsync(new VoidDraw(PoolHost.Manager, "No reason."))).Refusal!.Code.ShouldBe("installation.unconfirmed");
        (await host.StateAsync(campaign)).ShouldBe("planned");

        await host.ConfirmAsync();
        // The reminder's tick, a second from now: nobody asks for the draw.
        await host.Draw(campaign).ScheduleAsync(stage.Now - TimeSpan.FromMinutes(1));
        await stage.ClaimsAsync(claims => claims.Length == 3);
        await stage.MailsAsync("You have won", 3);

        await host.UnconfirmAsync();
        (await host.Draw(campaign).PublishAsync(ByManager)).Refusal!.Code.ShouldBe("installation.unconfirmed");
        var replace = new ReplaceWinner(PoolHost.Manager, 1, "unreachable", null, null);
        (await host.Draw(campaign).ReplaceAsync(replace)).Refusal!.Code.ShouldBe("installation.unconfirmed");
        await host.ConfirmAsync();
        (await host.Draw(campaign).ReplaceAsync(replace)).Refusal.ShouldBeNull();
        (await host.Draw(campaign).PublishAsync(ByManager)).Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task a_draw_under_way_waits_at_its_step_and_says_for_what()
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        var (host, campaign) = (stage.Host, stage.Campaign);
        await host.UnconfirmAsync();
        // As a host that is gone left it: drawn, and its certificate still to be issued.
        await stage.RunAsync("update draw set certified_events = null");
        await stage.StopHostAsync();
        host = await stage.AddHostAsync();
        await host.Draw(campaign).ScheduleAsync(stage.Now - TimeSpan.FromMinutes(1));
        (await host.Draw(campaign).RunAsync(ByManager)).Refusal!.Code.ShouldBe("installation.unconfirmed");
        (await host.StateAsync(campaign)).ShouldBe("drawn");
        await host.ConfirmAsync();
        await host.ReachesAsync(campaign, "drawn, certified");
        (await host.WinnersAsync(campaign)).Count(w => w.Contains(" winner ", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task no_claim_lapses_and_no_prize_is_passed_on()
    {
        await using var stage = await ClaimStage.ToldAsync(server);
        await stage.Host.UnconfirmAsync();
        await stage.Host.HeldAsync("claims", stage.Campaign.Id, () => stage.LeapAsync(ClaimStage.Days14));
        (await stage.RowsAsync()).ShouldAllBe(claim => claim.State == "told");
        stage.Mailer.Sent.Count.ShouldBe(3);

        await stage.Host.ConfirmAsync();
        await stage.Grain().WakeAsync();
        await stage.ClaimsAsync(c => c.Count(one => one is { State: "lapsed", IsPassedOn: true }) == 3 && c.Count(one => one.State == "told") == 3);
        await stage.MailsAsync("The time to claim", 3);
        await stage.MailsAsync("You have won", 6);
    }

    [Fact]
    public async Task no_entrant_is_mailed()
    {
        await using var stage = await MailStage.StartAsync(server);
        await stage.Host.UnconfirmAsync();
        await stage.QueueAsync(await stage.EnterAsync("ann"), "entry-excluded", new { reasonCode = "ineligible-staff", clause = "3.2" });
        await stage.Host.HeldAsync("entrant-mail", stage.Campaign.Id, stage.WakeAsync);
        stage.Mailer.Sent.ShouldBeEmpty();
        (await stage.MailsAsync(_ => true)).Single().Attempts.ShouldBe(0);

        await stage.Host.ConfirmAsync();
        await stage.WakeAsync();
        await stage.MailsAsync(mails => mails is [{ State: "sent", Attempts: 1 }]);
        stage.Mailer.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task no_manager_and_no_webhook_is_told()
    {
        await using var host = await NoticeHost.StartAsync(server);
        await host.AddManagerAsync();
        host.Mailer.Fails = () => new TimeoutException("The mail server is away.");
        await host.CrossAsync();
        await host.DeliveriesAsync(d => d is [{ State: "pending", Attempts: >= 1, Error: not null }]);
        await host.Host.UnconfirmAsync();
        host.Mailer.Fails = () => null;
        await host.Host.HeldAsync("notice-delivery", host.Campaign.TenantId, () => host.HurryAsync());
        host.Mailer.Sent.ShouldBeEmpty();

        await host.Host.ConfirmAsync();
        await host.HurryAsync();
        await host.DeliveriesAsync(d => d is [{ State: "delivered", Attempts: >= 2 }]);
        host.Mailer.Sent.Count.ShouldBe(1);
    }
}
