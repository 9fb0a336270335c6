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

/// <summary>
/// The whole life of a database while calls go wrong: a step that may work later is tried again, as the deployment does it. There is never a
/// second project, at the end there is none, and what is somebody else's stands as it stood.
/// </summary>
public sealed class All_that_may_go_wrong(TestPostgres postgres) : SupabaseSpec(postgres)
{
    private const int TriesMax = 20;

    public static TheoryData<Fault> Kinds =>
    [
        Fault.DropBefore, Fault.DropAfter, Fault.Before(500), Fault.After(500), Fault.After(502), Fault.Before(408),
        Fault.Before(429, null, ("Retry-After", "0")), Fault.Before(429, null, ("Retry-After", "Sun, 01 Mar 2026 12:00:00 GMT")),
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task once_at_each_call(Fault fault)
    {
        foreach (var operation in Double.Operations.Where(o => o.StartsWith("supabase.", StringComparison.Ordinal)))
        {
            Double.Faults.On(operation, fault);
        }

        await LiveAsync();

        Double.Faults.Hits.Select(h => h.Operation).Distinct().Count().ShouldBeGreaterThan(10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task at_random_calls(int seed)
    {
        Double.LooksUnknown = 2;
        Double.Faults.Seeded(seed, 0.3);

        await LiveAsync();
    }

    private async Task LiveAsync()
    {
        var foreign = Double.AddForeign(Request.Name + "_of_somebody_else");
        var created = await UntilDoneAsync(CreateAsync);
        var request = Request with { Id = created.Id };
        Ours().ShouldBe(1);

        var database = await UntilDoneAsync(() => Provider.ReadyAsync(request, created, CancellationToken.None));
        (await RunAsync(Provider.CampaignConnectionString(database, Request.Password), "select current_schema()::text")).ShouldBe("prizedraw");
        Double.Projects.Single(p => p.Ref == created.Id).ServedSchemas.ShouldBe("");

        await UntilDoneAsync(() => Provider.PauseAsync(request, CancellationToken.None));
        await UntilDoneAsync(() => Provider.ResumeAsync(request, CancellationToken.None));
        (await RunAsync(Provider.CampaignConnectionString(database, Request.Password), "select 1")).ShouldBe(1);
        Ours().ShouldBe(1);

        await UntilDoneAsync(() => Provider.DeleteIfOwnedAsync(request, CancellationToken.None));
        Double.Projects.ShouldBe([foreign]);
        foreign.Status.ShouldBe("ACTIVE_HEALTHY");
        (await RunAsync(Postgres.SuperuserConnectionString, $"select count(*) from pg_roles where rolname in ('{Request.Name}', 'owner_{created.Id}')")).ShouldBe(0L);
    }

    private int Ours() => Double.Projects.Count(p => p.Name == Request.Name);

    private static Task UntilDoneAsync(Func<Task> step) => UntilDoneAsync(async () =>
    {
        await step();
        return true;
    });

    private static async Task<T> UntilDoneAsync<T>(Func<Task<T>> step)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await step();
            }
            catch (ProviderException error) when (error.Fault == ProviderFault.Transient && tries < TriesMax)
            {
                // Tried again.
            }
        }
    }
}
