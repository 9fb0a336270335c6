using System;
using System.Text;

namespace Orleans.Runtime;

/// <summary>The bytes of an identity with their stable hash.</summary>
[GenerateSerializer, Immutable]
public readonly struct IdSpan : IEquatable<IdSpan>, IComparable<IdSpan>
{
    [Id(0)] private readonly int _hash;
    [Id(1)] private readonly byte[]? _value;

    /// <summary>Takes over <paramref name="value"/>, which must not change afterwards.</summary>
    public IdSpan(byte[] value)
    {
        _value = value;
        _hash = (int)StableHash.ComputeHash(value);
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Value => _value;

    /// <summary>Whether there are no bytes.</summary>
    public bool IsDefault => _value is null or { Length: 0 };

    /// <summary>The UTF-8 bytes of <paramref name="id"/>.</summary>
    public static IdSpan Create(string id) => new(Encoding.UTF8.GetBytes(id));

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> AsSpan() => _value;

    /// <summary>The hash that is equal in every process.</summary>
    public uint GetUniformHashCode() => unchecked((uint)_hash);

    public bool Equals(IdSpan obj) => ReferenceEquals(_value, obj._value)
        || (_hash == obj._hash && _value is not null && obj._value is not null && AsSpan().SequenceEqual(obj.AsSpan()));

    public override bool Equals(object? obj) => obj is IdSpan other && Equals(other);

    public override int GetHashCode() => _hash;

    public int CompareTo(IdSpan other) => AsSpan().SequenceCompareTo(other.AsSpan());

    public override string ToString() => _value is null ? "" : Encoding.UTF8.GetString(_value);

    public static bool operator ==(IdSpan left, IdSpan right) => left.Equals(right);

    public static bool operator !=(IdSpan left, IdSpan right) => !left.Equals(right);
}
