using System;
using System.Buffers.Binary;
using System.IO;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>
/// Rows of a COPY … TO STDOUT (FORMAT binary), as PostgreSQL's manual describes it: eleven bytes of signature, flags, an extension; then for each
/// row a 16-bit count of fields and for each field its 32-bit length (−1 is null) and bytes; −1 in place of a count ends it. A third of what a
/// data reader costs per row. Anything else is an <see cref="InvalidDataException"/>.
/// </summary>
internal sealed class CopyRows(Stream copy, int fields)
{
    private const int SignatureLength = 11;

    /// <summary>Far more than any row that is read here has.</summary>
    private const int RowMax = 8 * 1024;

    private static readonly byte[] Signature = [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8];

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly (int At, int Length)[] _fields = new (int, int)[fields];
    private int _start, _end;
    private bool _begun;

    public bool IsNull(int field) => _fields[field].Length < 0;

    public ReadOnlySpan<byte> Field(int field) => _buffer.AsSpan(_fields[field].At, _fields[field].Length);

    public int Integer(int field) => BinaryPrimitives.ReadInt32BigEndian(Field(field));

    /// <summary>Whether there is another row. Fields of the one before are gone.</summary>
    public bool Next()
    {
        if (!_begun)
        {
            Begin();
        }

        // A row stays whole: what is left moves to the front before it could be cut.
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
        else if (_buffer.Length - _start < RowMax)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var count = BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short)));
        if (count < 0)
        {
            return false;
        }

        Require(count == _fields.Length);
        for (var i = 0; i < count; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));
            _fields[i] = (_start, length);
            Take(Math.Max(length, 0));
        }

        return true;
    }

    private void Begin()
    {
        Require(Take(SignatureLength).SequenceEqual(Signature));
        Take(sizeof(int));
        Take(BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int))));
        _begun = true;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        while (_end - _start < count)
        {
            Require(_end < _buffer.Length);
            var read = copy.Read(_buffer.AsSpan(_end));
            Require(read > 0);
            _end += read;
        }

        _start += count;
        return _buffer.AsSpan(_start - count, count);
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException("The database's copy is not in the binary format.");
        }
    }
}
