using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.Supabase;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Supabase;

/// <summary>Pausing and deleting: only what is ours, and until it is done.</summary>
public sealed class Ending_while_Supabase_fails(TestPostgres postgres) : SupabaseSpec(postgres)
{
    [Fact]
    public async Task a_deletion_without_an_answer_is_looked_after()
    {
        var database = await CreateAsync();
        Double.Faults.On("supabase.delete", Fault.DropAfter);

        await Provider.DeleteIfOwnedAsync(Request with { Id = database.Id }, CancellationToken.None);

        Double.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_project_that_shows_only_after_its_creation_was_given_up_is_deleted()
    {
        Double.LooksUnknown = 20;
        Double.Faults.On("supabase.create", Fault.DropBefore, Fault.DropAfter);
        (await FaultOfAsync(CreateAsync)).ShouldBe(ProviderFault.Transient);

        await Provider.DeleteIfOwnedAsync(Request, CancellationToken.None);

        Double.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_second_project_that_shows_later_than_the_first_is_deleted_too()
    {
        await Client.CreateAsync(Options, Request.Name, Request.OwnerPassword, CancellationToken.None);
        Double.LooksUnknown = 4;
        await Client.CreateAsync(Options, Request.Name, Request.OwnerPassword, CancellationToken.None);

        await Provider.DeleteIfOwnedAsync(Request, CancellationToken.None);

        Double.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_project_that_one_look_does_not_find_is_deleted_while_the_list_names_it()
    {
        var database = await CreateAsync();
        Double.Faults.On("supabase.project", Fault.Before(404));

        await Provider.DeleteIfOwnedAsync(Request with { Id = database.Id }, CancellationToken.None);

        Double.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_deletion_that_answers_404_is_only_believed_once_the_list_says_so_too()
    {
        var request = Request with { Id = (await CreateAsync()).Id };
        await Client.FindAsync(request.Id!, CancellationToken.None);
        Double.Faults.On("supabase.delete", Fault.Before(404)).On("supabase.project", 3, Fault.Before(404));

        (await FaultOfAsync(() => Provider.DeleteIfOwnedAsync(request, CancellationToken.None))).ShouldBe(ProviderFault.Transient);
        await Provider.DeleteIfOwnedAsync(request, CancellationToken.None);

        Double.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_deletion_that_was_only_accepted_is_waited_for()
    {
        Double.Going = ["GOING_DOWN", "GOING_DOWN", "GOING_DOWN", "REMOVED"];
        var database = await CreateAsync();

        await Provider.DeleteIfOwnedAsync(Request with { Id = database.Id }, CancellationToken.None);

        Double.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_deletion_that_never_ends_may_be_tried_again()
    {
        Double.Going = ["GOING_DOWN"];
        var request = Request with { Id = (await CreateAsync()).Id };

        (await FaultOfAsync(() => Provider.DeleteIfOwnedAsync(request, CancellationToken.None))).ShouldBe(ProviderFault.Transient);
        SupabaseDouble.Put(Only(), "GOING_DOWN", "REMOVED");
        await Provider.DeleteIfOwnedAsync(request, CancellationToken.None);

        Double.Left.ShouldBeEmpty();
        Calls("supabase.delete").ShouldBe(1);
    }

    [Fact]
    public async Task a_project_that_is_busy_is_deleted_later()
    {
        var request = Request with { Id = (await CreateAsync()).Id };
        SupabaseDouble.Put(Only(), "PAUSING", "PAUSING", "INACTIVE");

        var refusal = await Should.ThrowAsync<ProviderException>(() => Provider.DeleteIfOwnedAsync(request, CancellationToken.None));
        refusal.Fault.ShouldBe(ProviderFault.Transient);
        refusal.Message.ShouldContain("PAUSING");

        await Client.FindAsync(request.Id!, CancellationToken.None);
        await Provider.DeleteIfOwnedAsync(request, CancellationToken.None);
        Double.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_right_to_delete_that_is_missing_is_told()
    {
        var request = Request with { Id = (await CreateAsync()).Id };
        await Client.FindAsync(request.Id!, CancellationToken.None);
        Double.Faults.Always("supabase.delete", Fault.Before(403));

        (await FaultOfAsync(() => Provider.DeleteIfOwnedAsync(request, CancellationToken.None))).ShouldBe(ProviderFault.Unauthorized);
    }

    [Fact]
    public async Task what_has_the_stored_id_and_another_name_is_not_touched()
    {
        var request = Request with { Id = (await CreateAsync()).Id };
        SupabaseDouble.Rename(Only(), "the shop of somebody");

        (await FaultOfAsync(() => Provider.DeleteIfOwnedAsync(request, CancellationToken.None))).ShouldBe(ProviderFault.NameTaken);
        (await FaultOfAsync(() => Provider.PauseAsync(request, CancellationToken.None))).ShouldBe(ProviderFault.NameTaken);

        Only().Status.ShouldNotBe("INACTIVE");
        Calls("supabase.delete").ShouldBe(0);
    }

    [Fact]
    public async Task what_has_the_name_and_another_id_is_not_touched_once_an_id_is_stored()
    {
        var foreign = Double.AddForeign(Request.Name);

        await Provider.DeleteIfOwnedAsync(Request with { Id = "abcdefghijklmnopqrst" }, CancellationToken.None);

        Only().ShouldBe(foreign);
    }

    [Fact]
    public async Task a_second_project_that_a_call_on_its_way_has_made_goes_and_a_later_copy_stays()
    {
        var made = await Provider.CreateAsync(Request, CancellationToken.None);
        Double.AddForeign(Request.Name);
        await Provider.ReadyAsync(Request, made, CancellationToken.None);
        Only().Ref.ShouldBe(made.Id);

        Double.AddForeign(Request.Name);
        var copy = Double.AddForeign(Request.Name, Clock.GetUtcNow().AddDays(1));
        await Provider.DeleteIfOwnedAsync(Request with { Id = made.Id }, CancellationToken.None);
        Only().ShouldBe(copy);
    }

    [Fact]
    public async Task a_name_that_does_not_hold_the_marker_is_refused_before_anything_is_asked()
    {
        var loose = Request with { Name = "campaign" };

        (await FaultOfAsync(() => Provider.CreateAsync(loose, CancellationToken.None))).ShouldBe(ProviderFault.Rejected);
        (await FaultOfAsync(() => Provider.DeleteIfOwnedAsync(loose, CancellationToken.None))).ShouldBe(ProviderFault.Rejected);

        Double.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("PAUSE_FAILED")]
    [InlineData("GOING_DOWN")]
    public async Task a_project_that_cannot_be_paused_is_told(string status)
    {
        var request = Request with { Id = (await ReadyAsync()).Id };
        Double.Pausing = ["PAUSING", status];

        (await FaultOfAsync(() => Provider.PauseAsync(request, CancellationToken.None))).ShouldBe(ProviderFault.Rejected);
    }

    [Fact]
    public async Task a_project_that_is_still_being_paused_is_woken_once_it_is()
    {
        var request = Request with { Id = (await ReadyAsync()).Id };
        SupabaseDouble.Put(Only(), "PAUSING", "PAUSING", "INACTIVE");
        var before = Clock.Waited;

        await Provider.ResumeAsync(request, CancellationToken.None);

        (Only().Status, Calls("supabase.restore")).ShouldBe(("ACTIVE_HEALTHY", 1));
        (Clock.Waited - before).ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task a_project_that_cannot_be_woken_is_told()
    {
        var request = Request with { Id = (await ReadyAsync()).Id };
        await Provider.PauseAsync(request, CancellationToken.None);
        Double.Waking = ["INACTIVE", "RESTORING", "RESTORE_FAILED"];

        (await FaultOfAsync(() => Provider.ResumeAsync(request, CancellationToken.None))).ShouldBe(ProviderFault.Rejected);
    }
}
