using System;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.Supabase;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Supabase;

public sealed class Reading_its_limits
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CloudCall Create = new(HttpMethod.Post, "supabase.create", "/v1/projects");

    [Theory]
    [InlineData("Retry-After", "7", 7)]
    [InlineData("Retry-After", "Sun, 01 Mar 2026 12:00:30 GMT", 30)]
    [InlineData("X-RateLimit-Reset", "42", 42)]
    [InlineData("X-RateLimit-Reset", "soon", null)]
    [InlineData("X-Other", "1", null)]
    public void takes_the_seconds_that_are_left_from_a_refusal(string header, string value, int? seconds)
    {
        var limits = Limits(HttpStatusCode.TooManyRequests, (header, value));

        limits.IsRefused.ShouldBeTrue();
        limits.IsWholeAccount.ShouldBeFalse();
        limits.Until.ShouldBe(seconds is { } left ? Now.AddSeconds(left) : null);
    }

    [Fact]
    public void waits_before_it_is_refused_when_nothing_is_left()
    {
        Limits(HttpStatusCode.OK, ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "9")).ShouldBe(new CloudLimits(false, Now.AddSeconds(9), false));
        Limits(HttpStatusCode.OK, ("X-RateLimit-Remaining", "1"), ("X-RateLimit-Reset", "9")).ShouldBe(CloudLimits.None);
    }

    [Theory]
    [InlineData(402, "Payment required", ProviderFault.Quota)]
    [InlineData(403, "The organization has members who have exceeded their free project limits.", ProviderFault.Quota)]
    [InlineData(400, "You have reached the project limit", ProviderFault.Quota)]
    [InlineData(403, "Forbidden resource", ProviderFault.Unauthorized)]
    [InlineData(400, "region is not valid", ProviderFault.Rejected)]
    [InlineData(422, "", ProviderFault.Rejected)]
    [InlineData(409, "Another operation is running", ProviderFault.Transient)]
    [InlineData(503, "quota service is down", ProviderFault.Transient)]
    public void knows_what_a_refusal_means(int status, string message, ProviderFault fault)
    {
        var refusal = new SupabaseDialect().Refusal(Create, status, new JsonObject { ["message"] = message });

        refusal.Fault.ShouldBe(fault);
        refusal.MayHaveHappened.ShouldBe(status >= 500);
        refusal.Message.ShouldContain("Supabase");
    }

    [Fact]
    public void does_without_a_message()
    {
        foreach (var body in new JsonNode?[] { null, new JsonArray(), JsonValue.Create("no"), new JsonObject { ["message"] = new JsonArray() } })
        {
            new SupabaseDialect().Refusal(Create, 400, body).Message.ShouldContain("no reason");
        }
    }

    private static CloudLimits Limits(HttpStatusCode status, params (string Name, string Value)[] headers)
    {
        using var answer = new HttpResponseMessage(status);
        foreach (var (name, value) in headers)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        return new SupabaseDialect().ReadLimits(answer, null, Now);
    }
}
