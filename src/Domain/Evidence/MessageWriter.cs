using System;
using System.Buffers.Binary;
using System.Text;

namespace PrizeDraw.Domain.Evidence;

/// <summary>Concatenates the parts of a hashed message in a buffer that the caller sized (usually on the stack).</summary>
internal ref struct MessageWriter(Span<byte> buffer)
{
    private readonly Span<byte> buffer = buffer;
    private int length;

    public readonly ReadOnlySpan<byte> Written => buffer[..length];

    public void Bytes(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer[length..]);
        length += bytes.Length;
    }

    public void Value(Bytes32 value)
    {
        value.CopyTo(buffer[length..]);
        length += Bytes32.Size;
    }

    public void Text(string text) => length += Encoding.UTF8.GetBytes(text, buffer[length..]);

    public void Byte(byte value) => buffer[length++] = value;

    /// <summary>Eight bytes, big-endian.</summary>
    public void U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(buffer[length..], value);
        length += sizeof(ulong);
    }
}
