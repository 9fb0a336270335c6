using System;
using System.Linq;
using PrizeDraw.Domain.Notices;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Notices;

public sealed class Judging_webhooks
{
    [Theory]
    [InlineData("https://hooks.example.com/stock?token=a")]
    [InlineData("https://hooks.example.com:8443/")]
    public void takes_https_addresses(string url) => WebhookRules.Judge(url, [], loopbackAllowed: false).ShouldBeNull();

    [Theory]
    [InlineData("http://hooks.example.com/")]
    [InlineData("http://127.0.0.1:9/")]
    [InlineData("ftp://hooks.example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/stock")]
    [InlineData("hooks.example.com")]
    [InlineData("https://ann:secret@hooks.example.com/")]
    [InlineData("https://hooks.example.com/#part")]
    [InlineData("https://hooks.example.com/\r\nX: y")]
    [InlineData("")]
    public void refuses_others(string url) =>
        WebhookRules.Judge(url, [], loopbackAllowed: false)!.Fields.ShouldHaveSingleItem().Field.ShouldBe("url");

    [Fact]
    public void refuses_endless_ones() =>
        WebhookRules.Judge("https://hooks.example.com/" + new string('a', 2000), [], loopbackAllowed: false).ShouldNotBeNull();

    [Fact]
    public void takes_http_to_this_machine_where_that_is_allowed_and_to_no_other()
    {
        WebhookRules.Judge("http://127.0.0.1:9/", [], loopbackAllowed: true).ShouldBeNull();
        WebhookRules.Judge("http://hooks.example.com/", [], loopbackAllowed: true).ShouldNotBeNull();
        WebhookRules.Judge("http://10.0.0.1/", [], loopbackAllowed: true).ShouldNotBeNull();
    }

    [Fact]
    public void names_events_that_there_are()
    {
        WebhookRules.Judge("https://a.example/", [.. NoticeKinds.All], loopbackAllowed: false).ShouldBeNull();
        WebhookRules.Judge("https://a.example/", ["stock.high"], loopbackAllowed: false)!.Fields.Single().Message.ShouldContain("stock.low");
    }
}
