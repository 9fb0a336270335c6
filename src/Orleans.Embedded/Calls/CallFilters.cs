using System;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans
{
    /// <summary>Runs around every call to a grain of this host, on the grain's activation; register it as a service.</summary>
    public interface IIncomingGrainCallFilter
    {
        Task Invoke(IIncomingGrainCallContext context);
    }

    /// <summary>Runs around every call that leaves, in the caller's context; register it as a service.</summary>
    public interface IOutgoingGrainCallFilter
    {
        Task Invoke(IOutgoingGrainCallContext context);
    }

    /// <summary>A call as a filter sees it.</summary>
    public interface IGrainCallContext
    {
        IInvokable Request { get; }

        /// <summary>The grain that is called; outside, its reference.</summary>
        object Grain { get; }

        /// <summary>The grain that calls, if one does.</summary>
        GrainId? SourceId { get; }

        GrainId TargetId { get; }

        GrainInterfaceType InterfaceType { get; }

        string InterfaceName { get; }

        string MethodName { get; }

        MethodInfo InterfaceMethod { get; }

        /// <summary>The answer once <see cref="Invoke"/> has run; a filter may set another.</summary>
        object? Result { get; set; }

        /// <summary>The answer or exception once <see cref="Invoke"/> has run.</summary>
        Response? Response { get; set; }

        /// <summary>Goes on with the next filter, and at last the grain.</summary>
        Task Invoke();
    }

    /// <inheritdoc cref="IGrainCallContext"/>
    public interface IIncomingGrainCallContext : IGrainCallContext
    {
        IGrainContext TargetContext { get; }

        /// <summary>The method of the grain class.</summary>
        MethodInfo ImplementationMethod { get; }
    }

    /// <inheritdoc cref="IGrainCallContext"/>
    public interface IOutgoingGrainCallContext : IGrainCallContext
    {
        IGrainContext? SourceContext { get; }
    }
}

namespace Orleans.Serialization.Invocation
{
    /// <summary>A method of a grain with its arguments.</summary>
    public interface IInvokable : IDisposable
    {
        object? GetTarget();

        int GetArgumentCount();

        object? GetArgument(int index);

        void SetArgument(int index, object value);

        string GetMethodName();

        string GetInterfaceName();

        string GetActivityName();

        MethodInfo GetMethod();

        Type GetInterfaceType();

        TimeSpan? GetDefaultResponseTimeout() => default;

        CancellationToken GetCancellationToken() => default;

        bool IsCancellable => false;
    }

    /// <summary>What a call led to.</summary>
    public abstract class Response : IDisposable
    {
        /// <summary>A response without a value.</summary>
        public static Response Completed { get; } = new ValueResponse { Result = null };

        public abstract object? Result { get; set; }

        public abstract Exception? Exception { get; set; }

        public static Response FromException(Exception exception) => new ValueResponse { Exception = exception };

        public static Response FromResult<TResult>(TResult value) => new ValueResponse { Result = value };

        public virtual void Dispose() => GC.SuppressFinalize(this);

        private sealed class ValueResponse : Response
        {
            public override object? Result { get; set; }

            public override Exception? Exception { get; set; }
        }
    }
}
