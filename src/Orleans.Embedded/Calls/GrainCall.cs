using System;
using System.Collections.Generic;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>
/// One call: method, arguments and the caller's promise in one object. A class per method is generated, so that a call costs
/// neither reflection nor boxing. It is always on exactly one list of its activation until it has run.
/// </summary>
internal abstract class GrainCall : IInvokable
{
    private const int Pending = 0, Answered = 1;

    private int _state;
    private CancellationTokenSource? _cancellation;
    private CancellationTokenRegistration _callerCancels;

    protected GrainCall(GrainMethod method) => Method = method;

    internal GrainMethod Method { get; }

    internal virtual bool AlwaysInterleave => Method.AlwaysInterleave;

    /// <summary>Ticks of a timer belong to one activation: they are neither forwarded nor timed out.</summary>
    internal virtual bool IsLocal => false;

    /// <summary>Whether the call counts as use.</summary>
    internal virtual bool KeepsAlive => true;

    internal bool IsAnswered => Volatile.Read(ref _state) == Answered;

    internal GrainReference Target { get; private set; } = null!;

    internal Activation? Source { get; private set; }

    internal Dictionary<string, object>? Context { get; private set; }

    internal long Started { get; private set; }

    internal TimeSpan Timeout { get; private set; }

    /// <summary>The activation that has the call now; cancellation is run there.</summary>
    internal Activation? Owner { get; set; }

    internal GrainCall? Next { get; set; }

    internal GrainCall? Previous { get; set; }

    internal CallList? List { get; set; }

    /// <summary>The result once run, boxed.</summary>
    internal abstract object? BoxedResult { get; set; }

    /// <summary>The generated call that has the arguments.</summary>
    internal virtual GrainCall ArgumentsHolder => this;

    /// <summary>Runs the method on <paramref name="target"/> and keeps its result.</summary>
    internal abstract Task ExecuteAsync(object target);

    /// <summary>Fills in what the call carries from its caller.</summary>
    internal void Prepare(GrainReference target, long now, TimeSpan timeout)
    {
        Target = target;
        Source = RuntimeContext.Activation;
        Context = RequestContext.Values;
        Started = now;
        Timeout = Method.Timeout ?? timeout;
    }

    /// <summary>Links the caller's token to the one that the grain gets.</summary>
    internal void LinkCancellation(CancellationToken caller)
    {
        _cancellation = new CancellationTokenSource();
        if (caller.CanBeCanceled)
        {
            _callerCancels = caller.UnsafeRegister(static (call, token) => ((GrainCall)call!).OnCallerCancelled(token), this);
        }
    }

    /// <summary>The token that the grain's method gets.</summary>
    public CancellationToken GrainToken => _cancellation?.Token ?? CancellationToken.None;

    /// <summary>Answers with the result of <see cref="ExecuteAsync"/>.</summary>
    internal void Succeed()
    {
        if (TryAnswer())
        {
            SetResult();
        }
    }

    /// <summary>Answers with an exception, of its own type.</summary>
    internal void Fail(Exception exception)
    {
        if (TryAnswer())
        {
            SetException(exception);
        }
    }

    /// <summary>Answers with a time-out and cancels the token of the method, which may go on all the same.</summary>
    internal void TimeOut()
    {
        if (TryAnswer())
        {
            SetException(new TimeoutException($"Response did not arrive on time in {Timeout} for {this}."));
            SignalCancellation();
        }
    }

    /// <summary>A call that does the same work with a promise of its own, for filters that stand between the two.</summary>
    internal RelayedCall Relay(Dictionary<string, object>? context) =>
        new(this) { Target = Target, Source = Source, Context = context, Started = Started, Timeout = Timeout };

    protected abstract void SetResult();

    protected abstract void SetException(Exception exception);

    private bool TryAnswer()
    {
        if (Interlocked.Exchange(ref _state, Answered) != Pending)
        {
            return false;
        }

        // A registration may be disposed of from inside its own callback without waiting.
        _callerCancels.Unregister();
        return true;
    }

    private void OnCallerCancelled(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _state, Answered) == Pending)
        {
            SetException(new OperationCanceledException(token));
            SignalCancellation();
        }
    }

    internal virtual void SignalCancellation()
    {
        if (_cancellation is { } source)
        {
            // Callbacks of the token are grain code: they run as a turn of the activation.
            if (Owner is { } owner)
            {
                owner.Post(source.Cancel);
            }
            else
            {
                source.Cancel();
            }
        }
    }

    public override string ToString() => $"{GetActivityName()} on {Target?.GrainId}";

    object? IInvokable.GetTarget() => Owner?.GrainInstance;

    int IInvokable.GetArgumentCount() => Method.Parameters.Length;

    object? IInvokable.GetArgument(int index) => Argument(index).GetValue(ArgumentsHolder);

    void IInvokable.SetArgument(int index, object value) => Argument(index).SetValue(ArgumentsHolder, value);

    string IInvokable.GetMethodName() => Method.Method.Name;

    string IInvokable.GetInterfaceName() => Method.InterfaceName;

    public string GetActivityName() => $"{Method.Method.DeclaringType!.Name}/{Method.Method.Name}";

    MethodInfo IInvokable.GetMethod() => Method.Method;

    Type IInvokable.GetInterfaceType() => Method.InterfaceType;

    TimeSpan? IInvokable.GetDefaultResponseTimeout() => Method.Timeout;

    CancellationToken IInvokable.GetCancellationToken() => ArgumentsHolder.GrainToken;

    bool IInvokable.IsCancellable => Method.TokenParameter >= 0;

    void IDisposable.Dispose()
    {
    }

    private FieldInfo Argument(int index) => ArgumentsHolder.GetType().GetField("Arg" + index)
        ?? throw new ArgumentOutOfRangeException(nameof(index), index, $"{this} has {Method.Parameters.Length} arguments.");
}

/// <summary>A call without a result.</summary>
internal abstract class GrainCallVoid(GrainMethod method) : GrainCall(method)
{
    private readonly TaskCompletionSource _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Promise => _promise.Task;

    internal override object? BoxedResult
    {
        get => null;
        set
        {
        }
    }

    /// <summary>Calls the method.</summary>
    public abstract Task InvokeAsync(object target);

    internal override Task ExecuteAsync(object target) => InvokeAsync(target);

    protected override void SetResult() => _promise.TrySetResult();

    protected override void SetException(Exception exception) => _promise.TrySetException(exception);
}

/// <summary>A call with a result.</summary>
internal abstract class GrainCall<T>(GrainMethod method) : GrainCall(method)
{
    private readonly TaskCompletionSource<T> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    internal Task<T> Promise => _promise.Task;

    internal override object? BoxedResult
    {
        get => _result;
        set => _result = (T)value!;
    }

    /// <summary>Calls the method.</summary>
    public abstract Task<T> InvokeAsync(object target);

    internal override Task ExecuteAsync(object target)
    {
        var task = InvokeAsync(target);
        if (!task.IsCompletedSuccessfully)
        {
            return KeepAsync(task);
        }

        _result = task.Result;
        return Task.CompletedTask;
    }

    protected override void SetResult() => _promise.TrySetResult(_result);

    protected override void SetException(Exception exception) => _promise.TrySetException(exception);

    private async Task KeepAsync(Task<T> task) => _result = await task;
}
