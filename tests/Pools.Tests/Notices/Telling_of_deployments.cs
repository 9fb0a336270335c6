using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Central.Notices;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Notices;

public sealed class Telling_of_deployments(PoolServer server) : IClassFixture<PoolServer>
{
    [Fact]
    public async Task says_once_that_a_deployment_waits_and_once_that_it_went_on()
    {
        await using var receiver = await Receiver.AnsweringAsync(200);
        await using var host = await NoticeHost.StartAsync(server);
        var manager = await host.AddManagerAsync();
        await host.AddWebhookAsync(receiver.Address);
        var run = await host.DeployAsync("create-repository", "GitHub does not take the token. Set another one under Providers.");
        await host.MoveAsync(run, "paused");
        await host.MoveAsync(run, "paused");
        await host.DeliveriesAsync(d => d.Length >= 2 && d.All(one => one.State == "delivered"));
        var mail = host.Mailer.Sent.Where(m => m.To == manager).ShouldHaveSingleItem();
        mail.Subject.ShouldBe("Waiting for you: Summer");
        mail.Text.ShouldContain("create-repository");
        mail.Text.ShouldContain("Set another one under Providers.");
        mail.Text.ShouldContain($"/admin/campaigns/{host.Campaign.Id}");
        var body = JsonDocument.Parse(receiver.Requests.ShouldHaveSingleItem().Body).RootElement;
        (body.GetProperty("kind").GetString(), body.GetProperty("campaignId").GetString()).ShouldBe(("deployment.paused", host.Campaign.Id));
        body.GetProperty("deployment").GetProperty("step").GetString().ShouldBe("create-repository");

        await host.MoveAsync(run, "running", "succeeded");
        await host.MoveAsync(run, "succeeded");
        await host.DeliveriesAsync(d => d.Count(one => one.Channel == "webhook") == 2 && d.All(one => one.State == "delivered"));
        host.Mailer.Sent.Where(m => m.To == manager).Select(m => m.Subject).ShouldBe(["Waiting for you: Summer", "Goes on again: Summer"]);
        (await host.NoticesAsync()).Select(n => (n.Kind, n.Deployment!.Step)).ShouldBe([("deployment.succeeded", null), ("deployment.paused", "create-repository")]);
    }

    [Fact]
    public async Task says_what_is_left_behind_and_nothing_of_deployments_that_went_well()
    {
        await using var host = await NoticeHost.StartAsync(server);
        await host.AddManagerAsync();
        var good = await host.DeployAsync("deploy-site", "Built.");
        await host.MoveAsync(good, "succeeded", "succeeded");
        var left = await host.DeployAsync("create-site", "Vercel still shows the project.");
        await host.MoveAsync(left, "rolling_back", "undoing");
        await host.MoveAsync(left, "quarantined", "quarantined");
        await host.MoveAsync(left, "quarantined");
        await host.DeliveriesAsync(d => d.Length == 1 && d[0].State == "delivered");
        var mail = host.Mailer.Sent.ShouldHaveSingleItem();
        mail.Subject.ShouldBe("Something is left behind: Summer");
        mail.Text.ShouldContain("create-site.\n\nVercel still shows the project.");
        mail.Text.ShouldContain("every five minutes");

        // At rest for a moment, since another step still could not be undone: nothing is told before the last one is.
        await host.MoveAsync(left, "rolling_back", "quarantined");
        await host.MoveAsync(left, "quarantined", "undone");
        await host.MoveAsync(left, "rolled_back");
        await host.DeliveriesAsync(d => d.Count(one => one.State == "delivered") == 3 && d.Length == 3);
        host.Mailer.Sent.Last().Subject.ShouldBe("Nothing is left behind any more: Summer");
        (await host.NoticesAsync())[0].Kind.ShouldBe("deployment.quarantine_cleared");
    }

    /// <summary>A deployment waits for a provider that fails, too; and nobody but an administrator may set a credential.</summary>
    [Fact]
    public async Task says_no_more_than_is_known_and_tells_who_may_mend_it()
    {
        await using var host = await NoticeHost.StartAsync(server);
        var (admin, manager) = (await host.AddAdminAsync(), await host.AddManagerAsync());
        var run = await host.DeployAsync("deploy-site", "Vercel failed at vercel.deploy (503). It is tried again later.");
        await host.MoveAsync(run, "paused");
        await NoticeHost.UntilAsync(() => host.Mailer.Sent.Count(m => m.To == manager || m.To == admin) == 2);
        host.Mailer.Sent.ShouldAllBe(m => m.Text.Contains("waits at the step deploy-site.\n\nVercel failed at vercel.deploy (503)."));
        await host.MoveAsync(run, "running", "succeeded");
        await host.MoveAsync(run, "succeeded");

        var removal = await host.DeployAsync("remove-site", "The site could not be removed.", "decommission");
        await host.MoveAsync(removal, "quarantined", "quarantined");
        await NoticeHost.UntilAsync(() => host.Mailer.Sent.Any(m => m.Subject == "Something is left behind: Summer"));
        var left = host.Mailer.Sent.Single(m => m.Subject == "Something is left behind: Summer");
        (left.To, left.Text.Contains("undone")).ShouldBe((manager, false));
        left.Text.ShouldContain("\"Summer\" is being removed for good, and this could not be done yet: remove-site.\n\nThe site could not be removed.");
    }

