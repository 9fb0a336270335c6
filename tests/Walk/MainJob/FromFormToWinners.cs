using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.Playwright;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.MainJob;

/// <summary>
/// The main job, over HTTP and in a real browser: login, client, campaign, deployment, publishing (the fixture), then these steps.
/// </summary>
[TestCaseOrderer("PrizeDraw.Walk.Support.InOrder", "PrizeDraw.Walk")]
public sealed class FromFormToWinners(MainJobFixture job) : IClassFixture<MainJobFixture>
{
    private const int Clients = 50, Requests = 500, People = 300;

    [Fact, Step(Number = 1)]
    public async Task The_site_is_served_and_the_deployment_can_be_read_step_by_step()
    {
        using var http = new HttpClient();
        (await http.GetStringAsync(job.Campaign.SiteUrl)).ShouldContain("<main", Case.Insensitive);
        var campaign = (await job.Admin.GetAsync($"/v1/campaigns/{job.Campaign.Id}")).Body!;
        var deployment = (await job.Admin.GetAsync($"/v1/deployments/{(string)campaign["deploymentId"]!}")).Body!;
        ((string?)deployment["state"]).ShouldBe("succeeded");
        deployment["steps"]!.AsArray().Select(s => (string)s!["state"]!).ShouldAllBe(state => state == "succeeded");
        deployment["log"]!.AsArray().Select(l => (string)l!["message"]!).ShouldContain(m => m.Contains("Next.js"), "the build's output is in the log");
    }

    [BrowserFact, Step(Number = 2)]
    public async Task An_entrant_fills_in_the_sites_form_in_a_real_browser_and_is_told_the_result()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Browser.LaunchAsync(playwright);
        var page = await Browser.NewPageAsync(browser);
        var errors = new ConcurrentBag<string>();
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(job.Campaign.SiteUrl.ToString());
        await page.Locator("main[data-state=live]").WaitForAsync();
        await page.Locator("[name=firstName]").FillAsync("Béatrice");
        await page.Locator("[name=lastName]").FillAsync("O'Neill");
        await page.Locator("[name=email]").FillAsync("browser@example.com");
        await page.Locator("[name=postcode]").FillAsync("LS1 4AP");
        await page.Locator("[name=dateOfBirth]").FillAsync("1985-02-28");
        await page.Locator("[name=\"answers.favourite\"]").FillAsync("Paris");
        await page.Locator("[name=terms]").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Enter now" }).ClickAsync();
        var result = page.GetByTestId("result");
        await result.WaitForAsync();
        (await result.GetAttributeAsync("data-outcome")).ShouldBe("prize", "every winning moment is due, so the first entry wins");
        errors.ShouldBeEmpty();
        (await StatsAsync())["entries"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact, Step(Number = 3)]
    public async Task Five_hundred_concurrent_requests_with_retries_and_duplicate_keys_leave_exact_counts()
    {
        var before = await StatsAsync();
        var answers = new ConcurrentBag<(int Request, ApiAnswer Answer)>();
        using var entrant = new PlatformClient(job.Platform.Address);
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (request, _) =>
            answers.Add((request, await entrant.EnterAsync(
                job.Campaign.Slug, job.Campaign.SiteKey, KeyOf(request), SampleCampaign.Entry(EmailOf(request))))));

        // 300 people enter; 100 requests repeat a key; 100 try a second time under another key.
        answers.Count(a => a.Answer.Status == 201).ShouldBe(People + 100);
        answers.Count(a => a.Answer.Code == "entry.limit_reached").ShouldBe(100);
        foreach (var same in answers.Where(a => a.Answer.Status == 201).GroupBy(a => KeyOf(a.Request)))
        {
            same.Select(a => a.Answer.Body!.ToJsonString()).Distinct().Count().ShouldBe(1, "a repeated key is answered alike");
        }

        var after = await StatsAsync();
        (after["entries"]!.GetValue<int>() - before["entries"]!.GetValue<int>()).ShouldBe(People);
        var mug = after["prizes"]!.AsArray().Single(p => (string)p!["name"]! == "Mug")!;
        var mugs = mug["allocated"]!.GetValue<int>();
        if (MainJobFixture.LondonDay() == job.Day)
        {
            mugs.ShouldBe(MainJobFixture.DailyCap, "every moment is due, so the day's cap is used up and not exceeded");
        }

