using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Core;
using Orleans.Timers;

namespace Orleans.Runtime;

/// <summary>
/// The engine: the directory of activations, the factory of references, and the two sweeps (idle activations, overdue calls).
/// </summary>
internal sealed partial class EmbeddedRuntime : IClusterClient, IDisposable
{
    // References depend on nothing but the interface, so all hosts of a process share the generated classes.
    private static readonly ConcurrentDictionary<Type, GrainInterface> Interfaces = new();

    private readonly ConcurrentDictionary<GrainId, Activation> _activations = new();

    // Forced second activations are not in the directory any more, but live, time out and stop like the others.
    private readonly ConcurrentDictionary<Activation, bool> _split = new();
    private readonly Lazy<GrainClassMap> _classes;
    private readonly Lazy<StateStore> _states;
    private readonly Lazy<IReminderRegistry> _reminders;
    private ITimer? _idleSweep;
    private ITimer? _timeoutSweep;
    private volatile bool _stopping;

    public EmbeddedRuntime(IServiceProvider services, IOptions<EmbeddedOrleansOptions> options, ILogger<EmbeddedRuntime> logger)
    {
        Services = services;
        Options = options.Value;
        Logger = logger;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        IncomingFilters = [.. services.GetServices<IIncomingGrainCallFilter>()];
        OutgoingFilters = [.. services.GetServices<IOutgoingGrainCallFilter>()];
        _classes = new(() => new GrainClassMap(Options.AssembliesToScan()));
        _states = new(services.GetRequiredService<StateStore>);
        _reminders = new(services.GetRequiredService<IReminderRegistry>);
        _timeoutSweep = Sweep(SweepPeriod(Options.CallTimeout, TimeSpan.FromSeconds(1)), TimeOutCalls);
        _idleSweep = Sweep(SweepPeriod(Options.CollectionAge, TimeSpan.FromMinutes(1)), DeactivateIdle);
    }

    public IServiceProvider ServiceProvider => Services;

    internal IServiceProvider Services { get; }

    internal EmbeddedOrleansOptions Options { get; }

    internal ILogger Logger { get; }

    internal TimeProvider Time { get; }

    internal IIncomingGrainCallFilter[] IncomingFilters { get; }

    internal IOutgoingGrainCallFilter[] OutgoingFilters { get; }

    internal IReminderRegistry Reminders => _reminders.Value;

    /// <summary>How many activations there are.</summary>
    internal int ActivationCount => _activations.Count;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        (TGrainInterface)(object)Reference(
            typeof(TGrainInterface), GrainId.Create(_classes.Value.ByInterface(typeof(TGrainInterface), grainClassNamePrefix).GrainType, primaryKey));

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => (IGrain)Reference(
        grainInterfaceType, GrainId.Create(_classes.Value.ByInterface(grainInterfaceType, null).GrainType, grainPrimaryKey));

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => (TGrainInterface)(object)Reference(typeof(TGrainInterface), grainId);

    public void Dispose()
    {
        _stopping = true;
        Interlocked.Exchange(ref _idleSweep, null)?.Dispose();
        Interlocked.Exchange(ref _timeoutSweep, null)?.Dispose();
    }

    /// <summary>Checks every grain interface, so that a mistake fails the start and not the first call.</summary>
    internal void CheckGrains()
    {
        foreach (var type in _classes.Value.Interfaces)
        {
            Interface(type);
        }
    }

    internal GrainReference Reference(Type interfaceType, GrainId grainId) => Interface(interfaceType).Reference(this, grainId);

    internal IStorage State(Type stateType, string name, GrainId grainId) => _states.Value.Create(stateType, name, grainId);

    internal void Send(GrainReference target, GrainCall call, CancellationToken caller)
    {
        call.Prepare(target, Time.GetTimestamp(), Options.CallTimeout);
        if (call.Method.TokenParameter >= 0)
        {
            call.LinkCancellation(caller);
        }

        if (OutgoingFilters.Length == 0)
        {
            Dispatch(call);
        }
        else
        {
            _ = new OutgoingCallContext(call, this).RunAsync();
        }
    }

