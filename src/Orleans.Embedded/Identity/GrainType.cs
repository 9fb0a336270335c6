using System;
using System.Text;

namespace Orleans.Runtime;

/// <summary>Names a kind of grain; stored in every reminder. See <see cref="GrainTypeAttribute"/> for where it comes from.</summary>
[GenerateSerializer, Immutable]
public readonly struct GrainType : IEquatable<GrainType>, IComparable<GrainType>
{
    [Id(0)] private readonly IdSpan _value;

    public GrainType(IdSpan id) => _value = id;

    public GrainType(byte[] value) => _value = new IdSpan(value);

    /// <summary>The name's bytes.</summary>
    public IdSpan Value => _value;

    public bool IsDefault => _value.IsDefault;

    /// <exception cref="ArgumentException">The name is empty or blank.</exception>
    public static GrainType Create(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return new(Encoding.UTF8.GetBytes(value));
    }

    public ReadOnlySpan<byte> AsSpan() => _value.AsSpan();

    /// <summary>The hash that is equal in every process.</summary>
    public uint GetUniformHashCode() => _value.GetUniformHashCode();

    public bool Equals(GrainType obj) => _value.Equals(obj._value);

    public override bool Equals(object? obj) => obj is GrainType other && Equals(other);

    public override int GetHashCode() => _value.GetHashCode();

    public int CompareTo(GrainType other) => _value.CompareTo(other._value);

    public override string ToString() => _value.ToString();

    public static explicit operator IdSpan(GrainType kind) => kind._value;

    public static explicit operator GrainType(IdSpan id) => new(id);

    public static bool operator ==(GrainType left, GrainType right) => left.Equals(right);

    public static bool operator !=(GrainType left, GrainType right) => !left.Equals(right);
}
