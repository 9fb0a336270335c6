using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>The grain classes of the scanned assemblies, by name and by interface.</summary>
internal sealed class GrainClassMap
{
    private readonly Dictionary<GrainType, GrainClass> _byType = [];
    private readonly Dictionary<Type, List<GrainClass>> _byInterface = [];
    private readonly ConcurrentDictionary<Type, GrainClass> _resolved = new();

    internal GrainClassMap(IEnumerable<Assembly> assemblies)
    {
        var classes = assemblies.Distinct().SelectMany(TypesOf)
            .Where(t => t is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && typeof(Grain).IsAssignableFrom(t));
        foreach (var type in classes)
        {
            Add(new GrainClass(type));
        }
    }

    internal IEnumerable<Type> Interfaces => _byInterface.Keys;

    /// <exception cref="ArgumentException">No scanned class has that name.</exception>
    internal GrainClass ByType(GrainType type) => _byType.TryGetValue(type, out var found)
        ? found
        : throw new ArgumentException($"Could not find a grain class for grain type {type}. Is its assembly in {nameof(EmbeddedOrleansOptions.GrainAssemblies)}?");

    /// <exception cref="ArgumentException">No class or more than one implements the interface.</exception>
    internal GrainClass ByInterface(Type type, string? prefix) =>
        prefix is null ? _resolved.GetOrAdd(type, t => Resolve(t, null)) : Resolve(type, prefix);

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            return exception.Types.OfType<Type>();
        }
    }

    private void Add(GrainClass grainClass)
    {
        if (!_byType.TryAdd(grainClass.GrainType, grainClass))
        {
            throw new OrleansConfigurationException(
                $"{grainClass.Type} and {_byType[grainClass.GrainType].Type} have one grain type, {grainClass.GrainType}.");
        }

        foreach (var type in grainClass.Type.GetInterfaces().Where(i => typeof(IGrain).IsAssignableFrom(i)))
        {
            if (!_byInterface.TryGetValue(type, out var classes))
            {
                _byInterface[type] = classes = [];
            }

            classes.Add(grainClass);
        }
    }

    private GrainClass Resolve(Type type, string? prefix)
    {
        var candidates = _byInterface.GetValueOrDefault(type) ?? [];
        if (prefix is not null)
        {
            candidates = candidates.FindAll(c => c.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal));
        }

        // Among several, the one that is named after the interface.
        var named = candidates.FindAll(c => type.Name == "I" + c.Type.Name);
        return (candidates.Count, named.Count) switch
        {
            (1, _) => candidates[0],
            ( > 1, 1) => named[0],
            (0, _) => throw new ArgumentException(
                $"Could not find an implementation for interface {type}. Is its assembly in {nameof(EmbeddedOrleansOptions.GrainAssemblies)}?"),
            _ => throw new ArgumentException(
                $"Unable to identify a single appropriate grain type for interface {type}. Candidates: {string.Join(", ", candidates.Select(c => c.Type))}"),
        };
    }
}
