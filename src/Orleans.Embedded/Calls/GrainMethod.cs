using System;
using System.Reflection;
using System.Threading;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>What is known about a method of a grain interface before any call.</summary>
internal sealed class GrainMethod
{
    internal GrainMethod(Type interfaceType, MethodInfo method)
    {
        InterfaceType = interfaceType;
        Method = method;
        AlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute), inherit: true);
        Timeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        InterfaceName = method.DeclaringType!.FullName ?? method.DeclaringType.Name;
        Parameters = method.GetParameters();
        TokenParameter = Array.FindIndex(Parameters, p => p.ParameterType == typeof(CancellationToken));
    }

    internal Type InterfaceType { get; }

    internal MethodInfo Method { get; }

    internal string InterfaceName { get; }

    internal ParameterInfo[] Parameters { get; }

    /// <summary>Where the cancellation token stands, or -1.</summary>
    internal int TokenParameter { get; }

    internal bool AlwaysInterleave { get; }

    /// <summary>How long callers wait; null for the engine's default.</summary>
    internal TimeSpan? Timeout { get; }

    /// <summary>The generated call class, whose fields <c>Arg0 …</c> hold the arguments.</summary>
    internal Type CallType { get; set; } = null!;
}