        mugs.ShouldBeLessThanOrEqualTo(MainJobFixture.Mugs);
        (after["outcomes"]!["prize"]!.GetValue<int>() + after["outcomes"]!["gift"]!.GetValue<int>()).ShouldBe(after["entries"]!.GetValue<int>());
        NumbersAreGapless(answers.Where(a => a.Answer.Status == 201).Select(a => a.Answer["number"].GetValue<long>()), before["entries"]!.GetValue<int>());
    }

    [Fact, Step(Number = 4)]
    public async Task Closing_drawing_and_publishing_put_winners_on_the_site()
    {
        var closed = await job.Admin.PostAsync($"/v1/campaigns/{job.Campaign.Id}/close",
            new JsonObject { ["reason"] = "The walk ends.", ["evidence"] = "none" });
        closed.Status.ShouldBe(202, closed.Body?.ToJsonString());
        var refused = await job.Admin.EnterAsync(job.Campaign.Slug, job.Campaign.SiteKey, "after-closing", SampleCampaign.Entry("late@example.com"));
        (refused.Status, refused.Code).ShouldBe((409, "campaign.has_closed"));

        var draw = (string)(await job.Admin.GetAsync($"/v1/campaigns/{job.Campaign.Id}/draws")).Body!["items"]![0]!["id"]!;
        (await WinnersAsync()).ShouldBeEmpty("nothing is public before it is published");
        var drawn = await job.Admin.PostAsync($"/v1/draws/{draw}/run");
        drawn.Status.ShouldBeInRange(200, 202, drawn.Body?.ToJsonString());
        var winners = (await job.Admin.WaitForDrawAsync(draw))["winners"]!.ToJsonString();
        var again = await job.Admin.PostAsync($"/v1/draws/{draw}/run");
        again.Body!["winners"]!.ToJsonString().ShouldBe(winners, "a second trigger draws nothing anew");
        (await WinnersAsync()).ShouldBeEmpty();

        (await job.Admin.PostAsync($"/v1/draws/{draw}/publish")).Status.ShouldBeInRange(200, 202);
        var winner = (await PublishedWinnersAsync()).ShouldHaveSingleItem();
        ((string?)winner["prize"]).ShouldBe("Weekend in Paris");
        ((string)winner["name"]!).ShouldMatch("^[A-Z]\\. .+$");
        winner.ToJsonString().ShouldNotContain("@");
        ((string?)(await job.Admin.GetAsync($"/v1/campaigns/{job.Campaign.Id}")).Body!["state"]).ShouldBe("completed");
    }

    [BrowserFact, Step(Number = 5)]
    public async Task The_winners_stand_on_the_sites_page_and_it_takes_no_entries()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Browser.LaunchAsync(playwright);
        var page = await Browser.NewPageAsync(browser);
        await page.GotoAsync(new Uri(job.Campaign.SiteUrl, "/winners/").ToString());
        var name = (string)(await WinnersAsync())[0]["name"]!;
        await page.GetByText(name).First.WaitForAsync();
        await page.GotoAsync(job.Campaign.SiteUrl.ToString());
        await page.Locator("main[data-state=completed]").WaitForAsync();
        (await page.Locator("[name=email]").CountAsync()).ShouldBe(0);
    }

    // Requests 0 to 299 are 300 people; 300 to 399 repeat the first hundred keys; 400 to 499 are the next hundred people again.
    private static string KeyOf(int request) => request is >= 300 and < 400 ? $"walk-key-{request - 300:d4}" : $"walk-key-{request:d4}";

    private static string EmailOf(int request) => $"walker{(request < People ? request : request - People)}@example.com";

    private static void NumbersAreGapless(System.Collections.Generic.IEnumerable<long> numbers, int before) =>
        numbers.Distinct().Order().ShouldBe(Enumerable.Range(before + 1, People).Select(n => (long)n));

    private async Task<JsonNode> StatsAsync() => (await job.Admin.GetAsync($"/v1/campaigns/{job.Campaign.Id}/stats")).Body!;

    /// <summary>The site's answers are cached for about a second: published winners are there within a few.</summary>
    private Task<JsonNode[]> PublishedWinnersAsync() => Polling.UntilAsync(WinnersAsync, winners => winners.Length > 0, TimeSpan.FromMinutes(3));

    private async Task<JsonNode[]> WinnersAsync()
    {
        var answer = await job.Admin.SendAsync(HttpMethod.Get, $"/v1/sites/{job.Campaign.Slug}/winners", null, ("X-Site-Key", job.Campaign.SiteKey));
        return [.. answer.Body!["draws"]!.AsArray().SelectMany(d => d!["winners"]!.AsArray()).Select(w => w!)];
    }
}
