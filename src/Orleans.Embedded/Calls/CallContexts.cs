using System;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>A call on its way through filters.</summary>
internal abstract class CallContext(GrainCall call) : IGrainCallContext
{
    private Response? _response;

    public IInvokable Request => Call;

    public abstract object Grain { get; }

    public GrainId? SourceId => Call.Source?.GrainId;

    public GrainId TargetId => Call.Target.GrainId;

    public GrainInterfaceType InterfaceType => GrainInterfaceType.Create(InterfaceName);

    public string InterfaceName => Request.GetInterfaceName();

    public string MethodName => Request.GetMethodName();

    public MethodInfo InterfaceMethod => Call.Method.Method;

    public object? Result
    {
        get => _response switch
        {
            null => null,
            { Exception: { } exception } => Rethrow(exception),
            { } response => response.Result,
        };
        set => _response = Response.FromResult(value);
    }

    public Response? Response
    {
        get => _response;
        set => _response = value;
    }

    protected GrainCall Call { get; } = call;

    public abstract Task Invoke();

    private static object? Rethrow(Exception exception)
    {
        ExceptionDispatchInfo.Throw(exception);
        return null;
    }

    protected void RequireResponse(object filter)
    {
        if (_response is null)
        {
            throw new InvalidOperationException($"{filter.GetType().Name} neither went on with the call nor set a result.");
        }
    }
}

/// <summary>A call on its way into a grain.</summary>
internal sealed class IncomingCallContext(GrainCall call, Activation activation, IIncomingGrainCallFilter[] filters)
    : CallContext(call), IIncomingGrainCallContext
{
    private readonly IIncomingGrainCallFilter? _own = activation.GrainInstance as IIncomingGrainCallFilter;
    private int _stage;

    public override object Grain => activation.GrainInstance!;

    public IGrainContext TargetContext => activation;

    public MethodInfo ImplementationMethod => activation.Class.Implementation(InterfaceMethod);

    public override async Task Invoke()
    {
        var stage = _stage++;
        try
        {
            if (FilterAt(stage) is { } filter)
            {
                await filter.Invoke(this);
                RequireResponse(filter);
            }
            else
            {
                await InvokeGrainAsync();
            }
        }
        finally
        {
            _stage--;
        }
    }

    internal async Task RunAsync()
    {
        await Invoke();
        if (Response!.Exception is { } exception)
        {
            ExceptionDispatchInfo.Throw(exception);
        }

        Call.BoxedResult = Response.Result;
    }

    private IIncomingGrainCallFilter? FilterAt(int stage) =>
        stage < filters.Length ? filters[stage] : stage == filters.Length ? _own : null;

    // A filter that swallows the exception must set a result, or the caller still gets it.
    private async Task InvokeGrainAsync()
    {
        try
        {
            await Call.ExecuteAsync(Call.IsLocal ? activation : Grain);
        }
        catch (Exception exception)
        {
            Response = Response.FromException(exception);
            throw;
        }

        Response = Response.FromResult(Call.BoxedResult);
    }
}

/// <summary>A call on its way out, before it reaches any activation.</summary>
internal sealed class OutgoingCallContext(GrainCall call, EmbeddedRuntime runtime) : CallContext(call), IOutgoingGrainCallContext
{
    private int _stage;

    public override object Grain => Call.Target;

    public IGrainContext? SourceContext => Call.Source;

    public override async Task Invoke()
    {
        var stage = _stage++;
        try
        {
            if (stage < runtime.OutgoingFilters.Length)
            {
                await runtime.OutgoingFilters[stage].Invoke(this);
                RequireResponse(runtime.OutgoingFilters[stage]);
            }
            else
            {
                await SendAsync();
            }
        }
        finally
        {
            _stage--;
        }
    }

    internal async Task RunAsync()
    {
        try
        {
            await Invoke();
        }
        catch (Exception exception)
        {
            Call.Fail(exception);
            return;
        }

        if (Response!.Exception is { } failure)
        {
            Call.Fail(failure);
        }
        else
        {
            Call.BoxedResult = Response.Result;
            Call.Succeed();
        }
    }

    private async Task SendAsync()
    {
        // What filters have put into the request context travels too.
        var inner = Call.Relay(RequestContext.Values);
        runtime.Dispatch(inner);
        try
        {
            await inner.Promise;
            Response = Response.FromResult(Call.BoxedResult);
        }
        catch (Exception exception)
        {
            Response = Response.FromException(exception);
        }
    }
}
