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
        await host.DeliveriesAsync(d => d.Length == 2 && d.All(one => one.State == "delivered"));
        var mail = host.Mailer.Sent.ShouldHaveSingleItem();
        (mail.To, mail.Subject).ShouldBe((manager, "Waiting for you: Summer"));
        mail.Text.ShouldContain("create-repository");
        mail.Text.ShouldContain("Set another one under Providers.");
        mail.Text.ShouldContain($"/admin/campaigns/{host.Campaign.Id}");
        var body = JsonDocument.Parse(receiver.Requests.ShouldHaveSingleItem().Body).RootElement;
        (body.GetProperty("kind").GetString(), body.GetProperty("campaignId").GetString()).ShouldBe(("deployment.paused", host.Campaign.Id));
        body.GetProperty("deployment").GetProperty("step").GetString().ShouldBe("create-repository");

        await host.MoveAsync(run, "running", "succeeded");
        await host.MoveAsync(run, "succeeded");
        await host.DeliveriesAsync(d => d.Length == 4 && d.All(one => one.State == "delivered"));
        host.Mailer.Sent.Select(m => m.Subject).ShouldBe(["Waiting for you: Summer", "Goes on again: Summer"]);
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
    }

    [Fact]
    public async Task tells_administrators_what_was_found_in_accounts()
    {
        await using var host = await NoticeHost.StartAsync(server);
        var (admin, manager) = (await host.AddAdminAsync(), await host.AddManagerAsync());
        var at = new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);
        await host.TellAsync(new NoticeBody { Kind = "reconciliation.found", At = at, Provider = "github", Orphans = 1, Missing = 2 });
        await host.TellAsync(new NoticeBody { Kind = "reconciliation.refused", At = at, Provider = "github", Orphans = 8 });
        await NoticeHost.UntilAsync(() => host.Mailer.Sent.Count(m => m.To == admin) == 2);
        host.Mailer.Sent.ShouldNotContain(m => m.To == manager);
        var texts = string.Join('\n', host.Mailer.Sent.Select(m => m.Subject + m.Text));
        texts.ShouldContain("1 orphan and 2 parts that are missing or changed");
        texts.ShouldContain("Not deleting 8 orphans at github");
    }
}
