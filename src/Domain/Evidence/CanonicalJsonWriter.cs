using System;
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Text;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// Writes RFC 8785 canonical JSON as UTF-8. Names must be given in the canonical order (UTF-16 code units, ordinal): a name out
/// of order or repeated is an <see cref="InvalidOperationException"/>, because evidence hashed in another order would not
/// verify. Text with a lone surrogate is an <see cref="ArgumentException"/>. For one document; not thread-safe.
/// </summary>
public sealed class CanonicalJsonWriter
{
    /// <summary>The largest integer that every JSON reader holds exactly (2^53 − 1).</summary>
    public const long IntegerMax = 9_007_199_254_740_991;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f" +
        "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    private readonly ArrayBufferWriter<byte> output = new(256);
    private readonly Stack<Frame> outer = new();
    private Frame frame = new();

    /// <summary>The finished document.</summary>
    /// <exception cref="InvalidOperationException">Nothing was written, or an object or array is still open.</exception>
    public ReadOnlySpan<byte> Written =>
        outer.Count == 0 && frame.HasValue
            ? output.WrittenSpan
            : throw new InvalidOperationException("The document is unfinished.");

    /// <summary>The finished document, copied.</summary>
    public byte[] ToArray() => Written.ToArray();

    /// <summary>SHA-256 of the finished document.</summary>
    public Bytes32 Hash() => Bytes32.HashOf(Written);

    /// <summary>Opens an object.</summary>
    public CanonicalJsonWriter StartObject() => Open('{', isObject: true);

    /// <summary>Closes the innermost object.</summary>
    public CanonicalJsonWriter EndObject() => Close('}', isObject: true);

    /// <summary>Opens an array.</summary>
    public CanonicalJsonWriter StartArray() => Open('[', isObject: false);

    /// <summary>Closes the innermost array.</summary>
    public CanonicalJsonWriter EndArray() => Close(']', isObject: false);

    /// <summary>The name of the next value of the open object.</summary>
    public CanonicalJsonWriter Name(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!frame.IsObject || frame.NameGiven) throw new InvalidOperationException($"A name can't stand here: {name}.");
        if (frame.LastName is { } last && string.CompareOrdinal(last, name) >= 0)
        {
            throw new InvalidOperationException($"'{name}' may not follow '{last}': canonical order is by UTF-16 code units.");
        }
        if (frame.HasValue) Ascii(',');
        Quote(name);
        Ascii(':');
        frame = frame with { LastName = name, NameGiven = true };
        return this;
    }

    /// <summary>A string, or null.</summary>
    public CanonicalJsonWriter Text(string? value)
    {
        if (value is null) return Null();
        BeforeValue();
        Quote(value);
        return this;
    }

    /// <summary>An integer of at most 2^53 − 1 in either direction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A reader in another language could not hold it exactly.</exception>
    public CanonicalJsonWriter Number(long value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, IntegerMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(value, -IntegerMax);
        BeforeValue();
        Utf8Formatter.TryFormat(value, output.GetSpan(24), out var written);
        output.Advance(written);
        return this;
    }

    /// <summary>A double, as ECMAScript prints it; NaN and infinities are an <see cref="ArgumentException"/>.</summary>
    public CanonicalJsonWriter Number(double value)
    {
        var text = EcmaScriptNumber.Format(value);
        BeforeValue();
        Utf8(text);
        return this;
    }

    /// <summary>true or false.</summary>
    public CanonicalJsonWriter Boolean(bool value)
    {
        BeforeValue();
        Utf8(value ? "true" : "false");
        return this;
    }

    /// <summary>null.</summary>
    public CanonicalJsonWriter Null()
    {
        BeforeValue();
        Utf8("null");
        return this;
    }

    /// <summary>A named string, or null.</summary>
    public CanonicalJsonWriter Text(string name, string? value) => Name(name).Text(value);

    /// <summary>A named hash in lower-case hex, or null.</summary>
    public CanonicalJsonWriter Hex(string name, Bytes32? value) => Name(name).Text(value?.ToString());

    /// <summary>A named integer.</summary>
    public CanonicalJsonWriter Number(string name, long value) => Name(name).Number(value);

    /// <summary>A named instant as <see cref="CanonicalTime"/> writes it, or null.</summary>
    public CanonicalJsonWriter Instant(string name, DateTimeOffset? value) =>
        Name(name).Text(value is { } at ? CanonicalTime.Format(at) : null);

    private CanonicalJsonWriter Open(char bracket, bool isObject)
    {
        BeforeValue();
        Ascii(bracket);
        outer.Push(frame);
        frame = new Frame { IsObject = isObject, Depth = frame.Depth + 1 };
        return this;
    }

    private CanonicalJsonWriter Close(char bracket, bool isObject)
    {
        if (frame.Depth == 0 || frame.IsObject != isObject || frame.NameGiven)
        {
            throw new InvalidOperationException($"'{bracket}' can't stand here.");
        }
        Ascii(bracket);
        frame = outer.Pop();
        return this;
    }

    private void BeforeValue()
    {
        if (frame.IsObject != frame.NameGiven) throw new InvalidOperationException("A value in an object needs a name.");
        if (frame.HasValue && frame.Depth == 0) throw new InvalidOperationException("A document is one value.");
        if (frame.HasValue && !frame.IsObject) Ascii(',');
        frame = frame with { HasValue = true, NameGiven = false };
    }

    private void Quote(string text)
    {
        Ascii('"');
        var rest = text.AsSpan();
        while (rest.IndexOfAny(Escaped) is >= 0 and var at)
        {
            Utf8(rest[..at]);
            Escape(rest[at]);
            rest = rest[(at + 1)..];
        }
        Utf8(rest);
        Ascii('"');
    }

    private void Escape(char c)
    {
        switch (c)
        {
            case '"': Utf8("\\\""); break;
            case '\\': Utf8("\\\\"); break;
            case '\b': Utf8("\\b"); break;
            case '\t': Utf8("\\t"); break;
            case '\n': Utf8("\\n"); break;
            case '\f': Utf8("\\f"); break;
            case '\r': Utf8("\\r"); break;
            default:
                Utf8("\\u00");
                Ascii("0123456789abcdef"[c >> 4]);
                Ascii("0123456789abcdef"[c & 15]);
                break;
        }
    }

    private void Utf8(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return;
        output.Advance(StrictUtf8.GetBytes(text, output.GetSpan(StrictUtf8.GetMaxByteCount(text.Length))));
    }

    private void Ascii(char c)
    {
        output.GetSpan(1)[0] = (byte)c;
        output.Advance(1);
    }

    /// <summary>What is known of the object, array or document that is being written.</summary>
    private readonly record struct Frame(bool IsObject, bool HasValue, bool NameGiven, string? LastName, int Depth);
}
