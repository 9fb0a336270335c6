using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;

namespace PrizeDraw.Provisioning.Tests.Faults;

/// <summary>The list of faults, each put at every place where it can happen.</summary>
public static class FaultRows
{
    private static readonly SagaPoint[] Forwards = [SagaPoint.IntentStored, SagaPoint.EffectDone], Backwards = [SagaPoint.UndoStored, SagaPoint.UndoDone];


    /// <summary>The calls that a plan's limit refuses.</summary>
    private static readonly string[] Makes = ["github.generate", "supabase.create", "vercel.create-project", "vercel.deploy"];

    /// <summary>Faults of single calls, of a run that would become ready.</summary>
    public static IEnumerable<FaultCase> AtCall(CallPoint at)
    {
        FaultCase Case(string row, Ending ending, System.Action<CaseRun> arrange, bool isAlone = false) =>
            new(row, $"{at}", ending, arrange) { IsAlone = isAlone || at.IsShared };

        foreach (var (name, fault) in PassingFaults.All)
        {
            yield return Case(name, Ending.Ready, run => run.Once(at, fault));
        }

        yield return Case("a time-out, not done", Ending.Ready, run => run.Once(at, Fault.SlowBefore));
        yield return Case("a time-out, done", Ending.Ready, run => run.Once(at, Fault.SlowAfter));
        yield return Case("404 once", IsOfAYoungProject(at) ? Ending.Ready : Ending.Either, run => run.Once(at, Fault.Before(404)));
        yield return Case("400 once", IsOfAYoungProject(at) ? Ending.Ready : Ending.Either, run => run.Once(at, Fault.Before(400)));
        yield return Case("409 after 500, done", Ending.Either, run => run.Once(at, Fault.After(409)));
        yield return Case("a secondary limit", Ending.Ready, run => run.Once(at, Limit(at, "0")));
        yield return Case("a limit longer than a call waits", Ending.Ready, run => run.Once(at, Limit(at, "3")));
        yield return Case("a plan's cap", Makes.Contains(at.Operation) ? Ending.Gone : Ending.Either, run => run.Always(at, Cap(at))) with
        {
            GivesUpAtOnce = Makes.Contains(at.Operation) && at.Occurrence == 1 ? at.Step : null,
        };
        yield return Case("refused for good", Ending.Either, run => run.Always(at, Fault.Before(422)));
        yield return Case("broken for long", Ending.Either, run => run.Always(at, Fault.Before(500)));
        yield return Case("a token that is revoked", Ending.Ready, run => run.Always(at, Fault.Before(401)));
        yield return Case("cancelled by the user", Ending.Gone, run => run.CancelAt(at), isAlone: true);
        yield return Case("killed before the call", Ending.Ready, run => run.DieAt(at, Fault.DropBefore), isAlone: true);
        yield return Case("killed after the call", Ending.Ready, run => run.DieAt(at, Fault.DropAfter), isAlone: true);
    }

    /// <summary>Faults of calls by which everything is undone.</summary>
    public static IEnumerable<FaultCase> AtUndo(CallPoint at)
    {
        FaultCase Case(string row, System.Action<CaseRun> arrange, bool isAlone = false) => new(row, $"{at}", Ending.Gone, run =>
        {
            run.UndoFrom("verify-site", SagaPoint.IntentStored);
            arrange(run);
        }) { IsAlone = isAlone || at.IsShared };

        foreach (var (name, fault) in PassingFaults.All)
        {
            yield return Case(name, run => run.Once(at, fault));
        }

        yield return Case("404 once", run => run.Once(at, Fault.Before(404)));
        yield return Case("404, done", run => run.Once(at, Fault.After(404)));
        yield return Case("202, done", run => run.Once(at, Fault.After(202)));
        yield return Case("a limit longer than a call waits", run => run.Once(at, Limit(at, "3"))) with { IsNoQuarantine = true };
        yield return Case("409 busy", run => run.Once(at, Fault.Before(409)));
        yield return Case("403 busy", run => run.Once(at, Fault.Before(403)));
        yield return Case("an undo that always fails", run => run.AlwaysInUndo(at, Fault.Before(500)));
        yield return Case("a token that is revoked", run => run.AlwaysInUndo(at, Fault.Before(401)));
        yield return Case("killed before the call", run => run.DieAt(at, Fault.DropBefore), isAlone: true);
        yield return Case("killed after the call", run => run.DieAt(at, Fault.DropAfter), isAlone: true);
    }

    /// <summary>Faults of whole steps, which are no calls: our own storage, a schema, a site that does not answer.</summary>
    public static IEnumerable<FaultCase> AtStep(string step)
    {
        foreach (var point in Forwards)
        {
            yield return new("the step fails", $"{step}:{point}", Ending.Gone, run => run.FailAt(step, point, ProviderFault.Rejected));
            yield return new("the step fails once", $"{step}:{point}", Ending.Ready, run => run.FailAt(step, point, ProviderFault.Transient));
            yield return new("the step's token is revoked", $"{step}:{point}", Ending.Ready, run => run.FailAt(step, point, ProviderFault.Unauthorized));
        }

        foreach (var point in (SagaPoint[])[.. Forwards, SagaPoint.ResultStored])
        {
            yield return new("killed", $"{step}:{point}", Ending.Ready, run => run.DieAt(step, point)) { IsAlone = true };
        }

        foreach (var point in Backwards)
        {
            yield return Undone("the undo fails once", run => run.FailAt(step, point, ProviderFault.Transient));
            yield return Undone("the undo always fails", run => run.FailAt(step, point, ProviderFault.Transient, int.MaxValue));
            yield return Undone("killed in the rollback", run => run.DieAt(step, point)) with { IsAlone = true };

            FaultCase Undone(string row, System.Action<CaseRun> arrange) => new(row, $"{step}:{point}", Ending.Gone, run =>
            {
                run.UndoFrom("verify-site", SagaPoint.EffectDone);
                arrange(run);
            });
        }
    }

    /// <summary>Whether it is about a part of a project that may be there later than the project itself.</summary>
    private static bool IsOfAYoungProject(CallPoint at) =>
        at.Operation is "supabase.health" or "supabase.data_api" or "supabase.ssl" or "supabase.enforce_ssl" or "supabase.pooler";

    private static Fault Limit(CallPoint at, string seconds) => at.Provider is GitHubDouble
        ? Fault.Before(403, new JsonObject { ["message"] = "You have exceeded a secondary rate limit.", ["documentation_url"] = "" }, ("Retry-After", seconds))
        : Fault.Before(429, null, ("Retry-After", seconds));

    private static Fault Cap(CallPoint at) => at.Provider switch
    {
        GitHubDouble => Fault.Before(422, new JsonObject { ["message"] = "Repository creation failed: you have reached your limit." }),
        Doubles.Vercel.VercelDouble => Fault.Before(402, new JsonObject { ["error"] = new JsonObject { ["code"] = "payment_required", ["message"] = "Upgrade your plan." } }),
        _ => Fault.Before(403, new JsonObject { ["message"] = "The organization has members who have exceeded their free project limits." }),
    };
}
