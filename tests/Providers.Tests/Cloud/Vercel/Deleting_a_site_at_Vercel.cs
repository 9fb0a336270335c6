using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.Vercel;
using Shouldly;
using Xunit;
using static PrizeDraw.Providers.Tests.Cloud.Vercel.VercelWorkshop;

namespace PrizeDraw.Providers.Tests.Cloud.Vercel;

/// <summary>Only what carries id, name and marker goes; gone already is gone.</summary>
public sealed class Deleting_a_site_at_Vercel
{
    [Fact]
    public async Task twice_is_as_good_as_once()
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        await workshop.DeployAsync(made);
        await workshop.Hosting.DeleteIfOwnedAsync(made, CancellationToken.None);
        await workshop.Hosting.DeleteIfOwnedAsync(made, CancellationToken.None);
        workshop.Vercel.Left.ShouldBeEmpty();
        workshop.RequestsOf("vercel.delete-project").Count.ShouldBe(1);
    }

    [Fact]
    public async Task cancels_what_is_being_built_first()
    {
        await using var workshop = await OpenAsync(buildMs: 10);
        workshop.Vercel.NextBuilds(VercelCourse.StuckAt("BUILDING"));
        var made = await workshop.MadeAsync();
        await RefusalOfAsync(() => workshop.DeployAsync(made));
        await workshop.Hosting.DeleteIfOwnedAsync(made, CancellationToken.None);
        workshop.RequestsOf("vercel.cancel-deployment").Count.ShouldBe(1);
        workshop.Vercel.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task finds_what_was_made_and_is_not_seen_yet_when_no_id_is_stored()
    {
        await using var workshop = await OpenAsync(appearsMs: 30_000);
        workshop.Vercel.Faults.On("vercel.create-project", Fault.DropAfter);
        workshop.Vercel.LooksUntilSeen = 2;
        using var leaving = new CancellationTokenSource();
        // The process that made it is gone before it could look again.
        workshop.Vercel.Faults.On("vercel.project", 2, Fault.SlowBefore);
        var making = workshop.Hosting.CreateAsync(Site, leaving.Token);
        await WaitAsync(() => workshop.Vercel.Faults.Hits.Count == 2);
        await leaving.CancelAsync();
        await Should.ThrowAsync<System.OperationCanceledException>(() => making);
        await workshop.Hosting.DeleteIfOwnedAsync(Site, CancellationToken.None);
        workshop.Vercel.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task refuses_a_project_that_a_person_has_taken_over()
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        workshop.Vercel.Rename(Name, "kept-by-hand");
        var refusal = await RefusalOfAsync(() => workshop.Hosting.DeleteIfOwnedAsync(made, CancellationToken.None));
        refusal.Fault.ShouldBe(ProviderFault.Rejected);
        refusal.Message.ShouldContain("kept-by-hand");
        workshop.Vercel.Left.Count.ShouldBe(1);
        workshop.Vercel.Rename("kept-by-hand", Name);
        await workshop.Hosting.DeleteIfOwnedAsync(made, CancellationToken.None);
        workshop.Vercel.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task waits_until_it_is_gone()
    {
        await using var workshop = await OpenAsync();
        workshop.Vercel.LooksUntilGone = 3;
        var made = await workshop.MadeAsync();
        await workshop.Hosting.DeleteIfOwnedAsync(made, CancellationToken.None);
        (await workshop.Hosting.FindAsync(made, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task that_does_not_end_is_to_be_tried_again()
    {
        await using var workshop = await OpenAsync(goneMs: 10);
        workshop.Vercel.LooksUntilGone = int.MaxValue;
        var made = await workshop.MadeAsync();
        (await RefusalOfAsync(() => workshop.Hosting.DeleteIfOwnedAsync(made, CancellationToken.None))).Fault.ShouldBe(ProviderFault.Transient);
    }

    [Theory]
    [InlineData(409, ProviderFault.Transient)]
    [InlineData(403, ProviderFault.Unauthorized)]
    [InlineData(500, ProviderFault.Transient)]
    public async Task that_is_refused_deletes_nothing_and_can_be_tried_again(int status, ProviderFault fault)
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        workshop.Vercel.Faults.On("vercel.delete-project", Fault.Before(status));
        (await RefusalOfAsync(() => workshop.Hosting.DeleteIfOwnedAsync(made, CancellationToken.None))).Fault.ShouldBe(fault);
        workshop.Vercel.Left.Count.ShouldBe(1);
        await workshop.Hosting.DeleteIfOwnedAsync(made, CancellationToken.None);
        workshop.Vercel.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task that_is_answered_with_404_is_done()
    {
        await using var workshop = await OpenAsync();
        var made = await workshop.MadeAsync();
        workshop.Vercel.Faults.On("vercel.delete-project", Fault.After(404));
        await workshop.Hosting.DeleteIfOwnedAsync(made, CancellationToken.None);
        workshop.Vercel.Left.ShouldBeEmpty();
    }

    private static async Task WaitAsync(System.Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(System.TimeSpan.FromSeconds(120));
        while (!holds())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
