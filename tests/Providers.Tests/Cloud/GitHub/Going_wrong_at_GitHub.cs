using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Providers.Cloud.GitHub;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.GitHub;

/// <summary>What may go wrong at GitHub, at each call: it ends with one repository that is ours, or with none and a sentence that says what to do.</summary>
public sealed class Going_wrong_at_GitHub : GitHubSpec
{
    private const string SecondaryLimit = "a secondary limit";

    public static TheoryData<string> Faults => [.. PassingFaults.All.Keys, SecondaryLimit];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task once_at_any_call_leaves_one_repository_and_then_none(string name)
    {
        // Told while requests remain, and without Retry-After.
        var fault = name != SecondaryLimit ? PassingFaults.All[name] : Fault.Before(
            403, Said("You have exceeded a secondary rate limit. Please wait a few minutes before you try again."), ("x-ratelimit-remaining", "4000"));
        await LiveAsync();
        var calls = GitHub.Requests.Count;
        calls.ShouldBeGreaterThan(12);
        for (var call = 1; call <= calls; call++)
        {
            var hits = GitHub.Faults.Hits.Count;
            GitHub.Faults.On(FaultScript.Any, call, fault);
            await LiveAsync($"{name} at call {call}");
            GitHub.Faults.Hits.Count.ShouldBe(hits + 1, $"call {call}");
            GitHub.Faults.Clear();
        }
    }

