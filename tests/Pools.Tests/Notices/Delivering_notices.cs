using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Notices;

public sealed class Delivering_notices(PoolServer server) : IClassFixture<PoolServer>
{
    [Fact]
    public async Task tells_managers_by_mail_and_webhooks_by_signed_json()
    {
        await using var receiver = await Receiver.AnsweringAsync(200);
        await using var host = await NoticeHost.StartAsync(server);
        var manager = await host.AddManagerAsync();
        var webhook = await host.AddWebhookAsync(receiver.Address);

        await host.CrossAsync();
        await host.DeliveriesAsync(d => d.Length == 2 && d.All(one => one.State == "delivered" && one.Attempts == 1));

        var mail = host.Mailer.Sent.ShouldHaveSingleItem();
        (mail.To, mail.Subject).ShouldBe((manager, "Low stock: Mug, 9 of 100 left (Summer)"));
        mail.Text.ShouldContain("entry 1042");
        mail.Text.ShouldContain($"/admin/campaigns/{host.Campaign.Id}");

        var request = receiver.Requests.ShouldHaveSingleItem();
        var body = JsonDocument.Parse(request.Body).RootElement;
        body.GetProperty("kind").GetString().ShouldBe("stock.low");
        body.GetProperty("id").GetString().ShouldStartWith("ntc_");
        body.GetProperty("campaignId").GetString().ShouldBe(host.Campaign.Id);
        (body.GetProperty("stock").GetProperty("name").GetString(), body.GetProperty("stock").GetProperty("remaining").GetInt64()).ShouldBe(("Mug", 9));
        body.GetProperty("at").GetString().ShouldEndWith("Z");
        var signature = request.Header("X-PrizeDraw-Signature");
        var time = signature.Split(',')[0][2..];
        byte[] signed = [.. Encoding.UTF8.GetBytes(time + "."), .. request.Body];
        signature.ShouldBe($"t={time},v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(webhook.Secret), signed)));
    }

    [Fact]
    public async Task tries_again_what_failed_and_tells_receivers_that_it_is_the_same()
    {
        // No attempt ends before the one before it was looked at, however long that takes.
        int[] statuses = [500, 302, 200];
        var looked = statuses.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        await using var receiver = await Receiver.StartAsync(async (context, number) =>
        {
            await looked[number - 1].Task;
            context.Response.StatusCode = statuses[number - 1];
        });
        await using var host = await NoticeHost.StartAsync(server);
        await host.AddWebhookAsync(receiver.Address);
        var (before, pause, spread) = (TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(15));
        looked[0].SetResult();
        await host.CrossAsync();
        var failed = await OfWebhookAsync(host, d => d.Attempts >= 1 && d.Error is not null);
        failed.Error.ShouldBe("The receiver answered 500.");
        failed.NextAt!.Value.ShouldBeInRange(before + pause - spread, TimeProvider.System.GetUtcNow() + pause + spread);

        looked[1].SetResult();
        await host.HurryAsync();
        await OfWebhookAsync(host, d => d.Attempts >= 2 && d.Error == "The receiver answered 302: redirects are not followed.");
        looked[2].SetResult();
        await host.HurryAsync();
        (await OfWebhookAsync(host, d => d.State == "delivered")).Error.ShouldBeNull();
        receiver.Requests.Select(r => r.Header("X-PrizeDraw-Delivery")).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task gives_up_after_twelve_attempts()
    {
        await using var receiver = await Receiver.AnsweringAsync(500);
        await using var host = await NoticeHost.StartAsync(server);
        await host.AddWebhookAsync(receiver.Address);
        await host.CrossAsync();
        for (var attempt = 1; attempt < 12; attempt++)
        {
            var made = attempt;
            // An attempt under way still shows the error of the one before; one that has ended has its next time ahead. Where looking took longer
            // than the pause, the next one has been made.
            await OfWebhookAsync(host, d => d.State == "failed" || (d.Attempts >= made && d.NextAt > TimeProvider.System.GetUtcNow()));
            await host.HurryAsync();
        }

        var last = await OfWebhookAsync(host, d => d.State == "failed");
        (last.Attempts, last.Error, last.NextAt).ShouldBe((12, "The receiver answered 500.", null));
        await host.HurryAsync();
        await host.CrossAsync("stock.out");
        await host.DeliveriesAsync(d => d.Any(one => one is { Channel: "webhook", State: "pending", Attempts: >= 1, Error: not null }));
        var requests = receiver.Requests.ToArray();
        requests.CountBy(r => r.Header("X-PrizeDraw-Delivery")).Select(of => of.Value).Max().ShouldBe(12);
        requests.DistinctBy(r => r.Header("X-PrizeDraw-Delivery")).Count().ShouldBe(2);
    }

    [Fact]
    public async Task of_one_target_wait_for_no_other()
    {
        var release = new TaskCompletionSource();
        await using var silent = await Receiver.StartAsync((_, _) => release.Task);
        await using var receiver = await Receiver.AnsweringAsync(200);
        await using var host = await NoticeHost.StartAsync(server, TimeSpan.FromSeconds(60));
        await host.AddWebhookAsync(silent.Address);
        await host.AddWebhookAsync(receiver.Address);
        await host.AddManagerAsync();
        await host.CrossAsync();
        await host.DeliveriesAsync(d => d.Count(one => one.State == "delivered") == 2);
        release.SetResult();
        await host.DeliveriesAsync(d => d.All(one => one.State == "delivered"));
    }

    [Fact]
    public async Task ends_at_a_time_limit()
    {
        var release = new TaskCompletionSource();
        await using var silent = await Receiver.StartAsync((_, _) => release.Task);
        await using var host = await NoticeHost.StartAsync(server, TimeSpan.FromMilliseconds(200));
        await host.AddWebhookAsync(silent.Address);
        await host.CrossAsync();
        await OfWebhookAsync(host, d => d.Error == "The receiver did not answer in time.");
        release.SetResult();
    }

    [Fact]
    public async Task gives_a_message_up_at_once_that_can_never_be_sent_and_tries_others_again()
    {
        await using var host = await NoticeHost.StartAsync(server);
        await host.AddManagerAsync();
        host.Mailer.Fails = () => new ProviderException(ProviderFault.Rejected, "There is no such mailbox.");
        await host.CrossAsync();
        await host.DeliveriesAsync(d => d is [{ State: "failed", Attempts: 1, Error: "There is no such mailbox." }]);

        host.Mailer.Fails = () => new InvalidOperationException("password=hidden");
        await host.CrossAsync("stock.out");
        var again = await host.DeliveriesAsync(d => d.Any(one => one is { State: "pending", Attempts: >= 1, Error: not null }));
        again.ShouldAllBe(one => !one.Error!.Contains("hidden", StringComparison.Ordinal));
        host.Mailer.Fails = () => null;
        await host.HurryAsync();
        await host.DeliveriesAsync(d => d.Count(one => one.State == "delivered") == 1);
    }

    [Fact]
    public async Task keeps_a_reminder_while_something_is_pending_and_none_after()
    {
        await using var host = await NoticeHost.StartAsync(server);
        await host.AddManagerAsync();
        host.Mailer.Fails = () => new ProviderException(ProviderFault.Transient, "The mail server is away.");
        await host.CrossAsync();
        await host.DeliveriesAsync(d => d is [{ Attempts: >= 1, Error: not null }]);
        (await host.RemindersAsync()).ShouldBe(1);
        host.Mailer.Fails = () => null;
        await host.HurryAsync();
        await host.DeliveriesAsync(d => d is [{ State: "delivered" }]);
        await host.RestsAsync();
    }

    [Fact]
    public async Task goes_on_at_another_host()
    {
        await using var receiver = await Receiver.AnsweringAsync(500, 200);
        NoticeHost first;
        await using (first = await NoticeHost.StartAsync(server))
        {
            await first.AddWebhookAsync(receiver.Address);
            await first.CrossAsync();
            await OfWebhookAsync(first, d => d.Error is not null);
        }

        await using var second = await NoticeHost.StartAsync(server);
        await second.HurryAsync(first.Campaign.TenantId);
        await second.DeliveriesAsync(d => d.Any(one => one is { Channel: "webhook", State: "delivered", Attempts: 2 }), first.Campaign);
    }

    [Fact]
    public async Task refuses_webhooks_that_cannot_be()
    {
        await using var host = await NoticeHost.StartAsync(server);
        foreach (var url in new[] { "http://hooks.example.com/", "nothing", "https://u:p@hooks.example.com/" })
        {
            var result = await host.Webhooks.AddAsync(new AddWebhook(PoolHost.Manager, Ids.New(Ids.Webhook, PoolHost.Noon), url, []));
            result.Refusal!.Code.ShouldBe("webhook.invalid");
            result.Refusal.Errors!.Keys.ShouldBe(["url"]);
        }

        (await host.Webhooks.RemoveAsync(new RemoveWebhook(PoolHost.Manager, Ids.New(Ids.Webhook, PoolHost.Noon)))).Refusal!.Code.ShouldBe("webhook.not_found");
        (await host.Webhooks.RemoveAsync(new RemoveWebhook(PoolHost.Manager, "whk_1"))).Refusal!.Code.ShouldBe("webhook.not_found");
    }

    private static async Task<DeliveryView> OfWebhookAsync(NoticeHost host, Func<DeliveryView, bool> asExpected) =>
        (await host.DeliveriesAsync(all => all.Any(d => d.Channel == "webhook" && asExpected(d)))).First(d => d.Channel == "webhook");
}
