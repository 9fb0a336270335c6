using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using PrizeDraw.Providers.Mail;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Mail;

/// <summary>Against a server that answers as Resend's published description says; its fields and types are written out here.</summary>
public sealed class Sending_through_Resend
{
    private static readonly OutgoingMail Mail = new("dlv_1", "ann@example.com", "Low stock: Müg", "Nine are left.\n");

    [Fact]
    public async Task posts_what_the_description_asks_for()
    {
        await using var resend = await Receiver.AnsweringAsync(200);
        await Mailer(resend).SendAsync(Mail, default);
        var request = resend.Requests.ShouldHaveSingleItem();
        (request.Method, request.Path).ShouldBe(("POST", "/emails"));
        request.Header("Authorization").ShouldBe("Bearer re_key");
        request.Header("Content-Type").ShouldStartWith("application/json");
        var key = request.Header("Idempotency-Key");
        (key, key.Length <= 256).ShouldBe(("dlv_1", true));

        // required: from, to, subject; to is a text or a list of 1 to 50.
        var body = JsonDocument.Parse(request.Body).RootElement;
        body.EnumerateObject().Select(p => p.Name).Order().ShouldBe(["from", "subject", "text", "to"]);
        body.GetProperty("from").GetString().ShouldBe("prizes@example.com");
        body.GetProperty("to").EnumerateArray().Select(t => t.GetString()).ShouldBe(["ann@example.com"]);
        body.GetProperty("subject").GetString().ShouldBe("Low stock: Müg");
        body.GetProperty("text").GetString().ShouldBe("Nine are left.\n");
    }

    [Fact]
    public async Task tries_again_under_the_same_key_what_may_pass()
    {
        await using var resend = await Receiver.AnsweringAsync(500, 429, 200);
        await Mailer(resend).SendAsync(Mail, default);
        resend.Requests.Count.ShouldBe(3);
        resend.Requests.Select(r => r.Header("Idempotency-Key")).Distinct().ShouldBe(["dlv_1"]);
    }

    [Theory]
    [InlineData(503, ProviderFault.Transient, 3)]
    [InlineData(401, ProviderFault.Unauthorized, 1)]
    [InlineData(422, ProviderFault.Rejected, 1)]
    public async Task tells_what_kind_of_failure_it_was(int status, ProviderFault fault, int attempts)
    {
        await using var resend = await Receiver.AnsweringAsync(status);
        var failure = await Should.ThrowAsync<ProviderException>(() => Mailer(resend).SendAsync(Mail, default));
        failure.Fault.ShouldBe(fault);
        failure.Message.ShouldNotContain("re_key");
        resend.Requests.Count.ShouldBe(attempts);
    }

    [Fact]
    public async Task says_that_nobody_was_there()
    {
        var resend = await Receiver.AnsweringAsync(200);
        await resend.DisposeAsync();
        (await Should.ThrowAsync<ProviderException>(() => Mailer(resend).SendAsync(Mail, default))).Fault.ShouldBe(ProviderFault.Transient);
    }

    private static IMailer Mailer(Receiver resend) => Mailers.Create(
        new MailOptions
        {
            Way = MailWay.Resend, Folder = "unused", From = "prizes@example.com", Password = "re_key", ResendAddress = resend.Address,
        }, TimeProvider.System);
}
