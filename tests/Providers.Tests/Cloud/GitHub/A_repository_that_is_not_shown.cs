using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Providers.Cloud.GitHub;
using PrizeDraw.Providers.Repositories;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.GitHub;

/// <summary>GitHub says "not found" of a private repository that a credential may not see any more. That never passes for "gone".</summary>
public sealed class A_repository_that_is_not_shown : GitHubSpec
{
    private static readonly string[] Witnesses = ["github.user", "github.organization", "github.organizationRepositories", "github.ownRepositories", "github.installationRepositories"];

    [Fact]
    public async Task to_a_token_limited_to_others_is_kept_and_told()
    {
        var made = Request with { Id = (await CreateAsync()).Id };
        GitHub.AddRepository(Agency, "autumn", new Dictionary<string, string>(), isPrivate: true);
        GitHub.Select(Token, [$"{Agency}/autumn"]);
        (await DoubtAsync(made)).ShouldContain("is not shown all private repositories of agency");
        await DoubtAsync(Request);
        GitHub.Left.ShouldContain(r => r.Name == Full);
        (await CheckedAsync(new PreflightTarget(Name, Nonce) { Id = made.Id })).Single(c => c.Name == "name").State.ShouldBe(PreflightState.Failed);
        (await CheckedAsync(null)).Single(c => c.Name == "sight").State.ShouldBe(PreflightState.Failed);

        GitHub.Select(Token, null);
        (await CheckedAsync(null)).Single(c => c.Name == "sight").State.ShouldBe(PreflightState.Passed);
        await Host.DeleteIfOwnedAsync(made, default);
        GitHub.Left.ShouldNotContain(r => r.Name == Full);
        await Host.DeleteIfOwnedAsync(made, default);
    }

    [Fact]
    public async Task where_GitHub_tells_nothing_of_that_is_in_doubt_once_it_was_made()
    {
        GitHub.AddToken(Token, new GitHubToken("agency-robot") { Owners = [Agency], IsToldCounts = false });
        var made = Request with { Id = (await CreateAsync()).Id };
        GitHub.Delete(Full);
        (await DoubtAsync(made)).ShouldContain("docs/cloud-setup.md");
        (await CheckedAsync(null)).Single(c => c.Name == "sight").State.ShouldBe(PreflightState.Unknown);
        await Host.DeleteIfOwnedAsync(Request, default);
        GitHub.AddToken(Token, new GitHubToken("agency-robot") { Owners = [Agency] });
        await Host.DeleteIfOwnedAsync(made, default);
    }

    [Theory]
    [InlineData("repo, delete_repo", true)]
    [InlineData("public_repo, delete_repo", false)]
    [InlineData(null, false)]
    public async Task to_the_owners_own_classic_token_is_gone(string? scopes, bool isGone)
    {
        GitHub.AddToken(Token, new GitHubToken("anna") { Scopes = scopes, IsToldCounts = false });
        var host = new GitHubRepositoryHost(Client(), Options with { Owner = "Anna" }, Clock);
        var made = Request with { Id = (await host.CreateFromTemplateAsync(Request, default)).Id };
        GitHub.Delete("anna/summer");
        (await Record.ExceptionAsync(() => host.DeleteIfOwnedAsync(made, default)) is null).ShouldBe(isGone);
    }

    [Fact]
    public async Task any_more_after_a_deletion_without_an_answer_is_gone_and_after_a_refused_one_is_not()
    {
        GitHub.AddToken(Token, new GitHubToken("agency-robot") { Owners = [Agency], IsToldCounts = false });
        var isNoted = false;
        var made = Request with { Id = (await CreateAsync()).Id };
        RepositoryRequest Noting() => made with { Deletion = new DeletionNote(isNoted, (set, _) => Task.FromResult(isNoted = set)) };
        GitHub.Faults.Always("github.delete", Fault.Before(422));
        (await RefusedAsync(() => Host.DeleteIfOwnedAsync(Noting(), default))).Fault.ShouldBe(ProviderFault.Rejected);
        isNoted.ShouldBeFalse("it is still there");
        GitHub.Faults.Clear();
        GitHub.Faults.Always("github.delete", Fault.After(500));
        await Record.ExceptionAsync(() => Host.DeleteIfOwnedAsync(Noting(), default));
        GitHub.Left.ShouldNotContain(r => r.Name == Full);
        isNoted.ShouldBeTrue();
        await DoubtAsync(made);
        await Host.DeleteIfOwnedAsync(Noting(), default);
    }

