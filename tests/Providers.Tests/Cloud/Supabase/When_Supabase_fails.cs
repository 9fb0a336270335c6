using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.Supabase;
using PrizeDraw.Providers.Cloud.Supabase;
using PrizeDraw.Providers.Databases;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Supabase;

public sealed class When_Supabase_fails(TestPostgres postgres) : SupabaseSpec(postgres)
{
    public static TheoryData<Fault> AfterItWasDone => [Fault.DropAfter, Fault.After(500), Fault.After(502)];

    public static TheoryData<Fault> BeforeItWasDone => [Fault.DropBefore, Fault.Before(500), Fault.Before(503)];

    [Theory]
    [MemberData(nameof(AfterItWasDone))]
    public async Task a_project_that_was_made_without_an_answer_is_found_again(Fault fault)
    {
        Double.Faults.On("supabase.create", fault);

        var database = await CreateAsync();

        database.Id.ShouldBe(Only().Ref);
        Calls("supabase.create").ShouldBe(1);
    }

    [Fact]
    public async Task a_project_that_was_made_without_an_answer_is_found_again_also_when_it_shows_late()
    {
        Double.LooksUnknown = 5;
        Double.Faults.On("supabase.create", Fault.DropAfter);

        (await CreateAsync()).Id.ShouldBe(Only().Ref);

        Clock.Waited.ShouldBeLessThan(TimeSpan.FromSeconds(60));
    }

