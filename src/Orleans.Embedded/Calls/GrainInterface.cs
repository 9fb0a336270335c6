using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;

namespace Orleans.Runtime;

/// <summary>A grain interface with its generated reference class. Made once per interface, checked when made.</summary>
internal sealed class GrainInterface
{
    private readonly Func<EmbeddedRuntime, GrainId, GrainInterface, Activation?, GrainReference> _create;

    internal GrainInterface(Type type)
    {
        Type = type;
        Name = GrainInterfaceType.Create(type.FullName ?? type.Name);
        Methods = [.. MethodsOf(type).Select(method => new GrainMethod(type, method))];
        foreach (var method in Methods)
        {
            Check(method);
        }

        _create = ReferenceEmitter.Emit(this);
    }

    internal Type Type { get; }

    internal GrainInterfaceType Name { get; }

    internal GrainMethod[] Methods { get; }

    internal GrainReference Reference(EmbeddedRuntime runtime, GrainId id, Activation? pinned = null) => _create(runtime, id, this, pinned);

    private static IEnumerable<MethodInfo> MethodsOf(Type type) =>
        type.GetInterfaces().Prepend(type)
            .Where(i => typeof(IAddressable).IsAssignableFrom(i))
            .SelectMany(i => i.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic));

    private static void Check(GrainMethod grainMethod)
    {
        var method = grainMethod.Method;
        var where = $"{method.DeclaringType!.FullName}.{method.Name}";
        if (method.IsGenericMethodDefinition)
        {
            throw new OrleansConfigurationException($"{where} is generic, which the embedded engine does not support.");
        }

        if (grainMethod.Parameters.Count(p => p.ParameterType == typeof(CancellationToken)) > 1)
        {
            throw new OrleansConfigurationException($"{where} has more than one CancellationToken.");
        }

        foreach (var parameter in grainMethod.Parameters.Where(p => p.ParameterType != typeof(CancellationToken)))
        {
            WireTypes.Require(parameter.ParameterType, $"Parameter {parameter.Name} of {where}");
        }

        if (ResultType(method) is { } result)
        {
            WireTypes.Require(result, $"The result of {where}");
        }
    }

    /// <summary>What the method's task yields, or null for a task without a result.</summary>
    internal static Type? ResultType(MethodInfo method)
    {
        var type = method.ReturnType;
        if (type == typeof(Task) || type == typeof(ValueTask))
        {
            return null;
        }

        return type.IsGenericType && type.GetGenericTypeDefinition() is var open && (open == typeof(Task<>) || open == typeof(ValueTask<>))
            ? type.GetGenericArguments()[0]
            : throw new OrleansConfigurationException(
                $"{method.DeclaringType!.FullName}.{method.Name} returns {type.Name}: grain methods return Task, Task<T>, ValueTask or ValueTask<T>.");
    }
}
