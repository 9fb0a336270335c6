using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.EntrantMails;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.EntrantMails;

[Collection(DrawServerCollection.Name)]
public sealed class Mailing_entrants(PoolServer server)
{
    private static readonly string DrawId = Ids.New(Ids.Draw, PoolHost.Noon);

    private static readonly object Won = new
    {
        drawId = DrawId, position = 1, prize = "Weekend in Paris", deadline = new DateTimeOffset(2026, 7, 15, 9, 0, 0, TimeSpan.Zero),
    };

    [Fact]
    public async Task tells_what_was_won_until_when_to_claim_and_where()
    {
        await using var stage = await MailStage.StartAsync(server);
        await stage.QueueAsync(await stage.EnterAsync("ann"), "winner-told", Won);
        await stage.WakeAsync();
        await stage.MailsAsync(m => m is [{ State: "sent", Attempts: 1, Error: null }]);

        var mail = stage.Mailer.Sent.ShouldHaveSingleItem();
        (mail.To, mail.Subject).ShouldBe(("ann@example.com", "You have won: Weekend in Paris (Summer)"));
        mail.Text.ShouldContain("Dear ann,");
        mail.Text.ShouldContain("15 July 2026, 10:00 (Europe/London time)");
        mail.Text.ShouldContain("Acme Ltd, 1 High Street, Leeds");
        mail.Text.Split('\n').ShouldContain(line => line.StartsWith(MailStage.SiteUrl + "/claim#", StringComparison.Ordinal) && line.Length == MailStage.SiteUrl.Length + 50);
    }

    [Fact]
    public async Task leads_to_the_same_claim_each_time_and_each_place_to_its_own()
    {
        await using var stage = await MailStage.StartAsync(server);
        var (ann, bob) = (await stage.EnterAsync("ann"), await stage.EnterAsync("bob"));
        await stage.QueueAsync(ann, "winner-told", Won);
        await stage.QueueAsync(ann, "claim-reminder", Won);
        await stage.QueueAsync(bob, "winner-told", Won);
        await stage.WakeAsync();
        await stage.MailsAsync(m => m.Count(one => one.State == "sent") == 3);
        var links = stage.Mailer.Sent.ToLookup(m => m.To, m => m.Text.Split('\n').Single(l => l.Contains("/claim#", StringComparison.Ordinal)));
        links["ann@example.com"].Distinct().ShouldHaveSingleItem().ShouldNotBe(links["bob@example.com"].Single());
    }

    [Fact]
    public async Task says_why_a_prize_went_to_somebody_else_and_asks_nobody_to_claim_it()
    {
        await using var stage = await MailStage.StartAsync(server);
        var ann = await stage.EnterAsync("ann");
        await stage.QueueAsync(ann, "claim-lapsed", new { drawId = DrawId, position = 1, prize = "Mug" });
        await stage.QueueAsync(ann, "winner-replaced", new { drawId = DrawId, position = 1, reasonCode = "ineligible-staff", clause = "Clause 4: no staff." });
        await stage.WakeAsync();
        await stage.MailsAsync(m => m.Count(one => one.State == "sent") == 2);
        stage.Mailer.Sent.ShouldAllBe(m => !m.Text.Contains("#", StringComparison.Ordinal));
        stage.Mailer.Sent.ShouldContain(m => m.Text.Contains("ineligible-staff", StringComparison.Ordinal) && m.Text.Contains("Clause 4: no staff.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task tries_again_under_the_same_key_and_gives_up_what_can_never_be_sent()
    {
        await using var stage = await MailStage.StartAsync(server);
        await stage.QueueAsync(await stage.EnterAsync("ann"), "winner-told", Won);
        stage.Mailer.Fails = () => new InvalidOperationException("password=hidden");
        await stage.WakeAsync();
        var waiting = await stage.MailsAsync(m => m is [{ State: "pending", Attempts: >= 1, Error: not null }]);
        waiting[0].Error!.ShouldNotContain("hidden");
        stage.Mailer.Fails = () => null;
        await stage.HurryAsync();
        await stage.MailsAsync(m => m is [{ State: "sent", Attempts: >= 2 }]);
        stage.Mailer.Sent.ShouldHaveSingleItem().Key.ShouldStartWith("etm_");

        stage.Mailer.Fails = () => new ProviderException(ProviderFault.Rejected, "There is no such mailbox.");
        await stage.QueueAsync(await stage.EnterAsync("bob"), "winner-told", Won);
        await stage.WakeAsync();
        await stage.MailsAsync(m => m.Any(one => one is { State: "failed", Attempts: 1, Error: "There is no such mailbox." }));
    }

    [Fact]
    public async Task gives_up_after_twelve_attempts_and_leaves_no_reminder()
    {
        await using var stage = await MailStage.StartAsync(server);
        await stage.QueueAsync(await stage.EnterAsync("ann"), "winner-told", Won);
        stage.Mailer.Fails = () => new ProviderException(ProviderFault.Transient, "The mail server is away.");
        await stage.WakeAsync();
        for (var attempt = 1; attempt < 12; attempt++)
        {
            var made = attempt;
            // Where looking took longer than the pause, the next one has been made.
            if ((await stage.MailsAsync(m => m[0].Attempts >= made))[0].State == "pending")
            {
                (await stage.RemindersAsync()).ShouldBe(1);
            }

            await stage.HurryAsync();
        }

        await stage.MailsAsync(m => m is [{ State: "failed", Attempts: 12, Error: "The mail server is away." }]);
        await stage.RestsAsync();
    }

    [Fact]
    public async Task fails_for_somebody_who_has_been_erased()
    {
        await using var stage = await MailStage.StartAsync(server);
        await stage.QueueAsync(await stage.EnterAsync("ann"), "winner-told", Won);
        await using (var database = await stage.Host.OpenAsync(stage.Campaign))
        {
            await database.RunAsync("delete from entrant");
        }

        await stage.WakeAsync();
        await stage.MailsAsync(m => m is [{ State: "failed", Attempts: 1, Error: "The entrant's data has been erased: there is no address any more." }]);
        stage.Mailer.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task is_done_by_one_host_where_two_are_woken()
    {
        await using var stage = await MailStage.StartAsync(server);
        for (var i = 0; i < 30; i++)
        {
            await stage.QueueAsync(await stage.EnterAsync($"person{i}"), "winner-told", Won);
        }

        server.Replace = services => services.AddSingleton(stage.Host.Get<Providers.Mail.IMailer>());
        await using var other = await server.StartHostAsync();
        server.Replace = _ => { };
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => stage.Grain(i % 2 == 0 ? stage.Host : other).WakeAsync()));
        await stage.MailsAsync(m => m.Count(one => one.State == "sent") == 30);
        stage.Mailer.Sent.Select(m => m.To).ShouldBeUnique();
    }

    [Fact]
    public async Task is_found_by_the_sweep_where_nobody_was_woken()
    {
        await using var stage = await MailStage.StartAsync(server);
        await stage.QueueAsync(await stage.EnterAsync("ann"), "winner-told", Won);
        await using (var central = await stage.Host.OpenCentralAsync())
        {
            await central.RunAsync(
                """update campaign set settings = settings || '{"draw":{"name":"Final"}}' where campaign_id = $1""", Ids.Parse(Ids.Campaign, stage.Campaign.Id));
        }

        await stage.Host.Get<System.Collections.Generic.IEnumerable<IHostedService>>().OfType<EntrantMailSweep>().Single().SweepAsync(default);
        await stage.MailsAsync(m => m is [{ State: "sent" }]);
    }
}
