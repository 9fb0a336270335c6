using System;
using System.ComponentModel.DataAnnotations;
using System.Linq;
using System.Reflection;

namespace PrizeDraw.Api.Requests;

/// <summary>A field that a merge patch can change but not take away.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class StaysAttribute : Attribute;

/// <summary>Where items of this type may be a text instead, which then stands for the named field.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShorthandAttribute(string field) : Attribute
{
    public string Field { get; } = field;
}

/// <summary>Bounds of the length, in UTF-16 units, of each text in a list.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ItemLengthAttribute(int least, int most) : Attribute
{
    public int Least { get; } = least;

    public int Most { get; } = most;
}

/// <summary>An example for the OpenAPI document, as JSON.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ExampleAttribute(string json) : Attribute
{
    public string Json { get; } = json;
}

/// <summary>The rules for the items of a list, taken from the list's own attributes.</summary>
internal sealed class ItemRules(StringLengthAttribute length) : ICustomAttributeProvider
{
    public static ItemRules? Of(ICustomAttributeProvider? list) =>
        list?.GetCustomAttributes(typeof(ItemLengthAttribute), true).OfType<ItemLengthAttribute>().FirstOrDefault() is { } rule
            ? new ItemRules(new StringLengthAttribute(rule.Most) { MinimumLength = rule.Least })
            : null;

    public object[] GetCustomAttributes(bool inherit) => [length];

    public object[] GetCustomAttributes(Type attributeType, bool inherit) => attributeType.IsInstanceOfType(length) ? [length] : [];

    public bool IsDefined(Type attributeType, bool inherit) => attributeType.IsInstanceOfType(length);
}