    /// <summary>Hands a call to its grain's activation, which is begun if there is none.</summary>
    internal void Dispatch(GrainCall call)
    {
        try
        {
            if (call.Target.Pinned is { } pinned && pinned.TryReceive(call))
            {
                return;
            }

            while (!call.IsAnswered && !Activation(call.Target.GrainId).TryReceive(call))
            {
                // It ended in between; it leaves the directory as it ends.
            }
        }
        catch (Exception exception)
        {
            call.Fail(exception);
        }
    }

    internal void Remove(Activation activation)
    {
        _activations.TryRemove(KeyValuePair.Create(activation.GrainId, activation));
        _split.TryRemove(activation, out _);
    }

    /// <summary>
    /// For tests: has the directory forget a live activation, as a cluster may after a partition. The next call begins another;
    /// the reference that is returned still reaches the first.
    /// </summary>
    internal T ForceSecondActivation<T>(T grain)
        where T : IAddressable
    {
        var id = grain.GetGrainId();
        if (!_activations.TryRemove(id, out var activation))
        {
            throw new InvalidOperationException($"{id} has no activation: call it first.");
        }

        _split[activation] = true;
        return (T)(object)Interface(typeof(T)).Reference(this, id, activation);
    }

    /// <summary>Takes no new activations and ends those that there are.</summary>
    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        var ends = Live().Select(activation =>
        {
            activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The host is stopping."));
            return activation.Deactivated;
        }).ToArray();
        try
        {
            await Task.WhenAll(ends).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            LogStillActive(Logger, Live().Count());
        }

        Dispose();
    }

    private static GrainInterface Interface(Type type) => Interfaces.GetOrAdd(type, static t => t.IsInterface
        ? new GrainInterface(t)
        : throw new ArgumentException($"{t} is not an interface; grains are reached by their interfaces."));

    private static TimeSpan SweepPeriod(TimeSpan limit, TimeSpan most) =>
        limit / 4 < most ? TimeSpan.FromMilliseconds(Math.Max(5, (limit / 4).TotalMilliseconds)) : most;

    private IEnumerable<Activation> Live() => _activations.Values.Concat(_split.Keys);

    private Activation Activation(GrainId id)
    {
        if (_activations.TryGetValue(id, out var existing))
        {
            return existing;
        }

        if (_stopping)
        {
            throw new SiloUnavailableException($"The host is stopping and can no longer process a request for {id}.");
        }

        var created = new Activation(this, _classes.Value.ByType(id.Type), id);
        var winner = _activations.GetOrAdd(id, created);
        if (ReferenceEquals(winner, created))
        {
            created.Begin();
        }

        return winner;
    }

    private ITimer Sweep(TimeSpan period, Action sweep) => Time.CreateTimer(
        _ =>
        {
            try
            {
                sweep();
            }
            catch (Exception exception)
            {
                LogSweepFailed(Logger, exception);
            }
        },
        null, period, period);

    private void DeactivateIdle()
    {
        var now = Time.GetTimestamp();
        foreach (var activation in Live())
        {
            activation.DeactivateIfIdle(now, Options.CollectionAge);
        }
    }

    private void TimeOutCalls()
    {
        var now = Time.GetTimestamp();
        var expired = new List<GrainCall>();
        foreach (var activation in Live())
        {
            activation.TimeOutCalls(now, expired);
        }

        foreach (var call in expired)
        {
            LogTimeout(Logger, call);
            call.TimeOut();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Response did not arrive on time for {call}.")]
    private static partial void LogTimeout(ILogger logger, GrainCall call);

    [LoggerMessage(LogLevel.Warning, "{count} activations had not ended when the host's time to stop was up.")]
    private static partial void LogStillActive(ILogger logger, int count);

    [LoggerMessage(LogLevel.Error, "A sweep over the activations failed; the next one comes.")]
    private static partial void LogSweepFailed(ILogger logger, Exception exception);
}