    /// <summary>Hundreds of a client's deployments may wait for one token.</summary>
    [Fact]
    public async Task tells_administrators_once_an_hour_of_what_many_deployments_of_a_client_wait_for()
    {
        await using var host = await NoticeHost.StartAsync(server);
        var (admin, manager) = (await host.AddAdminAsync(), await host.AddManagerAsync());
        var at = new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);
        NoticeBody Of(int minute, string message) => new()
        {
            Kind = "deployment.paused", At = at.AddMinutes(minute), Campaign = host.Campaign.Id, Deployment = $"dep_{minute}", Step = "create-repository", Message = message,
        };
        const string token = "GitHub does not take the token.", rights = "The GitHub token lacks the scope delete_repo.";
        foreach (var (minute, message) in ((int, string)[])[(0, token), (1, token), (30, token), (31, rights), (59, token), (61, token)])
        {
            // The provider numbers its refusals.
            await host.TellAsync(Of(minute, $"{message} (request D0:{minute:X4})"));
        }

        await NoticeHost.UntilAsync(() => host.Mailer.Sent.Count(m => m.To == manager) == 6);
        await host.DeliveriesAsync(d => d.All(one => one.State == "delivered"));
        host.Mailer.Sent.Where(m => m.To == admin).Select(m => m.Text.Contains(rights, StringComparison.Ordinal)).Order().ShouldBe([false, false, true]);
        (await host.NoticesAsync()).Count().ShouldBe(6, "the feed shows each");
    }

    [Fact]
    public async Task tells_administrators_what_was_found_in_accounts_and_how_releases_go()
    {
        await using var host = await NoticeHost.StartAsync(server);
        var (admin, manager) = (await host.AddAdminAsync(), await host.AddManagerAsync());
        var at = new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);
        await host.TellAsync(new NoticeBody { Kind = "reconciliation.found", At = at, Provider = "github", Orphans = 1, Missing = 2 });
        await host.TellAsync(new NoticeBody { Kind = "reconciliation.refused", At = at, Provider = "github", Orphans = 8 });
        await host.TellAsync(new NoticeBody { Kind = "release.paused", At = at, Release = "rel_1", Version = "v1.2.0", Message = "Wave 1: 1 site is worse than before." });
        await host.TellAsync(new NoticeBody { Kind = "release.rolled_back", At = at, Release = "rel_2", Message = "2 sites were put back." });
        await NoticeHost.UntilAsync(() => host.Mailer.Sent.Count(m => m.To == admin) == 4);
        host.Mailer.Sent.ShouldNotContain(m => m.To == manager);
        var texts = string.Join('\n', host.Mailer.Sent.Select(m => m.Subject + m.Text));
        texts.ShouldContain("1 orphan and 2 parts that are missing or changed");
        texts.ShouldContain("Not deleting 8 orphans at github");
        texts.ShouldContain("Stopped: release v1.2.0");
        texts.ShouldContain("Wave 1: 1 site is worse than before.");
        texts.ShouldContain("Rolled back: release of chosen commits");
        texts.ShouldContain("/admin/template/releases/rel_2");
        texts.ShouldContain("/admin/reconciliation\n");
        texts.ShouldNotContain("/v1/");
    }

    [Fact]
    public async Task tells_managers_of_domains_that_are_active_lost_or_given_up()
    {
        await using var receiver = await Receiver.AnsweringAsync(200);
        await using var host = await NoticeHost.StartAsync(server);
        var manager = await host.AddManagerAsync();
        await host.AddWebhookAsync(receiver.Address);
        var at = new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);
        NoticeBody Of(string kind, string? message) => new() { Kind = kind, At = at, Campaign = host.Campaign.Id, Domain = "win.example.com", Message = message };
        await host.TellAsync(Of("domain.active", null));
        await host.TellAsync(Of("domain.lost", null));
        await host.TellAsync(Of("domain.given_up", "Vercel does not find the record yet."));
        await NoticeHost.UntilAsync(() => host.Mailer.Sent.Count(m => m.To == manager) == 3 && receiver.Requests.Count == 3);
        host.Mailer.Sent.Select(m => m.Subject).ShouldBe(
            ["Active: win.example.com", "Not active any more: win.example.com", "Not looked at any more: win.example.com"], ignoreOrder: true);
        host.Mailer.Sent.Single(m => m.Subject.StartsWith("Not active", StringComparison.Ordinal)).Text.ShouldContain("any more.\n\nThe campaign's page");
        host.Mailer.Sent.Single(m => m.Subject.StartsWith("Not looked", StringComparison.Ordinal)).Text.ShouldContain("30 days.\n\nVercel does not find");
        var told = receiver.Requests.Select(r => JsonDocument.Parse(r.Body).RootElement).Single(b => b.GetProperty("kind").GetString() == "domain.given_up");
        told.GetProperty("campaignId").GetString().ShouldBe(host.Campaign.Id);
        told.GetProperty("domain").GetProperty("name").GetString().ShouldBe("win.example.com");
        (await host.NoticesAsync()).ShouldAllBe(n => n.Domain!.Name == "win.example.com");
    }
}
