using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Provisioning;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <content>What became of the calls that made it, or were to delete it, says what "not found" means.</content>
public sealed partial class Losing_sight_of_a_repository
{
    [Fact]
    public async Task after_a_removal_has_seen_it_again_is_not_taken_for_deleted_by_an_undoing_before()
    {
        var before = stage.Left;
        Allow(false);
        var slug = stage.NextSlug();
        stage.Vercel.Faults.Always("vercel.create-project", Fault.Before(422));
        stage.GitHub.Faults.Always("github.delete", Fault.Before(500));
        var (id, _) = await stage.BeginAsync(slug);
        (await stage.EndsAsync(id)).ShouldBe("failed");
        await stage.RestsAsync(id, "quarantined");
        stage.GitHub.Faults.Clear();
        stage.GitHub.Faults.Always("github.delete", Fault.Before(422));
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "quarantined");
        (await LastAsync(id)).ShouldContain("github.delete");

        stage.GitHub.Faults.Clear();
        Narrow();
        await AgainAsync(id);
        await stage.RestsAsync(id, "paused");
        (await LastAsync(id)).ShouldContain("does not mean that it is gone");
        stage.Left.Except(before).ShouldHaveSingleItem().ShouldContain(slug);
        stage.GitHub.Select(CloudStage.GitHubToken, null);
        await AgainAsync(id);
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
    }

    [Fact]
    public async Task whose_creation_was_not_answered_keeps_the_roll_back_in_quarantine_until_it_is_seen()
    {
        var before = stage.Left;
        Allow(false);
        stage.GitHub.Faults.Meanwhile = (request, operation) =>
        {
            if (operation == "github.generate")
            {
                Narrow();
            }

            return Task.FromResult(operation == "github.generate" ? Fault.DropAfter : null);
        };
        var (id, slug) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("failed");
        (await LastAsync(id)).ShouldContain("does not mean that it is gone");
        stage.Left.Except(before).ShouldHaveSingleItem().ShouldContain(slug);
        stage.GitHub.Faults.Clear();
        stage.GitHub.Select(CloudStage.GitHubToken, null);
        await AgainAsync(id);
        await stage.UntilAsync(id, "rolled_back");
        stage.Left.ShouldBe(before);
    }

    [Fact]
    public async Task whose_creation_was_refused_hinders_no_roll_back()
    {
        var before = stage.Left;
        var slug = stage.NextSlug();
        stage.GitHub.Faults.Always("github.generate", Fault.Before(422));
        stage.Observer.On(slug, (step, point) =>
        {
            if ((step, point) == ("create-repository", SagaPoint.IntentStored))
            {
                stage.GitHub.Select(CloudStage.GitHubToken, []);
            }

            return Task.CompletedTask;
        });
        var (id, _) = await stage.BeginAsync(slug);
        (await stage.EndsAsync(id)).ShouldBe("rolled_back");
        stage.Left.ShouldBe(before);
    }

    [Fact]
    public async Task that_an_earlier_version_asked_for_without_a_note_is_not_told_as_refused_by_what_came_after()
    {
        var before = stage.Left;
        var slug = stage.NextSlug();
        var held = new HeldStep(stage, slug, "create-repository", SagaPoint.EffectDone);
        var (id, _) = await stage.BeginAsync(slug);
        await held.ReachedAsync();
        (await stage.CentralAsync(
            "update deployment_step s set note = null from campaign c where c.campaign_id = $1 and s.deployment_id = c.deployment_id and s.note = 'creating' returning s.name",
            Ids.Parse(Ids.Campaign, id))).ShouldBe(["create-repository"]);
        stage.GitHub.Select(CloudStage.GitHubToken, []);
        stage.GitHub.Faults.Always("github.generate", Fault.Before(422));
        await stage.TakeOverAsync(held, () => stage.Campaign(id).WakeAsync());
        (await stage.EndsAsync(id)).ShouldBe("failed");
        (await LastAsync(id)).ShouldContain("does not mean that it is gone");
        stage.Left.Except(before).ShouldHaveSingleItem().ShouldContain(slug);
        stage.GitHub.Select(CloudStage.GitHubToken, null);
        await AgainAsync(id);
        await stage.UntilAsync(id, "rolled_back");
        stage.Left.ShouldBe(before);
    }

    [Fact]
    public async Task or_of_a_site_whose_creation_was_not_answered_keeps_the_roll_back_in_quarantine_until_it_is_seen()
    {
        var before = stage.Left;
        stage.Vercel.Role = "CONTRIBUTOR";
        stage.Vercel.Faults.Always("vercel.project", Fault.Before(404)).On("vercel.create-project", Fault.DropAfter);
        var (id, slug) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("failed");
        (await LastAsync(id)).ShouldContain("does not mean that it is gone");
        stage.Left.Except(before).ShouldContain(l => l.StartsWith("project", System.StringComparison.Ordinal) && l.Contains(slug));
        stage.Vercel.Faults.Clear();
        stage.Vercel.Role = "MEMBER";
        await AgainAsync(id);
        await stage.UntilAsync(id, "rolled_back");
        stage.Left.ShouldBe(before);
    }

    /// <summary>What the log said last of something that rests.</summary>
    private async Task<string> LastAsync(string id) => (await stage.LogAsync(id)).Last(l => l.Contains("quarantine", System.StringComparison.Ordinal) || l.Contains("Waiting until", System.StringComparison.Ordinal));
}
