using System;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.Vercel;
using Shouldly;
using Xunit;
using static PrizeDraw.Providers.Tests.Cloud.Vercel.VercelWorkshop;

namespace PrizeDraw.Providers.Tests.Cloud.Vercel;

/// <summary>Headers, limits and refusals as Vercel has them.</summary>
public sealed class Speaking_to_Vercel
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly VercelDialect Dialect = new();

    [Fact]
    public async Task names_the_team_and_the_token_on_every_call()
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        await workshop.DeployAsync(made);
        await workshop.Domains.AddAsync(made, "win.example.com", default);
        await workshop.Hosting.DeleteIfOwnedAsync(made, default);
        workshop.Vercel.Requests.ShouldAllBe(r => r.Query.Contains("teamId=team_double") && r.Token == "vercel-double-token");
    }

    [Theory]
    [InlineData("Retry-After", "90", 90)]
    [InlineData("Retry-After", "Mon, 01 Jun 2026 12:02:00 GMT", 120)]
    [InlineData("X-RateLimit-Reset", "1780315260", 60)]
    public void waits_as_long_as_a_429_says(string header, string value, int seconds)
    {
        using var answer = Answer(429, (header, value));
        Dialect.ReadLimits(answer, null, Now).ShouldBe(new CloudLimits(true, Now.AddSeconds(seconds), IsWholeAccount: false));
    }

    [Fact]
    public void waits_as_long_as_the_body_of_a_429_says()
    {
        using var answer = Answer(429);
        var body = Problem("rate_limited", "Too many.");
        body["error"]!["limit"] = new JsonObject { ["remaining"] = 0, ["reset"] = Now.AddSeconds(30).ToUnixTimeSeconds(), ["total"] = 60 };
        Dialect.ReadLimits(answer, body, Now).Until.ShouldBe(Now.AddSeconds(30));
    }

    [Theory]
    [InlineData("0", 120, true)]
    [InlineData("1", 120, false)]
    [InlineData("0", 86_400, false)]
    public void keeps_still_before_it_is_refused_unless_that_would_be_for_hours(string remaining, int seconds, bool waits)
    {
        using var answer = Answer(
            200, ("X-RateLimit-Remaining", remaining), ("X-RateLimit-Reset", Now.AddSeconds(seconds).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Dialect.ReadLimits(answer, null, Now).ShouldBe(waits ? new CloudLimits(false, Now.AddSeconds(seconds), IsWholeAccount: false) : CloudLimits.None);
    }

    [Fact]
    public void does_not_wait_for_tomorrow()
    {
        using var answer = Answer(429, ("Retry-After", "86400"));
        var body = Problem("api-deployments-free-per-day", "Resource is limited");
        Dialect.ReadLimits(answer, body, Now).IsRefused.ShouldBeFalse();
        Dialect.Refusal(Call, 429, body).Fault.ShouldBe(ProviderFault.Quota);
    }

    public static TheoryData<int, string, ProviderFault> Refusals() => new()
    {
        { 400, "bad_request", ProviderFault.Rejected },
        { 400, "repo_not_found", ProviderFault.Rejected },
        { 400, "repo_links_exceeded_limit", ProviderFault.Quota },
        { 400, "incorrect_git_source_info", ProviderFault.Transient },
        { 402, "payment_required", ProviderFault.Quota },
        { 403, "forbidden", ProviderFault.Unauthorized },
        { 403, "too_many_projects", ProviderFault.Quota },
        { 404, "not_found", ProviderFault.Transient },
        { 409, "conflict", ProviderFault.Transient },
        { 428, "precondition_required", ProviderFault.Rejected },
        { 418, "a_code_that_nobody_knows", ProviderFault.Rejected },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void tells_refusals_apart_and_repeats_what_Vercel_says(int status, string code, ProviderFault fault)
    {
        var refusal = Dialect.Refusal(Call, status, Problem(code, "In Vercel's words."));
        refusal.Fault.ShouldBe(fault);
        refusal.Message.ShouldEndWith($" Vercel says: In Vercel's words. (vercel.something, {status})");
    }

    [Fact]
    public void takes_a_refusal_without_a_body_or_with_a_strange_one()
    {
        foreach (var body in new JsonNode?[] { null, new JsonArray(), JsonValue.Create("no"), new JsonObject { ["error"] = "no" }, new JsonObject { ["error"] = new JsonObject { ["code"] = 7 } } })
        {
            Dialect.Refusal(Call, 400, body).Message.ShouldBe("Vercel refused vercel.something. (vercel.something, 400)");
        }
    }

    [Fact]
    public void is_set_up_within_bounds()
    {
        new VercelOptions().Validate();
        foreach (var options in new VercelOptions[]
        {
            new() { TeamId = "" }, new() { Framework = "" }, new() { PollInterval = TimeSpan.Zero }, new() { PollInterval = TimeSpan.FromHours(1) },
            new() { BuildPatience = TimeSpan.FromHours(3) }, new() { AppearsWithin = TimeSpan.FromSeconds(-1) }, new() { GoneWithin = TimeSpan.FromHours(1) },
        })
        {
            Should.Throw<ArgumentException>(options.Validate).Message.ShouldStartWith("Vercel's options: ");
        }
    }

    private static CloudCall Call { get; } = new(HttpMethod.Get, "vercel.something", "/v9/something");

    private static JsonObject Problem(string code, string message) => new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } };

    private static HttpResponseMessage Answer(int status, params (string Name, string Value)[] headers)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status);
        foreach (var (name, value) in headers)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        return answer;
    }
}
