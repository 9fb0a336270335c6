using System;
using System.Globalization;
using System.Threading.Tasks;
using PrizeDraw.Providers.Cloud;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Pipeline;

public sealed class Waiting_as_told : PipelineSpec
{
    [Theory]
    [InlineData(429)]
    [InlineData(403)]
    public async Task waits_the_seconds_that_are_told(int status)
    {
        Http.Then(status, """{"message":"slow down"}""", ("Retry-After", "97")).Then(200);
        await SendAsync(Read);
        Clock.GetUtcNow().ShouldBe(Noon.AddSeconds(97));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    public async Task waits_as_a_provider_that_is_down_says(int status)
    {
        Http.Then(status, "{}", ("Retry-After", "97")).Then(status, "{}", ("Retry-After", "Sat, 05 Dec 2026 12:04:30 GMT")).Then(200);
        await SendAsync(Read);
        Clock.GetUtcNow().ShouldBe(Noon.AddSeconds(270));
    }

    [Fact]
    public async Task does_not_repeat_a_write_that_a_provider_which_is_down_may_have_done_but_lets_others_wait()
    {
        Http.Then(503, "{}", ("Retry-After", "97")).Then(200);
        (await RefusedAsync(Write, ProviderFault.Transient)).MayHaveHappened.ShouldBeTrue();
        Clock.GetUtcNow().ShouldBe(Noon);
        await SendAsync(Read);
        Clock.GetUtcNow().ShouldBe(Noon.AddSeconds(97));
    }

    [Fact]
    public async Task does_not_ask_a_provider_that_is_down_for_longer_than_a_call_waits_and_says_until_when()
    {
        Http.Then(503, "{}", ("Retry-After", "3600"));
        (await RefusedAsync(Read, ProviderFault.Transient)).Message.ShouldContain("2026-12-05 13:00:00 UTC");
        Clock.Slept.ShouldBeEmpty();
    }

    [Fact]
    public async Task waits_until_the_date_that_is_told()
    {
        Http.Then(429, "{}", ("Retry-After", "Sat, 05 Dec 2026 12:04:30 GMT")).Then(200);
        await SendAsync(Read);
        Clock.GetUtcNow().ShouldBe(Noon.AddSeconds(270));
    }

    [Fact]
    public async Task asks_again_at_once_when_the_date_is_past()
    {
        Http.Then(429, "{}", ("Retry-After", "Sat, 05 Dec 2026 11:00:00 GMT")).Then(200);
        (await SendAsync(Read)).Status.ShouldBe(200);
        Clock.GetUtcNow().ShouldBeLessThan(Noon.AddSeconds(1));
    }

    [Fact]
    public async Task waits_for_the_reset_when_nothing_remains()
    {
        var reset = Noon.AddMinutes(7).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Http.Then(403, """{"message":"API rate limit exceeded"}""", ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)).Then(200);
        await SendAsync(Read);
        Clock.GetUtcNow().ShouldBe(Noon.AddMinutes(7));
    }

    [Fact]
    public async Task waits_a_minute_then_two_for_a_secondary_limit_that_says_nothing()
    {
        const string Secondary = """{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}""";
        Http.Then(403, Secondary, ("x-ratelimit-remaining", "4711")).Then(403, Secondary, ("x-ratelimit-remaining", "4711")).Then(200);
        await SendAsync(Write);
        Clock.GetUtcNow().ShouldBe(Noon.AddMinutes(3));
        Http.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task repeats_even_a_write_that_a_limit_refused_since_nothing_was_done()
    {
        Http.Then(429, "{}", ("Retry-After", "3")).Then(201);
        (await SendAsync(Write)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task does_not_wait_longer_than_a_call_may_and_says_until_when()
    {
        Http.Then(429, "{}", ("Retry-After", "3600"));
        var refusal = await RefusedAsync(Write, ProviderFault.Transient);
        refusal.Message.ShouldContain("2026-12-05 13:00:00 UTC");
        refusal.MayHaveHappened.ShouldBeFalse();
        Clock.Slept.ShouldBeEmpty();
    }

    [Fact]
    public async Task lets_the_other_clients_of_the_account_wait_too_but_not_another_account()
    {
        Http.Then(429, "{}", ("Retry-After", "45")).Then(200).Then(200).Then(200);
        var stranger = CloudAccount.Of("github", "another0recognisable0token");
        var first = Client(options: Options with { RepeatsMax = 0 });
        await Should.ThrowAsync<ProviderException>(() => first.SendAsync(Read, default));

        await Client(stranger).SendAsync(Read, default);
        Clock.GetUtcNow().ShouldBe(Noon);
        await Client().SendAsync(Read with { Bucket = "content" }, default);
        Clock.GetUtcNow().ShouldBe(Noon.AddSeconds(45));
    }

    [Fact]
    public async Task stops_asking_before_it_is_refused_when_an_answer_says_that_nothing_remains()
    {
        var reset = Noon.AddMinutes(2).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Http.Then(200, "{}", ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)).Then(200);
        await SendAsync(Read);
        Clock.GetUtcNow().ShouldBe(Noon);
        await SendAsync(Read);
        Clock.GetUtcNow().ShouldBe(Noon.AddMinutes(2));
    }

    [Fact]
    public async Task does_not_believe_a_wait_of_years()
    {
        Http.Then(429, "{}", ("Retry-After", "999999999999"));
        (await RefusedAsync(Read, ProviderFault.Transient)).Message.ShouldContain("2026-12-06 12:00:00 UTC");
    }

    [Fact]
    public async Task takes_a_403_that_is_no_limit_for_a_missing_right_and_does_not_repeat_it()
    {
        Http.Then(403, """{"message":"Resource not accessible by personal access token"}""", ("x-ratelimit-remaining", "4711"));
        await RefusedAsync(Read, ProviderFault.Unauthorized);
        Http.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task gives_up_when_the_budget_is_blocked_for_longer_than_a_call_waits()
    {
        await Budget.BlockAsync(Account.Id, "github", Noon.AddHours(2), default);
        var held = await RefusedAsync(Read, ProviderFault.Transient);
        held.MayHaveHappened.ShouldBeFalse();
        Http.Requests.ShouldBeEmpty();
    }
}
