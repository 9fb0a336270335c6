using System;

namespace Orleans;

/// <summary>Says how members of a type that is marked with <see cref="GenerateSerializerAttribute"/> get their numbers.</summary>
public enum GenerateFieldIds
{
    /// <summary>Every member is numbered by hand.</summary>
    None,

    /// <summary>Public properties are numbered by name.</summary>
    PublicProperties,
}

/// <summary>Marks a type that travels in grain calls.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute
{
    /// <summary>Whether parameters of the primary constructor travel without a number of their own.</summary>
    public bool IncludePrimaryConstructorParameters { get; init; }

    /// <summary>How members get numbers.</summary>
    public GenerateFieldIds GenerateFieldIds { get; init; } = GenerateFieldIds.None;
}

/// <summary>Numbers a member; the number never changes once rows or messages carry it.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.Class
    | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Method)]
public sealed class IdAttribute(uint id) : Attribute
{
    public uint Id { get; } = id;
}

/// <summary>A name that stays when the type or method is renamed.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct | AttributeTargets.Enum
    | AttributeTargets.Method, AllowMultiple = true)]
public sealed class AliasAttribute(string alias) : Attribute
{
    public string Alias { get; } = alias;
}

/// <summary>Says that a value never changes once made, so that it need not be copied.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Field | AttributeTargets.Property
    | AttributeTargets.Parameter | AttributeTargets.ReturnValue, Inherited = false)]
public sealed class ImmutableAttribute : Attribute;

/// <summary>How long callers of a method wait before a <see cref="TimeoutException"/>, as <c>hh:mm:ss</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
{
    public TimeSpan? Timeout { get; init; } = TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture);
}
