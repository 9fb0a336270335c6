using System;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Orleans.Runtime;

/// <summary>Identifies a grain: its type and its key. As text <c>type/key</c>, which is how reminders store it.</summary>
[GenerateSerializer, Immutable]
public readonly struct GrainId : IEquatable<GrainId>, IComparable<GrainId>, ISpanParsable<GrainId>
{
    [Id(0)] private readonly GrainType _type;
    [Id(1)] private readonly IdSpan _key;

    public GrainId(GrainType type, IdSpan key)
    {
        _type = type;
        _key = key;
    }

    public GrainType Type => _type;

    public IdSpan Key => _key;

    public bool IsDefault => _type.IsDefault && _key.IsDefault;

    /// <exception cref="ArgumentException">The type or key is empty or blank.</exception>
    public static GrainId Create(string type, string key) => Create(GrainType.Create(type), key);

    /// <exception cref="ArgumentException">The key is empty or blank.</exception>
    public static GrainId Create(GrainType type, string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return new(type, IdSpan.Create(key));
    }

    public static GrainId Create(GrainType type, IdSpan key) => new(type, key);

    /// <exception cref="ArgumentException">There is no slash in <paramref name="value"/>.</exception>
    public static GrainId Parse(string value) => Parse(value.AsSpan(), null);

    /// <inheritdoc cref="Parse(string)"/>
    public static GrainId Parse(string value, IFormatProvider? provider = null) => Parse(value.AsSpan(), provider);

    /// <inheritdoc cref="Parse(string)"/>
    public static GrainId Parse(ReadOnlySpan<char> value, IFormatProvider? provider = null) =>
        TryParse(value, provider, out var id) ? id : throw new ArgumentException($"Unable to parse \"{value}\" as a grain id.");

    public static bool TryParse(string? value, out GrainId result) => TryParse(value.AsSpan(), null, out result);

    public static bool TryParse([NotNullWhen(true)] string? value, IFormatProvider? provider, out GrainId result) =>
        TryParse(value.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> value, IFormatProvider? provider, out GrainId result)
    {
        var slash = value.IndexOf('/');
        result = slash < 0 ? default : new(new GrainType(Utf8(value[..slash])), new IdSpan(Utf8(value[(slash + 1)..])));
        return slash >= 0;
    }

    /// <summary>The hash that is equal in every process; reminders store it.</summary>
    public uint GetUniformHashCode() => unchecked((_type.GetUniformHashCode() * 31) + _key.GetUniformHashCode());

    public bool Equals(GrainId other) => _key.Equals(other._key) && _type.Equals(other._type);

    public override bool Equals(object? obj) => obj is GrainId other && Equals(other);

    public override int GetHashCode() => unchecked((int)GetUniformHashCode());

    public int CompareTo(GrainId other) => _type.CompareTo(other._type) is var order and not 0 ? order : _key.CompareTo(other._key);

    public override string ToString() => $"{_type}/{_key}";

    public static bool operator ==(GrainId left, GrainId right) => left.Equals(right);

    public static bool operator !=(GrainId left, GrainId right) => !left.Equals(right);

    private static byte[] Utf8(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
