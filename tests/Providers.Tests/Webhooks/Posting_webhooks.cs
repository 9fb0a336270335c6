using System;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Webhooks;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Webhooks;

public sealed class Posting_webhooks
{
    private const string Secret = "whsec_c2VjcmV0";
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"kind":"stock.low","name":"Müg"}""");

    [Fact]
    public async Task signs_time_and_body()
    {
        await using var receiver = await Receiver.AnsweringAsync(204);
        using var sender = Sender();
        await sender.PostAsync(To(receiver.Address), default);
        var received = receiver.Requests.ShouldHaveSingleItem();
        (received.Method, received.Header("Content-Type")).ShouldBe(("POST", "application/json; charset=utf-8"));
        received.Body.ShouldBe(Body);
        received.Header("X-PrizeDraw-Event").ShouldBe("stock.low");
        received.Header("X-PrizeDraw-Delivery").ShouldBe("dlv_1");

        // As a receiver would, with nothing of ours.
        var parts = received.Header("X-PrizeDraw-Signature").Split(',').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
        byte[] signed = [.. Encoding.UTF8.GetBytes(parts["t"] + "."), .. received.Body];
        parts["v1"].ShouldBe(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed)));
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts["t"], null)).ShouldBe(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void signs_as_others_do() =>
        // Made with `printf '1700000000.{"id":"evt_test_webhook","object":"event"}' | openssl dgst -sha256 -hmac whsec_test_secret`.
        WebhookSignature.Of("whsec_test_secret", DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), "{\"id\":\"evt_test_webhook\",\"object\":\"event\"}"u8)
            .ShouldBe("t=1700000000,v1=d95c6b7477fbd7e9f90b1b0ef5f9c7ac25abca5382460e0d988c2b2a5b71b990");

    [Theory]
    [InlineData(500, ProviderFault.Transient)]
    [InlineData(404, ProviderFault.Transient)]
    [InlineData(429, ProviderFault.Transient)]
    [InlineData(410, ProviderFault.Rejected)]
    public async Task fails_unless_the_receiver_takes_it(int status, ProviderFault fault)
    {
        await using var receiver = await Receiver.AnsweringAsync(status, 200);
        using var sender = Sender();
        var failure = await Should.ThrowAsync<ProviderException>(() => sender.PostAsync(To(receiver.Address), default));
        failure.Fault.ShouldBe(fault);
        failure.Message.ShouldContain(status.ToString(null, null));
        receiver.Requests.Count.ShouldBe(1, "one call is one attempt");
        await sender.PostAsync(To(receiver.Address), default);
    }

    [Fact]
    public async Task follows_no_redirect()
    {
        await using var target = await Receiver.AnsweringAsync(200);
        await using var receiver = await Receiver.StartAsync((context, _) =>
        {
            context.Response.Redirect(target.Address.ToString());
            return Task.CompletedTask;
        });
        using var sender = Sender();
        await Should.ThrowAsync<ProviderException>(() => sender.PostAsync(To(receiver.Address), default));
        target.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task gives_up_on_a_receiver_that_does_not_answer()
    {
        var release = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync((_, _) => release.Task);
        using var sender = Sender(TimeSpan.FromMilliseconds(300));
        var failure = await Should.ThrowAsync<ProviderException>(() => sender.PostAsync(To(receiver.Address), default));
        (failure.Fault, failure.Message).ShouldBe((ProviderFault.Transient, "The receiver did not answer in time."));
        release.SetResult();
    }

    [Fact]
    public async Task reads_no_more_of_an_answer_than_it_needs()
    {
        var stopped = new TaskCompletionSource<long>();
        await using var receiver = await Receiver.StartAsync(async (context, _) =>
        {
            var sent = 0L;
            try
            {
                while (sent < 1L << 30)
                {
                    await context.Response.Body.WriteAsync(new byte[16 * 1024], context.RequestAborted);
                    sent += 16 * 1024;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or System.IO.IOException)
            {
                // The sender hung up.
            }

            stopped.TrySetResult(sent);
        });
        using var sender = Sender();
        await sender.PostAsync(To(receiver.Address), default);
        (await stopped.Task.WaitAsync(TimeSpan.FromSeconds(120))).ShouldBeLessThan(64 << 20);
    }

    [Fact]
    public async Task takes_an_answer_whose_end_never_comes()
    {
        var release = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync(async (context, _) =>
        {
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            await release.Task;
        });
        try
        {
            await PostWithinAsync(TimeSpan.FromMilliseconds(300));
        }
        finally
        {
            release.SetResult();
        }

        // The limit holds for the beginning of the answer too, which a busy machine may take longer for.
        async Task PostWithinAsync(TimeSpan limit)
        {
            try
            {
                using var sender = Sender(limit);
                await sender.PostAsync(To(receiver.Address), default);
            }
            catch (ProviderException) when (limit < TimeSpan.FromMinutes(1))
            {
                await PostWithinAsync(limit * 10);
            }
        }
    }

    [Fact]
    public async Task stops_when_it_is_told_to()
    {
        var release = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync((_, _) => release.Task);
        using var sender = Sender();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Should.ThrowAsync<OperationCanceledException>(() => sender.PostAsync(To(receiver.Address), stop.Token));
        release.SetResult();
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://localhost/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://192.168.0.1/")]
    [InlineData("https://172.31.255.255/")]
    [InlineData("https://100.64.0.1/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://0.0.0.0/")]
    public async Task refuses_to_connect_where_the_public_internet_is_not(string url)
    {
        using var sender = new WebhookSender(new WebhookOptions { TimeLimit = TimeSpan.FromMinutes(2) }, TimeProvider.System);
        var failure = await Should.ThrowAsync<ProviderException>(() => sender.PostAsync(To(new Uri(url)), default));
        failure.Fault.ShouldBe(ProviderFault.Rejected, "refused, not timed out");
    }

    [Fact]
    public async Task refuses_a_receiver_that_listens_on_this_machine()
    {
        await using var receiver = await Receiver.AnsweringAsync(200);
        using var sender = new WebhookSender(new WebhookOptions(), TimeProvider.System);
        await Should.ThrowAsync<ProviderException>(() => sender.PostAsync(To(receiver.Address), default));
        receiver.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("93.184.216.34", true)]
    [InlineData("1.1.1.1", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::ffff:1.1.1.1", true)]
    [InlineData("127.255.255.254", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("203.0.113.9", false)]
    [InlineData("192.0.0.8", false)]
    [InlineData("::", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:0:4136:e378::", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    public void knows_public_addresses(string address, bool isPublic) => PublicAddress.Is(IPAddress.Parse(address)).ShouldBe(isPublic);

    private static WebhookSender Sender(TimeSpan? limit = null) => new(
        new WebhookOptions { LoopbackAllowed = true, TimeLimit = limit ?? TimeSpan.FromMinutes(5) }, TimeProvider.System);

    private static WebhookRequest To(Uri url) => new(url, Secret, "dlv_1", "stock.low", Body);
}