    [Fact]
    public async Task is_deleted_when_all_is_shown_by_the_time_that_this_is_asked()
    {
        var made = Request with { Id = (await CreateAsync()).Id };
        GitHub.Select(Token, []);
        GitHub.Faults.Meanwhile = (request, _) =>
        {
            if (request.Path == $"/orgs/{Agency}")
            {
                GitHub.Select(Token, null);
            }

            return Task.FromResult<Fault?>(null);
        };
        await Host.DeleteIfOwnedAsync(made, default);
        GitHub.Left.ShouldNotContain(r => r.Name == Full);
    }

    [Fact]
    public async Task after_a_refusal_that_says_it_is_there_was_not_deleted_by_an_attempt_before()
    {
        var isNoted = false;
        var made = Request with { Id = (await CreateAsync()).Id, Deletion = new DeletionNote(false, (set, _) => Task.FromResult(isNoted = set)) };
        GitHub.Faults.On("github.delete", Fault.Before(502), Fault.Before(403));
        await RefusedAsync(() => Host.DeleteIfOwnedAsync(made, default));
        GitHub.Faults.Hits.Count.ShouldBe(2);
        isNoted.ShouldBeFalse();

        await Host.DeleteIfOwnedAsync(made with { Deletion = new DeletionNote(true, (set, _) => Task.FromResult(isNoted = set)) }, default);
        GitHub.Left.ShouldNotContain(r => r.Name == Full);
    }

    [Fact]
    public async Task was_perhaps_made_by_a_call_without_an_answer_and_not_by_a_refused_one()
    {
        var noted = new List<bool>();
        RepositoryRequest Noting(bool isSet) => Request with { Creation = new CreationNote(isSet, (set, _) => Task.Run(() => noted.Add(set))) };
        GitHub.Faults.On("github.generate", Fault.Before(422), Fault.Before(422), Fault.Before(502), Fault.Before(409));
        await RefusedAsync(() => Host.CreateFromTemplateAsync(Noting(false), default));
        noted.ShouldBe([true, false]);
        await RefusedAsync(() => Host.CreateFromTemplateAsync(Noting(true), default));
        noted.ShouldBe([true, false], "the one before it may have made it");
        await RefusedAsync(() => Host.CreateFromTemplateAsync(Noting(false), default));
        await RefusedAsync(() => Host.CreateFromTemplateAsync(Noting(false), default));
        noted.ShouldBe([true, false, true, true]);

        GitHub.AddRepository(Agency, Name, new Dictionary<string, string>(), isPrivate: true);
        GitHub.Select(Token, []);
        await RefusedAsync(() => Host.CreateFromTemplateAsync(Noting(false), default));
        noted.ShouldBe([true, false, true, true, true], "what has the name is not shown");
        await DoubtAsync(Request);
        await Host.DeleteIfOwnedAsync(Request with { MayBeMade = false }, default);

        GitHub.AddToken(Token, new GitHubToken("agency-robot") { Owners = [Agency], IsToldCounts = false });
        GitHub.Delete(Full);
        (await DoubtAsync(Request with { MayBeMade = true })).ShouldContain("may have made");
        GitHub.AddToken(Token, new GitHubToken("agency-robot") { Owners = [Agency] });
        await Host.DeleteIfOwnedAsync(Request with { MayBeMade = true }, default);
    }

    [Fact]
    public async Task is_asked_about_only_then()
    {
        var made = await CreateAsync();
        await Host.CommitAsync(made, Content("ours\n"), "Ours", default);
        await CheckedAsync(new PreflightTarget(Name, Nonce) { Id = made.Id });
        var asked = GitHub.Requests.Count(r => Witnesses.Contains(r.Operation));
        await Host.DeleteIfOwnedAsync(Request with { Id = made.Id }, default);
        GitHub.Requests.Count(r => Witnesses.Contains(r.Operation)).ShouldBe(asked);
        GitHub.Requests.Where(r => r.Operation != "github.user" && Witnesses.Contains(r.Operation)).ShouldBeEmpty();
    }

    private Task<ImmutableArray<PreflightCheck>> CheckedAsync(PreflightTarget? target) =>
        new GitHubRepositoryHost(Client(), Options, TimeProvider.System).CheckAsync(target, TimeSpan.FromSeconds(30), CancellationToken.None);

    private async Task<string> DoubtAsync(RepositoryRequest request)
    {
        var error = await RefusedAsync(() => Host.DeleteIfOwnedAsync(request, default));
        (error.Fault, error.Message.Contains("does not mean that it is gone", StringComparison.Ordinal)).ShouldBe((ProviderFault.Unauthorized, true), error.Message);
        return error.Message;
    }
}
