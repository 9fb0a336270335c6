using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>A grain class: its name in ids, whether it is reentrant, and how it is constructed.</summary>
internal sealed class GrainClass
{
    private const string Suffix = "grain";

    private readonly ObjectFactory _factory;
    private readonly (Type State, string Name)[] _states;
    private readonly ConcurrentDictionary<MethodInfo, MethodInfo> _implementations = new();

    internal GrainClass(Type type)
    {
        Type = type;
        GrainType = GrainType.Create(type.GetCustomAttribute<GrainTypeAttribute>()?.GrainType ?? Convention(type));
        Reentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        _states = [.. States(type)];
        if (_states.Select(s => s.Name).Distinct(StringComparer.Ordinal).Count() != _states.Length)
        {
            throw new OrleansConfigurationException($"{type} has two [PersistentState] of one name, which would share one row.");
        }

        _factory = ActivatorUtilities.CreateFactory(type, [.. _states.Select(s => typeof(IPersistentState<>).MakeGenericType(s.State))]);
    }

    internal Type Type { get; }

    internal GrainType GrainType { get; }

    internal bool Reentrant { get; }

    /// <summary>Constructs the grain on its activation, with its states, which are still unread.</summary>
    internal (IGrainBase Grain, IStorage[] States) Create(Activation activation)
    {
        var states = _states.Select(s => activation.Runtime.State(s.State, s.Name, activation.GrainId)).ToArray();
        return ((IGrainBase)_factory(activation.ActivationServices, states), states);
    }

    /// <summary>The class's method behind an interface's.</summary>
    internal MethodInfo Implementation(MethodInfo method) => _implementations.GetOrAdd(method, m =>
    {
        if (!m.DeclaringType!.IsAssignableFrom(Type))
        {
            return m;
        }

        var map = Type.GetInterfaceMap(m.DeclaringType);
        return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, m)];
    });

    private static string Convention(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
    }

    private static IEnumerable<(Type State, string Name)> States(Type type)
    {
        foreach (var parameter in Constructor(type).GetParameters())
        {
            if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } attribute)
            {
                var facet = parameter.ParameterType;
                yield return facet.IsGenericType && facet.GetGenericTypeDefinition() == typeof(IPersistentState<>)
                    ? (facet.GetGenericArguments()[0], attribute.StateName)
                    : throw new OrleansConfigurationException($"{type}: [PersistentState] belongs on an IPersistentState<T>, not on {facet}.");
            }
        }
    }

    private static ConstructorInfo Constructor(Type type)
    {
        var constructors = type.GetConstructors();
        return constructors.FirstOrDefault(c => c.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
            ?? (constructors.Length == 1 ? constructors[0] : throw new OrleansConfigurationException(
                $"{type} needs exactly one public constructor, or one marked with [ActivatorUtilitiesConstructor]."));
    }
}
