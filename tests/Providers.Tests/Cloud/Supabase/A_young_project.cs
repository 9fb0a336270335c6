using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Providers.Databases;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Supabase;

/// <summary>Its parts come one after the other: what is not there yet is no reason to delete the project, and all that was made beside it.</summary>
public sealed class A_young_project(TestPostgres postgres) : SupabaseSpec(postgres)
{
    public static TheoryData<string, int> Early
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var operation in new[] { "health", "data_api", "ssl", "enforce_ssl", "pooler" })
            {
                data.Add("supabase." + operation, 404);
                data.Add("supabase." + operation, 400);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Early))]
    public async Task is_waited_for_while_a_part_of_it_is_not_there(string operation, int status)
    {
        var database = await CreateAsync();
        Double.Faults.On(operation, Fault.Before(status), Fault.Before(status), Fault.Before(status));

        var ready = await Provider.ReadyAsync(Request, database, CancellationToken.None);

        (await RunAsync(Provider.CampaignConnectionString(ready, Request.Password), "select 1")).ShouldBe(1);
        Calls(operation).ShouldBeGreaterThan(3);
        Clock.Waited.ShouldBeInRange(3 * Options.PollInterval, Options.KnownWithin);
    }

    [Theory]
    [MemberData(nameof(Early))]
    public async Task that_lacks_a_part_for_good_is_told_in_the_providers_words(string operation, int status)
    {
        var database = await CreateAsync();
        Double.Faults.Always(operation, Fault.Before(status));

        var refusal = await Should.ThrowAsync<ProviderException>(() => Provider.ReadyAsync(Request, database, CancellationToken.None));

        refusal.Fault.ShouldBe(ProviderFault.Rejected);
        refusal.Message.ShouldContain($"Scripted fault {status}");
        Clock.Waited.ShouldBeInRange(Options.ReadyWithin, Options.ReadyWithin + TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(400)]
    public async Task takes_the_owners_password_once_it_can_and_nobody_knocks_with_a_wrong_one_meanwhile(int status)
    {
        await ReadyAsync();
        var again = Request with { OwnerPassword = "another-password-" + Nonce };
        Double.Faults.On("supabase.password", Fault.Before(status), Fault.Before(status), Fault.Before(status), Fault.Before(status));

        var database = await Provider.ReadyAsync(again, await Provider.CreateAsync(again, CancellationToken.None), CancellationToken.None);

        (await RunAsync(Provider.OwnerConnectionString(database, again.OwnerPassword), "select current_schema()::text")).ShouldBe("prizedraw");
        Calls("supabase.password").ShouldBe(5);
    }

    [Fact]
    public async Task that_wakes_is_waited_for_likewise()
    {
        var request = Request with { Id = (await ReadyAsync()).Id };
        await Provider.PauseAsync(request, CancellationToken.None);
        Double.Faults.On("supabase.health", Fault.Before(404), Fault.Before(400));

        await Provider.ResumeAsync(request, CancellationToken.None);

        Only().Status.ShouldBe("ACTIVE_HEALTHY");
    }

    [Fact]
    public async Task is_ready_whatever_keys_it_has_which_nobody_reads()
    {
        await ReadyAsync();

        Double.Requests.ShouldAllBe(r => !r.Path.Contains("api-keys"));
    }
}
