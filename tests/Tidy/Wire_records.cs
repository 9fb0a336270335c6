using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Grains.Abstractions.Campaigns;
using Shouldly;
using Xunit;

namespace PrizeDraw.Tidy;

/// <summary>What travels in grain calls: both engines must be able to carry it, and a newer host to read an older one's.</summary>
public sealed class Wire_records
{
    private static readonly Assembly Abstractions = typeof(ICampaignGrain).Assembly;

    private static readonly Type[] Carried =
    [
        typeof(string), typeof(bool), typeof(byte), typeof(int), typeof(long), typeof(double), typeof(decimal), typeof(Guid), typeof(DateTimeOffset),
        typeof(DateOnly), typeof(TimeSpan), typeof(CancellationToken), typeof(TickStatus),
    ];

    private static readonly Type[] Collections =
        [typeof(ImmutableArray<>), typeof(ImmutableSortedDictionary<,>), typeof(ImmutableDictionary<,>), typeof(Nullable<>)];

    private static Type[] Interfaces => [.. Abstractions.GetTypes().Where(t => t.IsInterface && typeof(IAddressable).IsAssignableFrom(t))];

    private static MethodInfo[] Methods => [.. Interfaces.SelectMany(i => i.GetMethods())];

    private static Type[] Records => [.. Reached().Where(t => t.Assembly == Abstractions).Distinct()];

    [Fact]
    public void are_found() => (Interfaces.Length >= 5 && Records.Length >= 30).ShouldBeTrue("Otherwise these tests look at nothing.");

    [Fact]
    public void are_all_that_grain_calls_carry() =>
        Reached().Where(t => t.Assembly != Abstractions && !Carried.Contains(t)).Select(t => t.FullName).Distinct()
            .ShouldBeEmpty("Grain calls carry simple values, immutable collections and the records of Grains.Abstractions.");

    [Fact]
    public void say_that_they_are_serialised_and_by_which_name() =>
        Records.Where(t => t.GetCustomAttribute<GenerateSerializerAttribute>() is null || AliasOf(t) is null).Select(t => t.Name)
            .ShouldBeEmpty("Add [GenerateSerializer, Alias(\"…\")].");

    [Fact]
    public void number_each_member_once()
    {
        foreach (var type in Records.Where(t => !t.IsEnum))
        {
            var stored = StoredMembersOf(type);
            stored.Where(p => p.GetCustomAttribute<IdAttribute>() is null).Select(p => $"{type.Name}.{p.Name}").ShouldBeEmpty("Add [Id(n)].");
            stored.Select(p => p.GetCustomAttribute<IdAttribute>()!.Id).ShouldBeUnique($"{type.Name} numbers two members alike.");
        }
    }

    [Fact]
    public void never_change() =>
        Records.Where(t => !t.IsEnum).SelectMany(StoredMembersOf).Where(p => p.SetMethod is { } set && !IsInit(set))
            .Select(p => $"{p.DeclaringType!.Name}.{p.Name}").ShouldBeEmpty("Members of wire records are get-only or init-only.");

    [Fact]
    public void have_no_open_fields() =>
        Records.Where(t => !t.IsEnum).SelectMany(t => t.GetFields(BindingFlags.Instance | BindingFlags.Public)).Select(f => $"{f.DeclaringType!.Name}.{f.Name}")
            .ShouldBeEmpty();

    [Fact]
    public void and_grain_interfaces_have_names_of_their_own()
    {
        var named = Abstractions.GetTypes().Where(t => t.GetCustomAttribute<GenerateSerializerAttribute>() is not null).Concat(Interfaces).ToArray();
        named.Where(t => AliasOf(t) is null).Select(t => t.Name).ShouldBeEmpty("Add [Alias(\"…\")].");
        named.Select(t => AliasOf(t)!).ShouldBeUnique();
        foreach (var type in Interfaces)
        {
            type.GetMethods().Where(m => m.GetCustomAttribute<AliasAttribute>() is null).Select(m => $"{type.Name}.{m.Name}")
                .ShouldBeEmpty("Add [Alias(\"…\")] to the method: its name is what hosts call.");
            type.GetMethods().Select(m => m.GetCustomAttribute<AliasAttribute>()!.Alias).ShouldBeUnique(type.Name);
        }
    }

    internal static string? AliasOf(Type type) => type.GetCustomAttribute<AliasAttribute>()?.Alias;

    private static HashSet<Type> Reached()
    {
        var reached = new HashSet<Type>();
        var open = new Stack<Type>(Methods.SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)));
        while (open.TryPop(out var type))
        {
            if (type == typeof(Task) || type == typeof(ValueTask) || type == typeof(void) || type.IsGenericParameter)
            {
                continue;
            }

            foreach (var part in type.IsGenericType ? type.GetGenericArguments() : [])
            {
                open.Push(part);
            }

            var shape = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
            var isEnvelope = shape == typeof(Task<>) || shape == typeof(ValueTask<>) || Collections.Contains(shape);
            if (!isEnvelope && reached.Add(shape) && shape.Assembly == Abstractions)
            {
                StoredMembersOf(shape).ForEach(p => open.Push(p.PropertyType));
            }
        }

        return reached;
    }

    // What is stored has a field behind it; a computed property has none.
    private static List<PropertyInfo> StoredMembersOf(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(p => p.DeclaringType!.GetField($"<{p.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic) is not null),
    ];

    private static bool IsInit(MethodInfo set) => set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
}
