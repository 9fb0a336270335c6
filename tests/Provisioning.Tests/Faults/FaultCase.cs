using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;

namespace PrizeDraw.Provisioning.Tests.Faults;

/// <summary>How a case may end.</summary>
[Flags]
public enum Ending
{
    Ready = 1,

    Gone = 2,

    Either = Ready | Gone,
}

/// <summary>One fault at one place of one campaign's run.</summary>
/// <param name="Row">The fault, by the name that its row has in the table of cases.</param>
/// <param name="Place">Where it happens.</param>
/// <param name="Ending">How the campaign may end.</param>
/// <param name="Arrange">Puts it there.</param>
public sealed record FaultCase(string Row, string Place, Ending Ending, Action<CaseRun> Arrange)
{
    /// <summary>Whether no other campaign may run beside it: it ends the host, or is put at calls that are about no campaign.</summary>
    public bool IsAlone { get; init; }

    /// <summary>Whether nothing may come to rest in quarantine: what happens is no failure.</summary>
    public bool IsNoQuarantine { get; init; }

    /// <summary>The step that must give up at its first attempt, with a reason that speaks of the plan; null where that is not asked.</summary>
    public string? GivesUpAtOnce { get; init; }

    public override string ToString() => $"{Row} at {Place}";
}

/// <summary>A case under way: its campaign, and the faults that were put at it.</summary>
public sealed class CaseRun(CloudStage stage, string slug)
{
    private readonly Func<SeenRequest, bool> _about = request => stage.IsAbout(request, slug);
    private readonly Func<SeenRequest, bool> _shared = _ => true;
    private readonly List<FaultScript> _scripts = [];
    private readonly List<(Func<string, SagaPoint, bool> Fits, Func<Task> Do)> _orders = [];
    private Action? _mend;
    private bool _isMended;

    public string Slug => slug;

    /// <summary>Set once the case has let the host die.</summary>
    public int Deaths { get; private set; }

    /// <summary>A call goes wrong once.</summary>
    public void Once(CallPoint at, Fault fault) => Script(at).On(at.Operation, at.Occurrence, fault, About(at));

    /// <summary>Every call of the operation goes wrong, until it is mended.</summary>
    public void Always(CallPoint at, Fault fault) => Script(at).Always(at.Operation, fault, About(at));

    /// <summary>As above, from when the call's step is undone.</summary>
    public void AlwaysInUndo(CallPoint at, Fault fault) => At(at.Step, SagaPoint.UndoStored, () =>
    {
        Always(at, fault);
        return Task.CompletedTask;
    });

    /// <summary>Something happens when the call has come, before it is served.</summary>
    public void When(CallPoint at, Func<Task<Fault?>> what)
    {
        var count = 0;
        at.Provider.Faults.Meanwhile = async (request, operation) =>
            operation == at.Operation && stage.IsAbout(request, slug) != at.IsShared && Interlocked.Increment(ref count) == at.Occurrence ? await what() : null;
        _mend += () => at.Provider.Faults.Meanwhile = null;
    }

    /// <summary>The user cancels while the call is under way.</summary>
    public void CancelAt(CallPoint at) => When(at, async () =>
    {
        await stage.CancelAsync(slug);
        return null;
    });

    /// <summary>The platform dies at the call.</summary>
    public void DieAt(CallPoint at, Fault then) => When(at, async () =>
    {
        await DieAsync();
        return then;
    });

    /// <summary>The platform dies at a point of a step.</summary>
    public void DieAt(string step, SagaPoint point) => Order(1, (s, p) => s == step && p == point, async () =>
    {
        await DieAsync();
        throw new OperationCanceledException("The host is dead.");
    });

    /// <summary>Everything is to be undone: this failure is nothing that somebody mends.</summary>
    public void UndoFrom(string step, SagaPoint point)
    {
        Order(1, (s, p) => s == step && p == point, () => throw new ProviderException(ProviderFault.Rejected, $"A fault on order at {step}."), lasts: true);
    }

    /// <summary>A step, or its undo, fails at a point, so many times.</summary>
    public void FailAt(string step, SagaPoint point, ProviderFault fault, int times = 1) =>
        Order(times, (s, p) => s == step && p == point, () => throw new ProviderException(fault, $"A fault on order at {step}."));

    /// <summary>Does something at a point of a step.</summary>
    public void At(string step, SagaPoint point, Func<Task> what) => Order(1, (s, p) => s == step && p == point, what);

    /// <summary>Whoever can has mended what lasts.</summary>
    public void Mend()
    {
        _isMended = true;
        foreach (var script in _scripts)
        {
            script.Forget(_about);
            script.Forget(_shared);
        }

        _mend?.Invoke();
    }

    private async Task DieAsync()
    {
        await stage.DropHostAsync();
        Deaths++;
    }

    private void Order(int times, Func<string, SagaPoint, bool> fits, Func<Task> what, bool lasts = false)
    {
        var left = times;
        _orders.Add(((step, point) => (lasts || !_isMended) && fits(step, point) && Interlocked.Decrement(ref left) >= 0, what));
        stage.Observer.On(slug, async (step, point) =>
        {
            foreach (var order in _orders)
            {
                if (order.Fits(step, point))
                {
                    await order.Do();
                }
            }
        });
    }

    private Func<SeenRequest, bool> About(CallPoint at) => at.IsShared ? _shared : _about;

    private FaultScript Script(CallPoint at)
    {
        _scripts.Add(at.Provider.Faults);
        return at.Provider.Faults;
    }
}