    [Theory]
    [InlineData("github.generate", false)]
    [InlineData("github.generate", true)]
    [InlineData("github.updateRef", true)]
    [InlineData("github.delete", true)]
    public async Task a_call_that_is_never_answered_is_looked_up(string operation, bool done)
    {
        var hurried = new GitHubRepositoryHost(Client(Calls() with { AttemptTimeout = TimeSpan.FromSeconds(2) }), Options, Clock);
        GitHub.Faults.On(operation, done ? Fault.SlowAfter : Fault.SlowBefore);
        await LiveAsync(operation, hurried);
        GitHub.Faults.Hits.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task at_random_ends_as_it_should(int seed)
    {
        GitHub.HiddenReads = 1;
        GitHub.Faults.Seeded(seed, 0.15);
        for (var round = 0; round < 5; round++)
        {
            await LiveAsync($"seed {seed}, round {round}");
        }

        GitHub.Faults.Hits.ShouldNotBeEmpty($"seed {seed}");
    }

    [Fact]
    public async Task a_repository_that_does_not_show_at_once_is_found_later()
    {
        GitHub.HiddenReads = 3;
        GitHub.Faults.On("github.generate", Fault.DropAfter);
        (await PersistentlyAsync(CreateAsync)).Id.ShouldNotBeNull();
        GitHub.Left.Count(r => r.Marker == Nonce).ShouldBe(1);
    }

    [Fact]
    public async Task a_repository_that_does_not_show_at_once_is_undone_all_the_same()
    {
        GitHub.HiddenReads = 3;
        GitHub.Faults.On("github.generate", Fault.DropAfter);
        await RefusedAsync(CreateAsync);
        GitHub.Left.Count(r => r.Marker == Nonce).ShouldBe(1);
        GitHub.HiddenReads = 3;
        await Host.DeleteIfOwnedAsync(Request, default);
        GitHub.Left.ShouldAllBe(r => r.Marker != Nonce);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_repository_that_some_servers_do_not_show_any_more_is_deleted_all_the_same(bool isNameSomebodyElses)
    {
        var made = await CreateAsync();
        if (isNameSomebodyElses)
        {
            GitHub.Rename(Full, "autumn");
            GitHub.AddRepository(Agency, Name, new Dictionary<string, string> { ["a"] = "theirs" });
        }

        GitHub.Hide(isNameSomebodyElses ? "agency/autumn" : Full, 3);
        await Host.DeleteIfOwnedAsync(Request with { Id = made.Id }, default);
        GitHub.Left.ShouldNotContain(r => r.Id == made.Id);
        GitHub.Left.Any(r => r.Name == Full).ShouldBe(isNameSomebodyElses);
    }

    [Fact]
    public async Task a_repository_that_is_gone_is_looked_for_half_a_minute()
    {
        var made = await CreateAsync();
        GitHub.Delete(Full);
        var before = Clock.Waited;
        await Host.DeleteIfOwnedAsync(Request with { Id = made.Id }, default);
        (Clock.Waited - before).ShouldBeInRange(Options.AppearsWithin, Options.AppearsWithin + TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task a_name_of_somebody_else_is_refused_and_never_touched()
    {
        GitHub.AddRepository(Agency, Name, new Dictionary<string, string> { ["a"] = "theirs" }, description: "Campaign site summer prizedraw:fedcba9876543210");
        var theirs = GitHub.Left.Single(r => r.Name == Full);
        (await RefusedAsync(CreateAsync)).Fault.ShouldBe(ProviderFault.NameTaken);
        (await Host.FindAsync(Request, default)).ShouldBeNull();
        await Host.DeleteIfOwnedAsync(Request, default);
        GitHub.Left.ShouldContain(theirs);
        GitHub.Requests.ShouldNotContain(r => r.Operation == "github.generate" || r.Operation == "github.delete");
    }

    [Fact]
    public async Task a_name_taken_between_look_and_call_is_refused_and_never_touched()
    {
        GitHub.Faults.On("github.generate", Fault.SlowBefore);
        var creating = CreateAsync();
        while (GitHub.Faults.Hits.Count == 0)
        {
            await Task.Yield();
        }

        GitHub.AddRepository(Agency, Name, new Dictionary<string, string> { ["a"] = "theirs" });
        GitHub.Faults.LetGo();
        (await RefusedAsync(() => creating)).Fault.ShouldBe(ProviderFault.NameTaken);
        await Host.DeleteIfOwnedAsync(Request, default);
        GitHub.Files(Full)!["a"].ShouldBe("theirs");
    }

    [Fact]
    public async Task another_repository_under_the_same_name_is_neither_written_nor_deleted()
    {
        var made = await CreateAsync();
        var description = (string)GitHub.Requests.Last(r => r.Operation == "github.update").Body!["description"]!;
        GitHub.Delete(Full);
        GitHub.AddRepository(Agency, Name, new Dictionary<string, string> { ["a"] = "theirs" }, description: description);
        (await RefusedAsync(() => Host.CommitAsync(made, Content("ours"), "Ours", default))).Fault.ShouldBe(ProviderFault.Rejected);
        await Host.DeleteIfOwnedAsync(Request with { Id = made.Id }, default);
        GitHub.Files(Full)!.ShouldHaveSingleItem().Value.ShouldBe("theirs");
    }

    [Fact]
    public async Task a_repository_that_lost_its_marker_is_told_not_deleted()
    {
        var made = await CreateAsync();
        GitHub.Describe(Full, "Our summer site");
        var error = await RefusedAsync(() => Host.DeleteIfOwnedAsync(Request with { Id = made.Id }, default));
        (error.Fault, error.Message.Contains(Nonce, StringComparison.Ordinal)).ShouldBe((ProviderFault.Rejected, true));
        GitHub.Left.ShouldContain(r => r.Name == Full);
    }

    [Fact]
    public async Task a_renamed_repository_is_ours_by_id_and_marker_and_what_took_its_name_is_not()
    {
        var made = await CreateAsync();
        GitHub.Rename(Full, "autumn");
        (await Host.FindAsync(Request with { Id = made.Id }, default))!.Id.ShouldBe(made.Id);
        GitHub.AddRepository(Agency, Name, new Dictionary<string, string> { ["a"] = "theirs" });
        (await Host.FindAsync(Request with { Id = made.Id }, default))!.Location.ShouldBe("https://github.com/agency/autumn.git");
        await Host.CommitAsync(made, Content("ours"), "Ours", default);
        GitHub.Files("agency/autumn")!["content/campaign.json"].ShouldBe("ours");
        await Host.DeleteIfOwnedAsync(Request with { Id = made.Id }, default);
        GitHub.Left.ShouldNotContain(r => r.Id == made.Id);
        GitHub.Files(Full)!.ShouldHaveSingleItem().Value.ShouldBe("theirs");
    }

    [Fact]
    public async Task a_redirect_to_another_place_gets_neither_the_call_nor_the_token()
    {
        await using var elsewhere = await Receiver.AnsweringAsync(200);
        var moved = Fault.Before(301, null, ("Location", new Uri(elsewhere.Address, "repos/agency/summer").AbsoluteUri));
        GitHub.Faults.Always("github.read", moved);
        await RefusedAsync(CreateAsync);
        GitHub.Faults.Clear();
        var made = await CreateAsync();
        GitHub.Faults.Always("github.delete", Fault.Before(307, null, ("Location", new Uri(elsewhere.Address, "repositories/1").AbsoluteUri)));
        await RefusedAsync(() => Host.DeleteIfOwnedAsync(Request with { Id = made.Id }, default));
        elsewhere.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_used_up_plan_is_told_and_not_tried_again()
    {
        GitHub.Faults.Always("github.generate", Fault.Before(422, Said("Repository creation failed. You have reached your repository limit: quota exceeded.")));
        var error = await RefusedAsync(CreateAsync);
        (error.Fault, GitHub.Faults.Hits.Count).ShouldBe((ProviderFault.Quota, 1));
        error.Message.ShouldContain("try again");
    }

    [Fact]
    public async Task a_token_revoked_on_the_way_is_told_and_goes_on_when_it_is_mended()
    {
        GitHub.Faults.On("github.update", Fault.Before(401, Said("Bad credentials")));
        (await RefusedAsync(CreateAsync)).Fault.ShouldBe(ProviderFault.Unauthorized);
        GitHub.Revoke(Token);
        (await RefusedAsync(CreateAsync)).Fault.ShouldBe(ProviderFault.Unauthorized);
        GitHub.AddToken(Token, new GitHubToken("agency-robot") { Owners = [Agency] });
        (await CreateAsync()).Id.ShouldNotBeNull();
        GitHub.Requests.Count(r => r.Operation == "github.generate").ShouldBe(1);
    }

    [Fact]
    public async Task a_token_without_the_right_to_delete_is_told_and_leaves_the_repository_known()
    {
        GitHub.AddToken(Token, new GitHubToken("agency-robot") { Owners = [Agency], MayDelete = false });
        var made = await CreateAsync();
        var error = await RefusedAsync(() => Host.DeleteIfOwnedAsync(Request with { Id = made.Id }, default));
        (error.Fault, error.Message.Contains("docs/cloud-setup.md", StringComparison.Ordinal)).ShouldBe((ProviderFault.Unauthorized, true));
        GitHub.AddToken(Token, new GitHubToken("agency-robot") { Owners = [Agency] });
        await Host.DeleteIfOwnedAsync(Request with { Id = made.Id }, default);
        GitHub.Left.ShouldNotContain(r => r.Name == Full);
    }

    [Fact]
    public async Task a_template_that_is_not_seen_is_told()
    {
        var host = new GitHubRepositoryHost(Client(), Options with { TemplateName = "somebody-elses" }, Clock);
        var error = await RefusedAsync(() => host.CreateFromTemplateAsync(Request, default));
        (error.Fault, error.Message.Contains("template", StringComparison.Ordinal)).ShouldBe((ProviderFault.Rejected, true));
        GitHub.Left.ShouldNotContain(r => r.Name == Full);
    }

    [Fact]
    public async Task a_token_that_GitHub_repeats_is_told_nowhere()
    {
        // The base of this test searches what was traced and thrown; here is that there is something to search.
        GitHub.Faults.On("github.generate", Fault.Before(403, Said($"No right for {Token}")), Fault.Before(502) with { Text = ("text/html", $"Bearer {Token}") });
        (await RefusedAsync(CreateAsync)).Message.ShouldContain("No right for");
        await PersistentlyAsync(CreateAsync);
        var told = string.Concat(Traces);
        told.ShouldContain("github.generate");
        told.ShouldContain("No right for");
    }

    // From nothing to a repository with our content, and back to nothing.
    private async Task LiveAsync(string? when = null, GitHubRepositoryHost? host = null)
    {
        host ??= Host;
        var made = await PersistentlyAsync(() => host.CreateFromTemplateAsync(Request, default));
        GitHub.Left.Where(r => r.Marker == Nonce).ShouldHaveSingleItem(when).Id.ShouldBe(made.Id, when);
        var head = await PersistentlyAsync(() => host.CommitAsync(made, Content("ours\n"), "Ours", default));
        (GitHub.History(Full)[0].Sha, GitHub.History(Full).Count, GitHub.Files(Full)!["content/campaign.json"]).ShouldBe((head, 2, "ours\n"), when);
        await PersistentlyAsync(async () =>
        {
            await host.DeleteIfOwnedAsync(Request with { Id = made.Id }, default);
            return true;
        });
        GitHub.Left.ShouldNotContain(r => r.Name == Full, when);
    }

    private static JsonObject Said(string message) => new() { ["message"] = message, ["documentation_url"] = "https://docs.github.com/rest" };
}