    [Theory]
    [MemberData(nameof(BeforeItWasDone))]
    public async Task a_project_that_was_not_made_is_asked_for_again_after_a_minute_of_looking(Fault fault)
    {
        Double.Faults.On("supabase.create", fault);

        (await CreateAsync()).Id.ShouldBe(Only().Ref);

        Clock.Waited.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(60));
        Calls("supabase.create").ShouldBe(2);
    }

    [Fact]
    public async Task a_project_that_is_never_made_is_told_and_may_be_tried_again()
    {
        Double.Faults.Always("supabase.create", Fault.Before(500));

        (await FaultOfAsync(CreateAsync)).ShouldBe(ProviderFault.Transient);

        Calls("supabase.create").ShouldBe(2);
        Double.Faults.Clear();
        (await CreateAsync()).Id.ShouldBe(Only().Ref);
    }

    [Fact]
    public async Task a_project_that_was_made_at_the_second_asking_without_an_answer_is_found_again()
    {
        Double.LooksUnknown = 5;
        Double.Faults.On("supabase.create", Fault.DropBefore, Fault.DropAfter);

        (await CreateAsync()).Id.ShouldBe(Only().Ref);

        Calls("supabase.create").ShouldBe(2);
    }

    [Fact]
    public async Task a_project_of_a_call_that_nobody_heard_the_end_of_is_looked_for_as_long_before_it_counts_as_none()
    {
        Double.LooksUnknown = 5;
        await Client.CreateAsync(Options, Request.Name, Request.OwnerPassword, CancellationToken.None);

        (await Provider.FindAsync(Request, CancellationToken.None))!.Id.ShouldBe(Only().Ref);

        Clock.Waited.ShouldBeLessThan(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task a_refusal_because_of_a_limit_is_waited_out_and_makes_one_project()
    {
        Double.Faults.On("supabase.create", Fault.Before(429, null, ("Retry-After", "0")), Fault.Before(429, null, ("Retry-After", "Sun, 01 Mar 2026 12:00:00 GMT")),
            Fault.Before(429, null, ("X-RateLimit-Reset", "0")));
        Double.Faults.On("supabase.project", Fault.Before(429, null, ("Retry-After", "0")), Fault.Before(500));

        (await ReadyAsync()).Id.ShouldBe(Only().Ref);

        Clock.Waited.ShouldBeLessThan(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task a_plan_that_is_used_up_is_not_tried_again()
    {
        Double.ProjectsMax = 0;

        var refusal = await Should.ThrowAsync<ProviderException>(CreateAsync);

        refusal.Fault.ShouldBe(ProviderFault.Quota);
        refusal.Message.ShouldContain("Delete or pause a project");
        Calls("supabase.create").ShouldBe(1);
        Double.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_revoked_token_is_told_at_every_step_and_nothing_is_done()
    {
        var database = await ReadyAsync();
        var request = Request with { Id = database.Id };
        Double.TokenIsRevoked = true;

        (await FaultOfAsync(CreateAsync)).ShouldBe(ProviderFault.Unauthorized);
        (await FaultOfAsync(() => Provider.FindAsync(Request, CancellationToken.None))).ShouldBe(ProviderFault.Unauthorized);
        (await FaultOfAsync(() => Provider.ReadyAsync(request, database, CancellationToken.None))).ShouldBe(ProviderFault.Unauthorized);
        (await FaultOfAsync(() => Provider.PauseAsync(request, CancellationToken.None))).ShouldBe(ProviderFault.Unauthorized);
        (await FaultOfAsync(() => Provider.ResumeAsync(request, CancellationToken.None))).ShouldBe(ProviderFault.Unauthorized);
        (await FaultOfAsync(() => Provider.DeleteIfOwnedAsync(request, CancellationToken.None))).ShouldBe(ProviderFault.Unauthorized);

        Double.TokenIsRevoked = false;
        await Provider.DeleteIfOwnedAsync(request, CancellationToken.None);
        Double.Left.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_new_project_that_is_unknown_for_a_moment_is_waited_for()
    {
        Double.LooksUnknown = 3;
        Double.LooksWithoutPooler = 3;

        (await ReadyAsync()).Host.ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task a_project_that_somebody_deleted_is_told()
    {
        var gone = new DatabaseRef(Request.Name, Request.Name, "", 0) { Id = "abcdefghijklmnopqrst" };

        var refusal = await Should.ThrowAsync<ProviderException>(() => Provider.ReadyAsync(Request, gone, CancellationToken.None));

        refusal.Fault.ShouldBe(ProviderFault.Rejected);
        refusal.Message.ShouldContain("does not exist any more");
        Clock.Waited.ShouldBeInRange(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3));
    }

    [Theory]
    [InlineData("INIT_FAILED")]
    [InlineData("REMOVED")]
    [InlineData("GOING_DOWN")]
    [InlineData("INACTIVE")]
    [InlineData("PAUSE_FAILED")]
    [InlineData("RESTORE_FAILED")]
    public async Task a_project_that_ends_badly_is_told_and_can_be_deleted(string status)
    {
        Double.Coming = ["COMING_UP", status];
        var database = await CreateAsync();

        (await FaultOfAsync(() => Provider.ReadyAsync(Request, database, CancellationToken.None))).ShouldBe(ProviderFault.Rejected);

        if (status == "GOING_DOWN")
        {
            SupabaseDouble.Put(Only(), status, "REMOVED");
        }

        await Provider.DeleteIfOwnedAsync(Request with { Id = database.Id }, CancellationToken.None);
        Double.Left.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("COMING_UP")]
    [InlineData("ACTIVE_UNHEALTHY")]
    [InlineData("A_STATUS_OF_NEXT_YEAR")]
    public async Task a_project_that_never_comes_up_is_given_up_after_a_quarter_of_an_hour(string status)
    {
        AnswersOddly = status == "A_STATUS_OF_NEXT_YEAR";
        Double.Coming = [status];
        var database = await CreateAsync();

        (await FaultOfAsync(() => Provider.ReadyAsync(Request, database, CancellationToken.None))).ShouldBe(ProviderFault.Transient);

        Clock.Waited.ShouldBeInRange(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(16));
    }

    [Fact]
    public async Task a_database_that_was_half_prepared_is_prepared()
    {
        var database = await CreateAsync();
        Double.Faults.On("supabase.enforce_ssl", Fault.DropAfter);
        Double.Faults.On("supabase.data_api", Fault.DropAfter);
        Double.Faults.On("supabase.pooler", Fault.Before(500), Fault.Before(500));

        var ready = await Provider.ReadyAsync(Request, database, CancellationToken.None);

        (await RunAsync(Provider.CampaignConnectionString(ready, Request.Password), "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task a_setting_that_is_not_taken_is_never_passed_over()
    {
        Double.Faults.Always("supabase.data_api", Fault.After(200, JsonNode.Parse(
            """{"db_schema":"public","max_rows":1000,"db_extra_search_path":"public","db_pool":null}""")));
        var database = await CreateAsync();

        (await FaultOfAsync(() => Provider.ReadyAsync(Request, database, CancellationToken.None))).ShouldBe(ProviderFault.Transient);
    }

    [Fact]
    public async Task many_projects_of_like_names_hide_none_of_ours()
    {
        for (var i = 0; i < 120; i++)
        {
            Double.AddForeign($"{Request.Name}_{i}");
        }

        await CreateAsync();
        (await CreateAsync()).Id.ShouldBe(Double.Projects[^1].Ref);

        Double.Projects.Count.ShouldBe(121);
    }

    [Fact]
    public async Task whoever_leaves_while_it_is_waited_stops_the_waiting()
    {
        Double.Coming = ["COMING_UP"];
        var database = await CreateAsync();
        using var leaving = new CancellationTokenSource();
        Double.Faults.On("supabase.project", 3, Fault.SlowBefore);

        var waiting = Provider.ReadyAsync(Request, database, leaving.Token);
        leaving.Cancel();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }
}
