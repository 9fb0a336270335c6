using System;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Numerics;
using System.Reflection;
using Orleans.Runtime;

namespace Orleans;

/// <summary>
/// Arguments and results are handed over without a copy, so their types must be ones that nobody changes, and that real Orleans
/// can serialise. Checked once per interface, so that what only the cluster would reject fails at once here too.
/// </summary>
internal static class WireTypes
{
    private static readonly FrozenSet<Type> Plain = new[]
    {
        typeof(string), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly),
        typeof(TimeOnly), typeof(Uri), typeof(Version), typeof(BigInteger), typeof(Int128), typeof(UInt128), typeof(Half),
        typeof(IPAddress), typeof(GrainId), typeof(GrainType), typeof(IdSpan), typeof(object),
    }.ToFrozenSet();

    private static readonly FrozenSet<Type> Generic = new[]
    {
        typeof(Nullable<>), typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>),
        typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>), typeof(ImmutableQueue<>), typeof(ImmutableStack<>),
        typeof(KeyValuePair<,>),
    }.ToFrozenSet();

    // The types found good, whatever the place where they were met.
    private static readonly ConcurrentDictionary<Type, bool> Known = new();

    /// <exception cref="OrleansConfigurationException">The type cannot travel; the text says why and what to use instead.</exception>
    internal static void Require(Type type, string where)
    {
        var visited = new HashSet<Type>();
        Require(type, where, visited);
        foreach (var good in visited)
        {
            Known.TryAdd(good, true);
        }
    }

    private static void Require(Type type, string where, HashSet<Type> visited)
    {
        if (Known.ContainsKey(type) || !visited.Add(type))
        {
            return;
        }

        if (type.IsPrimitive || type.IsEnum || Plain.Contains(type) || typeof(IAddressable).IsAssignableFrom(type))
        {
            return;
        }

        if (type.IsArray)
        {
            Require(type.GetElementType()!, where, visited);
        }
        else if (type.IsGenericType && (Generic.Contains(type.GetGenericTypeDefinition()) || IsTuple(type)))
        {
            RequireAll(type.GetGenericArguments(), where, visited);
        }
        else if (type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
        {
            RequireMembers(type, where, visited);
        }
        else
        {
            throw new OrleansConfigurationException($"{where} is of type {type}, which cannot travel in a grain call. Use primitives, "
                + "strings, dates, arrays, immutable collections (System.Collections.Immutable), or a record with [GenerateSerializer].");
        }
    }

    private static bool IsTuple(Type type) => type.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal);

    private static void RequireAll(IEnumerable<Type> types, string where, HashSet<Type> visited)
    {
        foreach (var type in types)
        {
            Require(type, where, visited);
        }
    }

    private static void RequireMembers(Type type, string where, HashSet<Type> visited)
    {
        if (typeof(Exception).IsAssignableFrom(type))
        {
            return;
        }

        if (type.IsGenericType)
        {
            RequireAll(type.GetGenericArguments(), where, visited);
        }

        const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (var declaring = type; declaring is not null && declaring != typeof(object) && declaring != typeof(ValueType); declaring = declaring.BaseType)
        {
            if (!declaring.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
            {
                throw new OrleansConfigurationException($"{where}: {declaring} is a base of {type} and lacks [GenerateSerializer].");
            }

            foreach (var field in declaring.GetFields(Members).Where(field => !field.IsDefined(typeof(NonSerializedAttribute))))
            {
                RequireNumber(declaring, field, where);
                Require(field.FieldType, $"{where}: {declaring.Name}.{MemberName(field)}", visited);
            }
        }
    }

    // What has no number is dropped silently by Orleans' generated serialisers.
    private static void RequireNumber(Type declaring, FieldInfo field, string where)
    {
        var name = MemberName(field);
        var property = declaring.GetProperty(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        var numbered = field.IsDefined(typeof(IdAttribute)) || property?.IsDefined(typeof(IdAttribute)) == true;
        var inPrimaryConstructor = declaring.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Any(c => c.GetParameters().Any(p => string.Equals(p.Name, name, StringComparison.Ordinal) && p.ParameterType == field.FieldType));
        var byName = declaring.GetCustomAttribute<GenerateSerializerAttribute>()!.GenerateFieldIds is not GenerateFieldIds.None;
        if (!numbered && !inPrimaryConstructor && !byName)
        {
            throw new OrleansConfigurationException($"{where}: {declaring}.{name} has no [Id], so it would be lost on the way.");
        }
    }

    private static string MemberName(FieldInfo field) =>
        field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
}
