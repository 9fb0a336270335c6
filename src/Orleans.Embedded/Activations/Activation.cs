using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Serialization.Invocation;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>
/// A grain in memory. Takes calls one at a time, or interleaved where the class or method says so, and runs all of the grain's
/// code on its own scheduler. Lives from the first call until it is idle, asked to end, or the host stops.
/// </summary>
internal sealed partial class Activation : IGrainContext
{
    // How many calls of a reentrant grain may start in one turn before continuations of earlier ones get theirs.
    private const int StartsPerTurn = 32;

    private readonly object _gate = new();
    private readonly ActivationScheduler _scheduler;
    private readonly Queue<GrainCall> _starting = new();
    private readonly CallList _running = new();
    private readonly CallList _waiting = new();
    private readonly IServiceScope _scope;
    private readonly ILogger _logger;
    private ActivationState _state = ActivationState.Activating;
    private GrainCall? _blocking;
    private bool _turnScheduled;
    private long _lastUsed;

    internal Activation(EmbeddedRuntime runtime, GrainClass grainClass, GrainId grainId)
    {
        Runtime = runtime;
        Class = grainClass;
        GrainId = grainId;
        GrainReference = new GrainReference(runtime, grainId, null);
        _logger = runtime.Logger;
        _scheduler = new(this);
        _scope = runtime.Services.CreateScope();
        _lastUsed = runtime.Time.GetTimestamp();
    }

    public GrainReference GrainReference { get; }

    public GrainId GrainId { get; }

    public object? GrainInstance { get; private set; }

    public IServiceProvider ActivationServices => _scope.ServiceProvider;

    internal EmbeddedRuntime Runtime { get; }

    internal GrainClass Class { get; }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override string ToString() => $"[Activation {GrainId} {_state}]";

    /// <summary>Runs an action as a turn.</summary>
    internal void Post(Action action) => Start(static state => ((Action)state!)(), action);

    /// <summary>Takes a call, to be run or forwarded. False once the activation has ended: ask the directory again.</summary>
    internal bool TryReceive(GrainCall call)
    {
        bool schedule;
        lock (_gate)
        {
            if (_state is ActivationState.Ended)
            {
                return false;
            }

            call.Owner = this;
            if (_state is not ActivationState.Valid || !MayStart(call))
            {
                _waiting.Add(call);
                return true;
            }

            schedule = Admit(call);
        }

        if (schedule)
        {
            ScheduleTurn();
        }

        return true;
    }

    /// <summary>Answers calls that have waited or run too long. Those that wait are taken away, those that run go on.</summary>
    internal void TimeOutCalls(long now, List<GrainCall> expired)
    {
        lock (_gate)
        {
            Collect(_running, remove: false);
            Collect(_waiting, remove: true);
        }

        void Collect(CallList calls, bool remove)
        {
            for (var call = calls.First; call is not null;)
            {
                var next = call.Next;
                if (!call.IsLocal && (call.IsAnswered || Runtime.Time.GetElapsedTime(call.Started, now) >= call.Timeout))
                {
                    if (remove)
                    {
                        calls.Remove(call);
                    }

                    if (!call.IsAnswered)
                    {
                        expired.Add(call);
                    }
                }

                call = next;
            }
        }
    }

    private bool MayStart(GrainCall call) => Class.Reentrant || call.AlwaysInterleave || _blocking is null;

    // Under the gate. True when the caller must schedule a turn, outside the gate.
    private bool Admit(GrainCall call)
    {
        _running.Add(call);
        if (!call.AlwaysInterleave)
        {
            _blocking ??= call;
        }

        _starting.Enqueue(call);
        if (_turnScheduled)
        {
            return false;
        }

        _turnScheduled = true;
        return true;
    }

    private void ScheduleTurn() => Start(static activation => ((Activation)activation!).RunTurn(), this);

    // Async locals of whoever happens to call must not leak into the grain: what travels is the RequestContext.
    private Task Start(Action<object?> action, object? state)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return Task.Factory.StartNew(action, state, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);
        }

        using (ExecutionContext.SuppressFlow())
        {
            return Task.Factory.StartNew(action, state, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);
        }
    }

    private void RunTurn()
    {
        for (var i = 0; i < StartsPerTurn; i++)
        {
            GrainCall? call;
            lock (_gate)
            {
                if (!_starting.TryDequeue(out call))
                {
                    _turnScheduled = false;
                    return;
                }
            }

            _ = RunAsync(call);
        }

        ScheduleTurn();
    }

    // An async method, so that the execution context is put back when its first part returns.
    private async Task RunAsync(GrainCall call)
    {
        Exception? error = null;
        try
        {
            if (!call.IsAnswered)
            {
                if (call.Context is { } context)
                {
                    RequestContext.Values = context;
                }

                await InvokeAsync(call);
            }
        }
        catch (Exception exception)
        {
            error = exception;
        }

        if (error is InconsistentStateException { IsSourceActivation: true } inconsistent)
        {
            inconsistent.IsSourceActivation = false;
            Deactivate(new(DeactivationReasonCode.ApplicationError, inconsistent, "The stored state was written by somebody else."));
        }

        // Before the answer: who has it must find the activation at rest.
        OnRun(call);
        if (error is null)
        {
            call.Succeed();
        }
        else
        {
            call.Fail(error);
        }
    }

    private Task InvokeAsync(GrainCall call)
    {
        Debug.Assert(ReferenceEquals(RuntimeContext.Activation, this), "Grain code runs on its own activation.");
        return Runtime.IncomingFilters.Length == 0 && GrainInstance is not IIncomingGrainCallFilter
            ? call.ExecuteAsync(call.IsLocal ? this : GrainInstance!)
            : new IncomingCallContext(call, this, Runtime.IncomingFilters).RunAsync();
    }

    private void OnRun(GrainCall call)
    {
        var schedule = false;
        lock (_gate)
        {
            _running.Remove(call);
            if (ReferenceEquals(_blocking, call))
            {
                _blocking = null;
            }

            if (call.KeepsAlive)
            {
                _lastUsed = Runtime.Time.GetTimestamp();
            }

            schedule = StartWaiting();
        }

        if (schedule)
        {
            ScheduleTurn();
        }

        EndIfDone();
    }

    // Under the gate.
    private bool StartWaiting()
    {
        var schedule = false;
        while (_state is ActivationState.Valid && _waiting.First is { } call && MayStart(call))
        {
            _waiting.Remove(call);
            if (!call.IsAnswered)
            {
                schedule |= Admit(call);
            }
        }

        return schedule;
    }
}

/// <summary>Where an activation is in its life.</summary>
internal enum ActivationState
{
    Activating,
    Valid,
    Deactivating,
    Ended,
}
