using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>However many people ask what is in the way, and however often, an account is asked little at once.</summary>
public sealed class Asking_at_once(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    private readonly TaskCompletionSource goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int atOnce, most, asked;

    private IProviderChecks Checks => stage.Get<IProviderChecks>();

    Task IAsyncLifetime.InitializeAsync()
    {
        stage.GitHub.Faults.Meanwhile = async (request, _) =>
        {
            if (!request.Path.EndsWith("/rate_limit", StringComparison.Ordinal))
            {
                return null;
            }

            Interlocked.Increment(ref asked);
            InterlockedMax(Interlocked.Increment(ref atOnce));
            await goesOn.Task;
            Interlocked.Decrement(ref atOnce);
            return null;
        };
        return Task.CompletedTask;
    }

    Task IAsyncLifetime.DisposeAsync()
    {
        goesOn.TrySetResult();
        stage.GitHub.Faults.Clear();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task the_same_gets_all_of_them_the_one_answer()
    {
        var answers = Enumerable.Range(0, 20).Select(_ => Checks.OfAccountAsync(null, "github", default)).ToArray();
        await AskedAsync(1);
        // Each reads the accounts before it joins; one that came after the answer would rightly ask anew.
        await WaitingAsync(20);
        goesOn.SetResult();
        var told = await Task.WhenAll(answers);
        foreach (var one in told)
        {
            one!.Value.ShouldBe(told[0]!.Value);
        }

        asked.ShouldBe(1);

        // It is over then: who asks later is told what is so later.
        await Checks.OfAccountAsync(null, "github", default);
        asked.ShouldBe(2);
    }

    [Fact]
    public async Task something_else_waits_for_its_turn()
    {
        var campaigns = new CampaignView[6];
        for (var i = 0; i < campaigns.Length; i++)
        {
            var id = Ids.New(Ids.Campaign, TimeProvider.System.GetUtcNow());
            campaigns[i] = (await stage.Campaign(id).CreateAsync(new CreateCampaign(CloudStage.Admin, CloudStage.Settings(stage.NextSlug()), Provision: false))).Value!;
        }

        var answers = campaigns.Select(campaign => Checks.OfCampaignAsync(campaign, default)).ToArray();
        await AskedAsync(2);

        // Another owner's turn is not theirs; meanwhile the others would have come.
        (await Checks.OfAccountAsync(null, "vercel", default)).ShouldNotBeNull();
        goesOn.SetResult();
        await Task.WhenAll(answers);
        (asked, most).ShouldBe((6, 2));
    }

    [Fact]
    public async Task it_is_given_up_once_nobody_waits_for_it()
    {
        using var leaving = new CancellationTokenSource();
        var (one, other) = (Checks.OfAccountAsync(null, "github", leaving.Token), Checks.OfAccountAsync(null, "github", default));
        await AskedAsync(1);
        await WaitingAsync(2);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => one);
        other.IsCompleted.ShouldBeFalse("somebody else waits for it");
        goesOn.SetResult();
        (await other)!.Value.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task an_account_that_was_set_anew_is_asked_anew()
    {
        var before = Checks.OfAccountAsync(null, "github", default);
        await AskedAsync(1);
        await stage.SetAccountAsync("github", CloudStage.GitHubToken, new ProviderSettings(null, null, null, CloudStage.Owner, $"{CloudStage.Owner}/{CloudStage.Template}", null));
        var after = Checks.OfAccountAsync(null, "github", default);
        await AskedAsync(2);
        goesOn.SetResult();
        await Task.WhenAll(before, after);
    }

    private Task AskedAsync(int count) => Polling.UntilAsync(
        () => Task.FromResult(Volatile.Read(ref asked)), seen => seen >= count, TimeSpan.FromMinutes(3));

    private Task WaitingAsync(int count) => Polling.UntilAsync(
        () => Task.FromResult(stage.Get<ChecksUnderWay>().Waiting), waiting => waiting == count, TimeSpan.FromMinutes(3));

    private void InterlockedMax(int seen)
    {
        for (int was; (was = Volatile.Read(ref most)) < seen && Interlocked.CompareExchange(ref most, seen, was) != was;)
        {
        }
    }
}
